package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"stormglass/internal/fault"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// MaxCovered bounds the rows of coverage that are kept, each about 200 bytes; beyond it those of the first days go.
const MaxCovered = 2_000_000

// Covered is what is kept of coverage.
type Covered struct {
	Rows []*coverage.Row
	Cut  uint64 // records that were not counted, because there were too many devices and days
	// After and Until are the entries of the manifest between which (After < entry <= Until) nothing was counted: an older build took it in,
	// or a snapshot of the manifest stands for it. Until is 0 when all was.
	After, Until uint64
}

// keepCovered counts in what a manifest entry brought (coverage.Counter.Encode).
func (t *txn) keepCovered(ctx context.Context, entry uint64, c *coverage.Counter) error {
	e, err := number("manifest entry", entry)
	if err != nil {
		return err
	}
	rows := c.Rows()
	for _, r := range rows {
		if err := t.coverRow(ctx, e, r, (*coverage.Row).Add); err != nil {
			return err
		}
	}
	if c.Cut() > 0 {
		cut, err := t.counter(ctx, "coverage_cut")
		if err != nil {
			return err
		}
		if err := t.setCounter(ctx, "coverage_cut", cut+c.Cut()); err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return t.dropCovered(ctx, MaxCovered)
}

// coverRow puts a row beside the one of the same day, sort and speaker that is kept, if there is one.
func (t *txn) coverRow(ctx context.Context, entry int64, r *coverage.Row, join func(r, with *coverage.Row)) error {
	var first, last int64
	var hours string
	known, err := t.one(ctx, []any{&first, &last, &hours}, `SELECT first, last, hours FROM coverage WHERE day = ? AND kind = ? AND class = ? AND speaker = ?`,
		int64(r.Day), r.Kind.String(), r.Class, r.Speaker.String())
	if err != nil {
		return err
	}
	sum := *r
	if known {
		var was coverage.HourCounts
		if err := json.Unmarshal([]byte(hours), &was); err != nil {
			return fmt.Errorf("read coverage of %s: %w", r.Day, err)
		}
		before := coverage.Row{}
		if err := before.SetCounts(was); err != nil {
			return err
		}
		join(&sum, &before)
		first, last = min(first, entry), max(last, entry)
	} else {
		first, last = entry, entry
	}
	said, err := json.Marshal(sum.Counts())
	if err != nil {
		return fmt.Errorf("write coverage of %s: %w", r.Day, err)
	}
	return t.exec(ctx, `INSERT INTO coverage (day, kind, class, speaker, first, last, hours) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (day, kind, class, speaker) DO UPDATE SET first = excluded.first, last = excluded.last, hours = excluded.hours`,
		int64(r.Day), r.Kind.String(), r.Class, r.Speaker.String(), first, last, string(said))
}

// dropCovered removes the first days until no more than most rows are left.
func (t *txn) dropCovered(ctx context.Context, most int64) error {
	var n int64
	if _, err := t.one(ctx, []any{&n}, `SELECT count(*) FROM coverage`); err != nil || n <= most {
		return err
	}
	return t.exec(ctx, `DELETE FROM coverage WHERE day <= (SELECT day FROM coverage ORDER BY day LIMIT 1 OFFSET ?)`, n-most-1)
}

// Coverage gives what is kept of who sent what.
func (s *Store) Coverage(ctx context.Context) (Covered, error) {
	return s.CoverageFrom(ctx, math.MinInt32)
}

// CoverageFrom is Coverage of one day and those after it.
func (s *Store) CoverageFrom(ctx context.Context, from telemetry.Day) (out Covered, err error) {
	err = s.view(ctx, "read coverage", func(t *txn) error {
		out = Covered{}
		if out.Cut, err = t.counter(ctx, "coverage_cut"); err != nil {
			return err
		}
		if out.After, out.Until, err = t.uncovered(ctx); err != nil {
			return err
		}
		return t.each(ctx, func(scan scanner) error {
			r, err := scanCovered(scan)
			if err == nil {
				out.Rows = append(out.Rows, r)
			}
			return err
		}, `SELECT day, kind, class, speaker, first, last, hours FROM coverage WHERE day >= ? ORDER BY day, n`, int64(from))
	})
	return out, err
}

func scanCovered(scan scanner) (*coverage.Row, error) {
	var day, first, last int64
	var kind, class, speaker, hours string
	if err := scan(&day, &kind, &class, &speaker, &first, &last, &hours); err != nil {
		return nil, err
	}
	sort, ok := coverage.ParseSort(kind)
	who, known := coverage.ParseSpeaker(speaker)
	if !ok || !known {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("a row of coverage of %s is of no kind or speaker that this build knows", telemetry.Day(day)))
	}
	sort.Class = class
	r := &coverage.Row{Speaker: who, Sort: sort, Day: telemetry.Day(day), First: uint64(first), Last: uint64(last)}
	var list coverage.HourCounts
	if err := json.Unmarshal([]byte(hours), &list); err != nil {
		return nil, fmt.Errorf("read coverage of %s: %w", r.Day, err)
	}
	return r, r.SetCounts(list)
}

// CoverAgain puts what was counted anew, of the records that came after one manifest entry up to another, beside what is kept. Part of it may
// have been counted: of an hour the larger number holds. From then on all is counted.
func (s *Store) CoverAgain(ctx context.Context, after, until uint64, c *coverage.Counter) error {
	return s.change(ctx, "count coverage anew", func(t *txn) error {
		from, to, err := t.uncovered(ctx)
		if err != nil || from != after || to != until { // it was done, or is to be done for more
			return err
		}
		e, err := number("manifest entry", until)
		if err != nil {
			return err
		}
		for _, r := range c.Rows() {
			if err := t.coverRow(ctx, e, r, (*coverage.Row).Join); err != nil {
				return err
			}
		}
		return t.setUncovered(ctx, 0, 0)
	})
}

// uncovered gives the entries of the manifest between which nothing was counted.
func (t *txn) uncovered(ctx context.Context) (after, until uint64, err error) {
	if after, err = t.counter(ctx, "uncovered_after"); err != nil {
		return 0, 0, err
	}
	until, err = t.counter(ctx, "uncovered")
	return after, until, err
}

func (t *txn) setUncovered(ctx context.Context, after, until uint64) error {
	if err := t.setCounter(ctx, "uncovered_after", after); err != nil {
		return err
	}
	return t.setCounter(ctx, "uncovered", until)
}

// missed notes that nothing was counted of what came after one entry up to another.
func (t *txn) missed(ctx context.Context, after, until uint64) error {
	from, to, err := t.uncovered(ctx)
	if err != nil {
		return err
	}
	if to != 0 {
		after, until = min(after, from), max(until, to)
	}
	return t.setUncovered(ctx, after, until)
}
