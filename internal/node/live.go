package node

import (
	"context"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Live matches what comes in against the intelligence in force, which is swapped in whole. It only notes
// what was met: the findings come from looking those values up in what was kept, as all findings of a data
// folder do (ADR 0006).
type Live struct {
	engine atomic.Pointer[hunt.Engine]
	files  atomic.Int64  // of intelligence in force
	met    atomic.Uint64 // hits
	loaded atomic.Int64  // when they were put in force, nanoseconds since 1970
	parts  atomic.Pointer[[]string]

	mu    sync.Mutex
	hit   map[observable.Value]struct{} // since Taken
	known map[meetingKey]struct{}       // value and subject of which somebody was told before
	asked map[ruleKey]struct{}          // the same of rules
	fresh chan struct{}                 // holds one token when a value met a subject for the first time
}

// meetingKey is what makes a finding.
type meetingKey struct {
	value   observable.Value
	subject hunt.Subject
}

// ruleKey is what makes a finding of a rule, by the number of the rule: those of other rules only hasten a fold.
type ruleKey struct {
	rule    int
	subject hunt.Subject
}

// maxKnown bounds the meetings that are remembered; beyond it they are new again, which only hastens a fold.
const maxKnown = 1 << 18

// NewLive gives a Live that matches nothing yet.
func NewLive() *Live {
	return &Live{hit: map[observable.Value]struct{}{}, known: map[meetingKey]struct{}{}, asked: map[ruleKey]struct{}{}, fresh: make(chan struct{}, 1)}
}

// Swap puts the intelligence that a folder has in force in the place of what was matched before.
func (l *Live) Swap(ctx context.Context, k *Keeper) error {
	f, err := k.inForce(ctx)
	if err != nil {
		return err
	}
	l.engine.Store(&hunt.Engine{Index: f.index, Networks: k.Depot.Networks(), Sink: liveSink{l, f.index}})
	l.files.Store(int64(len(f.loader.Reports())))
	l.loaded.Store(time.Now().UnixNano())
	parts := partsOf(f.loader.Reports())
	l.parts.Store(&parts)
	return nil
}

// Loaded gives how many files of intelligence are in force, and since when.
func (l *Live) Loaded() (files int, at time.Time) {
	return int(l.files.Load()), time.Unix(0, l.loaded.Load()).UTC()
}

// InPart tells which files of those in force were read in part, in words.
func (l *Live) InPart() []string {
	if p := l.parts.Load(); p != nil {
		return *p
	}
	return nil
}

// Values is how many values are matched.
func (l *Live) Values() int {
	if e := l.engine.Load(); e != nil {
		return e.Index.Len()
	}
	return 0
}

// Match matches a batch.
func (l *Live) Match(ctx context.Context, b *telemetry.Batch) error {
	e := l.engine.Load()
	if e == nil || e.Index.Len() == 0 {
		return nil
	}
	return e.Batch(ctx, b)
}

// Fresh gives a channel that has something to receive when a value met a subject for the first time.
func (l *Live) Fresh() <-chan struct{} { return l.fresh }

// Taken gives the values that were met since it was last called.
func (l *Live) Taken() map[observable.Value]struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := maps.Clone(l.hit)
	clear(l.hit)
	return out
}

// ruleHits notes what rules matched.
func (l *Live) ruleHits(hits []hunt.RuleHit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range hits {
		key := ruleKey{hits[i].Rule, hits[i].Subject}
		if _, ok := l.asked[key]; ok {
			continue
		}
		if len(l.asked) >= maxKnown {
			clear(l.asked)
		}
		key.subject.Name = strings.Clone(key.subject.Name)
		l.asked[key] = struct{}{}
		l.hasten()
	}
}

// hasten asks for a fold.
func (l *Live) hasten() {
	select {
	case l.fresh <- struct{}{}:
	default:
	}
}

// liveSink notes the hits of one engine, whose entries are numbers of its index.
type liveSink struct {
	live  *Live
	index *intel.Index
}

// Hits implements hunt.Sink.
func (s liveSink) Hits(_ *telemetry.Batch, hits []hunt.Hit) {
	s.live.met.Add(uint64(len(hits)))
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	for i := range hits {
		v := s.index.Value(hits[i].Match.Entry)
		s.live.hit[v] = struct{}{}
		key := meetingKey{v, hits[i].Subject}
		if _, ok := s.live.known[key]; ok {
			continue
		}
		if len(s.live.known) >= maxKnown {
			clear(s.live.known)
		}
		key.subject.Name = strings.Clone(key.subject.Name) // it may share memory with the batch
		s.live.known[key] = struct{}{}
		s.live.hasten()
	}
}
