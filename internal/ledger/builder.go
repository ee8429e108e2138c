package ledger

import (
	"errors"
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"

	"stormglass/internal/disk"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Fact is one record's part in a value's row.
type Fact struct {
	Kind    telemetry.Kind
	At      telemetry.Instant // zero: undated
	Roles   uint8             // hunt.Roles
	Sensor  uint32            // number in the dictionary
	Bytes   uint64            // both directions; 0 when the record does not state them
	Packets uint64            // as Bytes
	Peer    Peer              // the zero Peer is none
	Repeat  bool              // its record was counted for this value already: it adds roles and a peer only
}

// records is how many records a fact adds.
func (f *Fact) records() uint64 {
	if f.Repeat {
		return 0
	}
	return 1
}

// Bounds of a builder.
const (
	DefaultTableBytes = 64 << 20
	minTableBytes     = 1 << 20
	maxRuns           = 32 // of a space, before they are merged
)

// BuilderOptions bound a builder.
type BuilderOptions struct {
	// TableBytes is the memory of each space's table; 0 is DefaultTableBytes, the least is 1 MiB. What
	// the others have no use for a table may have too, so that the sum is the bound.
	// Builders that work side by side have a table each: whoever starts n of them divides.
	TableBytes int64
	// Budget is how many rows of a space a day has before rows are folded; 0 is DefaultBudget.
	Budget uint64
	// Name gives the name of a sensor or named peer, for the segments' dictionaries. A number without
	// a name is left out.
	Name func(number uint32) (string, bool)

	maxRows  int    // of a table, for tests; 0 is no bound
	siblings uint64 // for tests; 0 is maxSiblings
}

// Builder gathers facts in memory and turns them into segments. What does not fit its memory lies in
// sorted runs in its folder until Finish; memory and, by folding, disk are bounded whatever comes.
//
// A Builder's own methods are for one goroutine at a time. Goroutines that work side by side share
// Builders.
type Builder struct {
	own  *Feeder // of who uses the builder alone
	fs   disk.FS
	dir  string
	opts BuilderOptions
	held atomic.Int64 // Bytes, when facts were last taken

	mu     sync.Mutex // of who feeds it
	tables [Spaces]*table
	runs   [Spaces]runs
	err    error // what ended it: no further fact is taken
}

// NewBuilder makes an empty builder. Its runs lie in dir, which it makes when it needs it; files
// ending in ".run" that a killed process left there may be removed.
func NewBuilder(fs disk.FS, dir string, o BuilderOptions) *Builder {
	if o.TableBytes == 0 {
		o.TableBytes = DefaultTableBytes
	}
	o.TableBytes = max(o.TableBytes, minTableBytes)
	if o.Budget == 0 {
		o.Budget = DefaultBudget
	}
	b := &Builder{fs: fs, dir: dir, opts: o}
	for s := range Spaces {
		b.tables[s] = newTable(s, o.TableBytes)
		b.tables[s].maxRows = o.maxRows
	}
	b.own = newFeeder([]*Builder{b}, maphash.MakeSeed())
	return b
}

// Addr adds a fact of an address. Nothing of f is kept.
func (b *Builder) Addr(a netip.Addr, f *Fact) { b.own.Addr(a, f) }

// Name adds a fact of a domain name in A-label form.
func (b *Builder) Name(name string, f *Fact) { b.own.Name(name, f) }

// Text adds a fact of a value of any other kind, in its canonical form; a URL is given as
// observable.URLKey writes it.
func (b *Builder) Text(k observable.Kind, text string, f *Fact) { b.own.Text(k, text, f) }

// Err gives what ended the builder early: a run that could not be written. Finish gives it, too.
func (b *Builder) Err() error { return b.err }

// Refused gives how many facts were left out because their value is empty, longer than MaxValue or no
// valid address.
func (b *Builder) Refused() uint64 { return b.own.Refused() }

// Bytes gives the memory held by the tables, and by the set of names that rows speak of: 4 KiB for
// each 32,768 numbers of the dictionary.
func (b *Builder) Bytes() int64 {
	var n int64
	for _, t := range b.tables {
		n += t.held() + t.used.held()
	}
	return n
}

// Abort drops all facts and removes the runs. The builder is then as new.
func (b *Builder) Abort() error {
	var errs []error
	for s := range b.runs {
		errs = append(errs, b.runs[s].remove())
		b.tables[s].reset()
		b.tables[s].used = names{}
	}
	b.own.reset()
	b.err = nil
	b.held.Store(b.Bytes())
	return errors.Join(errs...)
}
