package ledger

import (
	"context"
	"fmt"
	"sync/atomic"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// Meta is what a segment says besides its rows, so that it stands for itself.
type Meta struct {
	Space   Space
	Sensors map[uint32]string // names of the sensors and named peers that its rows speak of, by number
}

// Info sums up a segment.
type Info struct {
	Space             Space
	Rows              uint64
	Values            uint64        // distinct ones
	Bytes             int64         // size of the file
	FirstDay, LastDay telemetry.Day // of all rows, undated ones (day 0) included; both 0 when there are none
	Folds             bool          // holds folded rows
	Tokens            bool          // holds peers that are tokens
	Filtered          bool          // has filters: not a spill
}

// count counts a row.
func (i *Info) count(r *Row) {
	first := i.Rows == 0
	i.Rows++
	if first || r.Day < i.FirstDay {
		i.FirstDay = r.Day
	}
	if first || r.Day > i.LastDay {
		i.LastDay = r.Day
	}
	i.Folds = i.Folds || r.Folded
	if n := len(r.Peers); n > 0 && r.Peers[n-1].Kind == PeerToken { // tokens sort last
		i.Tokens = true
	}
}

// Segment is a file of rows, open for reading. Its fences, filters and blocks are read through a
// map; on the heap are only the directory of groups and what tells which pages were verified. All
// methods but Close may be called from any goroutine.
type Segment struct {
	name   string
	info   Info
	groups []group
	names  []byte // dictionary, as in the footer
	data   []byte // the mapped file
	unmap  func() error
	closed atomic.Bool
}

// Open opens a segment. It reads and checks header and footer only: anything else is checked when
// it is first touched. Damage comes as a *CorruptError.
func Open(fs disk.FS, name string) (*Segment, error) {
	data, unmap, err := fs.Map(name)
	if err != nil {
		return nil, fmt.Errorf("open segment: %w", err)
	}
	s, err := openMapped(name, data, unmap)
	if err != nil {
		_ = unmap() // the damage is what matters
	}
	return s, err
}

func openMapped(name string, data []byte, unmap func() error) (*Segment, error) {
	s := &Segment{name: name, data: data, unmap: unmap}
	if err := s.guard(s.readEnds); err != nil {
		return nil, err
	}
	return s, nil
}

// readEnds reads header and footer.
func (s *Segment) readEnds() error {
	if what := checkHeader(s.data); what != "" {
		return s.corrupt(what, 0)
	}
	f, what, at := readFooter(s.data)
	if what != "" {
		return s.corrupt(what, at)
	}
	s.info, s.groups, s.names = f.info, f.groups, f.names
	s.info.Bytes = int64(len(s.data))
	return nil
}

// Info sums up the segment.
func (s *Segment) Info() Info { return s.info }

// Name gives the file's name as it was opened.
func (s *Segment) Name() string { return s.name }

// Meta gives the dictionary; the map is the caller's.
func (s *Segment) Meta() Meta {
	return Meta{Space: s.info.Space, Sensors: readNames(s.names)}
}

// Close lets go of the map. No other call may be under way, and no row of the segment may be in use.
func (s *Segment) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.data, s.groups = nil, nil
	return s.unmap()
}

// Scan gives a cursor over all rows, in order.
func (s *Segment) Scan() *Cursor { return &Cursor{s: s} }

// Verify checks the whole file: every checksum, the order of rows, all counts, and that the filters
// hold every value. The error is a *CorruptError, or that of the context.
func (s *Segment) Verify(ctx context.Context) error {
	return s.guard(func() error { return verify(ctx, s) })
}
