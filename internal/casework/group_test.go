package casework

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// world knows two addresses of edge-r1; private addresses are the operator's.
var world = World{
	Device: func(s hunt.Subject, _ telemetry.Instant) string {
		if s.Name == "r1.example.net" || s.Addr == netip.MustParseAddr("192.0.2.1") || s.Addr == netip.MustParseAddr("10.0.0.1") {
			return "edge-r1"
		}
		return ""
	},
	Own: hunt.Networks{}.Own,
}

// day gives noon of a day of the story.
func day(n int) telemetry.Instant {
	return telemetry.InstantOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n))
}

func addrSubject(s string) hunt.Subject { return hunt.Subject{Addr: netip.MustParseAddr(s)} }

func deviceSubject(name string) hunt.Subject {
	return hunt.Subject{Kind: hunt.SubjectDevice, Name: name}
}

// byRule makes a finding of a rule on one day, with samples.
func byRule(key string, s hunt.Subject, level hunt.Level, at telemetry.Instant, samples ...hunt.Sample) *hunt.Finding {
	return &hunt.Finding{
		ID: hunt.RuleFindingID(key, s), Rule: &hunt.RuleInfo{Key: key, Title: key, Level: level}, Subject: s, Subjects: 1, Level: level, First: at, Last: at,
		Days: []hunt.Day{{Day: at.Day(), First: at, Last: at, Samples: samples}},
	}
}

// met makes a finding of an address that was called.
func met(peer string, s hunt.Subject, level hunt.Level, at telemetry.Instant) *hunt.Finding {
	v := observable.Of(observable.Addr, peer)
	return &hunt.Finding{ID: hunt.IndicatorFindingID(v, s), Value: v, Subject: s, Subjects: 1, Level: level, Roles: hunt.Roles(hunt.RoleCalled), First: at, Last: at}
}

func by(user string) hunt.Sample {
	return hunt.Sample{Kind: telemetry.KindEvent, Fields: []hunt.SampleField{{Name: "user.name", Value: user}}}
}

func between(src, dst string) hunt.Sample {
	return hunt.Sample{Kind: telemetry.KindFlow, Ends: telemetry.Ends{Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst)}}
}

func items(fs ...*hunt.Finding) (out []*Item) {
	for _, f := range fs {
		out = append(out, ItemOf(f, world))
	}
	return out
}

// shape writes incidents by what was found: "a b | c".
func shape(all []*Incident) string {
	var out []string
	for _, x := range all {
		var names []string
		for _, i := range x.Items {
			names = append(names, i.What())
		}
		slices.Sort(names)
		out = append(out, strings.Join(names, " "))
	}
	slices.Sort(out)
	return strings.Join(out, " | ")
}

func TestGroup(t *testing.T) {
	r1, r1Addr, r2, r3 := deviceSubject("r1.example.net"), addrSubject("192.0.2.1"), deviceSubject("r2"), deviceSubject("r3")
	undated := byRule("undated", r1, hunt.High, day(0))
	undated.First, undated.Last = 0, 0
	merged := met("203.0.113.9", r1, hunt.High, day(0))
	merged.Subjects = 90
	warned := func(s hunt.Subject) *hunt.Finding {
		f := met("203.0.113.9", s, hunt.Low, day(0))
		f.Warnings = []string{"a list"}
		return f
	}
	fields := func(s string) hunt.Subject { return hunt.Subject{Kind: hunt.SubjectFields, Name: s} }
	for name, c := range map[string]struct {
		in   []*hunt.Finding
		want string
	}{
		"one device by name and by addresses": {[]*hunt.Finding{byRule("a", r1, hunt.Low, day(0)), byRule("b", r1Addr, hunt.Low, day(1)), met("203.0.113.9", addrSubject("10.0.0.1"), hunt.High, day(2))}, "203.0.113.9 a b"},
		"two devices":                         {[]*hunt.Finding{byRule("a", r1, hunt.High, day(0)), byRule("b", r2, hunt.High, day(0))}, "a | b"},
		"one peer":                            {[]*hunt.Finding{met("203.0.113.9", r1, hunt.High, day(0)), byRule("b", r2, hunt.Low, day(1), between("10.0.0.2", "203.0.113.9"))}, "203.0.113.9 b"},
		"one account":                         {[]*hunt.Finding{byRule("a", r1, hunt.Medium, day(0), by("noc7")), byRule("b", r2, hunt.Medium, day(1), by("NOC7"))}, "a b"},
		"one account at everyday work":        {[]*hunt.Finding{byRule("a", r1, hunt.Medium, day(0), by("noc7")), byRule("b", r2, hunt.Low, day(1), by("noc7")), byRule("c", r2, hunt.Medium, day(1))}, "a | b c"},
		"an account that all devices have":    {[]*hunt.Finding{byRule("a", r1, hunt.Medium, day(0), by("root")), byRule("b", r2, hunt.Medium, day(1), by("root"))}, "a | b"},
		"a subject of fields":                 {[]*hunt.Finding{byRule("a", fields("user.name=noc7, source.ip=203.0.113.9"), hunt.Low, day(0)), byRule("b", r2, hunt.Medium, day(1), by("noc7")), byRule("c", r3, hunt.Low, day(1), between("203.0.113.9", "10.0.0.3"))}, "a b c"},
		"a pause of 14 days":                  {[]*hunt.Finding{byRule("a", r1, hunt.High, day(0)), byRule("b", r1, hunt.High, day(14))}, "a b"},
		"a longer pause":                      {[]*hunt.Finding{byRule("a", r1, hunt.High, day(0)), byRule("b", r1, hunt.High, day(15))}, "a | b"},
		"steps over a longer time":            {[]*hunt.Finding{byRule("a", r1, hunt.High, day(0)), byRule("c", r1, hunt.Low, day(24)), byRule("b", r1, hunt.High, day(12))}, "a b c"},
		"informational joins":                 {[]*hunt.Finding{byRule("a", r1, hunt.Low, day(0)), byRule("b", r1, hunt.Informational, day(3))}, "a b"},
		"informational does not connect":      {[]*hunt.Finding{byRule("a", r1, hunt.Medium, day(0)), byRule("b", r1, hunt.Informational, day(10)), byRule("c", r1, hunt.Medium, day(20))}, "a b | c"},
		"informational alone is none":         {[]*hunt.Finding{byRule("a", r1, hunt.Informational, day(0)), byRule("b", r1, hunt.Informational, day(0))}, ""},
		"low alone is none":                   {[]*hunt.Finding{byRule("a", r1, hunt.Low, day(0))}, ""},
		"without a time it joins":             {[]*hunt.Finding{byRule("a", r1, hunt.Low, day(0)), undated}, "a undated"},
		"several subjects are none":           {[]*hunt.Finding{byRule("a", r1, hunt.Medium, day(0)), merged}, "203.0.113.9 | a"},
		"on a warning list":                   {[]*hunt.Finding{warned(r1), warned(r2)}, ""},
		"the jump host of all":                {[]*hunt.Finding{byRule("a", r1, hunt.Medium, day(0), between("10.0.0.9", "192.0.2.1")), byRule("b", r2, hunt.Medium, day(0), between("10.0.0.9", "10.0.0.2"))}, "a | b"},
		"from a machine with findings":        {[]*hunt.Finding{byRule("a", r2, hunt.Medium, day(0), between("192.0.2.1", "10.0.0.2")), byRule("b", r1, hunt.Medium, day(0))}, "a b"},
		"from a machine with little":          {[]*hunt.Finding{byRule("a", r2, hunt.Medium, day(0), between("192.0.2.1", "10.0.0.2")), byRule("b", r1, hunt.Low, day(0)), byRule("c", r1, hunt.Low, day(0))}, "a | b c"},
		"one resolver":                        {[]*hunt.Finding{byRule("a", r2, hunt.Medium, day(0), hunt.Sample{Kind: telemetry.KindDNS, Ends: between("10.0.0.2", "192.0.2.1").Ends}), byRule("b", r1, hunt.Medium, day(0))}, "a | b"},
	} {
		if got := shape(Group(items(c.in...))); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestCrowds: what nearly everything shares joins nothing.
func TestCrowds(t *testing.T) {
	var scanned, spoken, few, gateway []*hunt.Finding
	for n := range 40 {
		s := deviceSubject(fmt.Sprintf("host%02d", n))
		scanned = append(scanned, byRule(fmt.Sprintf("r%02d", n), s, hunt.Medium, day(0), between("203.0.113.9", "10.1.0.1")))
		spoken = append(spoken, byRule(fmt.Sprintf("r%02d", n), s, hunt.Medium, day(0), by("backup")))
		if n < crowdFew {
			few = append(few, met("203.0.113.9", s, hunt.High, day(n)))
		}
		gateway = append(gateway, met(fmt.Sprintf("203.0.113.%d", n+1), addrSubject("10.9.9.9"), hunt.High, day(0)))
	}
	gateway = append(gateway, byRule("a", addrSubject("10.9.9.9"), hunt.Low, day(0)), byRule("b", addrSubject("10.9.9.9"), hunt.Low, day(0)))
	for name, c := range map[string]struct {
		in   []*hunt.Finding
		want int
	}{"a scanner": {scanned, 40}, "an account of automation": {spoken, 40}, "few with one peer": {few, 1}, "a translator": {gateway, 41}} {
		if got := len(Group(items(c.in...))); got != c.want {
			t.Errorf("%s: %d incidents, want %d", name, got, c.want)
		}
	}
	// Half of a small network, and no more, may share a peer.
	for n, want := range map[int]int{16: 1 + 4, 20: 1 + 0} {
		var in []*hunt.Finding
		for i := range 20 {
			peer := "203.0.113.9"
			if i >= n {
				peer = fmt.Sprintf("198.51.100.%d", i)
			}
			in = append(in, met(peer, deviceSubject(fmt.Sprintf("host%02d", i)), hunt.High, day(0)))
		}
		if got := len(Group(items(in...))); got == want {
			t.Errorf("%d of 20 subjects share a peer and are joined by it", n)
		}
	}
}

func TestLevel(t *testing.T) {
	of := func(level hunt.Level, key string, tags ...string) *hunt.Finding {
		f := byRule(key, deviceSubject("r1.example.net"), level, day(0))
		f.Rule.Tags = tags
		return f
	}
	for name, c := range map[string]struct {
		in   []*hunt.Finding
		want hunt.Level
	}{
		"three tactics of two rules": {[]*hunt.Finding{of(hunt.Medium, "a", "attack.discovery", "attack.t1016"), of(hunt.Low, "b", "attack.stealth", "attack.collection")}, hunt.High},
		"of one rule":                {[]*hunt.Finding{of(hunt.Medium, "a", "attack.discovery", "attack.stealth", "attack.collection"), of(hunt.Low, "b")}, hunt.Medium},
		"two by two names":           {[]*hunt.Finding{of(hunt.Medium, "a", "attack.stealth", "attack.defense-evasion"), of(hunt.Low, "b", "attack.defense-impairment", "attack.discovery")}, hunt.Medium},
		"an indicator is one":        {[]*hunt.Finding{of(hunt.High, "a", "attack.discovery"), of(hunt.Low, "b", "attack.collection"), met("203.0.113.9", deviceSubject("r1.example.net"), hunt.High, day(0))}, hunt.Critical},
		"never beyond critical":      {[]*hunt.Finding{of(hunt.Critical, "a", "attack.discovery", "attack.collection"), of(hunt.Low, "b", "attack.impact")}, hunt.Critical},
	} {
		got := Group(items(c.in...))
		if len(got) != 1 || got[0].Level != c.want || (got[0].Because != "") != (c.want > max(c.in[0].Level, c.in[1].Level)) {
			t.Errorf("%s: %d incidents, first of level %s because %q, want %s", name, len(got), got[0].Level, got[0].Because, c.want)
		}
	}
}

// TestGroupLaws draws findings: their order means nothing, none is in two incidents, and what is added takes nothing apart.
func TestGroupLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawFindings(t)
		all := Group(items(in...))
		other := Group(items(rapid.Permutation(in).Draw(t, "order")...))
		if shape(all) != shape(other) {
			t.Fatalf("another order gives\n%s, not\n%s", shape(other), shape(all))
		}
		in1 := map[hunt.FindingID]bool{}
		for _, x := range all {
			for _, i := range x.Items {
				if in1[i.ID] {
					t.Fatal("a finding is in two incidents")
				}
				in1[i.ID] = true
			}
		}
		for _, f := range in {
			if f.Level >= hunt.Medium && !in1[f.ID] {
				t.Fatal("a finding that matters is in no incident")
			}
		}
	})
}

func drawFindings(t *rapid.T) (out []*hunt.Finding) {
	seen := map[hunt.FindingID]bool{}
	for range rapid.IntRange(0, 14).Draw(t, "findings") {
		s := deviceSubject(rapid.SampledFrom([]string{"r1.example.net", "r2", "r3", "r4", "r5"}).Draw(t, "subject"))
		level := hunt.Level(rapid.IntRange(0, 4).Draw(t, "level"))
		at := day(rapid.IntRange(0, 60).Draw(t, "day"))
		f := byRule(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "rule"), s, level, at, by(rapid.SampledFrom([]string{"", "noc", "ana"}).Draw(t, "user")))
		if rapid.Bool().Draw(t, "indicator") {
			f = met(rapid.SampledFrom([]string{"203.0.113.1", "203.0.113.2", "203.0.113.3"}).Draw(t, "peer"), s, level, at)
		}
		if !seen[f.ID] {
			out = append(out, f)
		}
		seen[f.ID] = true
	}
	return out
}
