package intel

import (
	"testing"
	"time"

	"stormglass/internal/observable"
)

func TestAValueStatedManyTimesStaysSmall(t *testing.T) {
	l := NewLoader()
	first, second := l.Source(&Source{Title: "first"}), l.Source(&Source{Title: "second", TLP: Red})
	v, _ := observable.Parse("198.51.100.66")
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for range 10_000 {
		l.Indicator(Indicator{Value: v, Source: first, Comment: "the same"})
	}
	if n := len(l.build.refs); n != 1 {
		t.Fatalf("%d statements kept of 10,000 equal ones", n)
	}
	w, _ := observable.Parse("198.51.100.67")
	for n := range 10_000 {
		l.Indicator(Indicator{Value: w, Source: first, ID: string(rune('a'+n%26)) + day.Add(time.Duration(n)).String(), From: day, Until: day.Add(time.Duration(n) * time.Hour), Port: 443})
	}
	l.Indicator(Indicator{Value: w, Source: second, Until: day.AddDate(9, 0, 0)})
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	refs := x.Refs(1)
	if len(refs) > maxRefs+1 || x.Statements(1) != 10_001 {
		t.Fatalf("%d statements kept, %d counted", len(refs), x.Statements(1))
	}
	if refs[len(refs)-1].Source != second {
		t.Error("a further source was folded into another")
	}
	if !x.ValidAt(1, day.Add(9_000*time.Hour).Unix()) || x.ValidAt(1, day.AddDate(20, 0, 0).Unix()) {
		t.Error("the validity of a folded statement was lost")
	}
}
