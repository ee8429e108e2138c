package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json"
)

// answer is what a handler gives: the body as it is written, and a link to what follows.
type answer struct {
	status int    // 0 is 200
	link   string // header Link
	write  func(io.Writer) error
}

// jsonAnswer answers with a value as JSON. Lists and maps that are nil are empty ones.
func jsonAnswer(v any) *answer {
	return &answer{write: func(w io.Writer) error { return json.MarshalWrite(w, v) }}
}

// setUpHuma sets what huma keeps in variables of its package: the form of errors, and that lists are never null.
var setUpHuma = sync.OnceFunc(func() {
	huma.NewError = humaProblem
	huma.NewErrorWithContext = humaContextProblem
	huma.DefaultArrayNullable = false
})

// describe begins the OpenAPI document.
func (s *server) describe(version string) {
	setUpHuma()
	config := huma.DefaultConfig("Stormglass", version)
	config.Info.Description = "What a running service can be asked. Findings and seen answer as the command line does with -o json."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", "" // no page that loads from elsewhere
	config.CreateHooks = nil                                             // no links to schemas in answers
	config.RejectUnknownQueryParameters = true
	config.AllowAdditionalPropertiesByDefault = true // fields are added under the same version
	quiet := huma.Format{Marshal: func(w io.Writer, v any) error {
		text, err := json.Marshal(v)
		if err == nil {
			_, _ = w.Write(text) // whoever does not fetch a problem has gone
		}
		return err
	}, Unmarshal: huma.DefaultJSONFormat.Unmarshal}
	config.Formats = map[string]huma.Format{"application/json": quiet, "json": quiet}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":       {Type: "http", Scheme: "bearer", Description: "A token of the service's file of tokens."},
		"certificate": {Type: "mutualTLS", Description: "A client certificate that the file of tokens names."},
	}
	s.huma = humago.New(s, config)
}

// operation describes a route; ok is the body it answers with, request its body, nil when it has none.
func (s *server) operation(rt *route, ok any, request *huma.RequestBody) huma.Operation {
	return huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: rt.path, Summary: rt.summary, Description: "Needs the role " + string(rt.need) + ".",
		Security:        []map[string][]string{{"token": {}}, {"certificate": {}}},
		Responses:       map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: s.schema(ok)}}}},
		RequestBody:     request,
		MaxBodyBytes:    -1, // the guard has a limit of its own
		BodyReadTimeout: -1, // and a pace
	}
}

// register has huma read a request, and writes what the handler gives.
func register[I any](s *server, op huma.Operation, h func(context.Context, *I) (*answer, error)) {
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		a, err := h(ctx, in)
		if b := bodyOf(ctx); b != nil && b.err != nil { // what was not sent to the end was not taken in to the end
			err = errors.Join(b.err, err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) { s.send(ctx, hc, a, err) }}, nil
	})
}

// send writes an answer or a problem.
func (s *server) send(ctx context.Context, hc huma.Context, a *answer, err error) {
	if err != nil {
		_, w := humago.Unwrap(hc)
		writeProblem(w, s.problemOf(ctx, err))
		return
	}
	hc.SetHeader("Content-Type", "application/json")
	if a.link != "" {
		hc.SetHeader("Link", a.link)
	}
	hc.SetStatus(max(a.status, http.StatusOK))
	if err := a.write(hc.BodyWriter()); err != nil {
		s.log.DebugContext(ctx, "an answer was not fetched whole", slog.String("route", hc.Operation().OperationID), slog.Any("error", err))
		panic(http.ErrAbortHandler) // the client sees that it is not whole
	}
}

func timeFrom(d time.Duration) time.Time { return time.Now().Add(d) }
