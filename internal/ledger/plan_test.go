package ledger

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

// daily are rows by day.
type daily map[telemetry.Day]uint64

// simulated is a store of one space that follows plans. A merge writes all rows of its inputs: none
// combine, which is the worst case.
type simulated struct {
	t        testing.TB
	segments map[string]daily
	infos    map[string]SegmentInfo
	put      daily // by commits
	next     int
	merged   uint64 // rows that merges wrote
	jobs     int
	most     int // segments
	widest   int // inputs of a job
}

func newSimulated(t testing.TB) *simulated {
	return &simulated{t: t, segments: map[string]daily{}, infos: map[string]SegmentInfo{}, put: daily{}}
}

// add adds a segment.
func (s *simulated) add(rows daily) {
	s.next++
	i := SegmentInfo{Name: fmt.Sprintf("%06d", s.next), Space: Names}
	days := slices.Sorted(maps.Keys(rows))
	i.FirstDay, i.LastDay = days[0], days[len(days)-1]
	for _, n := range rows {
		i.Rows += n
	}
	s.segments[i.Name], s.infos[i.Name] = rows, i
}

// commit adds a segment for a day.
func (s *simulated) commit(day telemetry.Day, rows uint64) {
	s.put[day] += rows
	s.add(daily{day: rows})
}

// settle does what Plan says until it says nothing.
func (s *simulated) settle(today telemetry.Day) {
	for round := 0; ; round++ {
		jobs := Plan(slices.Collect(maps.Values(s.infos)), today)
		if len(jobs) == 0 {
			break
		}
		if round > 20 {
			s.t.Fatalf("no end of plans: %+v", jobs)
		}
		for _, j := range jobs {
			s.do(j)
		}
	}
	s.most = max(s.most, len(s.segments))
}

func (s *simulated) do(j Job) {
	made := make([]daily, len(j.Makes))
	for i := range made {
		made[i] = daily{}
	}
	for _, name := range j.Inputs {
		rows := s.segments[name]
		if rows == nil {
			s.t.Fatalf("job %+v: no segment %s", j, name)
		}
		delete(s.segments, name)
		delete(s.infos, name)
		for day, n := range rows {
			i := slices.IndexFunc(j.Makes, func(d Days) bool { return d.From <= day && day <= d.To })
			if i < 0 {
				s.t.Fatalf("job %+v has no place for day %d", j, day)
			}
			made[i][day] += n
			s.merged += n
		}
	}
	s.jobs++
	s.widest = max(s.widest, len(j.Inputs))
	if len(j.Inputs) < 2 && len(j.Makes) < 2 {
		s.t.Fatalf("job %+v merges nothing", j)
	}
	for _, rows := range made {
		if len(rows) > 0 {
			s.add(rows)
		}
	}
}

// check expects every row that was ever committed, once.
func (s *simulated) check() {
	s.t.Helper()
	got := daily{}
	for _, rows := range s.segments {
		for day, n := range rows {
			got[day] += n
		}
	}
	if diff := gocmp.Diff(s.put, got); diff != "" {
		s.t.Fatalf("rows by day (-want +got)\n%s", diff)
	}
}

// often gives how often merges wrote a row, on average.
func (s *simulated) often() float64 {
	var n uint64
	for _, rows := range s.put {
		n += rows
	}
	return float64(s.merged) / float64(n)
}

// TestPlanTwoYears simulates two years of hourly commits and holds how many segments there are, once
// quiet and at most, and how often a row is written.
func TestPlanTwoYears(t *testing.T) {
	const start, days = telemetry.Day(19_987), telemetry.Day(731)
	for _, c := range []struct {
		name     string
		late     func(c chance, today telemetry.Day) map[telemetry.Day]uint64 // besides the day itself, each hour
		gaps     bool
		often    float64 // how often a row may be written by merges, on average
		segments int     // that there may be at any time
		soak     bool    // between two of the others, and in a soak only: each takes seconds
	}{
		{"on time", func(chance, telemetry.Day) map[telemetry.Day]uint64 { return nil }, false, 4.5, 50, false},
		{"gaps", func(chance, telemetry.Day) map[telemetry.Day]uint64 { return nil }, true, 4.5, 50, true},
		{"yesterday, too", func(_ chance, today telemetry.Day) map[telemetry.Day]uint64 {
			return map[telemetry.Day]uint64{today - 1: 300}
		}, false, 5, 60, true},
		{"one in a hundred late, anywhere", func(c chance, today telemetry.Day) map[telemetry.Day]uint64 {
			return map[telemetry.Day]uint64{start + telemetry.Day(c.IntN(int(today-start)+1)): 10}
		}, true, 5, 60, false},
		{"much of last week late", func(_ chance, today telemetry.Day) map[telemetry.Day]uint64 {
			late := map[telemetry.Day]uint64{}
			for d := range telemetry.Day(7) {
				late[max(start, today-d)] = 30
			}
			return late
		}, false, 5.5, 60, false},
		{"undated, too", func(chance, telemetry.Day) map[telemetry.Day]uint64 {
			return map[telemetry.Day]uint64{0: 20}
		}, false, 5.5, 60, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.soak && os.Getenv("STORMGLASS_SOAK") == "" {
				t.Skip("STORMGLASS_SOAK is not set")
			}
			s, r := newSimulated(t), chance{rand.New(rand.NewPCG(1, 1))}
			for today := start; today < start+days; today++ {
				if c.gaps && (today/9)%7 == 3 {
					continue
				}
				for range 24 {
					s.commit(today, 900+r.Uint64N(200))
					late := c.late(r, today)
					for _, d := range slices.Sorted(maps.Keys(late)) {
						s.commit(d, late[d])
					}
					s.settle(today)
				}
			}
			most := 0
			for today := start + days; today < start+days+64; today++ {
				s.settle(today)
				if today >= start+days+quietDays {
					most = max(most, len(s.segments))
				}
			}
			s.check()
			often := s.often()
			t.Logf("at most %d segments, %d once quiet; %d jobs of at most %d inputs; each row written %.1f times by merges",
				s.most, most, s.jobs, s.widest, often)
			if most > maxSegments || s.most > c.segments || often > c.often {
				t.Errorf("want at most %d, %d once quiet, %.1f times", c.segments, maxSegments, c.often)
			}
		})
	}
}

// TestPlanAtOnce gives a year in a few commits, as when archives are ingested.
func TestPlanAtOnce(t *testing.T) {
	s := newSimulated(t)
	const start, days = telemetry.Day(19_990), telemetry.Day(720)
	for commit := range 40 {
		for d := range days {
			s.commit(start+d, uint64(100+commit))
		}
	}
	s.settle(start + days + 10)
	s.check()
	often := s.often()
	t.Logf("%d segments, %d jobs of at most %d inputs; each row written %.1f times by merges", len(s.segments), s.jobs, s.widest, often)
	if len(s.segments) > maxSegments || s.widest > maxInputs || often > 4 {
		t.Errorf("want at most %d segments, %d inputs, 4 times", maxSegments, maxInputs)
	}
}

// TestPlanIsPure holds for any segments: the plan does not depend on their order, jobs share no input,
// make windows that do not meet, and come to an end with no more segments than before.
func TestPlanIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
		today := firstDay + telemetry.Day(c.IntN(200))
		var list []SegmentInfo
		for i := range rapid.IntRange(0, 300).Draw(t, "segments") {
			first := telemetry.Day(0)
			if c.IntN(9) > 0 {
				first = firstDay + telemetry.Day(c.IntN(210)-8)
			}
			s := SegmentInfo{Name: strconv.Itoa(i), Space: Space(c.IntN(2)), FirstDay: first, LastDay: first, Rows: c.Uint64N(1 << c.IntN(40))}
			if first > 0 && c.IntN(4) == 0 {
				s.LastDay += telemetry.Day(c.IntN(100))
			}
			list = append(list, s)
		}
		jobs := Plan(list, today)
		c.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if diff := gocmp.Diff(jobs, Plan(list, today)); diff != "" {
			t.Fatalf("another order, another plan:\n%s", diff)
		}
		seen := map[string]bool{}
		for _, j := range jobs {
			for _, name := range j.Inputs {
				if seen[name] {
					t.Fatalf("%s is in two jobs", name)
				}
				seen[name] = true
			}
			for i := 1; i < len(j.Makes); i++ {
				if j.Makes[i].From <= j.Makes[i-1].To {
					t.Fatalf("%+v: windows meet", j)
				}
			}
		}
	})
}
