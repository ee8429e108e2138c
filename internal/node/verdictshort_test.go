package node

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/hunt"
)

// dearRule is one that uses its budget up on long lines.
func dearRule() string {
	var b strings.Builder
	b.WriteString("title: Dear\nid: 5e0b7a10-0000-4000-8000-0000000002c1\nlogsource: {product: stormglass, service: event}\ndetection:\n  sel:\n    message|contains:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "      - '%sy%d'\n", strings.Repeat("x?", 25), i)
	}
	b.WriteString("  condition: sel\nlevel: medium\nstormglass: {needs: [event]}\n")
	return b.String()
}

// longLinks are long messages, many an hour.
func (l *lying) longLinks(host string, from, to, each, size int) string {
	var b strings.Builder
	for h := from; h < to; h++ {
		for range each {
			b.WriteString(l.says(host, "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up "+strings.Repeat("x", size), h, h+1))
		}
	}
	return b.String()
}

// TestLieBudgetUsedUp: of records that a rule was not asked of, because asking took too long, it says so: in a hunt of files, in a later process on
// the data folder, and when the rule came later and was looked up in the past.
func TestLieBudgetUsedUp(t *testing.T) {
	l := newLying(t, twoRouters, "")
	writeRules(t, filepath.Join(l.data, "rules"), "dear.yml", dearRule())
	l.hunt() // the rules were looked up in the past, where there is nothing
	path := l.takes("a.log", l.longLinks("r1", 0, 2, 100, 3000))
	l.takes("b.log", l.links("r1", 24, 48))
	said := func(name string, r *hunt.Result, title, words string) {
		t.Helper()
		v := l.verdict(r, title, hunt.NotFound, words)
		if a := r.Rules.Of(v.Rule.Key); a.Cut == 0 || a.Cut >= 200 || !v.Gaps {
			t.Errorf("%s: %d of 200 records cut, gaps %v", name, a.Cut, v.Gaps)
		}
		if v := l.verdict(r, "A login", hunt.NotAssessed); v.Gaps {
			t.Errorf("%s: another rule is said to have gaps", name)
		}
	}
	words := "its budget was used up (" + l.day(0).String() + "): "
	said("as they came", l.hunt(), "Dear", words)
	said("asked again", l.hunt(), "Dear", words)
	said("files", runHunt(t, Hunt{Rules: RulePaths{Rules: []string{filepath.Join(l.data, "rules")}}, Telemetry: []string{path}}), "Dear", "its budget was used up: ")
	writeRules(t, filepath.Join(l.data, "rules"), "younger.yml", strings.NewReplacer("Dear", "Dear and younger", "2c1", "2c2").Replace(dearRule()))
	said("looked up in the past", l.hunt(), "Dear and younger", words)
	said("the one before", l.hunt(), "Dear", words)
}

// TestLieMatchesNotKept: a correlation that was not told of all matches of what it counts says of how many, and of which days.
func TestLieMatchesNotKept(t *testing.T) {
	l := newLying(t, twoRouters, "")
	writeRules(t, filepath.Join(l.data, "rules"), "count.yml", `title: A link
name: a_link
id: 5e0b7a10-0000-4000-8000-0000000002d1
logsource: {product: stormglass, service: event}
detection:
  sel: {host.name: r1}
  condition: sel
level: low
stormglass: {needs: [event]}
---
title: Many links
id: 5e0b7a10-0000-4000-8000-0000000002d2
correlation:
  type: event_count
  rules: [a_link]
  group-by: [message]
  timespan: 1h
  condition: {gte: 1000000}
level: high
`)
	l.hunt() // what comes from now on is held against the rules once
	l.takes("a.log", l.longLinks("r1", 0, 1, 6000, 3000))
	for range 2 {
		r := l.hunt()
		v := l.verdict(r, "Many links", hunt.NotFound, " matches of A link ("+l.day(0).String()+") were not counted: there were more than are kept")
		lost := r.Rules.Of("5e0b7a10-0000-4000-8000-0000000002d1").Uncounted
		if lost == 0 || lost >= 6000 || !v.Gaps {
			t.Errorf("%d of 6000 not counted, gaps %v", lost, v.Gaps)
		}
	}
}
