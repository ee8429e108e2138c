package casework

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/hunt"
)

var start = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func named(was []Kept, now time.Time, fs ...*hunt.Finding) ([]*Incident, []Kept) {
	all := Group(items(fs...))
	return all, Name(all, was, now)
}

// TestNameMerges: what joins two incidents leaves the older id, and the other names it too.
func TestNameMerges(t *testing.T) {
	a, b := byRule("a", deviceSubject("r1.example.net"), hunt.High, day(5)), byRule("b", deviceSubject("r2"), hunt.High, day(0))
	_, first := named(nil, start, a)
	two, second := named(first, start.Add(time.Hour), a, b)
	if len(two) != 2 || len(second) != 2 {
		t.Fatalf("%d incidents, %d kept, want 2", len(two), len(second))
	}
	c := byRule("c", deviceSubject("r2"), hunt.Low, day(3), between("203.0.113.9", "10.0.0.2"))
	d := met("203.0.113.9", deviceSubject("r1.example.net"), hunt.High, day(4))
	one, third := named(second, start.Add(2*time.Hour), a, b, c, d)
	if len(one) != 1 || one[0].ID != ID(a.ID) || !slices.Equal(one[0].Was, []ID{ID(b.ID)}) {
		t.Fatalf("%d incidents, %s, was %v; want %s, which was named first, and %s", len(one), one[0].ID, one[0].Was, a.ID, b.ID)
	}
	again, fourth := named(third, start.Add(3*time.Hour), d, c, b, a)
	if !Equal(third, fourth) || again[0].ID != one[0].ID {
		t.Error("computed again it is another")
	}
	// Without what joined them they part: each finding goes back to the id that is left.
	parted, _ := named(third, start.Add(4*time.Hour), a, b)
	if len(parted) != 2 || parted[0].ID == parted[1].ID || parted[0].ID == (ID{}) || parted[1].ID == (ID{}) {
		t.Errorf("parted into %v", parted)
	}
}

// TestNameComesBack: an incident whose findings were dismissed has its id when they are found again.
func TestNameComesBack(t *testing.T) {
	a, b := byRule("a", deviceSubject("r1.example.net"), hunt.High, day(0)), byRule("b", deviceSubject("r1.example.net"), hunt.High, day(1))
	was, kept := named(nil, start, b)
	_, kept = named(kept, start, []*hunt.Finding{}...)
	now, _ := named(kept, start, a, b)
	if len(now) != 1 || now[0].ID != was[0].ID {
		t.Errorf("the id is %s, was %s", now[0].ID, was[0].ID)
	}
}

// TestNameLaws: whatever is added, an incident keeps its id or is part of one that has it; ids are unique; nothing changes without news.
func TestNameLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fs := drawFindings(t)
		n := rapid.IntRange(0, len(fs)).Draw(t, "first")
		before, kept := named(nil, start, fs[:n]...)
		after, next := named(kept, start.Add(time.Hour), fs...)
		_, same := named(next, start.Add(2*time.Hour), fs...)
		if !Equal(next, same) {
			t.Fatal("without news what is kept changes")
		}
		ids := map[ID]bool{}
		for _, x := range after {
			for _, id := range append(slices.Clone(x.Was), x.ID) {
				if ids[id] || id == (ID{}) {
					t.Fatalf("id %s twice, or none", id)
				}
				ids[id] = true
			}
		}
		for _, x := range before {
			found := false
			for _, y := range after {
				found = found || y.ID == x.ID || slices.Contains(y.Was, x.ID)
			}
			if !found && holds(after, x) {
				t.Fatalf("incident %s is gone, its findings are not", x.ID)
			}
		}
	})
}

// holds reports whether a finding of an incident is in any of others.
func holds(all []*Incident, x *Incident) bool {
	for _, y := range all {
		for _, i := range y.Items {
			if slices.ContainsFunc(x.Items, func(j *Item) bool { return j.ID == i.ID }) {
				return true
			}
		}
	}
	return false
}
