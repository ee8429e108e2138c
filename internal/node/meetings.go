package node

import (
	"context"
	"sync"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// meetings are the values that one intake met, apart from what listeners meet: its records come with commits of its
// own. All is matched with the intelligence that was in force when it began.
type meetings struct {
	live   *Live
	began  *hunt.Engine // of live
	engine *hunt.Engine // the same, into this; nil when nothing is in force

	mu  sync.Mutex
	hit map[observable.Value]struct{}
}

// meetings begins to match an intake.
func (l *Live) meetings() *meetings {
	m := &meetings{live: l, began: l.engine.Load(), hit: map[observable.Value]struct{}{}}
	if m.began != nil && m.began.Index.Len() > 0 {
		m.engine = &hunt.Engine{Index: m.began.Index, Networks: m.began.Networks, Sink: meetingSink{m, m.began.Index}}
	}
	return m
}

// match matches a batch.
func (m *meetings) match(ctx context.Context, b *telemetry.Batch) error {
	if m.engine == nil {
		return nil
	}
	return m.engine.Batch(ctx, b)
}

// outdated reports whether something else is in force by now, which nothing was matched with.
func (m *meetings) outdated() bool { return m.live.engine.Load() != m.began }

// taken gives the values that were met.
func (m *meetings) taken() map[observable.Value]struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.hit
	m.hit = map[observable.Value]struct{}{}
	return out
}

type meetingSink struct {
	*meetings
	index *intel.Index
}

// Hits implements hunt.Sink.
func (s meetingSink) Hits(_ *telemetry.Batch, hits []hunt.Hit) {
	s.live.met.Add(uint64(len(hits)))
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range hits {
		s.hit[s.index.Value(hits[i].Match.Entry)] = struct{}{}
	}
}
