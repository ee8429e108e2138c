package sigma

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// TestSetsGoByTheTimeOfTheRecord: an entry counts while it is valid, and always for a record without a time.
func TestSetsGoByTheTimeOfTheRecord(t *testing.T) {
	valid := Validity{From: 1000, Until: 2000}
	sets := carrierSets{"hosts": {
		Prefixes: []SetPrefix{{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Valid: valid}},
		Texts:    []SetText{{Text: "Straße", Valid: valid}},
	}}
	for _, body := range []string{
		"s:\n  source.ip|cidr|expand: '%hosts%'\ncondition: s",
		"s:\n  source.ip|expand: '%hosts%'\ncondition: s",
		"s:\n  a|expand: '%hosts%'\ncondition: s",
		"s:\n  a|contains|expand: '%hosts%'\ncondition: s",
	} {
		p := program(t, parse(t, detection(body)), Options{Sets: sets}, telemetry.KindEvent)
		b := &telemetry.Batch{Kind: telemetry.KindEvent}
		for i, at := range []telemetry.Instant{0, 999, 1000, 1999, 2000} {
			event(b, "", "a", "STRAßE")
			b.Event[i].Occurred, b.Event[i].Src = at, netip.MustParseAddr("10.1.2.3")
		}
		if got, want := matched(p, b), []bool{true, false, true, true, false}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}

// TestWhatNoRegisterStatesIsNotAssessed: a rule that needs it says so, and the others go on.
func TestWhatNoRegisterStatesIsNotAssessed(t *testing.T) {
	for body, missing := range map[string]string{
		"s:\n  a|expand: '%nobody%'\ncondition: s":                                  "nobody",
		"s:\n  a: x\nn:\n  a|contains|expand: 'x%nobody%'\ncondition: s and not n":  "nobody",
		"s:\n  stormglass.register.aaa_servers.source.ip: unknown\ncondition: s":    "stormglass.register.aaa_servers.source.ip",
		"s:\n  a|fieldref: stormglass.register.aaa_servers.source.ip\ncondition: s": "stormglass.register.aaa_servers.source.ip",
		"s:\n  source.ip|cidr|expand: '%nobody%'\nt:\n  a: x\ncondition: s or t":    "nobody",
		"k:\n  '|expand':\n    - '%nobody%'\ncondition: k":                          "nobody",
	} {
		two := detection(body) + "---\n" + strings.Replace(detection("s:\n  a: x\ncondition: s"), "title: t", "title: other", 1)
		p := program(t, parse(t, two), Options{}, telemetry.KindEvent)
		r := p.Rules()[0]
		if !slices.Contains(r.Missing, missing) || !strings.Contains(r.Unusable, missing) || len(r.Kinds) != 0 {
			t.Errorf("%s: %+v", body, r)
		}
		b := &telemetry.Batch{Kind: telemetry.KindEvent}
		event(b, "", "a", "x")
		if got := matches(p, b); !slices.Equal(got, []string{"1:0"}) {
			t.Errorf("%s: matched %v", body, got)
		}
		if x := p.Explain(0, b, 0); x.Why == "" || x.Matched {
			t.Errorf("%s: explained %+v", body, x)
		}
	}
}

// TestMissingFieldsAreCalledByTheirLists: the operator is told what to state, each list once and in order.
func TestMissingFieldsAreCalledByTheirLists(t *testing.T) {
	lists := map[string]string{"stormglass.class.source.ip": "networks", "stormglass.class.destination.ip": "networks", "stormglass.account.host": "accounts"}
	body := "s:\n  stormglass.class.source.ip: x\n  stormglass.class.destination.ip: x\n  stormglass.account.host: x\n  a|expand: '%nobody%'\ncondition: s"
	r := program(t, parse(t, detection(body)), Options{List: func(field string) string { return lists[field] }}, telemetry.KindEvent).Rules()[0]
	if want := "not assessed: no register states accounts, networks, nobody"; r.Unusable != want {
		t.Errorf("%q, want %q", r.Unusable, want)
	}
}

func TestValuesAreThoseOfTheRecord(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  a: x\ncondition: s")), Options{}, telemetry.KindEvent, telemetry.KindFlow)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	event(b, "", "a", "x", "b", "Ünï", "b", "two")
	b.Event[0].Dst = netip.MustParseAddr("2001:db8::1")
	e := p.Evaluator()
	got := e.Values(0, b, 0, []string{"b", "absent", "destination.ip", "a"})
	if want := []string{"Ünï", "", "2001:db8::1", "x"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	f := flows(1)
	if got := e.Values(0, f, 0, []string{"destination.port"}); got[0] == "" {
		t.Error("a flow without a port")
	}
	if got := e.Values(0, &telemetry.Batch{Kind: telemetry.KindDNS}, 0, []string{"a"}); got[0] != "" {
		t.Errorf("a kind without rules gives %q", got)
	}
}

func TestEvaluatorsWorkSideBySide(t *testing.T) {
	p, records := flowProgram(t), flows(2000)
	want := matches(p, records)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got := matches(p, records); !slices.Equal(got, want) {
				t.Errorf("%d matches, want %d", len(got), len(want))
			}
		})
	}
	group.Wait()
	sum := uint64(0)
	for _, r := range p.Stats().Rules {
		sum += r.Matched
	}
	if sum != 5*uint64(len(want)) {
		t.Errorf("stats count %d matches, want %d", sum, 5*len(want))
	}
}

func TestNoPipelineIsSaid(t *testing.T) {
	c := parse(t, detection("s:\n  a: x\ncondition: s"))
	p := compile(c.Rules, c.FiltersOf, func(rule.LogSource) []*pipeline.Route { return nil }, Options{})
	if u := p.Unusable(); len(u) != 1 || !strings.Contains(u[0].Unusable, `product "test"`) {
		t.Errorf("unusable: %+v", u)
	}
}
