package ledger

import (
	"context"
	"errors"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// runs are a builder's runs of one space.
type runs struct {
	list []*run
	days map[telemetry.Day]*runDay
}

// runDay tells how many rows of a day lie in the runs.
type runDay struct {
	rows   uint64
	folded uint64 // rows when they were folded last
}

// note notes a new run.
func (r *runs) note(n *run) {
	r.list = append(r.list, n)
	if r.days == nil {
		r.days = map[telemetry.Day]*runDay{}
	}
	for _, s := range n.sections {
		d := r.days[s.day]
		if d == nil {
			d = &runDay{}
			r.days[s.day] = d
		}
		d.rows += s.rows
	}
}

// over reports whether a day has so many rows that they should be folded: twice the budget, or twice
// of what was left when that was done last.
func (r *runs) over(budget uint64) bool {
	for _, d := range r.days {
		if d.rows > 2*max(budget, d.folded) {
			return true
		}
	}
	return false
}

// remove removes all runs.
func (r *runs) remove() error {
	var errs []error
	for _, n := range r.list {
		errs = append(errs, n.remove())
	}
	*r = runs{}
	return errors.Join(errs...)
}

// spill writes a table to a run and empties it.
func (b *Builder) spill(ctx context.Context, space Space) error {
	t := b.tables[space]
	n, err := writeRun(b.fs, b.dir, func(w *runWriter) error {
		return t.eachDay(t.sorted(), func(day telemetry.Day, items []item) error {
			w.begin(day)
			if err := eachRow(ctx, &tableRows{t: t, items: items}, w.add); err != nil {
				return err
			}
			return w.flush()
		})
	})
	if err != nil {
		return err
	}
	t.reset()
	b.runs[space].note(n)
	return b.compact(ctx, space)
}

// compact merges runs when there are many, the smallest first so that a row is not written again and
// again, and all of them when a day has grown beyond what its budget allows.
func (b *Builder) compact(ctx context.Context, space Space) error {
	r := &b.runs[space]
	all := r.over(b.opts.Budget)
	if !all && len(r.list) < maxRuns {
		return nil
	}
	slices.SortStableFunc(r.list, func(a, b *run) int { return int(min(a.rows, 1<<62)) - int(min(b.rows, 1<<62)) })
	ins := r.list
	if !all {
		ins = ins[:maxRuns*3/4]
	}
	n, err := writeRun(b.fs, b.dir, func(w *runWriter) error { return b.mergeRuns(ctx, space, ins, w) })
	if err != nil {
		return err
	}
	return b.replace(r, ins, n, all)
}

// replace puts a run in the place of those it was made of.
func (b *Builder) replace(r *runs, ins []*run, n *run, all bool) error {
	var errs []error
	for _, x := range ins {
		for _, s := range x.sections {
			r.days[s.day].rows -= s.rows
		}
		errs = append(errs, x.remove())
	}
	r.list = slices.Clone(r.list[len(ins):])
	r.note(n)
	if all {
		for _, d := range r.days {
			d.folded = d.rows
		}
	}
	return errors.Join(errs...)
}

// mergeRuns merges runs day by day.
func (b *Builder) mergeRuns(ctx context.Context, space Space, ins []*run, w *runWriter) error {
	for _, day := range daysOf(ins) {
		var sections []dayRows
		for _, x := range ins {
			if s := x.section(day); s.rows > 0 {
				sections = append(sections, dayRows{rows: s.rows, folds: s.folds, open: func() rows { return x.read(s) }})
			}
		}
		w.begin(day)
		p := b.pass(space, sections)
		if err := p.write(ctx, w.add); err != nil {
			return err
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
	return nil
}

// dayRows are the rows of a day in one place.
type dayRows struct {
	rows  uint64
	folds bool
	open  func() rows
}

// pass gives the pass over rows of one day.
func (b *Builder) pass(space Space, from []dayRows) pass {
	p := pass{space: space, budget: b.opts.Budget, siblings: b.opts.siblings, fs: b.fs, temp: b.dir}
	for _, s := range from {
		p.most += s.rows
		p.sticky = p.sticky || s.folds
	}
	p.open = func() []rows {
		sources := make([]rows, len(from))
		for i := range from {
			sources[i] = from[i].open()
		}
		return sources
	}
	return p
}

// daysOf gives the days that runs have, ascending.
func daysOf(ins []*run) []telemetry.Day {
	var days []telemetry.Day
	for _, r := range ins {
		for _, s := range r.sections {
			days = append(days, s.day)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// writeRun makes a run of what write writes. On an error nothing of it is left.
func writeRun(fsys disk.FS, dir string, write func(*runWriter) error) (*run, error) {
	n, err := newRun(fsys, dir)
	if err != nil {
		return nil, err
	}
	if err := write(&runWriter{run: n}); err != nil {
		return nil, errors.Join(err, n.remove())
	}
	return n, nil
}
