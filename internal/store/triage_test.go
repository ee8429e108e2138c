package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
)

// triageOf gives what was decided on a finding, gone or not.
func triageOf(t *testing.T, s *Store, id hunt.FindingID) Triage {
	t.Helper()
	return must[Stored](t)(s.Finding(t.Context(), id.String())).Triage
}

func TestTriage(t *testing.T) {
	s, now := openClock(t)
	f := findingOn(values[0], 1)
	save(t, s, Scope{}, f)
	id := f.ID.String()[:8]
	until := start.Add(time.Hour)
	far := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	link := func(ticket string) func() (hunt.FindingID, error) {
		return func() (hunt.FindingID, error) { return s.Link(t.Context(), id, Act{Who: "cy"}, ticket) }
	}
	steps := []struct {
		do   func() (hunt.FindingID, error)
		want Triage
	}{
		{
			func() (hunt.FindingID, error) {
				return s.Acknowledge(t.Context(), strings.ToUpper(id), Act{Who: "ana", Assignee: "bo"})
			},
			Triage{Status: StatusAcknowledged, Assignee: "bo", Who: "ana"},
		},
		{link("T-1"), Triage{Status: StatusAcknowledged, Assignee: "bo", Tickets: []string{"T-1"}, Who: "cy"}},
		{link("T-2\xff"), Triage{Status: StatusAcknowledged, Assignee: "bo", Tickets: []string{"T-1", "T-2\xff"}, Who: "cy"}},
		{
			func() (hunt.FindingID, error) {
				return s.Dismiss(t.Context(), id, Act{Who: "ana", Reason: "a test of ours"}, until)
			},
			Triage{Status: StatusDismissed, Reason: "a test of ours", Until: until, Assignee: "bo", Tickets: []string{"T-1", "T-2\xff"}, Who: "ana"},
		},
		{
			func() (hunt.FindingID, error) {
				return s.Dismiss(t.Context(), id, Act{Who: "ana", Reason: "for good"}, far)
			},
			Triage{Status: StatusDismissed, Reason: "for good", Until: far, Assignee: "bo", Tickets: []string{"T-1", "T-2\xff"}, Who: "ana"},
		},
		{
			func() (hunt.FindingID, error) {
				return s.Reopen(t.Context(), id, Act{Who: "bo", Reason: "it came back"})
			},
			Triage{Status: StatusOpen, Reason: "it came back", Assignee: "bo", Tickets: []string{"T-1", "T-2\xff"}, Who: "bo"},
		},
	}
	var history []Triage
	for i, step := range steps {
		now.Time = start.Add(time.Duration(i) * time.Minute)
		step.want.When = now.Time
		history = append(history, step.want)
		if got := must[hunt.FindingID](t)(step.do()); got != f.ID {
			t.Errorf("step %d was of finding %s", i, got)
		}
		if diff := cmp.Diff(step.want, triageOf(t, s, f.ID)); diff != "" {
			t.Errorf("step %d: -want +got:\n%s", i, diff)
		}
	}
	must[hunt.FindingID](t)(link("T-1")()) // nothing new
	var got []Triage
	var acts []string
	for _, step := range must[[]Step](t)(s.History(t.Context(), id)) {
		got, acts = append(got, step.Triage), append(acts, step.Action.String())
	}
	if diff := cmp.Diff(history, got); diff != "" {
		t.Errorf("history: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"acknowledge", "link", "link", "dismiss", "dismiss", "reopen"}, acts); diff != "" {
		t.Errorf("history: -want +got:\n%s", diff)
	}
}

func TestDismissalEnds(t *testing.T) {
	s, now := openClock(t)
	f := findingOn(values[0], 1)
	save(t, s, Scope{}, f)
	until := start.Add(time.Hour)
	must[hunt.FindingID](t)(s.Dismiss(t.Context(), f.ID.String(), Act{Who: "ana", Reason: "maintenance"}, until))
	for after, want := range map[time.Duration]Status{time.Hour - 1: StatusDismissed, time.Hour: StatusOpen, 2 * time.Hour: StatusOpen} {
		now.Time = start.Add(after)
		got := triageOf(t, s, f.ID)
		if got.Status != want || got.Lapsed != (want == StatusOpen) || got.Reason != "maintenance" || !got.Until.Equal(until) {
			t.Errorf("after %s: %+v", after, got)
		}
	}
	now.Time = until
	must[hunt.FindingID](t)(s.Link(t.Context(), f.ID.String(), Act{Who: "ana"}, "T-1"))
	if got := triageOf(t, s, f.ID); got.Status != StatusOpen || !got.Lapsed {
		t.Errorf("a link brought the dismissal back: %+v", got)
	}
}

func TestTriageSurvives(t *testing.T) {
	s := open(t)
	a, b := findingOn(values[0], 1), findingOn(values[1], 1)
	save(t, s, Scope{}, a, b)
	must[hunt.FindingID](t)(s.Dismiss(t.Context(), a.ID.String(), Act{Who: "ana", Reason: "ours"}, time.Time{}))
	want := triageOf(t, s, a.ID)
	check := func(name string, saved, wantSaved Saved, gone bool) {
		t.Helper()
		if saved != wantSaved {
			t.Errorf("%s: saved %+v, want %+v", name, saved, wantSaved)
		}
		got := must[Stored](t)(s.Finding(t.Context(), a.ID.String()))
		if diff := cmp.Diff(want, got.Triage); diff != "" || got.Gone != gone {
			t.Errorf("%s: gone is %v, -want +got:\n%s", name, got.Gone, diff)
		}
	}
	check("more", save(t, s, Scope{}, findingOn(values[0], 2)), Saved{Changed: 1}, false)
	all := Scope{AllDays: true}
	check("vanished", save(t, s, all), Saved{Removed: 1, Gone: 1}, true)
	if n := len(must[[]Stored](t)(s.Findings(t.Context(), Filter{}))); n != 0 {
		t.Errorf("%d findings are left", n)
	}
	if n := len(must[[]Stored](t)(s.Findings(t.Context(), Filter{Gone: true}))); n != 1 {
		t.Errorf("%d findings are kept as gone", n)
	}
	check("vanished still", save(t, s, all), Saved{}, true)
	before := must[uint64](t)(s.LastChange(t.Context()))
	check("returned", save(t, s, all, findingOn(values[0], 3)), Saved{New: 1}, false)
	if got := must[[]Stored](t)(s.Findings(t.Context(), Filter{Since: before})); len(got) != 1 {
		t.Error("a finding that returns is no news")
	}
	if diff := cmp.Diff(findingOn(values[0], 3), findingsOf(t, s)[a.ID], sameFinding); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, err := s.Finding(t.Context(), b.ID.String())
	wantFault(t, err, fault.NotFound, "no finding has an id")
	wantSound(t, s)
}

func TestTriageRefuses(t *testing.T) {
	s := open(t)
	f, like := findingOn(values[0], 1), findingOn(values[1], 1)
	like.ID = f.ID
	like.ID[5] ^= 0xff
	save(t, s, Scope{}, f, like)
	id, who := f.ID.String(), Act{Who: "ana", Reason: "r"}
	step := func(_ hunt.FindingID, err error) error { return err }
	tests := []struct {
		err  error
		kind fault.Kind
		says string
	}{
		{step(s.Acknowledge(t.Context(), id[:3], who)), fault.Invalid, "4 to 32 hex digits"},
		{step(s.Acknowledge(t.Context(), "wxyz", who)), fault.Invalid, "4 to 32 hex digits"},
		{step(s.Acknowledge(t.Context(), id+"0", who)), fault.Invalid, "4 to 32 hex digits"},
		{step(s.Acknowledge(t.Context(), "'; --", who)), fault.Invalid, "4 to 32 hex digits"},
		{step(s.Acknowledge(t.Context(), id[:9], who)), fault.Invalid, "means more than one finding: "},
		{step(s.Acknowledge(t.Context(), id[:9], who)), fault.Invalid, id[:16] + " (" + values[0].String() + ", 192.0.2.1)"},
		{step(s.Acknowledge(t.Context(), "0000000", who)), fault.NotFound, "no finding has an id that begins with 0000000"},
		{step(s.Acknowledge(t.Context(), id, Act{})), fault.Invalid, "without a user"},
		{step(s.Acknowledge(t.Context(), id, Act{Who: "ana", Reason: strings.Repeat("x", maxReason+1)})), fault.Invalid, "more than"},
		{step(s.Dismiss(t.Context(), id, Act{Who: "ana"}, time.Time{})), fault.Invalid, "without a reason"},
		{step(s.Dismiss(t.Context(), id, who, start)), fault.Invalid, "which is past"},
		{step(s.Link(t.Context(), id, who, "")), fault.Invalid, "a ticket has"},
	}
	for _, tt := range tests {
		wantFault(t, tt.err, tt.kind, tt.says)
	}
	if n := len(must[[]Step](t)(s.History(t.Context(), id))); n != 0 {
		t.Errorf("%d steps were taken", n)
	}
	for i := range maxTickets {
		must[hunt.FindingID](t)(s.Link(t.Context(), id[:12], who, strings.Repeat("t", i+1)))
	}
	_, err := s.Link(t.Context(), id, who, "one more")
	wantFault(t, err, fault.Invalid, "which is the most")
}
