package ledger

import (
	"cmp"
	"slices"
)

// planBlocks plans segments by the blocks of a level.
func (p *planner) planBlocks(list []SegmentInfo, level int) {
	size := blockDays[level]
	list = slices.SortedFunc(slices.Values(list), func(a, b SegmentInfo) int {
		return cmp.Or(cmp.Compare(a.FirstDay, b.FirstDay), cmp.Compare(a.Name, b.Name))
	})
	for len(list) > 0 {
		first := blockOf(list[0].FirstDay, size)
		n := 1
		for n < len(list) && list[n].FirstDay < first+size {
			n++
		}
		p.planBlock(list[:n], Days{From: first, To: first + size - 1}, level)
		list = list[n:]
	}
}

// planBlock plans the segments of a block.
func (p *planner) planBlock(list []SegmentInfo, block Days, level int) {
	lowest := level == len(blockDays)-1
	switch {
	case block.To > p.quiet && lowest:
		p.kept++ // what will be left of it
		p.gather(list, maxDayRuns, maxDayRuns)
	case block.To > p.quiet:
		inside, wide := split(list, level+1)
		p.late = append(p.late, wide...)
		p.planBlocks(inside, level+1)
	case len(list) > maxInputs && !lowest:
		inside, wide := split(list, level+1)
		p.kept += len(wide) // they wait until there are less
		p.planBlocks(inside, level+1)
	default:
		p.planQuiet(list)
	}
}

// split tells segments that lie in one block of a level from those that do not.
func split(list []SegmentInfo, level int) (inside, wide []SegmentInfo) {
	for _, s := range list {
		if blockOf(s.FirstDay, blockDays[level]) == blockOf(s.LastDay, blockDays[level]) {
			inside = append(inside, s)
		} else {
			wide = append(wide, s)
		}
	}
	return inside, wide
}

// planQuiet plans the segments of a block that is quiet: one, and what is late.
func (p *planner) planQuiet(list []SegmentInfo) {
	list = bySize(list)
	last := len(list) - 1
	p.kept++
	rest, largest := list[:last], list[last]
	switch {
	case len(rest) == 0:
		p.bases = append(p.bases, largest)
	case len(list) > maxInputs:
		p.merge(list[:maxInputs])
	case rowsOf(rest) >= largest.Rows/worth:
		p.merge(list)
	case len(rest) > moreOthers:
		p.merge(rest)
	default:
		p.bases = append(p.bases, largest)
		p.late = append(p.late, rest...)
	}
}

// planUndated merges undated segments. They are never quiet, and there are always few.
func (p *planner) planUndated() {
	p.kept += min(len(p.undated), fewOthers)
	p.gatherOthers(p.undated, fewOthers)
}

// planLate merges late segments into the blocks they belong to, when that is worth it, and else with
// each other when there are too many.
func (p *planner) planLate() {
	bases := p.basesOfLate()
	if len(p.jobs) == 0 && len(bases) > 0 && rowsOf(p.late) >= rowsOf(bases)/worth && len(p.late)+len(bases) <= maxInputs {
		p.mergeTo(append(bases, p.late...), p.blocks())
		return
	}
	p.gatherOthers(p.late, max(fewOthers, maxSegments-p.kept))
}

// gatherOthers merges segments that belong to no block, so that few are left, or some more while
// records come: merging the last ones again and again would cost most.
func (p *planner) gatherOthers(list []SegmentInfo, few int) {
	if p.live {
		p.gather(list, few+moreOthers, few+moreOthers/2)
		return
	}
	p.gather(list, few, few)
}

// lateDays gives the window of all late days.
func (p *planner) lateDays() Days {
	var d Days
	for i, s := range p.late {
		if i == 0 || s.FirstDay < d.From {
			d.From = s.FirstDay
		}
		d.To = max(d.To, s.LastDay)
	}
	return d
}

// basesOfLate gives the largest segments of blocks that may have late rows. They may lie beside the late
// days in their block: without them a merge would make again what it was given.
func (p *planner) basesOfLate() []SegmentInfo {
	var bases []SegmentInfo
	if len(p.late) == 0 {
		return nil
	}
	blocks := p.blocks()
	days := Days{From: blocks[0].From, To: blocks[len(blocks)-1].To}
	for _, s := range p.bases {
		if s.FirstDay <= days.To && days.From <= s.LastDay {
			bases = append(bases, s)
		}
	}
	return bases
}

// blocks gives the quiet blocks that may have late rows, each as large as can be.
func (p *planner) blocks() []Days {
	days := p.lateDays()
	var blocks []Days
	for d := days.From; d <= days.To; {
		for _, size := range blockDays {
			if first := blockOf(d, size); size == 1 || first+size-1 <= p.quiet {
				blocks = append(blocks, Days{From: first, To: first + size - 1})
				d = first + size
				break
			}
		}
	}
	return blocks
}
