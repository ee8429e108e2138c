package ledger

import (
	"context"
	"hash/maphash"
	"net/netip"

	"stormglass/internal/observable"
)

// Feeder takes facts in for one goroutine at a time, and hands them to the builder that has their
// value. It waits for a builder only while another goroutine gives facts to the same one, and then
// for a few dozen facts at once.
type Feeder struct {
	to      []*Builder
	seed    maphash.Seed
	queues  []queue // by builder, then space
	scratch []byte
	refused uint64
	err     error // what ended a builder
}

func newFeeder(to []*Builder, seed maphash.Seed) *Feeder {
	return &Feeder{to: to, seed: seed, queues: make([]queue, len(to)*int(Spaces))}
}

// Addr adds a fact of an address. Nothing of f is kept.
func (f *Feeder) Addr(a netip.Addr, x *Fact) {
	if !a.IsValid() {
		f.refused++
		return
	}
	key := AddrKey(a)
	f.add(Addrs, key[:], x)
}

// Name adds a fact of a domain name in A-label form.
func (f *Feeder) Name(name string, x *Fact) {
	f.scratch = AppendNameKey(f.scratch[:0], name)
	f.add(Names, f.scratch, x)
}

// Text adds a fact of a value of any other kind, in its canonical form; a URL is given as
// observable.URLKey writes it.
func (f *Feeder) Text(k observable.Kind, text string, x *Fact) {
	f.scratch = AppendTextKey(f.scratch[:0], k, text)
	f.add(Texts, f.scratch, x)
}

func (f *Feeder) add(space Space, value []byte, x *Fact) {
	if f.err != nil {
		return
	}
	if len(value) == 0 || len(value) > MaxValue {
		f.refused++
		return
	}
	at := momentOf(x.At)
	mark := markOf(f.seed, value, at.day, x.Kind)
	to := int(uint64(mark) * uint64(len(f.to)) >> 32) // by the highest bits: slots go by the lowest
	q := &f.queues[to*int(Spaces)+int(space)]
	q.push(mark, value, at, x)
	if q.full() {
		f.drain(context.Background(), to, space)
	}
}

// drain hands the facts of a queue to their builder.
func (f *Feeder) drain(ctx context.Context, to int, space Space) {
	q, b := &f.queues[to*int(Spaces)+int(space)], f.to[to]
	b.mu.Lock()
	b.take(ctx, space, q)
	err := b.err
	b.mu.Unlock()
	if q.reset(); f.err == nil {
		f.err = err
	}
}

// Flush hands over what is still on its way.
func (f *Feeder) Flush(ctx context.Context) error {
	for to := range f.to {
		for space := range Spaces {
			if f.err == nil && len(f.queues[to*int(Spaces)+int(space)].facts) > 0 {
				f.drain(ctx, to, space)
			}
		}
	}
	return f.err
}

// Err gives what ended a builder early: a run that could not be written.
func (f *Feeder) Err() error { return f.err }

// Refused gives how many facts were left out because their value is empty, longer than MaxValue or no
// valid address.
func (f *Feeder) Refused() uint64 { return f.refused }

// reset forgets everything.
func (f *Feeder) reset() {
	for i := range f.queues {
		f.queues[i].reset()
	}
	f.err, f.refused = nil, 0
}
