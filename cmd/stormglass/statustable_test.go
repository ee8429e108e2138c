package main

import (
	"strings"
	"testing"
	"time"

	"stormglass/internal/web/api"
)

// The table of status tells of rules, and of what they matched.
func TestStatusTellsOfRules(t *testing.T) {
	var b strings.Builder
	st := &api.Status{Rules: api.RuleState{Rules: 5, Asked: 3, Matched: 7, Complaints: make([]string, mostComplaints)}, Pipeline: api.Pipeline{Matches: 2}}
	if err := writeStatus(&b, st); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 matches of intelligence and 7 of rules\n", "rules     5 in force, 3 of them asked, 20 complaints or more (stormglass rules check)\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// The table of status tells whom the service heard, who is silent and what rules could see.
func TestStatusTellsWhomItHeard(t *testing.T) {
	now := time.Date(2026, 9, 2, 12, 0, 0, 0, time.UTC)
	hour := now.Add(-2 * time.Hour)
	var b strings.Builder
	st := &api.Status{Now: now, Heard: &api.Heard{
		At: now.Add(-4 * time.Minute), Registered: 52, Devices: 50, Unknown: 1, SilentAll: 6, NeverAll: 1, Never: []string{"acc-r9"},
		Silent: []api.HeardName{{Name: "a", Last: hour}, {Name: "b", Last: hour}, {Name: "c", Last: hour}, {Name: "d", Last: hour}, {Name: "e", Last: hour}, {Name: "f", Last: hour}},
		Kinds:  []api.HeardKind{{Kind: "flow", From: 4, Records: 1000, Last: &hour, Gaps: 3, Lost: 120}},
		Rules:  api.HeardVerdicts{Rules: 143, Assessed: 96, Gaps: 12, NotAssessed: 47, Never: 30},
	}}
	if err := writeStatus(&b, st); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"heard     50 of 52 devices in the register, and 1 that it does not name, in the last 24 hours (counted 4 min ago; stormglass coverage shows each)\n",
		"verdicts  of 143 rules 96 could see what they need (12 of them with gaps), 47 could not (of 30 nothing ever came)\n",
		"silent    a since 2026-09-02 10:00, b since 2026-09-02 10:00, ", "and 1 more\n", "unheard   acc-r9\n",
		"flow  4     1000     2 h ago    3 of 24          at least 120\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
