package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
)

// someKept gives incidents, of which one became part of another.
func someKept() []casework.Kept {
	a, b := findingOn(values[0], 20_000).ID, findingOn(values[1], 20_000).ID
	return []casework.Kept{
		{ID: casework.ID{1}, Made: start.Add(time.Hour), Findings: []hunt.FindingID{{9}}},
		{ID: casework.ID(a), Made: start, Findings: sortedIDs(a, b)},
		{ID: casework.ID(b), Made: start.Add(time.Minute), Into: casework.ID(a)},
	}
}

func sortedIDs(ids ...hunt.FindingID) []hunt.FindingID {
	if len(ids) == 2 && ids[0].String() > ids[1].String() {
		ids[0], ids[1] = ids[1], ids[0]
	}
	return ids
}

// byID puts incidents into the order in which they are read.
func byID(all []casework.Kept) []casework.Kept {
	if all[1].ID.String() > all[2].ID.String() {
		all[1], all[2] = all[2], all[1]
	}
	return all
}

func fillIncidents(t *testing.T, s *Store) {
	t.Helper()
	if err := s.NameIncidents(t.Context(), func([]casework.Kept) []casework.Kept { return someKept() }); err != nil {
		t.Fatal(err)
	}
}

func TestIncidents(t *testing.T) {
	s := open(t)
	fillIncidents(t, s)
	want := byID(someKept())
	if diff := cmp.Diff(want, must[[]casework.Kept](t)(s.Incidents(t.Context()))); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
	// What name is told is what is kept, and a finding is in one incident at a time.
	err := s.NameIncidents(t.Context(), func(was []casework.Kept) []casework.Kept {
		if diff := cmp.Diff(want, was); diff != "" {
			t.Errorf("name is told: -want +got:\n%s", diff)
		}
		was[0].Findings, was[0].Into = append(was[0].Findings, was[1].Findings...), casework.ID{}
		return was[:1]
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := must[[]casework.Kept](t)(s.Incidents(t.Context())); len(got) != 3 || len(got[0].Findings)+len(got[1].Findings)+len(got[2].Findings) != 3 {
		t.Errorf("kept: %v", got)
	}
	wantSound(t, s)
}

// TestPurgeIncidents: the id of a finding that is purged, which its value could be guessed by, is gone from incidents too.
func TestPurgeIncidents(t *testing.T) {
	s := open(t)
	save(t, s, Scope{}, findingOn(values[0], 20_000), findingOn(values[1], 20_000))
	fillIncidents(t, s)
	purged := findingOn(values[1], 20_000).ID
	must[Purged](t)(s.PurgeValue(t.Context(), values[1]))
	for _, k := range must[[]casework.Kept](t)(s.Incidents(t.Context())) {
		for _, f := range k.Findings {
			if f == purged {
				t.Error("it is still in an incident")
			}
		}
		if k.ID == casework.ID(purged) || k.Into == casework.ID(purged) {
			t.Error("an incident still has its id")
		}
	}
	wantSound(t, s)
}
