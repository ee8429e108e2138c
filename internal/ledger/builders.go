package ledger

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// Builders are several builders, each of which has a part of all values, by their hash. Goroutines that
// decode side by side have a Feeder each. So a value takes one row, whoever met it, and what a
// segment is made of holds no value twice but where a builder spilled.
type Builders struct {
	list []*Builder
	seed maphash.Seed

	mu      sync.Mutex
	feeders []*Feeder
}

// NewBuilders makes n empty builders, at least one; each has the memory that o says. See NewBuilder.
func NewBuilders(n int, fs disk.FS, dir string, o BuilderOptions) *Builders {
	bs := &Builders{seed: maphash.MakeSeed()}
	for range max(1, n) {
		bs.list = append(bs.list, NewBuilder(fs, dir, o))
	}
	return bs
}

// Feeder gives a new feeder, which lasts until Finish or Abort.
func (bs *Builders) Feeder() *Feeder {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	f := newFeeder(bs.list, bs.seed)
	bs.feeders = append(bs.feeders, f)
	return f
}

// Finish makes the segments of all facts. See the function Finish. Nobody may use a feeder.
func (bs *Builders) Finish(ctx context.Context, name func(Space, telemetry.Day) string) ([]Made, error) {
	bs.mu.Lock()
	feeders := bs.feeders
	bs.feeders = nil
	bs.mu.Unlock()
	for _, f := range feeders {
		if err := f.Flush(ctx); err != nil {
			return nil, errors.Join(err, bs.Abort())
		}
	}
	return Finish(ctx, bs.list, name)
}

// Abort drops all facts and removes the runs. Nobody may use a feeder.
func (bs *Builders) Abort() error {
	bs.mu.Lock()
	bs.feeders = nil
	bs.mu.Unlock()
	var errs []error
	for _, b := range bs.list {
		errs = append(errs, b.Abort())
	}
	return errors.Join(errs...)
}

// Bytes gives the memory that the builders held when facts were last given to them. It may be called
// at any time.
func (bs *Builders) Bytes() int64 {
	var n int64
	for _, b := range bs.list {
		n += b.held.Load()
	}
	return n
}
