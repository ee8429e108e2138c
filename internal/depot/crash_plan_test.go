package depot

import (
	"fmt"
	"slices"
	"testing"

	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// TestPlanEnds plans merges of a folder in which late segments lie beside the largest of their blocks: once a job
// made again what it was given, and upkeep came to no end.
func TestPlanEnds(t *testing.T) {
	const first = telemetry.Day(20552) // the first of a block of eight days
	var segments []ledger.SegmentInfo
	add := func(from, to telemetry.Day, rows uint64) {
		segments = append(segments, ledger.SegmentInfo{Name: fmt.Sprintf("%04d", len(segments)), FirstDay: from, LastDay: to, Rows: rows})
	}
	add(first, first+6, 12)
	add(first+7, first+7, 2)
	add(first+9, first+10, 6)
	add(first+18, first+20, 7)
	add(first+21, first+23, 52)
	add(first+24, first+30, 91)
	add(first+39, first+39, 14)
	add(first+40, first+40, 26)
	for round := 0; ; round++ {
		jobs := ledger.Plan(segments, first+40)
		if len(jobs) == 0 {
			return
		}
		if round > 20 {
			t.Fatalf("no end of plans: %+v of %+v", jobs, segments)
		}
		for _, j := range jobs {
			segments = done(segments, j)
		}
	}
}

// done does a job, all days of the inputs having rows.
func done(segments []ledger.SegmentInfo, j ledger.Job) []ledger.SegmentInfo {
	var ins []ledger.SegmentInfo
	segments = slices.DeleteFunc(segments, func(s ledger.SegmentInfo) bool {
		is := slices.Contains(j.Inputs, s.Name)
		if is {
			ins = append(ins, s)
		}
		return is
	})
	for n, days := range j.Makes {
		out := ledger.SegmentInfo{Name: fmt.Sprintf("%s.%d", j.Inputs[0], n)}
		for _, s := range ins {
			from, to := max(s.FirstDay, days.From), min(s.LastDay, days.To)
			if from > to {
				continue
			}
			if out.Rows == 0 || from < out.FirstDay {
				out.FirstDay = from
			}
			out.LastDay = max(out.LastDay, to)
			out.Rows += max(1, s.Rows*uint64(to-from+1)/uint64(s.LastDay-s.FirstDay+1))
		}
		if out.Rows > 0 {
			segments = append(segments, out)
		}
	}
	return segments
}
