package ledger

import (
	"context"
	"fmt"
	"maps"
	"path"
)

// DefaultBudget is how many rows of a space a day has before rows are folded.
const DefaultBudget = 20_000_000

// MergeOptions say what a merge drops.
type MergeOptions struct {
	// Keep, when there is one, sees every row after those of equal keys were combined. It reports
	// whether the row is kept, and may change its facts but not its key: Value, Folded, Day and Kind.
	// Where a day is over the budget it sees a row twice, so its answer must depend on the row alone.
	Keep func(*Row) bool
	// Budget is how many rows of a day there are before rows are folded; 0 is DefaultBudget.
	Budget uint64
	// Temp is a folder for what lies between two passes over the rows; none is that of the new
	// segment. What a killed process leaves there ends in ".run".
	Temp string

	siblings uint64 // for tests; 0 is maxSiblings
}

// Merge writes the rows of several segments of one space into a new one, whose Meta has the names of
// all (see JoinMeta). Memory follows the number of segments and not their size. After an error, which is
// a *CorruptError when a segment is damaged, the caller aborts w; else the caller closes it.
func Merge(ctx context.Context, w *Writer, ins []*Segment, o MergeOptions) error {
	for _, s := range ins {
		if s.Info().Space != w.info.Space {
			return fmt.Errorf("merge %s into %s: it holds %s and not %s", s.Name(), w.name, s.Info().Space, w.info.Space)
		}
	}
	if o.Temp == "" {
		o.Temp = path.Dir(w.name)
	}
	p := pass{
		space: w.info.Space, fs: w.fs, temp: o.Temp, keep: o.Keep, most: mostOfDay(ins),
		budget: o.Budget, siblings: o.siblings,
		open: func() []rows {
			sources := make([]rows, len(ins))
			for i, s := range ins {
				sources[i] = s.Scan()
			}
			return sources
		},
	}
	if err := p.write(ctx, w.Add); err != nil {
		return fmt.Errorf("merge into %s: %w", w.name, err)
	}
	return nil
}

// JoinMeta gives the Meta for the segment that several are merged into: the names of all. A number
// has the same name in all segments of a data folder.
func JoinMeta(ins []*Segment) Meta {
	m := Meta{Sensors: map[uint32]string{}}
	for _, s := range ins {
		x := s.Meta()
		m.Space = x.Space
		maps.Copy(m.Sensors, x.Sensors)
	}
	return m
}

// mostOfDay gives how many rows a day can have at most, for the day with most: the rows of all
// segments that have it. That is reached on a day on which one of them begins.
func mostOfDay(ins []*Segment) uint64 {
	var most uint64
	for _, begins := range ins {
		var sum uint64
		for _, s := range ins {
			if i := s.Info(); i.FirstDay <= begins.Info().FirstDay && begins.Info().FirstDay <= i.LastDay {
				sum += i.Rows
			}
		}
		most = max(most, sum)
	}
	return most
}
