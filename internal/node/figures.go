package node

import (
	"context"
	"sync"
	"time"
)

// figures count what a service does.
type figures struct {
	mu     sync.Mutex
	now    Folds
	rate   [ratePoints]uint64 // records taken in, at the last looks, a ring
	looked int                // looks in all
}

// Folds says what became of what a service received, since it began.
type Folds struct {
	Folds, Failed uint64
	Took          time.Duration // all together
	Last          time.Time     // when the last one ended
	LastTook      time.Duration
	New, Changed  uint64  // findings
	Rate          float64 // records a second, over the last minute
}

const (
	rateEvery  = 5 * time.Second
	ratePoints = 13 // a minute and the point before it
)

func (f *figures) folded(took time.Duration, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.now.Failed++
		return
	}
	f.now.Folds++
	f.now.Took += took
	f.now.Last, f.now.LastTook = time.Now().UTC(), took
}

func (f *figures) found(fresh, changed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now.New += uint64(fresh)
	f.now.Changed += uint64(changed)
}

// run looks at how many records were taken in, every few seconds, until the context ends.
func (f *figures) run(ctx context.Context, records func() uint64) error {
	tick := time.NewTicker(rateEvery)
	defer tick.Stop()
	for {
		f.look(records())
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (f *figures) look(records uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rate[f.looked%ratePoints] = records
	f.looked++
	first := max(0, f.looked-ratePoints)
	if span := f.looked - 1 - first; span > 0 {
		f.now.Rate = float64(records-f.rate[first%ratePoints]) / (time.Duration(span) * rateEvery).Seconds()
	}
}

func (f *figures) get() Folds {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}
