package correlate

import (
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// The naive evaluator, which another hand wrote from the specification, and this package find the same groups. It lets matches without the
// field that is counted stand in a window, which matters where complete windows are decided: those are taken out before.
func TestGroupsAreThoseOfTheSpecification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sigmatest.DrawStream(t)
		rules, complaints := rule.Parse("drawn.yml", []byte(s.Rules))
		if len(complaints) > 0 {
			t.Fatalf("%s\n%v", s.Rules, complaints[0])
		}
		c := &rule.Collection{Rules: rules}
		c.Resolve()
		for _, name := range s.Names {
			r := ruleNamed(rules, name)
			events := s.Events
			whole := !rising(r.Correlation)
			if whole && name == "first" {
				events = valued(r.Correlation, events)
			}
			got, ok := groupsOf(t, c, r, events)
			if !ok || whole && name != "first" {
				continue
			}
			if diff := gocmp.Diff(wantGroups(t, s.Rules, name, events), got); diff != "" {
				t.Fatalf("%s\n%v\n%s -want +got:\n%s", s.Rules, events, name, diff)
			}
		}
	})
}

func wantGroups(t *rapid.T, rules, name string, events []sigmatest.Event) [][]string {
	n, err := sigmatest.Read(rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := n.Correlate(name, events)
	if err != nil {
		t.Fatal(err)
	}
	return w.Groups()
}

func ruleNamed(rules []*rule.Rule, name string) *rule.Rule {
	return rules[slices.IndexFunc(rules, func(r *rule.Rule) bool { return r.Name == name })]
}

func valued(c *rule.Correlation, events []sigmatest.Event) []sigmatest.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e sigmatest.Event) bool {
		for _, f := range c.Fields {
			if len(e.Fields[f]) == 0 {
				return true
			}
			if _, ok := number(e.Fields[f][0]); !ok && c.Type != rule.ValueCount {
				return true
			}
		}
		return false
	})
}

func groupsOf(t *rapid.T, all *rule.Collection, r *rule.Rule, events []sigmatest.Event) (groups [][]string, usable bool) {
	c, _, err := New(all, testLimits(), func(f Found) {
		if f.Rule == r {
			groups = append(groups, f.Group)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		b := ruleNamed(all.Rules, e.Rule)
		m := Match{Rule: b, At: telemetry.InstantOf(e.At), Ref: Ref{Source: strconv.Itoa(i)}}
		for k, f := range c.Wanted(b) {
			v := ""
			if len(e.Fields[f]) == 0 {
				m.Absent |= 1 << k
			} else {
				v = e.Fields[f][0]
			}
			m.Values = append(m.Values, v)
		}
		if err := c.Add(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Finish(); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(groups, slices.Compare[[]string])
	return slices.CompactFunc(groups, slices.Equal[[]string]), c.of(r) != nil
}
