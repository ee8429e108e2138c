package service

import (
	"context"
	"log/slog"
	"time"
)

// hanging is a part that can say, without waiting, that it has had something to do and has not gone on with it for too long.
type hanging interface {
	Hanging(now time.Time) (why string)
}

// alive is what the service manager asks, who kills and starts again what does not answer. A part that has nothing to do is alive.
type alive struct {
	parts []hanging
	log   *slog.Logger
	said  string
}

// look reports whether all parts go on, and logs what does not, once.
func (a *alive) look(ctx context.Context, now time.Time) bool {
	for _, p := range a.parts {
		why := p.Hanging(now)
		if why == "" {
			continue
		}
		if a.said == "" {
			a.log.ErrorContext(ctx, "the service hangs: the service manager is not told that it lives", slog.String("why", why))
		}
		a.said = why
		return false
	}
	a.said = ""
	return true
}
