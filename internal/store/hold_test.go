package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

func TestHolds(t *testing.T) {
	s, now := openClock(t)
	a := Hold{Name: "case 1", Reason: "court", Who: "ana", First: 5, Last: 9, Values: []observable.Value{values[1], values[0]}}
	for says, bad := range map[string]Hold{
		"needs the name":  {Name: "x", Who: "ana"},
		"in clear":        {Name: "x", Reason: "r", Who: "ana", Values: []observable.Value{observable.Of(observable.IMSI, "001010123456789")}},
		"before it begin": {Name: "x", Reason: "r", Who: "ana", First: 9, Last: 5},
	} {
		wantFault(t, s.AddHold(t.Context(), bad), fault.Invalid, says)
	}
	if err := s.AddHold(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	wantFault(t, s.AddHold(t.Context(), a), fault.Conflict, "one of that name")
	a.Created = start
	a.Values = []observable.Value{values[1], values[0]} // by kind
	if diff := cmp.Diff([]Hold{a}, must[[]Hold](t)(s.Holds(t.Context(), false)), sameFinding); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	now.Time = start.Add(time.Hour)
	if err := s.ReleaseHold(t.Context(), "case 1", "bo"); err != nil {
		t.Fatal(err)
	}
	wantFault(t, s.ReleaseHold(t.Context(), "case 1", "bo"), fault.NotFound, "no hold")
	if err := s.AddHold(t.Context(), Hold{Name: "case 1", Reason: "again", Who: "bo"}); err != nil {
		t.Fatal(err)
	}
	a.Released, a.ReleasedBy = now.Time, "bo"
	want := []Hold{a, {Name: "case 1", Reason: "again", Who: "bo", Created: now.Time}}
	if diff := cmp.Diff(want, must[[]Hold](t)(s.Holds(t.Context(), true)), sameFinding); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], must[[]Hold](t)(s.Holds(t.Context(), false)), sameFinding); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHoldCovers(t *testing.T) {
	of := func(s string) observable.Value {
		v, err := observable.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tt := range []struct {
		held, asked string
		want        bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.0/24", "192.0.2.7", true},
		{"192.0.2.0/24", "198.51.100.7", false},
		{"192.0.2.0/24", "192.0.2.0/28", true},
		{"192.0.2.7", "192.0.2.0/28", true},
		{"192.0.2.7", "example.org", false},
		{"example.org", "a.example.org", true},
		{"a.example.org", "example.org", true},
		{"example.org", "anexample.org", false},
	} {
		h := Hold{Values: []observable.Value{of(tt.held)}}
		if got := h.Covers(of(tt.asked)); got != tt.want {
			t.Errorf("a hold on %s covers %s: %v", tt.held, tt.asked, got)
		}
	}
	if all := (Hold{}); !all.Covers(of("192.0.2.1")) {
		t.Error("a hold on a span does not cover a value")
	}
}

func TestReads(t *testing.T) {
	s, now := openClock(t)
	wantFault(t, s.LogRead(t.Context(), Read{Who: "ana"}), fault.Invalid, "it needs")
	reads := []Read{{Who: "ana", Command: "seen", Values: 3}, {Who: "bo", Command: "reveal", Values: 1, Subscribers: 1, Reason: "case 1"}, {Who: "ana", Command: "seen"}}
	want := make([]Read, len(reads))
	for i, r := range reads {
		now.Time = start.Add(time.Duration(i) * time.Hour)
		if err := s.LogRead(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		r.When = now.Time
		want[len(reads)-1-i] = r
	}
	for _, tt := range []struct {
		since time.Time
		most  int
		want  []Read
	}{{time.Time{}, 0, want}, {start.Add(time.Hour), 0, want[:2]}, {time.Time{}, 1, want[:1]}} {
		if diff := cmp.Diff(tt.want, must[[]Read](t)(s.Reads(t.Context(), tt.since, tt.most))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
