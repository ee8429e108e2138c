package outbox

import (
	"context"
	"log/slog"
	"slices"
	"time"
)

// tidy removes what is old, and gives up what waits for sinks and routes that there are no more.
func (b *Outbox) tidy(ctx context.Context) error {
	routes, err := b.store.OutboxRoutes(ctx)
	if err != nil {
		return err
	}
	for _, name := range routes {
		if slices.ContainsFunc(b.routes, func(r *route) bool { return r.name == name }) {
			continue
		}
		n, err := b.store.OutboxDropRoute(ctx, name)
		if err != nil {
			return err
		}
		b.log.WarnContext(ctx, "what waited for a route that is no longer configured is withdrawn", slog.String("route", name), slog.Int64("items", n))
	}
	sinks, err := b.store.OutboxSinks(ctx)
	if err != nil {
		return err
	}
	for _, s := range sinks {
		if b.workers[s.Name] != nil || s.Waiting == 0 {
			continue
		}
		n, err := b.store.OutboxGiveUp(ctx, s.Name, b.now().Add(time.Hour), "the sink is no longer configured")
		if err != nil {
			return err
		}
		b.log.ErrorContext(ctx, "messages given up, their sink is no longer configured", slog.String("sink", s.Name), slog.Int64("messages", n))
	}
	_, err = b.store.OutboxPrune(ctx, b.now().Add(-b.cfg.Keep))
	return err
}
