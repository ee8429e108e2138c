package node

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"stormglass/internal/collect"
	"stormglass/internal/depot"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// Ingest reads telemetry into a data folder. What was read before is not taken in again, a file that
// has grown from where it ended; what was committed survives whatever happens next.
type Ingest struct {
	Paths []string
	Stdin io.Reader
	// StdinName is what that which is read from Stdin is called, "-" when empty.
	StdinName string
	Limits    collect.Limits // of what is packed; the zero value takes the defaults
	Sensor    string         // names what saw the records; empty takes the family of each source's format
	Workers   int            // goroutines that decode; 0 is one a core
	// Progress, when set, is told how many bytes were read from disk.
	Progress func(done int64)
	// CommitBytes is after how many bytes of content what was read is committed, in the middle of a
	// source too; 0 is 1 GiB.
	CommitBytes uint64

	// opener, when set, opens every path (collect.Files).
	opener func(path string) (*os.File, error)

	// Match, when set, sees every batch before it is kept.
	Match func(ctx context.Context, b *telemetry.Batch) error

	// caughtUp, when set, is called now and then between commits: the manifest keeps accounts of sources
	// for a number of edits only.
	caughtUp func(context.Context) error

	// turn, when set, has each commit done while nobody else changes the folder; others may have changed it since the last.
	turn func(ctx context.Context, commit func() error) error

	mu      sync.Mutex // of intake, while it is begun
	depot   *depot.Depot
	files   *collect.Files
	intake  *depot.Intake
	pending []depot.Source // read, not committed
	begun   uint64         // bytes of content in the intake
	result  *Ingested
}

// Ingested is what an Ingest did.
type Ingested struct {
	Accounts []*telemetry.Account // of every source that was looked at
	Known    int                  // sources of which everything was kept before
	Grown    int                  // sources of which a first part was
	Records  uint64               // taken in, of all sources
	Commits  int
	Found    int    // findings that came or changed; of Service.Upload only
	Entry    uint64 // the last edit of the data folder before
	Took     time.Duration

	after map[telemetry.SourceID]telemetry.SourceID // what a source was before it grew
}

const (
	defaultCommit = 1 << 30
	maxPending    = 5000 // sources of one commit
	catchUpEvery  = 100  // commits
)

// Run ingests into an open data folder. What could not be read is in the accounts. Beside an error the
// result tells what was committed before it: that is kept, and nothing after.
func (g *Ingest) Run(ctx context.Context, d *depot.Depot) (*Ingested, error) {
	started := time.Now()
	if g.CommitBytes == 0 {
		g.CommitBytes = defaultCommit
	}
	g.depot, g.files = d, &collect.Files{Stdin: g.Stdin, StdinName: g.StdinName, Limits: g.Limits, Leave: leaveData, Open: g.opener}
	g.result = &Ingested{Entry: d.Entry(), after: map[telemetry.SourceID]telemetry.SourceID{}}
	if err := outside(g.Paths); err != nil {
		return g.result, err
	}
	err := g.files.Each(ctx, g.Paths, func(m *collect.Member) error { return g.member(ctx, m) })
	if err == nil {
		err = g.commit(ctx)
	}
	if err != nil {
		err = errors.Join(err, g.abort())
	}
	g.result.Took = time.Since(started)
	return g.result, err
}

// member takes one member in, as far as it is not known.
func (g *Ingest) member(ctx context.Context, m *collect.Member) error {
	if m.Err != nil || len(m.Head()) == 0 {
		return g.read(ctx, m, known{})
	}
	k, err := g.known(ctx, m)
	if err != nil {
		return err
	}
	if k.whole {
		g.result.Known++
		g.result.Accounts = append(g.result.Accounts, &telemetry.Account{Source: telemetry.Source{Name: m.Name, ID: k.after}, SameAs: before})
		return nil
	}
	if k.alone {
		if err := g.commit(ctx); err != nil {
			return err
		}
	}
	return g.read(ctx, m, k)
}

// before stands for the name of a source that was ingested in an earlier run.
const before = "what was ingested before"

// grown is why more of a capture is not read: a part of its conversations was told where it ended before.
const grown = "it has grown since it was taken in, and captures and dnstap logs are read whole: take them in once they are finished"

// read reads a member and takes in the records that are not known.
func (g *Ingest) read(ctx context.Context, m *collect.Member, k known) error {
	if k.lines > 0 && collect.EndMatters(m.Head()) {
		g.result.Accounts = append(g.result.Accounts, &telemetry.Account{Source: telemetry.Source{Name: m.Name}, Skipped: grown})
		return nil
	}
	was := k.after // marks move it on
	ahead := newFuture(time.Now())
	var leases unkept
	lost := &coverage.Counter{}
	reader := collect.Reader{
		Exports: captured, After: k.lines,
		Workers: g.Workers, MarkEvery: g.CommitBytes, Source: telemetry.Source{ID: k.rows, Sensor: g.Sensor},
		Handle: func(ctx context.Context, b *telemetry.Batch) error {
			if k.lines > 0 {
				b = b.After(k.lines)
			}
			ahead.undate(b)
			leases.note(g.depot, b)
			return g.take(ctx, b)
		},
	}
	reader.Counted = func(s *telemetry.Set) { lost.Unread(s, g.Sensor, 0) }
	if g.Progress != nil {
		reader.Watch = func(*telemetry.Block) { g.Progress(g.files.Done.Load()) }
	}
	if m.Again {
		reader.Mark = func(ctx context.Context, at collect.Mark) error {
			part := depot.Source{ID: at.ID, Head: k.head, Bytes: at.Bytes, Lines: at.Lines, Part: true, After: k.after, Rows: k.rows}
			if at.Lines <= k.lines {
				return nil
			}
			g.pending = append(g.pending, part)
			k.after, k.lines = at.ID, at.Lines
			if err := g.tellLost(lost); err != nil {
				return err
			}
			return g.commit(ctx)
		}
	}
	a, err := reader.Read(ctx, m)
	if err != nil {
		return err
	}
	ahead.tell(a)
	leases.tell(a)
	g.result.Accounts = append(g.result.Accounts, a)
	if a.Skipped != "" {
		return nil
	}
	if was != (telemetry.SourceID{}) {
		g.result.after[a.Source.ID] = was
	}
	cutOff(lost, a)
	return g.finished(ctx, a, k, lost)
}

// finished counts a source in that was read to its end.
func (g *Ingest) finished(ctx context.Context, a *telemetry.Account, k known, lost *coverage.Counter) error {
	if k.alone && g.depot.Has(a.Source.ID) { // nothing else is in the intake
		g.result.Known++
		a.SameAs = before
		return g.abort()
	}
	if k.lines > 0 {
		g.result.Grown++
	}
	if err := g.tellLost(lost); err != nil {
		return err
	}
	g.pending = append(g.pending, depot.SourceOf(a, k.head, k.after, k.rows))
	g.begun += a.Bytes
	if g.begun >= g.CommitBytes || len(g.pending) >= maxPending || k.alone {
		return g.commit(ctx)
	}
	return nil
}

// take takes in the records of a batch.
func (g *Ingest) take(ctx context.Context, b *telemetry.Batch) error {
	in, err := g.open()
	if err != nil {
		return err
	}
	if g.Match != nil && b.Len() > 0 {
		if err := g.Match(ctx, b); err != nil {
			return err
		}
	}
	return in.Add(ctx, b)
}

// tellLost has coverage know what was lost of a source, or could not be read.
func (g *Ingest) tellLost(lost *coverage.Counter) error {
	if lost.Empty() {
		return nil
	}
	in, err := g.open()
	if err != nil {
		return err
	}
	in.Cover(lost)
	lost.Clear()
	return nil
}

// Incomplete reports whether anything that was given could not be read in full.
func (g *Ingested) Incomplete() bool {
	for _, a := range g.Accounts {
		if a.SameAs == "" && !a.Whole() {
			return true
		}
	}
	return false
}
