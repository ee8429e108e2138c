package sigma

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// sinceSets are sets whose entries count from a time on, before which the sets say nothing.
type sinceSets struct {
	sigmatest.Sets
	since telemetry.Instant
}

func (s sinceSets) Set(name string) (Set, bool) {
	set, ok := plainSets(s.Sets).Set(name)
	for i := range set.Prefixes {
		set.Prefixes[i].Valid.From = s.since
	}
	for i := range set.Texts {
		set.Texts[i].Valid.From = s.since
	}
	set.Since = s.since
	return set, ok
}

// TestNaiveAgreesOnWhatIsNotKnown: of records older than what registers speak of, the compiled rules and the naive evaluator give the
// same: a match, none, or no answer, which is counted.
func TestNaiveAgreesOnWhatIsNotKnown(t *testing.T) {
	const since = 1000
	answers := map[sigmatest.Truth]int{}
	law := func(rt *rapid.T) {
		k := rapid.SampledFrom([]telemetry.Kind{telemetry.KindEvent, telemetry.KindFlow}).Draw(rt, "kind")
		v := vocabularyOf(rt, k)
		e := sigmatest.DrawOver(rt, v, false)
		for range 20 { // most rules ask no set
			if strings.Contains(e.Rules, "|expand") {
				break
			}
			e = sigmatest.DrawOver(rt, v, false)
		}
		c := collected(rt, e.Rules)
		p := program(t, c, Options{Sets: sinceSets{e.Sets, since}}, k)
		naive, err := sigmatest.Read(e.Rules, e.Sets)
		if err != nil {
			rt.Fatal(err)
		}
		b := typed(k, e.Records)
		var unknown uint64
		want := make([]bool, b.Len())
		for i := range e.Records {
			h := b.Head(i)
			h.Occurred = rapid.SampledFrom([]telemetry.Instant{0, since - 1, since - 1, since, since + 1}).Draw(rt, "time")
			r := recordOf(b, i)
			if h.Occurred == since-1 {
				for name := range e.Sets {
					r.Silent = append(r.Silent, name)
				}
			}
			judged, err := naive.Judge(r)
			if err != nil {
				rt.Fatal(err)
			}
			if want[i] = judged == sigmatest.Yes; judged == sigmatest.Unknown {
				unknown++
			}
			answers[judged]++
		}
		if got := matched(p, b); !slices.Equal(got, want) {
			rt.Fatalf("matched %v, want %v\n%s\n%+v", got, want, e.Rules, e.Records)
		}
		if got := p.Stats().Rules[0].Unknown; got != unknown {
			rt.Fatalf("%d records of which nothing is known, want %d\n%s\n%+v", got, unknown, e.Rules, e.Records)
		}
	}
	for range 10 { // few draws may bring none that is not known
		if rapid.Check(t, law); answers[sigmatest.Unknown] > 0 {
			break
		}
	}
	if answers[sigmatest.Unknown] == 0 || answers[sigmatest.Yes] == 0 || answers[sigmatest.No] == 0 {
		t.Errorf("answers %v", answers)
	}
}

// TestWhatARegisterDoesNotSayIsNotAssessed: neither a rule that asks for what is in a set nor one that asks for what is not matches a
// record of before the set says anything; what does not depend on the set is decided.
func TestWhatARegisterDoesNotSayIsNotAssessed(t *testing.T) {
	sets := carrierSets{"hosts": {
		Prefixes: []SetPrefix{{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Valid: Validity{From: 1000}}},
		Since:    1000,
	}}
	for _, c := range []struct {
		body    string
		want    []bool // of records without a time, before and at the register's beginning
		unknown uint64
	}{
		{"s:\n  source.ip|cidr|expand: '%hosts%'\ncondition: s", []bool{true, false, true}, 1},
		{"s:\n  source.ip|cidr|expand: '%hosts%'\ncondition: not s", []bool{false, false, false}, 1},
		{"s:\n  source.ip|cidr|expand|neq: '%hosts%'\ncondition: s", []bool{false, false, false}, 1},
		{"s:\n  a: y\nn:\n  source.ip|cidr|expand: '%hosts%'\ncondition: s and not n", []bool{false, false, false}, 0},
		{"s:\n  a: x\nn:\n  source.ip|cidr|expand: '%hosts%'\ncondition: s or n", []bool{true, true, true}, 0},
		{"s:\n  a|expand: 'y%hosts%'\ncondition: not s", []bool{true, true, true}, 0},
		{"s:\n  a|expand: '%hosts%'\ncondition: not s", []bool{true, false, true}, 1},
	} {
		p := program(t, parse(t, detection(c.body)), Options{Sets: sets}, telemetry.KindEvent)
		b := &telemetry.Batch{Kind: telemetry.KindEvent}
		for i, at := range []telemetry.Instant{0, 999, 1000} {
			event(b, "", "a", "x")
			b.Event[i].Occurred, b.Event[i].Src = at, netip.MustParseAddr("10.1.2.3")
		}
		if got := matched(p, b); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.body, got, c.want)
		}
		if got := p.Stats().Rules[0].Unknown; got != c.unknown {
			t.Errorf("%s: %d unknown, want %d", c.body, got, c.unknown)
		}
		if x := p.Explain(0, b, 1).Routes[0]; x.Unknown != (c.unknown == 1) || x.Matched != c.want[1] {
			t.Errorf("%s: explained %+v", c.body, x)
		}
	}
}
