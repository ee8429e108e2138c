package casework

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
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
}

// TestManyAreClaimed: what one outside, or one of ours, did to many is together, and what else is found of those is by itself.
func TestManyAreClaimed(t *testing.T) {
	const many = crowdMost + 8
	for name, c := range map[string]struct {
		make func(s hunt.Subject, n int) *hunt.Finding
		more []*hunt.Finding
	}{
		"an indicator": {func(s hunt.Subject, _ int) *hunt.Finding { return met("203.0.113.9", s, hunt.High, day(0)) }, nil},
		"a scanner": {func(s hunt.Subject, _ int) *hunt.Finding {
			return byRule("scanned", s, hunt.Medium, day(0), between("203.0.113.9", "10.1.0.1"))
		}, nil},
		"a machine of ours": {func(s hunt.Subject, _ int) *hunt.Finding {
			return byRule("asked", s, hunt.Medium, day(0), between("10.0.0.44", "10.1.0.1"))
		}, []*hunt.Finding{byRule("asks many", addrSubject("10.0.0.44"), hunt.Medium, day(0))}},
	} {
		in := c.more
		for n := range many {
			s := deviceSubject(fmt.Sprintf("host%02d", n))
			in = append(in, c.make(s, n), byRule("other", s, hunt.Medium, day(0)))
		}
		all := Group(items(in...))
		sizes := map[int]int{}
		for _, x := range all {
			sizes[len(x.Items)]++
		}
		if want := many + len(c.more); sizes[want] != 1 || sizes[1] != many {
			t.Errorf("%s: incidents by their size are %v, want one of %d and %d of 1", name, sizes, want, many)
		}
	}
}

// TestPlaces: one device joins who was on it to what is found there, and no two who were.
func TestPlaces(t *testing.T) {
	var bystanders []*hunt.Finding
	for n := range 40 {
		bystanders = append(bystanders, byRule("else", deviceSubject(fmt.Sprintf("h%d", n)), hunt.Medium, day(0)))
	}
	r := func(n int) hunt.Subject { return deviceSubject(fmt.Sprintf("r%d", n)) }
	at := func(d, minute int) telemetry.Instant { return day(d) + telemetry.Instant(minute)*60e9 }
	taken := func(n, devices int, user string) (out []*hunt.Finding) { // what user did on devices, on days apart
		for k := range devices {
			out = append(out, byRule(user, r(n+k), hunt.Medium, day(k), by(user)))
		}
		return out
	}
	count := func(key string, fs ...*hunt.Finding) int { // how many are in the incident that has a finding of a rule
		for _, x := range Group(items(append(fs, bystanders...)...)) {
			if slices.ContainsFunc(x.Items, func(i *Item) bool { return i.What() == key }) {
				return len(x.Items)
			}
		}
		return 0
	}
	for name, c := range map[string]struct {
		key  string
		in   []*hunt.Finding
		want int
	}{
		"two accounts that met on a device":              {"ana", slices.Concat(taken(1, 3, "ana"), taken(3, 3, "noc")), 3},
		"within an hour of one session":                  {"ana", slices.Concat(taken(1, 3, "ana"), []*hunt.Finding{byRule("noc", r(3), hunt.Medium, at(2, 30), by("noc")), byRule("noc", r(4), hunt.Medium, day(9), by("noc"))}), 5},
		"what nobody is named for, the same day":         {"ana", append(taken(1, 3, "ana"), byRule("tunnel", r(2), hunt.High, at(1, 600))), 4},
		"what another is named for, the same day":        {"ana", append(taken(1, 3, "ana"), byRule("tunnel", r(2), hunt.High, at(1, 600), by("noc"))), 3},
		"what nobody is named for, days later":           {"ana", append(taken(1, 3, "ana"), byRule("tunnel", r(2), hunt.High, day(5))), 3},
		"the same of an account on many devices":         {"ana", append(taken(1, crowdFew+1, "ana"), byRule("tunnel", r(2), hunt.High, day(8))), crowdFew + 1},
		"what began in its session there":                {"ana", append(taken(1, crowdFew+1, "ana"), byRule("tunnel", r(2), hunt.High, at(1, -50))), crowdFew + 2},
		"everyday work of it, where it did more":         {"ana", append(taken(1, crowdFew+1, "ana"), byRule("look", r(2), hunt.Low, day(8), by("ana"))), crowdFew + 2},
		"everyday work of it elsewhere":                  {"ana", append(taken(1, 3, "ana"), byRule("look", r(9), hunt.Low, day(1), by("ana"))), 3},
		"of two, the one that was nearer":                {"noc", slices.Concat(taken(1, 3, "ana"), taken(3, 3, "noc"), []*hunt.Finding{byRule("tunnel", r(3), hunt.High, at(-1, 0))}), 4},
		"a finding of days apart bridges nothing":        {"a", []*hunt.Finding{days("long", r(1), 0, 30), byRule("a", r(1), hunt.Medium, day(15))}, 1},
		"a finding that names everybody joins nobody":    {"ana", append(taken(1, 2, "ana"), byRule("all", r(7), hunt.Medium, day(1), by("ana"), by("noc"), by("eve"), by("bob"))), 2},
		"a machine that reaches another, a day later":    {"a", []*hunt.Finding{byRule("a", r(2), hunt.Medium, day(1), between("192.0.2.1", "10.0.0.2")), byRule("b", addrSubject("192.0.2.1"), hunt.Medium, day(0))}, 2},
		"a machine that reaches another, two days later": {"a", []*hunt.Finding{byRule("a", r(2), hunt.Medium, day(2), between("192.0.2.1", "10.0.0.2")), byRule("b", addrSubject("192.0.2.1"), hunt.Medium, day(0))}, 1},
	} {
		if got := count(c.key, c.in...); got != c.want {
			t.Errorf("%s: %d findings, want %d", name, got, c.want)
		}
	}
}

// days makes a finding of a rule with records on single days.
func days(key string, s hunt.Subject, on ...int) *hunt.Finding {
	f := byRule(key, s, hunt.Medium, day(on[0]))
	for _, d := range on[1:] {
		f.Last = day(d)
		f.Days = append(f.Days, hunt.Day{Day: day(d).Day(), First: day(d), Last: day(d)})
	}
	return f
}

// TestSharedServices: a registered jump host joins nothing as the other end, and is a machine like any other when something is found of it.
func TestSharedServices(t *testing.T) {
	w := world
	w.Shared = func(a netip.Addr, _ telemetry.Instant) bool { return a == netip.MustParseAddr("192.0.2.1") }
	var in []*Item
	for _, f := range []*hunt.Finding{
		byRule("a", deviceSubject("r2"), hunt.Medium, day(0), between("192.0.2.1", "10.0.0.2")), byRule("b", addrSubject("192.0.2.1"), hunt.Medium, day(0)),
		byRule("c", addrSubject("192.0.2.1"), hunt.Low, day(0)), met("192.0.2.1", deviceSubject("r5"), hunt.High, day(0)),
	} {
		in = append(in, ItemOf(f, w))
	}
	if got, want := shape(Group(in)), "192.0.2.1 | a | b c"; got != want {
		t.Errorf("got %q, want %q", got, want)
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

// TestForgedHostsLast: incidents about names that the register of devices does not state stand behind others of their level, however late they are.
func TestForgedHostsLast(t *testing.T) {
	known := World{Device: func(s hunt.Subject, _ telemetry.Instant) string {
		if s.Name == "r1" {
			return "edge-r1"
		}
		return ""
	}}
	var items []*Item
	for i := range 20 {
		items = append(items, ItemOf(byRule("wiped", deviceSubject("forged-"+strconv.Itoa(i)), hunt.Critical, day(40*i)), known))
	}
	items = append(items, ItemOf(byRule("wiped", deviceSubject("r1"), hunt.Critical, day(1)), known), ItemOf(byRule("odd", deviceSubject("r1"), hunt.Medium, day(500)), known))
	all := Group(items)
	if len(all) < 21 || all[0].Devices[0] != "edge-r1" || all[len(all)-1].Devices[0] != "edge-r1" || all[len(all)-1].Level != hunt.Medium {
		t.Errorf("%d incidents, the first about %v, the last about %v", len(all), all[0].Devices, all[len(all)-1].Devices)
	}
}
