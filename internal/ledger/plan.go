package ledger

import (
	"cmp"
	"slices"

	"stormglass/internal/telemetry"
)

// SegmentInfo is what planning needs to know of a segment.
type SegmentInfo struct {
	Name              string
	Space             Space
	FirstDay, LastDay telemetry.Day
	Rows              uint64
}

// Job is a merge: its inputs give way to one new segment for each of Makes, which holds the rows of
// those days. The new segments take their places at once or not at all.
type Job struct {
	Space  Space
	Inputs []string
	Makes  []Days // ascending, and hold all days of the inputs; one without rows needs no segment
}

// What keeps segments few. Two years have at most 12 quiet blocks of 64 days, 7 of 8 days and 7 days.
const (
	quietDays   = 2   // before today, whose records may still come
	maxDayRuns  = 8   // segments of a day that is not quiet
	maxSegments = 30  // of a space once quiet, for two years
	fewOthers   = 2   // late segments, and undated ones, that there may always be
	moreOthers  = 8   // further ones, while records come
	worth       = 4   // a merge is worth it when the rest has a quarter of the largest's rows
	maxInputs   = 128 // of a job
)

// blockDays are the sizes of blocks of days, aligned to the number of the day.
var blockDays = [...]telemetry.Day{64, 8, 1}

// Plan tells which merges to do. It is a function of its arguments alone, in whatever order the
// segments come. Jobs share no input, so any of them may be done, in any order; then Plan is asked
// again, until it has none.
//
// A day is merged when it is quiet, and before when it has more than 8 segments; then blocks of 8 and
// of 64 days, when all their days are quiet. What comes later for a block is late: it is merged into
// the block when together it has a quarter of the block's rows. Until then late segments of all blocks
// are gathered, the smallest first, so that there are never more than a few.
func Plan(segments []SegmentInfo, today telemetry.Day) []Job {
	var jobs []Job
	for space := range Spaces {
		p := planner{space: space, quiet: today - quietDays - 1}
		for _, s := range segments {
			if s.Space == space {
				p.sort(s)
			}
		}
		p.planBlocks(p.dated, 0)
		p.planUndated()
		p.planLate()
		jobs = append(jobs, p.jobs...)
	}
	return jobs
}

// planner plans one space.
type planner struct {
	space   Space
	quiet   telemetry.Day // the last quiet day
	undated []SegmentInfo
	dated   []SegmentInfo // of days in one block
	late    []SegmentInfo
	bases   []SegmentInfo // the largest of each quiet block, when no job has it
	live    bool          // there are days that are not quiet
	kept    int           // segments that stay as they are, or are made by a job, without late ones
	jobs    []Job
}

func (p *planner) sort(s SegmentInfo) {
	switch {
	case s.LastDay <= 0:
		p.undated = append(p.undated, s)
	case s.FirstDay <= 0: // nobody makes one of both
		p.kept++
	case blockOf(s.FirstDay, blockDays[0]) != blockOf(s.LastDay, blockDays[0]):
		p.late = append(p.late, s)
	default:
		p.dated = append(p.dated, s)
		p.live = p.live || s.LastDay > p.quiet
	}
}

// blockOf gives the first day of the block of a size that has the day.
func blockOf(d, size telemetry.Day) telemetry.Day { return d - d%size }

// merge plans a merge of segments into one of the days they have.
func (p *planner) merge(ins []SegmentInfo) {
	days := Days{From: ins[0].FirstDay, To: ins[0].LastDay}
	for _, s := range ins {
		days.From, days.To = min(days.From, s.FirstDay), max(days.To, s.LastDay)
	}
	p.mergeTo(ins, []Days{days})
}

func (p *planner) mergeTo(ins []SegmentInfo, makes []Days) {
	j := Job{Space: p.space, Makes: makes}
	for _, s := range ins {
		j.Inputs = append(j.Inputs, s.Name)
	}
	slices.Sort(j.Inputs)
	p.jobs = append(p.jobs, j)
}

// bySize gives the segments in order, the smallest first.
func bySize(list []SegmentInfo) []SegmentInfo {
	return slices.SortedFunc(slices.Values(list), func(a, b SegmentInfo) int {
		return cmp.Or(cmp.Compare(a.Rows, b.Rows), cmp.Compare(a.Name, b.Name))
	})
}

// rowsOf gives the rows of segments.
func rowsOf(list []SegmentInfo) uint64 {
	var n uint64
	for _, s := range list {
		n = addUp(n, s.Rows)
	}
	return n
}

// gather merges the smallest of segments when there are more than most, so that no more than so many
// are left, and with them those that are not much larger than what is merged before them.
func (p *planner) gather(list []SegmentInfo, most, left int) {
	if len(list) <= most {
		return
	}
	list = bySize(list)
	n := len(list) - left + 1
	for n < len(list) && list[n].Rows/2 <= rowsOf(list[:n]) {
		n++
	}
	p.merge(list[:min(n, maxInputs)])
}
