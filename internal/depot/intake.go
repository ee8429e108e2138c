package depot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"runtime"
	"sync"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// Intake takes records in: every batch goes to the lake and to the ledger, and nothing of it counts
// before Commit. Several may be begun at a time: while one is committed the next takes records in.
type Intake struct {
	// Log, set before Commit, is the position of the log of what arrived (LogDir) before which
	// everything is in this intake or was committed before it.
	Log wal.Position

	depot  *Depot
	rows   *lake.Writer
	values *ledger.Builders
	rules  Matching // nil: none

	mu      sync.Mutex
	covered coverage.Counter // of what could not be read or was lost; workers count the rest
	free    []*worker
	records uint64
	failed  bool // to add something
}

// Begin starts an intake.
func (d *Depot) Begin() (*Intake, error) {
	if err := d.dirty(); err != nil {
		return nil, Full(fmt.Errorf("begin to take records in: %w", err))
	}
	return &Intake{
		depot: d, rules: d.matching(), rows: lake.NewWriter(d.fs, lakeDir, d.lakeOptions()),
		values: ledger.NewBuilders(runtime.GOMAXPROCS(0), d.fs, TempDir, d.builderOptions()),
	}, nil
}

// Add takes the records of a batch in. It may be called from several goroutines. The batch is
// scrubbed of secrets in place; nothing of it is kept.
func (in *Intake) Add(ctx context.Context, b *telemetry.Batch) error {
	if err := ctx.Err(); err != nil || b.Len() == 0 {
		return err
	}
	if b.Kind == telemetry.KindAAA {
		return in.addLeases(ctx, b)
	}
	tokens, err := in.depot.namesIn(b)
	if err != nil {
		return in.fail(err)
	}
	telemetry.Scrub(b)
	putTokens(b, tokens)
	stated := in.depot.Registers().Networks
	if err := in.rows.Add(b, func(i int) lake.Class { return classOf(stated, b, i) }); err != nil {
		return in.fail(fmt.Errorf("keep records of %s: %w", b.Source.Name, err))
	}
	if in.rules != nil {
		if err := in.rules.Batch(ctx, b); err != nil {
			return in.fail(fmt.Errorf("hold records of %s against the rules: %w", b.Source.Name, err))
		}
	}
	w := in.worker()
	defer in.giveBack(w, uint64(b.Len()))
	if err := w.add(b); err != nil {
		return in.fail(fmt.Errorf("keep values of %s: %w", b.Source.Name, err))
	}
	return nil
}

func (in *Intake) fail(err error) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.failed = true
	return Full(err)
}

// worker gives what one goroutine at a time uses.
func (in *Intake) worker() *worker {
	in.mu.Lock()
	defer in.mu.Unlock()
	if n := len(in.free); n > 0 {
		w := in.free[n-1]
		in.free = in.free[:n-1]
		return w
	}
	return newWorker(in.depot, in.values.Feeder())
}

func (in *Intake) giveBack(w *worker, records uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.free = append(in.free, w)
	in.records += records
}

// Unread notes for coverage what of a set could not be read, of which at least one record arrived at a time (0: see coverage.Counter).
func (in *Intake) Unread(s *telemetry.Set, sensor string, at telemetry.Instant) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.covered.Unread(s, sensor, at)
}

// Lost notes for coverage that about n records of a kind (0: nobody knows how many) were lost between one time and another, of whomever.
func (in *Intake) Lost(kind telemetry.Kind, from, to telemetry.Instant, n uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.covered.Lost(kind, coverage.Speaker{}, from, to, n)
}

// Cover adds what somebody else counted for coverage.
func (in *Intake) Cover(c *coverage.Counter) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.covered.Merge(c)
}

// whatCame gives who sent what in which hour, of all workers.
func (in *Intake) whatCame() (json.RawMessage, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, w := range in.free {
		in.covered.Merge(&w.covered)
	}
	return in.covered.Encode()
}

// Records gives the number of records taken in since Begin.
func (in *Intake) Records() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.records
}

// Memory gives about how many bytes the intake holds in memory: rows that wait to be written, and tables of the ledger.
func (in *Intake) Memory() int64 { return in.rows.Bytes() + in.values.Bytes() }

// whyIngest is why an edit brings new records.
const whyIngest = "ingest"

// Commit makes what was taken in durable, together with the sources it came from: from now on these
// records are acknowledged. The intake has ended, well or not. Nobody may be in Add.
func (in *Intake) Commit(ctx context.Context, sources []Source) error {
	d := in.depot
	e := &Edit{Why: whyIngest, Sources: sources}
	err := in.finish(ctx, e)
	if err == nil && in.rules != nil {
		e.Matched, err = in.rules.Matched()
		e.Rules = in.rules.Version()
	}
	if err == nil {
		e.Covered, err = in.whatCame()
	}
	if err == nil && d.Vault != nil {
		err = d.Vault.Flush()
	}
	if err != nil {
		return Full(errors.Join(fmt.Errorf("keep what was read: %w", err), in.remove(e)))
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	e.Names, e.Log = d.names.take(), in.Log
	if err := d.commit(e); err != nil {
		return Full(err)
	}
	return Full(d.clean())
}

// finish writes what is still in memory and names all that was written.
func (in *Intake) finish(ctx context.Context, e *Edit) error {
	files, err := in.rows.Finish(ctx)
	for i := range files {
		e.AddFiles = append(e.AddFiles, File{File: files[i], Taken: in.depot.today()})
	}
	if err != nil {
		return err
	}
	made, err := in.values.Finish(ctx, in.depot.segmentName)
	for _, m := range made {
		e.AddSegments = append(e.AddSegments, Segment{Name: m.Name, Info: m.Info, Days: []telemetry.Day{m.Info.FirstDay}, Taken: in.depot.today()})
	}
	if err != nil {
		return err
	}
	return in.depot.syncLedger()
}

// Abort ends the intake without a trace of it.
func (in *Intake) Abort() error {
	if err := in.remove(&Edit{}); err != nil || in.failed {
		return err
	}
	return in.depot.clean()
}

// remove takes away what no edit names.
func (in *Intake) remove(e *Edit) error {
	errs := []error{in.rows.Abort(), in.values.Abort()}
	for _, f := range e.AddFiles {
		errs = append(errs, in.depot.drop(f.Name))
	}
	for _, s := range e.AddSegments {
		errs = append(errs, in.depot.drop(s.Name))
	}
	if err := errors.Join(append(errs, in.depot.syncLedger())...); err != nil {
		return fmt.Errorf("remove what was not kept: %w", err)
	}
	return nil
}

// segmentName names a new segment.
func (d *Depot) segmentName(space ledger.Space, day telemetry.Day) string {
	return path.Join(ledgerDir, space.String(), fmt.Sprintf("%s-%s.seg", dayName(day), d.newID()))
}

func dayName(day telemetry.Day) string {
	if day == 0 {
		return "undated"
	}
	return day.String()
}

func (d *Depot) syncLedger() error {
	for s := range ledger.Spaces {
		if err := d.fs.SyncDir(path.Join(ledgerDir, s.String())); err != nil {
			return err
		}
	}
	return nil
}
