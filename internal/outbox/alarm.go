package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
)

// Alarm is something of the service itself that somebody should look after.
type Alarm struct {
	Kind    string // what it is, as a stable word: "canary_missing", "disk_short", "loss"
	Subject string // what it is about: a listener, a folder; may be empty
	Text    string // what happened, in words
	Level   hunt.Level
	At      time.Time // zero: now
}

// Alarm keeps an alarm for every route that takes alarms; when it returns nil, it will be told. A route's level is for findings: an
// alarm says that findings may be missing, so it goes to all who are told of any. Alarms of one kind and subject that wait
// together are told together.
func (b *Outbox) Alarm(ctx context.Context, a Alarm) error {
	if a.At.IsZero() {
		a.At = b.now()
	}
	kind, subject := message.Clean(a.Kind, maxName), message.Clean(a.Subject, maxName)
	said, err := json.Marshal(message.Alarm{Kind: kind, Subject: subject, Text: message.Clean(a.Text, maxError), At: a.At.UTC(), Last: a.At.UTC()})
	if err != nil {
		return fmt.Errorf("keep alarm %s: %w", kind, err)
	}
	var items []store.OutboxItem
	reached := map[string]bool{}
	for _, r := range b.routes {
		sinks := slices.DeleteFunc(slices.Clone(r.to), func(s string) bool { return reached[s] })
		if r.noAlarms || len(sinks) == 0 {
			continue
		}
		for _, s := range sinks {
			reached[s] = true
		}
		items = append(items, store.OutboxItem{
			Route: r.name, Sinks: strings.Join(sinks, ","), Key: keyAlarm + kind + " " + subject, Level: a.Level, Alarm: string(said), At: b.now(),
		})
	}
	if err := b.store.OutboxAdd(ctx, items); err != nil {
		return fmt.Errorf("keep alarm %s: %w", kind, err)
	}
	b.Kick()
	return nil
}
