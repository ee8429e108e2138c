package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stormglass/internal/observable"
)

// Indicator is a value of the intelligence in force.
type Indicator struct {
	Value       observable.Value
	First, Last time.Time // when a file that states it was added, first and last
	Looked      uint64    // manifest entry up to which it was looked up in the past, 0 never
	Files       int       // files in force that state it
}

// batchRows is how many rows one INSERT brings. The driver looks for each parameter among all of them,
// so that larger batches are slower again, and more so when parameters have numbers.
const batchRows = 32

// distinct gives the values sorted by kind and text, each once, so that they go into the index from
// left to right.
func distinct(values []observable.Value) ([]observable.Value, error) {
	for _, v := range values {
		if err := checkValue(v); err != nil {
			return nil, err
		}
	}
	out := slices.Clone(values)
	slices.SortFunc(out, func(a, b observable.Value) int {
		return cmp.Or(cmp.Compare(a.Kind(), b.Kind()), strings.Compare(a.String(), b.String()))
	})
	return slices.Compact(out), nil
}

// state says that a file states values, sorted and distinct.
func (t *txn) state(ctx context.Context, file, added int64, values []observable.Value) error {
	rows := make([]any, 0, 4*batchRows)
	for batch := range slices.Chunk(values, batchRows) {
		rows = rows[:0]
		for _, v := range batch {
			rows = append(rows, int64(v.Kind()), v.String(), added, added)
		}
		stated := make([]any, 0, 2*batchRows)
		err := t.each(ctx, func(scan scanner) error {
			var n int64
			err := scan(&n)
			stated = append(stated, n, file)
			return err
		}, `INSERT INTO indicators (kind, value, first_us, last_us, looked) VALUES `+tuples("(?,?,?,?,0)", len(batch))+
			` ON CONFLICT (kind, value) DO UPDATE SET first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us) RETURNING n`, rows...)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT OR IGNORE INTO stated (indicator, file) VALUES `+tuples("(?,?)", len(batch)), stated...); err != nil {
			return err
		}
	}
	return nil
}

// tuples repeats a row of parameters.
func tuples(row string, n int) string { return strings.TrimSuffix(strings.Repeat(row+",", n), ",") }

// withdraw takes back what a file states.
func (t *txn) withdraw(ctx context.Context, file int64) error {
	return t.exec(ctx, `DELETE FROM stated WHERE file = ?`, file)
}

// dropUnstated removes the values that no file states any more.
func (t *txn) dropUnstated(ctx context.Context) error {
	return t.exec(ctx, `DELETE FROM indicators WHERE NOT EXISTS (SELECT 1 FROM stated WHERE indicator = indicators.n)`)
}

const selectIndicators = `SELECT kind, value, first_us, last_us, looked, (SELECT count(*) FROM stated WHERE indicator = indicators.n) FROM indicators `

func scanIndicator(scan scanner) (i Indicator, err error) {
	var first, last, looked int64
	i.Value, err = scanValue(scan, &first, &last, &looked, &i.Files)
	i.First, i.Last, i.Looked = timeOf(first), timeOf(last), uint64(looked)
	return i, err
}

// Indicators calls each with every value of the intelligence in force, by kind and text, on one state
// of the store.
func (s *Store) Indicators(ctx context.Context, each func(Indicator) error) error {
	return s.view(ctx, "list indicators", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			i, err := scanIndicator(scan)
			if err != nil {
				return err
			}
			return each(i)
		}, selectIndicators+`ORDER BY kind, value`)
	})
}

// CountIndicators gives the number of values in force by kind.
func (s *Store) CountIndicators(ctx context.Context) (counts map[observable.Kind]uint64, err error) {
	counts = map[observable.Kind]uint64{}
	err = s.view(ctx, "count indicators", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			var kind, n int64
			err := scan(&kind, &n)
			counts[observable.Kind(kind)] = uint64(n)
			return err
		}, `SELECT kind, count(*) FROM indicators GROUP BY kind`)
	})
	return counts, err
}

// Fresh is the values that were never looked up in the past.
type Fresh struct {
	Values []observable.Value // in the order in which they were added
	last   int64
}

// NewIndicators gives the values in force that were never looked up in the past.
func (s *Store) NewIndicators(ctx context.Context) (f Fresh, err error) {
	err = s.view(ctx, "list new indicators", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			v, err := scanValue(scan, &f.last)
			f.Values = append(f.Values, v)
			return err
		}, `SELECT kind, value, n FROM indicators WHERE looked = 0 ORDER BY n`)
	})
	return f, err
}

// SetLooked marks the values that NewIndicators gave as looked up in everything up to a manifest
// entry, above 0. Values that were added since stay new.
func (s *Store) SetLooked(ctx context.Context, f Fresh, entry uint64) error {
	return s.change(ctx, "mark indicators as looked up", func(t *txn) error {
		n, err := number("manifest entry", entry)
		if err != nil {
			return err
		}
		return t.exec(ctx, `UPDATE indicators SET looked = ? WHERE looked = 0 AND n <= ?`, n, f.last)
	})
}
