package outbox

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
)

func TestPlan(t *testing.T) {
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	group := func(key string, first, items int) store.OutboxGroup {
		return store.OutboxGroup{Sinks: "x", Key: key, First: at(first), Latest: at(first), Items: items}
	}
	tests := []struct {
		name string
		r    route
		w    store.OutboxWaiting
		now  int
		want []string // keys of each message
		next time.Time
	}{
		{"nothing waits", route{rate: Rate{1, time.Minute}}, store.OutboxWaiting{}, 0, nil, time.Time{}},
		{
			"a group waits for its time",
			route{group: time.Minute, rate: Rate{9, time.Minute}},
			store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 1), group("b", 30, 1)}},
			60,
			[]string{"[a]"},
			at(90),
		},
		{"an alarm does not", route{group: time.Minute, rate: Rate{9, time.Minute}}, store.OutboxWaiting{Groups: []store.OutboxGroup{group("alarm x ", 0, 1)}}, 0, []string{"[alarm x ]"}, time.Time{}},
		{
			"alarms go first",
			route{rate: Rate{1, time.Minute}, waiting: 9},
			store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 1), group("alarm x ", 5, 1)}},
			5,
			[]string{"[alarm x ]"},
			at(65),
		},
		{"the rate is used up", route{rate: Rate{2, time.Minute}, waiting: 9}, store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 1)}, Sent: []time.Time{at(-30), at(-20)}}, 0, nil, at(30)},
		{"what was sent long ago does not count", route{rate: Rate{1, time.Minute}, waiting: 9}, store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 1)}, Sent: []time.Time{at(-60)}}, 0, []string{"[a]"}, time.Time{}},
		{"too many are a summary", route{rate: Rate{1, time.Minute}, waiting: 3}, store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 2), group("b", 0, 2)}}, 0, []string{"[a b] summary"}, time.Time{}},
		{"which waits for the rate too", route{rate: Rate{1, time.Minute}, waiting: 3}, store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 2), group("b", 0, 2)}, Sent: []time.Time{at(-1)}}, 0, nil, at(59)},
		{"many of one value are one message", route{rate: Rate{1, time.Minute}, waiting: 3}, store.OutboxWaiting{Groups: []store.OutboxGroup{group("a", 0, 500)}}, 0, []string{"[a]"}, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			picks, next := tt.r.plan(tt.w, at(tt.now))
			var got []string
			for _, p := range picks {
				var keys []string
				for _, g := range p.Groups {
					keys = append(keys, g.Key)
				}
				line := fmt.Sprint(keys)
				if p.Summary {
					line += " summary"
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if !next.Equal(tt.next) {
				t.Errorf("next at %v, want %v", next, tt.next)
			}
		})
	}
}

// TestTellingLaws holds, for findings that come at any time and routes of any kind: every finding that a route wants is told once to each
// of its sinks, whole or counted in a summary; none that no route wants; none before its group's time is over, unless it joined one
// that began before; and never more messages of a route than its rate allows, in any span of its length.
func TestTellingLaws(t *testing.T) {
	f := flag.Lookup("rapid.checks")
	if os.Getenv("STORMGLASS_SOAK") == "" && f.Value.String() == f.DefValue { // each takes a store of its own
		if err := f.Value.Set("15"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	rapid.Check(t, func(r *rapid.T) {
		l := drawLaw(r)
		var err error
		synctest.Test(t, func(t *testing.T) { err = l.run(t) })
		if err != nil {
			r.Fatal(err)
		}
		l.check(r)
	})
}

type law struct {
	routes []Route
	comes  []*hunt.Finding
	gaps   []time.Duration
	cameAt map[string]time.Time
	sinks  map[string]*taker
}

func drawLaw(r *rapid.T) *law {
	l := &law{cameAt: map[string]time.Time{}, sinks: map[string]*taker{"x": {}, "y": {}}}
	for i := range rapid.IntRange(1, 2).Draw(r, "routes") {
		l.routes = append(l.routes, Route{
			Name: fmt.Sprint("r", i), To: rapid.SampledFrom([][]string{{"x"}, {"y"}, {"x", "y"}}).Draw(r, "to"),
			Level:   rapid.SampledFrom([]string{"", "high"}).Draw(r, "level"),
			Group:   rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(r, "group"),
			Rate:    rapid.SampledFrom([]Rate{{1, time.Minute}, {3, time.Minute}, {100, time.Second}}).Draw(r, "rate"),
			Waiting: rapid.SampledFrom([]int{3, 1000}).Draw(r, "waiting"),
		})
	}
	for i := range rapid.IntRange(1, 25).Draw(r, "findings") {
		level := rapid.SampledFrom([]hunt.Level{hunt.Low, hunt.High}).Draw(r, "of level")
		l.comes = append(l.comes, found(fmt.Sprintf("v%d.example.net", rapid.IntRange(0, 3).Draw(r, "value")), fmt.Sprint("edge", i), level, intel.Clear, day))
		l.gaps = append(l.gaps, time.Duration(rapid.SampledFrom([]int{0, 1, 20, 90}).Draw(r, "gap"))*time.Second)
	}
	return l
}

// run lets findings come, and waits until nothing can wait any more.
func (l *law) run(t *testing.T) (err error) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "stormglass.db"), store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	b, err := Open(s, configOf(l.routes, "x", "y"), Options{Log: slog.New(slog.DiscardHandler), Receivers: map[string]Receiver{"x": l.sinks["x"], "y": l.sinks["y"]}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	for i, f := range l.comes {
		time.Sleep(l.gaps[i])
		l.cameAt[f.ID.String()] = time.Now()
		if _, e := s.SaveFindings(ctx, []*hunt.Finding{f}, store.Scope{}); e != nil {
			err = e
		}
		b.Kick()
	}
	time.Sleep(40 * time.Minute)
	cancel()
	err = errors.Join(err, <-done)
	st, e := b.Stats(t.Context())
	if e == nil && st.Held != 0 {
		e = fmt.Errorf("%d findings still wait", st.Held)
	}
	return errors.Join(err, e)
}

func (l *law) check(r *rapid.T) {
	made := map[string]map[string]time.Time{} // of messages, by route
	for name, sink := range l.sinks {
		named, counted := map[string]int{}, 0
		for _, m := range sink.messages() {
			rt := l.route(m.Route)
			if made[m.Route] == nil {
				made[m.Route] = map[string]time.Time{}
			}
			made[m.Route][m.ID] = m.Made
			counted += m.Count
			first := time.Time{}
			for _, id := range m.IDs() {
				if m.Kind != message.KindSummary || m.Count <= maxNamed {
					named[id]++
				}
				if at := l.cameAt[id]; first.IsZero() || at.Before(first) {
					first = at
				}
			}
			if m.Kind != message.KindSummary && m.Made.Before(first.Add(rt.Group)) {
				r.Errorf("%s of route %s came %v after its first finding, its group is %v", m.Kind, m.Route, m.Made.Sub(first), rt.Group)
			}
		}
		wanted := 0
		for _, f := range l.comes {
			n := 0
			if l.wanted(f, name) {
				n = 1
			}
			wanted += n
			if named[f.ID.String()] != n {
				r.Errorf("finding %s of level %v was told %d times to %s, want %d", f.ID, f.Level, named[f.ID.String()], name, n)
			}
		}
		if counted != wanted {
			r.Errorf("%s was told of %d findings, want %d", name, counted, wanted)
		}
	}
	for name, ids := range made {
		rate := l.route(name).Rate
		for _, end := range ids {
			n := 0
			for _, at := range ids {
				if !at.After(end) && at.After(end.Add(-rate.Per)) {
					n++
				}
			}
			if n > rate.Count {
				r.Errorf("route %s made %d messages within %v, its rate is %v", name, n, rate.Per, rate)
			}
		}
	}
}

func (l *law) route(name string) *Route {
	for i := range l.routes {
		if l.routes[i].Name == name {
			return &l.routes[i]
		}
	}
	return &Route{}
}

// wanted reports whether any route takes a finding to a sink.
func (l *law) wanted(f *hunt.Finding, sink string) bool {
	for _, rt := range l.routes {
		for _, to := range rt.To {
			if to == sink && (rt.Level == "" || f.Level >= hunt.High) {
				return true
			}
		}
	}
	return false
}
