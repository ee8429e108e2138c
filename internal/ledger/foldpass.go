package ledger

import (
	"context"
	"errors"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// pass writes rows of one space from several sources to one place, folded where a day is over its
// budget. Then it reads them twice: once to count and to gather what could be folded, in a run of
// its own, and once to write.
type pass struct {
	space    Space
	open     func() []rows // the sources from their beginning
	most     uint64        // rows that a day has at most, when none combine and all are kept
	keep     func(*Row) bool
	budget   uint64
	siblings uint64
	sticky   bool // a unit that has a folded row is folded whole
	fs       disk.FS
	temp     string
}

// sourceRows gives the sources' rows, combined and kept.
func (p *pass) sourceRows() rows {
	sources := p.open()
	if p.keep == nil {
		if len(sources) == 1 {
			return sources[0]
		}
		return newMerger(sources)
	}
	return &kept{rows: newMerger(sources), keep: p.keep} // the merger's rows may be changed
}

// write hands the rows to add, in order.
func (p *pass) write(ctx context.Context, add func(*Row) error) (err error) {
	if p.budget == 0 {
		p.budget = DefaultBudget
	}
	if p.siblings == 0 {
		p.siblings = maxSiblings
	}
	if p.most <= p.budget && !p.sticky || p.space == Texts {
		return eachRow(ctx, p.sourceRows(), add)
	}
	g := gatherer{pass: p, days: map[telemetry.Day]*dayFolds{}}
	defer func() { err = errors.Join(err, g.remove()) }()
	if err := g.gather(ctx); err != nil {
		return err
	}
	if !g.choose() {
		return eachRow(ctx, p.sourceRows(), add)
	}
	left := &uncovered{rows: p.sourceRows(), space: p.space, folds: g.chosen()}
	return eachRow(ctx, newMerger([]rows{left, g.chosen()}), add)
}

// gatherer counts the rows of each day and gathers the rows that could stand for others.
type gatherer struct {
	*pass
	days     map[telemetry.Day]*dayFolds
	groups   []*foldGroup // those under way, each in the one before
	free     []*foldGroup
	waiting  []waiting  // of groups that ended in one that did not
	possible *runWriter // rows that can stand for others
	decided  *runWriter // rows that do
}

// waiting is a row on its way to a run.
type waiting struct {
	*Row
	decided bool
}

func (g *gatherer) gather(ctx context.Context) error {
	err := eachRow(ctx, g.sourceRows(), func(r *Row) error {
		g.day(r.Day).rows++
		if err := g.leave(r.Value); err != nil {
			return err
		}
		if shared, ok := foldable(g.space, r); ok {
			g.enter(r.Value[:shared]).unit(r).fold(r)
		} else if r.Folded && g.sticky {
			g.enter(prefixOfFold(g.space, r.Value)).unit(r).decided = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := g.leave(nil); err != nil {
		return err
	}
	for _, w := range []*runWriter{g.possible, g.decided} {
		if w != nil {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gatherer) day(d telemetry.Day) *dayFolds {
	f := g.days[d]
	if f == nil {
		f = &dayFolds{}
		g.days[d] = f
	}
	return f
}

// leave ends the groups that do not hold a value; nil ends all.
func (g *gatherer) leave(value []byte) error {
	for n := len(g.groups) - 1; n >= 0 && (value == nil || !g.groups[n].holds(value)); n-- {
		g.end(g.groups[n])
		g.free = append(g.free, g.groups[n])
		g.groups = g.groups[:n]
	}
	if len(g.groups) > 0 || len(g.waiting) == 0 {
		return nil
	}
	slices.SortFunc(g.waiting, func(a, b waiting) int { return a.Compare(b.Row) })
	for _, w := range g.waiting {
		if err := g.spool(w); err != nil {
			return err
		}
	}
	g.waiting = g.waiting[:0]
	return nil
}

// enter gives the group of values that begin with prefix: one under way, or a new one.
func (g *gatherer) enter(prefix []byte) *foldGroup {
	for i := len(g.groups) - 1; i >= 0 && len(g.groups[i].prefix) >= len(prefix); i-- {
		if len(g.groups[i].prefix) == len(prefix) {
			return g.groups[i]
		}
	}
	var n *foldGroup
	if last := len(g.free) - 1; last >= 0 {
		n, g.free = g.free[last], g.free[:last]
	} else {
		n = &foldGroup{}
	}
	n.begin(g.space, prefix)
	g.groups = append(g.groups, n)
	return n
}

// end takes the rows of a group that can stand for enough others.
func (g *gatherer) end(group *foldGroup) {
	least := g.siblings + 1
	if g.space == Addrs {
		least = minFolded
	}
	for i := range group.units {
		if u := &group.units[i]; u.row.Values >= least || u.decided && u.row.Values > 0 {
			g.waiting = append(g.waiting, waiting{u.row.Clone(), u.decided})
		}
	}
}

// spool writes a row to its run.
func (g *gatherer) spool(w waiting) error {
	to := &g.possible
	if w.decided {
		to = &g.decided
		g.day(w.Day).rows -= w.Values
	} else {
		g.day(w.Day).add(w.Values)
	}
	if *to == nil {
		run, err := newRun(g.fs, g.temp)
		if err != nil {
			return err
		}
		*to = &runWriter{run: run}
		(*to).begin(0)
	}
	return (*to).add(w.Row)
}

// remove removes the runs.
func (g *gatherer) remove() error {
	var errs []error
	for _, w := range []*runWriter{g.possible, g.decided} {
		if w != nil {
			errs = append(errs, w.run.remove())
		}
	}
	return errors.Join(errs...)
}
