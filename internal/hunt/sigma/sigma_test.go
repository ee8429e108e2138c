package sigma

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// parse reads rules, which must be without complaint.
func parse(t testing.TB, text string) *rule.Collection {
	t.Helper()
	rules, complaints := rule.Parse("test.yml", []byte(text))
	c := &rule.Collection{Rules: rules, Complaints: complaints}
	c.Resolve()
	for _, complaint := range c.Complaints {
		t.Errorf("complaint: %s", complaint)
	}
	return c
}

// program compiles rules for the kinds given, with fields under their own names.
func program(t testing.TB, c *rule.Collection, o Options, kinds ...telemetry.Kind) *Program {
	t.Helper()
	var routes []*pipeline.Route
	for _, k := range kinds {
		routes = append(routes, &pipeline.Route{Kind: k})
	}
	return compile(c.Rules, c.FiltersOf, func(rule.LogSource) []*pipeline.Route { return routes }, o)
}

// detection makes a rule of the body of a detection, lines of which are indented by two.
func detection(body string) string {
	lines := strings.Split(strings.TrimSpace(body), "\n")
	return "title: t\nlogsource:\n  product: test\ndetection:\n  " + strings.Join(lines, "\n  ") + "\n"
}

// event adds an event with a raw line and pairs of names and texts.
func event(b *telemetry.Batch, raw string, pairs ...string) {
	i := b.Append(uint64(b.Len() + 1))
	b.Event[i].Raw = raw
	for n := 0; n < len(pairs); n += 2 {
		b.AddPair(&b.Event[i].Pairs, telemetry.FieldNamed(pairs[n]), pairs[n+1])
	}
}

// matches gives "rule:record" for each match.
func matches(p *Program, b *telemetry.Batch) []string {
	var out []string
	p.Evaluator().Batch(b, func(r, i int) { out = append(out, fmt.Sprintf("%d:%d", r, i)) })
	return out
}

// matched gives for each record whether the first rule matches.
func matched(p *Program, b *telemetry.Batch) []bool {
	out := make([]bool, b.Len())
	p.Evaluator().Batch(b, func(r, i int) {
		if r == 0 {
			out[i] = true
		}
	})
	return out
}

func TestEvents(t *testing.T) {
	for _, c := range []struct {
		name, body string
		raw        string
		pairs      []string
		want       bool
	}{
		{"plain, in any case", "s:\n  a: FooBar\ncondition: s", "", []string{"a", "fOObAR"}, true},
		{"the whole value", "s:\n  a: Foo\ncondition: s", "", []string{"a", "Foobar"}, false},
		{"Kelvin sign", "s:\n  a|contains: task\ncondition: s", "", []string{"a", "x ta\u017f\u212a"}, true},
		{"Kelvin sign in the rule", "s:\n  a: \"\u212a\"\ncondition: s", "", []string{"a", "k"}, true},
		{"cased", "s:\n  a|cased: Foo\ncondition: s", "", []string{"a", "foo"}, false},
		{"one of several values of a field", "s:\n  a: two\ncondition: s", "", []string{"a", "one", "b", "x", "a", "two"}, true},
		{"each value met by one", "s:\n  a|contains|all:\n    - one\n    - two\ncondition: s", "", []string{"a", "one", "a", "two"}, true},
		{"not each value met", "s:\n  a|contains|all:\n    - one\n    - two\ncondition: s", "", []string{"a", "one"}, false},
		{"wildcards", `{s: {a: 'C:\\*\x?.exe'}, condition: s}`, "", []string{"a", `c:\temp\y\xé.EXE`}, true},
		{"an absent field", "s:\n  a: x\ncondition: not s", "", []string{"b", "x"}, true},
		{"null", "s:\n  a: null\ncondition: s", "", []string{"b", "x"}, true},
		{"exists", "s:\n  a|exists: true\ncondition: s", "", []string{"a", "x"}, true},
		{"keyword in the raw line", "k:\n  - 'Failed Password'\ncondition: k", "sshd: failed password for", nil, true},
		{"keyword in a value", "k:\n  - 'a\"b'\ncondition: k", `{"x":"a\"b"}`, []string{"x", `a"b`}, true},
		{"all keywords", "k:\n  '|all':\n    - bgp\n    - ':179'\ncondition: k", "%TCP-6-BADAUTH: BGP 1.2.3.4:179", nil, true},
		{"not all keywords", "k:\n  '|all':\n    - bgp\n    - ':180'\ncondition: k", "%TCP-6-BADAUTH: BGP 1.2.3.4:179", nil, false},
		{"cidr of a text", "s:\n  a|cidr: 10.0.0.0/8\ncondition: s", "", []string{"a", "10.2.3.4"}, true},
		{"numbers of a text", "s:\n  a|gte: 10\ncondition: s", "", []string{"a", "10.5"}, true},
		{"regular expression", "s:\n  a|re: 'x[0-9]{3}power'\ncondition: s", "", []string{"a", "..x123power"}, true},
		{"regular expression, other case", "s:\n  a|re: 'x[0-9]{3}power'\ncondition: s", "", []string{"a", "..x123POWER"}, false},
		{"regular expression, any case", "s:\n  a|re|i: 'x[0-9]{3}power'\ncondition: s", "", []string{"a", "..x123POWER"}, true},
		{"reference", "s:\n  a|fieldref: b\ncondition: s", "", []string{"a", "X", "b", "x"}, true},
		{"end of a reference", "s:\n  a|fieldref|endswith: b\ncondition: s", "", []string{"a", "123x", "b", "X"}, true},
		{"neq", "s:\n  a|neq: x\ncondition: s", "", []string{"a", "y"}, true},
		{"neq of an absent field", "s:\n  a|neq: x\ncondition: s", "", []string{"b", "y"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program(t, parse(t, detection(c.body)), Options{}, telemetry.KindEvent)
			for _, r := range p.Unusable() {
				t.Fatal(r.Unusable)
			}
			b := &telemetry.Batch{Kind: telemetry.KindEvent}
			event(b, c.raw, c.pairs...)
			if got := matched(p, b)[0]; got != c.want {
				t.Errorf("matched %t, want %t: %+v", got, c.want, p.Explain(0, b, 0))
			}
			if x := p.Explain(0, b, 0); x.Matched != c.want {
				t.Errorf("explained as %t, want %t", x.Matched, c.want)
			}
		})
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"?", "", false},
		{"?", "é", true},
		{"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXbYbZ", false},
		{"*a?b", "aab xab acb", true},
		{"*ab?", "abab", false},
		{"a?*?b", "a12b", true},
		{"a?*?b", "a1b", false},
		{"*??", "a", false},
		{"*.exe*", "x.exe", true},
	} {
		g := globOf(rule.ParsePattern(c.pattern).Parts, false)
		if got := g.match(c.text); got != c.want {
			t.Errorf("%q of %q: %t", c.pattern, c.text, got)
		}
	}
}

func TestMatchesOfABatchAreInOrder(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  a: x\ncondition: s")+"---\n"+strings.Replace(detection("s:\n  b: y\ncondition: s"), "t\n", "u\n", 1)),
		Options{}, telemetry.KindEvent, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	event(b, "", "a", "x", "b", "y")
	event(b, "", "a", "x")
	event(b, "", "c", "x")
	event(b, "", "b", "y")
	if got, want := matches(p, b), []string{"0:0", "1:0", "0:1", "1:3"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s := p.Stats()
	if s.Rules[0].Matched != 2 || s.Rules[1].Matched != 2 || s.Rules[0].Candidates != 2 {
		t.Errorf("stats %+v", s)
	}
}
