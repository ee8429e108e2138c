package collect

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/pcap"
)

// Decoder turns blocks of one source into records. Prepare sees every block in order; Decode is
// called from several goroutines.
type Decoder interface {
	Name() string
	Prepare(b *telemetry.Block)
	Decode(b *telemetry.Block, s *telemetry.Set)
}

// Reader reads telemetry, one source at a time, with all cores.
type Reader struct {
	// Workers is how many goroutines decode; by default as many as there are cores.
	Workers int
	// Handle takes each batch; it is called from several goroutines and keeps nothing of the batch.
	Handle func(ctx context.Context, b *telemetry.Batch) error
	// Watch, when set, sees every block before it is decoded, from several goroutines.
	Watch func(b *telemetry.Block)
	// Counted, when set, sees what was read of every block once its batches went through Handle, one block at a time.
	Counted func(s *telemetry.Set)
	// After is up to which line, or record, the source was read before: its sets say so.
	After uint64
	// Source is what batches say of their source while its content is not known: an id of the reader's
	// choice, and a sensor when that of the format is not right.
	Source telemetry.Source
	// Mark, when set, is called about every MarkEvery bytes, while nothing is being decoded: every
	// record up to the mark went through Handle and none after it.
	Mark      func(ctx context.Context, m Mark) error
	MarkEvery uint64
	// Exports, when set, makes for each capture file what decodes the flow exports in it: templates of one
	// capture say nothing of another.
	Exports func() pcap.Exports
}

// Mark is a place in a source between two records.
type Mark struct {
	Lines uint64             // up to which records were handled: the highest ordinal
	Bytes uint64             // of content that were read: at least those lines
	ID    telemetry.SourceID // SHA-256 over those bytes
}

// Read reads one member to its end and gives the account of it. What cannot be read is in the
// account; an error is the context's or Handle's.
func (r *Reader) Read(ctx context.Context, m *Member) (*telemetry.Account, error) {
	a := &telemetry.Account{Source: telemetry.Source{Name: m.Name}}
	if m.Err != nil {
		a.Skipped = m.Err.Error()
		return a, nil
	}
	head := m.Head()
	if len(head) == 0 {
		a.Skipped = m.Emptiness()
		return a, nil
	}
	if d := recogniseStream(head, r.Exports); d != nil {
		a.Format = d.Name()
		r.begin(a)
		if err := r.readStream(ctx, m, d, a); err != nil {
			return a, err
		}
		a.Source.ID, a.Bytes = m.ID(), m.size
		return a, nil
	}
	in, head, x := reline(m, head)
	defer x.release()
	d := recognise(head, m)
	if d == nil {
		a.Skipped = "not a format that is read here: " + guess(head)
		return a, nil
	}
	a.Format = d.Name()
	r.begin(a)
	if err := r.read(ctx, m, newSplitter(in), d, a); err != nil {
		return a, err
	}
	a.Source.ID, a.Bytes = m.ID(), m.size
	if a.Failed == "" {
		a.Failed = x.unclosed()
	}
	return a, nil
}

// begin says of a source whose format is known what its batches say of it.
func (r *Reader) begin(a *telemetry.Account) {
	a.Source.ID, a.Source.Sensor = r.Source.ID, r.Source.Sensor
	if a.Source.Sensor == "" {
		a.Source.Sensor, _, _ = strings.Cut(a.Format, " ")
	}
}

// count adds what was read of a block to the account.
func (r *Reader) count(a *telemetry.Account, set *telemetry.Set) {
	a.Add(set)
	if r.Counted != nil {
		r.Counted(set)
	}
}

func (r *Reader) workers() int {
	if r.Workers > 0 {
		return r.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// read has the blocks of a source decoded. A source of one block, as most small files are, is
// decoded where it is read: no goroutine is worth its start.
func (r *Reader) read(ctx context.Context, m *Member, s *splitter, d Decoder, a *telemetry.Account) error {
	g, gctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	busy := make(chan struct{}, 2*r.workers()+1) // a place for each block on its way
	marks := marker{reader: r, member: m, busy: busy}
	decode := func(ctx context.Context, b *telemetry.Block, set *telemetry.Set) error {
		defer set.Reset()
		if err := r.block(ctx, b, d, set, &a.Source); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		r.count(a, set)
		return nil
	}
	var blocks chan *telemetry.Block
	var failed error // of the block decoded here
	broken := s.run(gctx, func(b *telemetry.Block) error {
		d.Prepare(b)
		if blocks == nil {
			if b.Last {
				failed = r.pooled(func(set *telemetry.Set) error { return decode(ctx, b, set) })
				giveBack(b.Data)
				return failed
			}
			blocks = make(chan *telemetry.Block, r.workers())
			for range r.workers() {
				g.Go(func() error {
					return r.pooled(func(set *telemetry.Set) error { return each(gctx, blocks, set, busy, decode) })
				})
			}
		}
		if err := marks.due(gctx, b); err != nil {
			failed = err
			return err
		}
		select {
		case busy <- struct{}{}:
		case <-gctx.Done():
			return gctx.Err()
		}
		select {
		case blocks <- b:
			return nil
		case <-gctx.Done():
			return gctx.Err()
		}
	})
	if blocks != nil {
		close(blocks)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	if broken != nil {
		a.Failed = broken.Error()
	}
	s.account(a)
	return nil
}

func each(ctx context.Context, blocks <-chan *telemetry.Block, set *telemetry.Set, busy <-chan struct{}, decode func(context.Context, *telemetry.Block, *telemetry.Set) error) error {
	for b := range blocks {
		if err := decode(ctx, b, set); err != nil {
			return err
		}
		<-busy
		giveBack(b.Data)
	}
	return nil
}

// marker tells a reader's Mark when it is due.
type marker struct {
	reader *Reader
	member *Member
	busy   chan struct{}
	last   uint64 // bytes read at the last mark
}

// due marks the place before block b, when enough was read since the last mark. Nothing is on its way
// once all places are taken.
func (k *marker) due(ctx context.Context, b *telemetry.Block) error {
	if k.reader.Mark == nil || k.member.size-k.last < k.reader.MarkEvery || b.Line == 1 {
		return nil
	}
	k.last = k.member.size
	for range cap(k.busy) {
		select {
		case k.busy <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for range cap(k.busy) {
		<-k.busy
	}
	return k.reader.Mark(ctx, Mark{Lines: b.Line - 1, Bytes: k.member.size, ID: k.member.ID()})
}

// sets hold the memory of batches, from source to source.
var sets = sync.Pool{New: func() any { return new(telemetry.Set) }}

func (r *Reader) pooled(use func(*telemetry.Set) error) error {
	set, _ := sets.Get().(*telemetry.Set)
	set.After = r.After
	defer sets.Put(set)
	return use(set)
}

func (r *Reader) block(ctx context.Context, b *telemetry.Block, d Decoder, set *telemetry.Set, src *telemetry.Source) error {
	if r.Watch != nil {
		r.Watch(b)
	}
	d.Decode(b, set)
	for batch := range set.Batches {
		if err := r.hand(ctx, batch, src); err != nil {
			return err
		}
	}
	return nil
}

// reference is the time by which a decoder completes times that lack their year.
func reference(m *Member) time.Time {
	if m.Modified.IsZero() {
		return time.Now().UTC()
	}
	return m.Modified.UTC()
}
