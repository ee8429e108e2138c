package node

import (
	"sync"
	"time"

	"stormglass/internal/telemetry"
)

// reasonFuture is why records of a source have no time.
const reasonFuture = "states a time that has not come yet: kept without a time"

// aheadOf is how much a clock may be ahead of ours, as with what sockets receive.
const aheadOf = 5 * time.Minute

// future takes the time from records that state one which has not come when they are read, doubt allowed for: they are kept
// without a time, and Stated is what they say. A day that has not come would have all days before it be missing.
type future struct {
	now telemetry.Instant

	mu  sync.Mutex
	set telemetry.Set // what was met, as problems
	met uint64
}

func newFuture(now time.Time) *future {
	return &future{now: telemetry.InstantOf(now.Add(aheadOf))}
}

// undate looks at a batch, in place.
func (f *future) undate(b *telemetry.Batch) {
	for i := range b.Len() {
		h := b.Head(i)
		if h.Occurred-telemetry.Instant(h.Doubt) <= f.now {
			continue
		}
		h.Stated, h.Occurred, h.Doubt = h.Occurred, 0, 0
		f.note(h.Ordinal)
	}
}

func (f *future) note(ordinal uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.met++
	f.set.Pass(ordinal, reasonFuture)
}

// tell adds what was met to the account of its source.
func (f *future) tell(a *telemetry.Account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a.Undated += f.met
	a.Problems.Merge(&f.set.Problems)
}
