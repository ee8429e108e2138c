package main

import (
	"strings"
	"testing"

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
