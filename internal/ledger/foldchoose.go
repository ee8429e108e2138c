package ledger

import "math/bits"

// dayFolds tells what folding can spare on a day.
type dayFolds struct {
	rows   uint64
	spared [sizes]uint64 // rows that folding all units of a size spares
	least  uint64        // the smallest unit to fold; 0 is none
}

// sizes is how many classes of size there are: 16 for each power of two.
const sizes = 16 * 61

// sizeOf gives the class of a number.
func sizeOf(n uint64) int {
	if n < 16 {
		return int(n)
	}
	shift := bits.Len64(n) - 5
	return 16*(shift+1) + int(n>>shift)&15
}

// smallest gives the smallest number of a class.
func smallest(size int) uint64 {
	if size < 16 {
		return uint64(size)
	}
	return uint64(16+size%16) << (size/16 - 1)
}

// add notes a unit of n rows.
func (d *dayFolds) add(n uint64) { d.spared[sizeOf(n)] += n - 1 }

// choose sets the smallest unit to fold, so that the day keeps its budget, as far as folding can do that.
func (d *dayFolds) choose(budget uint64) {
	for size := sizes - 1; size > 0 && d.rows > budget; size-- {
		if d.spared[size] > 0 {
			d.rows -= d.spared[size]
			d.least = smallest(size)
		}
	}
}

// choose reports whether there is anything to fold.
func (g *gatherer) choose() bool {
	folds := g.decided != nil
	for _, d := range g.days {
		d.choose(g.budget)
		folds = folds || d.least > 0
	}
	return folds
}

// chosen gives the rows that stand for others, in order.
func (g *gatherer) chosen() rows {
	var sources []rows
	if g.decided != nil {
		run := g.decided.run
		sources = append(sources, run.read(run.sections[0]))
	}
	if g.possible != nil {
		run := g.possible.run
		sources = append(sources, &kept{rows: run.read(run.sections[0]), keep: func(r *Row) bool {
			d := g.days[r.Day]
			return d.least > 0 && r.Values >= d.least
		}})
	}
	return newMerger(sources)
}
