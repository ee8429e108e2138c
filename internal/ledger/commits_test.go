package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/telemetry"
)

// shelf keeps segments as the depot does: what commits made, and what merges made of it.
type shelf struct {
	t        *testing.T
	fs       *disktest.Memory
	segments map[string]Info
	next     int
}

func (s *shelf) infos() []SegmentInfo {
	var list []SegmentInfo
	for name, i := range s.segments {
		list = append(list, SegmentInfo{Name: name, Space: i.Space, FirstDay: i.FirstDay, LastDay: i.LastDay, Rows: i.Rows})
	}
	return list
}

// settle does what Plan says until it says nothing.
func (s *shelf) settle(today telemetry.Day, keep func(Space) func(*Row) bool) {
	for jobs := Plan(s.infos(), today); len(jobs) > 0; jobs = Plan(s.infos(), today) {
		for _, j := range jobs {
			s.do(j, keep(j.Space))
		}
	}
}

func (s *shelf) do(j Job, keep func(*Row) bool) {
	ins := openAll(s.t, s.fs, j.Inputs)
	for _, window := range j.Makes {
		s.next++
		name := fmt.Sprintf("merged-%d", s.next)
		w, err := NewWriter(s.fs, name, JoinMeta(ins), WriterOptions{})
		if err != nil {
			s.t.Fatal(err)
		}
		err = Merge(context.Background(), w, ins, MergeOptions{Keep: func(r *Row) bool { return window.has(r.Day) && keep(r) }})
		if err != nil {
			s.t.Fatal(err)
		}
		info, err := w.Close()
		if err != nil {
			s.t.Fatal(err)
		}
		if info.Rows > 0 {
			s.segments[name] = info
		}
	}
	for _, name := range j.Inputs {
		delete(s.segments, name)
	}
}

// TestCommits lets several builders with tiny tables make several commits, merges what Plan says, and
// expects the rows of the model; then drops a day and a value by further merges.
func TestCommits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))}
		s := &shelf{t: t, fs: disktest.NewMemory(), segments: map[string]Info{}}
		days := rapid.IntRange(1, 100).Draw(rt, "days")
		builders := make([]*Builder, rapid.IntRange(1, 3).Draw(rt, "builders"))
		for i := range builders {
			builders[i] = NewBuilder(s.fs, "tmp", BuilderOptions{maxRows: rapid.IntRange(5, 60).Draw(rt, "rows")})
		}
		everything := func(Space) func(*Row) bool { return func(*Row) bool { return true } }
		all, left := model{}, model{}
		gone := AppendTextKey(nil, 14, "7")
		today := firstDay
		for commit := range rapid.IntRange(1, 8).Draw(rt, "commits") {
			for range rapid.IntRange(1, 40).Draw(rt, "facts") {
				x := c.fact(days)
				x.tell(builders[c.IntN(len(builders))])
				all.tell(&x)
				if x.fact.At.Day() != firstDay && !slices.Equal(x.value(), gone) {
					left.tell(&x)
				}
			}
			made, err := Finish(context.Background(), builders, segmentName(commit))
			if err != nil {
				rt.Fatal(err)
			}
			for _, m := range made {
				s.segments[m.Name] = m.Info
			}
			today += telemetry.Day(c.IntN(20))
			s.settle(today, everything)
		}
		s.expect(rt, all)
		s.settle(firstDay+200, everything)
		s.expect(rt, all)
		for space := range Spaces {
			if n := s.count(space); n > maxSegments {
				rt.Fatalf("%d segments of %s", n, space)
			}
		}
		for name, i := range s.segments { // as retention and purge do
			s.do(Job{Space: i.Space, Inputs: []string{name}, Makes: []Days{{From: i.FirstDay, To: i.LastDay}}}, func(r *Row) bool {
				return r.Day != firstDay && !slices.Equal(r.Value, gone)
			})
		}
		s.expect(rt, left)
	})
}

func (s *shelf) count(space Space) int {
	n := 0
	for _, i := range s.segments {
		if i.Space == space {
			n++
		}
	}
	return n
}

// expect expects the rows of a model.
func (s *shelf) expect(t *rapid.T, want model) {
	var names []string
	for name := range s.segments {
		names = append(names, name)
	}
	segs := openAll(s.t, s.fs, names)
	for space := range Spaces {
		if diff := diffRows(want.rows(space), allRows(s.t, segs, space)); diff != "" {
			t.Fatalf("%s (-want +got)\n%s", space, diff)
		}
	}
}
