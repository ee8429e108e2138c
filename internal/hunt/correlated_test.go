package hunt

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stormglass/content"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

const manyConnections = `title: Telnet
name: telnet
logsource: {product: stormglass, service: flow}
detection: {s: {destination.port: 23}, condition: s}
stormglass: {needs: [flow]}
---
title: Many telnet connections
correlation:
  type: event_count
  rules: [telnet]
  group-by: [GROUP]
  timespan: 5m
  condition: {gte: 5}
`

// correlateFlows hunts with rules in n flows of one host to port 23, a second apart.
func correlateFlows(t *testing.T, text string, n int) (Outcome, *RulesAccount, *Tally) {
	t.Helper()
	rules, err := rule.Read(fstest.MapFS{"r.yml": {Data: []byte(text)}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	rules.Resolve()
	pipelines, _ := pipeline.Load(content.Pipelines())
	set, err := NewRuleSet(rules, pipelines, sigma.Options{})
	if err != nil || len(set.Complaints) > 0 {
		t.Fatal(err, set.Complaints)
	}
	l := intel.NewLoader()
	tally := NewTally(mustIndex(t, l))
	if err := tally.Rules(set, Networks{}); err != nil {
		t.Fatal(err)
	}
	src := &telemetry.Source{Name: "a", ID: telemetry.SourceID{1}}
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: src}
	for i := range n {
		b.Flow = append(b.Flow, telemetry.Flow{
			Head: telemetry.Head{Ordinal: uint64(i + 1), Occurred: at + telemetry.Instant(i)*telemetry.Instant(time.Second)},
			Ends: telemetry.Ends{Src: netip.MustParseAddr("10.0.0.1"), Dst: netip.MustParseAddr("198.51.100.9"), SrcPort: 40000, DstPort: 23, Proto: 6},
		})
	}
	part := tally.Part(src)
	e := &Engine{Index: tally.index, Sink: part, Rules: set, RuleSink: part}
	if err := e.Batch(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	part.Commit()
	if err := tally.Finish(); err != nil {
		t.Fatal(err)
	}
	a := tally.Account()
	return tally.Outcome(&l.Library, nil, Networks{}), a, tally
}

// A correlation's finding says what was counted, and shows the records by what they hold.
func TestCorrelationSaysWhatItCounted(t *testing.T) {
	out, a, _ := correlateFlows(t, strings.Replace(manyConnections, "GROUP", "source.ip", 1), 8)
	if len(out.Findings) != 1 {
		t.Fatalf("%d findings", len(out.Findings))
	}
	f := out.Findings[0]
	c := f.Rule.Counting
	if f.Counted.Number != 8 || f.Counted.Episodes != 1 || c == nil || c.Type != "event_count" || len(c.Rules) != 1 || c.Rules[0] != "Telnet" || c.Timespan != 5*time.Minute {
		t.Errorf("counted %+v of %+v", f.Counted, c)
	}
	samples := f.Days[0].Samples
	if len(samples) == 0 || samples[0].Ends.DstPort != 23 || samples[0].Ordinal != 1 || samples[0].Occurred != at {
		t.Errorf("samples %+v", samples)
	}
	if m := a.Rules[1].Matches; m == nil || m.Counted != 8 || m.Ungrouped != 0 {
		t.Errorf("matches %+v", m)
	}
}

// A correlation of which every match lacks the field of group-by was not assessed, and says so.
func TestCorrelationWithoutGroupByIsNotAssessed(t *testing.T) {
	out, a, _ := correlateFlows(t, strings.Replace(manyConnections, "GROUP", "user.name", 1), 8)
	if len(out.Findings) != 0 {
		t.Fatalf("%d findings", len(out.Findings))
	}
	x := &a.Rules[1]
	if x.Matches == nil || x.Matches.Ungrouped != 8 || x.NotAssessed != "not assessed: every one of its matches lacks the group-by field user.name" {
		t.Errorf("%+v, %q", x.Matches, x.NotAssessed)
	}
	r := &Result{Rules: a, Accounts: []*telemetry.Account{{}}}
	r.Accounts[0].Kinds[telemetry.KindFlow] = 8
	if s := r.RuleStates(); s[0] != RuleAsked || s[1] != RuleNotAssessed {
		t.Errorf("states %v", s)
	}
}

// What is kept of members is bounded, and so is each.
func TestMembersAreBounded(t *testing.T) {
	_, _, tally := correlateFlows(t, strings.Replace(manyConnections, "GROUP", "source.ip", 1), 8)
	m := &tally.members
	if len(m.of) != 8 || m.size < 8*memberSize {
		t.Fatalf("%d members of %d bytes", len(m.of), m.size)
	}
	m.size = maxMembers
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "b"}, Flow: []telemetry.Flow{{Head: head(1)}}}
	m.add(b, &RuleHit{Looked: func() []SampleField { return nil }})
	if len(m.of) != 8 {
		t.Error("a member beyond the bound")
	}
	got := fieldsWithin([]SampleField{{"a", strings.Repeat("x", 150)}, {"b", strings.Repeat("y", 150)}, {"c", "z"}}, maxMemberText)
	if len(got) != 2 || len(got[1].Value) > 60 {
		t.Errorf("%d fields, the last of %d bytes", len(got), len(got[1].Value))
	}
}

// Episodes of a finding are counted together, whatever the order in which they come.
func TestCountedIsTheLargest(t *testing.T) {
	var a, b, c Counted
	a.add(-3, false)
	b.add(5, true)
	b.add(4, false)
	c.absorb(a)
	c.absorb(b)
	c.absorb(Counted{})
	if want := (Counted{Number: 5, Estimate: true, Episodes: 3}); c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
}
