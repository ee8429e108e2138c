package collect

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/telemetry"
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
}

// Read reads one member to its end and gives the account of it. What cannot be read is in the
// account; an error is the context's or Handle's.
func (r *Reader) Read(ctx context.Context, m *Member) (*telemetry.Account, error) {
	a := &telemetry.Account{Source: telemetry.Source{Name: m.Name}}
	if m.Err != nil {
		a.Skipped = m.Err.Error()
		return a, nil //nolint:nilerr // what cannot be opened is in the account
	}
	head := m.Head()
	if len(head) == 0 {
		a.Skipped = m.Emptiness()
		return a, nil
	}
	in, head := reline(m, head)
	d := recognise(head, m)
	if d == nil {
		a.Skipped = "not a format that is read here: " + guess(head)
		return a, nil
	}
	a.Format = d.Name()
	a.Source.Sensor, _, _ = strings.Cut(a.Format, " ")
	return a, r.read(ctx, newSplitter(in, 2*r.workers()+2), d, a)
}

func (r *Reader) workers() int {
	if r.Workers > 0 {
		return r.Workers
	}
	return runtime.GOMAXPROCS(0)
}

func (r *Reader) read(ctx context.Context, s *splitter, d Decoder, a *telemetry.Account) error {
	blocks := make(chan *telemetry.Block, r.workers())
	g, gctx := errgroup.WithContext(ctx)
	var broken error
	g.Go(func() error {
		defer close(blocks)
		broken = s.run(gctx, func(b *telemetry.Block) error {
			d.Prepare(b)
			select {
			case blocks <- b:
				return nil
			case <-gctx.Done():
				return gctx.Err()
			}
		})
		return nil
	})
	var mu sync.Mutex
	for range r.workers() {
		g.Go(func() error {
			var set telemetry.Set
			for b := range blocks {
				if err := r.block(gctx, b, d, &set, &a.Source); err != nil {
					return err
				}
				mu.Lock()
				a.Add(&set)
				mu.Unlock()
				set.Reset()
				s.giveBack(b.Data)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if broken != nil {
		a.Failed = broken.Error()
	}
	a.Bytes = s.bytes
	a.Source.ID = telemetry.SourceID(s.sum.Sum(nil))
	if s.long > 0 {
		a.Lines += s.long
		p := telemetry.Problems{List: []telemetry.Problem{{
			Reason: fmt.Sprintf("line longer than %d KiB", MaxLine>>10), Count: s.long,
			Examples: []telemetry.Example{{Line: s.longAt}},
		}}}
		a.Problems.Merge(&p)
	}
	return nil
}

func (r *Reader) block(ctx context.Context, b *telemetry.Block, d Decoder, set *telemetry.Set, src *telemetry.Source) error {
	if r.Watch != nil {
		r.Watch(b)
	}
	d.Decode(b, set)
	for batch := range set.Batches {
		batch.Source = src
		if err := r.Handle(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// guess names what a file looks like that is not read, for the message about it.
func guess(head []byte) string {
	for _, g := range []struct{ magic, is string }{
		{"\xd4\xc3\xb2\xa1", "a network capture (pcap)"},
		{"\xa1\xb2\xc3\xd4", "a network capture (pcap)"},
		{"\x4d\x3c\xb2\xa1", "a network capture (pcap)"},
		{"\x0a\x0d\x0d\x0a", "a network capture (pcapng)"},
		{"\x0c\xa5\x01\x00", "an nfdump capture file; export it with nfdump -o csv"},
		{"\x0c\xa5\x02\x00", "an nfdump capture file; export it with nfdump -o csv"},
		{"PAR1", "a Parquet file"},
		{"SQLite format 3\x00", "an SQLite database"},
		{"ElfFile\x00", "a Windows event log; export it as JSON"},
		{"%PDF-", "a PDF document"},
		{"\x7fELF", "a program"},
		{"MZ", "a program"},
		{"\x89PNG", "a picture"},
	} {
		if bytes.HasPrefix(head, []byte(g.magic)) {
			return g.is
		}
	}
	return "binary data"
}

// reference is the time by which a decoder completes times that lack their year.
func reference(m *Member) time.Time {
	if m.Modified.IsZero() {
		return time.Now().UTC()
	}
	return m.Modified.UTC()
}
