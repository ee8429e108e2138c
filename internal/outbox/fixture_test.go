package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// start is a moment at which tests begin, and day its day.
var (
	start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	day   = telemetry.Day(start.Unix() / 86400)
)

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func openStore(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	s := must[*store.Store](t)(store.Open(context.Background(), filepath.Join(t.TempDir(), "stormglass.db"), store.Options{Now: now}))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// found is a finding of a domain, met on some days.
func found(value string, subject string, level hunt.Level, tlp intel.TLP, days ...telemetry.Day) *hunt.Finding {
	v, s := observable.Of(observable.Domain, value), hunt.Subject{Kind: hunt.SubjectDevice, Name: subject}
	if a, err := netip.ParseAddr(subject); err == nil {
		s = hunt.Subject{Addr: a}
	}
	f := &hunt.Finding{ID: hunt.IndicatorFindingID(v, s), Value: v, Subject: s, Subjects: 1, Level: level, TLP: tlp, Roles: hunt.Roles(hunt.RoleCalled)}
	for _, d := range days {
		at := telemetry.Instant(int64(d)*int64(24*time.Hour) + 1)
		f.Days = append(f.Days, hunt.Day{Day: d, Records: 1, First: at, Last: at})
		f.Records++
		f.Last = at
		if f.First == 0 {
			f.First = at
		}
	}
	return f
}

func many(n int, level hunt.Level) (out []*hunt.Finding) {
	for i := range n {
		out = append(out, found(fmt.Sprintf("h%d.example.net", i), "edge1", level, intel.Clear, day))
	}
	return out
}

func save(t testing.TB, s *store.Store, list ...*hunt.Finding) {
	t.Helper()
	must[store.Saved](t)(s.SaveFindings(context.Background(), list, store.Scope{}))
}

// taker is a sink that takes what it is given, as answer says.
type taker struct {
	mu     sync.Mutex
	got    []*message.Message
	at     []time.Time
	answer func(*message.Message) error // nil: it takes everything
	closed bool
}

func (k *taker) Deliver(_ context.Context, batch []*message.Message) (out []error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range batch {
		var err error
		if k.answer != nil {
			err = k.answer(m)
		}
		if err == nil {
			k.got, k.at = append(k.got, m), append(k.at, time.Now())
		}
		out = append(out, err)
		if err != nil && !message.IsRefused(err) {
			break
		}
	}
	return out
}

func (k *taker) Close() error {
	k.closed = true
	return nil
}

func (k *taker) messages() []*message.Message {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]*message.Message(nil), k.got...)
}

// configOf has a sink of each name that is a file, which tests replace, and some routes.
func configOf(routes []Route, sinks ...string) Config {
	c := DefaultConfig()
	c.Instance = "test"
	c.Sinks, c.Routes = map[string]Sink{}, routes
	for _, name := range sinks {
		c.Sinks[name] = Sink{Type: TypeFile, Path: "/nowhere/" + name}
	}
	return c
}

func openOutbox(t testing.TB, s *store.Store, c Config, o Options) *Outbox {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := must[*Outbox](t)(Open(s, c, o))
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// drive takes, seals and delivers what is due now, without a goroutine.
func drive(t testing.TB, b *Outbox) {
	t.Helper()
	must[time.Time](t)(b.turn(context.Background()))
	for _, w := range b.workers {
		for {
			due, _, err := b.store.OutboxDue(context.Background(), w.name, batchMessages, batchBytes)
			if err != nil {
				t.Fatal(err)
			}
			if len(due) == 0 || w.deliver(context.Background(), due) > 0 {
				break
			}
		}
	}
}
