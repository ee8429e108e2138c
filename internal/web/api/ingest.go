package api

import (
	"context"
	"log/slog"

	"stormglass/internal/web/auth"
)

func (s *server) addIngest(rt *route) {
	body := upload("application/x-ndjson", "Lines of JSON in a form that the program reads. At most 1 GiB unless the service says otherwise. What was sent before adds nothing, so a client may send again whatever was not answered with 200.")
	register(s, s.operation(rt, Ingested{}, body), func(ctx context.Context, in *nameInput) (*answer, error) {
		if err := in.check(); err != nil {
			return nil, err
		}
		who := auth.From(ctx)
		got, err := s.service.Ingest(ctx, who, in.Name, bodyOf(ctx))
		if err != nil {
			return nil, err
		}
		s.log.DebugContext(ctx, "lines were handed in", slog.String("who", who.String()), slog.String("name", in.Name), slog.Uint64("records", got.Records))
		return jsonAnswer(got), nil
	})
}
