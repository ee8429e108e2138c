package sigma

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// plainSets are sets of the table: texts, and prefixes where they are written so.
type plainSets sigmatest.Sets

func (s plainSets) Set(name string) (Set, bool) {
	entries, ok := s[name]
	var set Set
	for _, e := range entries {
		set.Texts = append(set.Texts, SetText{Text: e})
		if p, err := netip.ParsePrefix(e); err == nil {
			set.Prefixes = append(set.Prefixes, SetPrefix{Prefix: p})
		}
	}
	return set, ok
}

// eventsOf makes events of records of the table.
func eventsOf(records []sigmatest.Record) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	for _, r := range records {
		var pairs []string
		for name, values := range r.Fields {
			for _, v := range values {
				pairs = append(pairs, name, v)
			}
		}
		event(b, r.Raw, pairs...)
	}
	return b
}

// evaluate is the engine as an evaluator of the table.
func evaluate(_ testing.TB, text string, sets sigmatest.Sets, records []sigmatest.Record) ([]bool, error) {
	rules, complaints := rule.Parse("table.yml", []byte(text))
	if len(complaints) > 0 {
		return nil, errors.New(complaints[0].String())
	}
	c := &rule.Collection{Rules: rules}
	c.Resolve() // complains of what a filter names and is not there; the filter holds for the rest
	routes := []*pipeline.Route{{Kind: telemetry.KindEvent}}
	p := compile(c.Rules, c.FiltersOf, func(rule.LogSource) []*pipeline.Route { return routes }, Options{Sets: plainSets(sets)})
	for _, r := range p.Unusable() {
		return nil, errors.New(r.Unusable)
	}
	b := eventsOf(records)
	return matched(p, b), nil
}

func TestSpecification(t *testing.T) { sigmatest.Run(t, evaluate) }

// TestExplanationsAgree holds Explain to what Batch finds, over the table.
func TestExplanationsAgree(t *testing.T) {
	cases, err := sigmatest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.Refused || len(c.Events) > 0 || len(c.Records) == 0 {
			continue
		}
		rules, _ := rule.Parse("table.yml", []byte(c.Rules))
		all := &rule.Collection{Rules: rules}
		all.Resolve()
		p := program(t, all, Options{Sets: plainSets(c.Sets)}, telemetry.KindEvent)
		if len(p.Rules()) == 0 || len(p.Unusable()) > 0 {
			continue
		}
		var records []sigmatest.Record
		for _, r := range c.Records {
			records = append(records, r.Record)
		}
		b := eventsOf(records)
		for i, want := range matched(p, b) {
			x := p.Explain(0, b, i)
			if x.Matched != want {
				t.Errorf("%s: record %d: explained as %t, found %t", c.Name, i, x.Matched, want)
			}
			if r := x.Routes[0]; len(r.Filters) == 0 && r.Matched != slices.ContainsFunc(r.Conditions, func(c ConditionExplanation) bool { return c.Held }) {
				t.Errorf("%s: record %d: conditions %+v do not explain %t", c.Name, i, r.Conditions, want)
			}
		}
	}
}

func TestExplanationsHoldNoSecret(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  cmd|contains: tacacs\ncondition: s")), Options{}, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	event(b, "", "cmd", "tacacs-server host 192.0.2.1 key 7 0822455D0A16")
	x := p.Explain(0, b, 0)
	item := x.Routes[0].Selections[0].Groups[0].Items[0]
	if !x.Matched || len(item.Holds) != 1 || strings.Contains(item.Holds[0], "0822455D0A16") {
		t.Errorf("explained %+v", item)
	}
}
