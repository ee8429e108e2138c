package rule

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const base = "logsource: {product: p, service: s}\ndetection: {s: {a: b}, condition: s}\n---\n"

func correlationOf(title, extra string) string {
	return "title: " + title + "\nname: " + title + "\ncorrelation: {type: temporal, group-by: [x], timespan: 1m, rules: [" + extra + "]}\n---\n"
}

func resolved(t *testing.T, text string) *Collection {
	t.Helper()
	c, err := Read(fstest.MapFS{"a/rules.yml": {Data: []byte(text)}}, "a")
	if err != nil {
		t.Fatal(err)
	}
	c.Resolve()
	return c
}

func titles(rules []*Rule) string {
	var all []string
	for _, r := range rules {
		all = append(all, r.Title)
	}
	return strings.Join(all, " ")
}

// TestOrder: correlations stand last, what they name first, wherever the file has them.
func TestOrder(t *testing.T) {
	c := resolved(t, correlationOf("top", "middle, two")+correlationOf("middle", "low")+"title: one\nname: one\n"+base+
		correlationOf("low", "one, 00000000-0000-4000-8000-00000000000A")+"title: two\nid: 00000000-0000-4000-8000-00000000000a\nname: two\n"+base)
	if got := titles(c.Rules); got != "one two low middle top" || len(c.Complaints) > 0 {
		t.Errorf("%s, %v", got, c.Complaints)
	}
	if refs := c.Rules[2].Correlation.Rules; refs[0].Rule != c.Rules[0] || refs[1].Rule != c.Rules[1] {
		t.Errorf("%+v", refs)
	}
}

// TestReported: rules that correlations name are silent, but where one generates.
func TestReported(t *testing.T) {
	c := resolved(t, "title: silent\nname: silent\n"+base+"title: loud\nname: loud\n"+base+"title: alone\n"+base+
		correlationOf("first", "silent, loud")+"generate: true\n"+correlationOf("second", "loud, first")+
		"title: f\nlogsource: {}\nfilter: {rules: any, s: {a: c}, condition: s}\n")
	if len(c.Complaints) > 0 {
		t.Fatal(c.Complaints)
	}
	var got []string
	for r := range c.Reported() {
		got = append(got, r.Title)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"alone", "first", "loud", "second"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFiltersOf(t *testing.T) {
	filter := func(title, source, rules string) string {
		return "title: " + title + "\nlogsource: {" + source + "}\nfilter: {rules: " + rules + ", s: {a: c}, condition: s}\n---\n"
	}
	c := resolved(t, "title: one\nname: one\n"+base+"title: two\nname: two\nlogsource: {product: Q}\ndetection: {s: {a: b}, condition: s}\n---\n"+
		filter("named", "product: p", "[one, two]")+filter("p", "product: p", "any")+filter("q", "product: q", "Any")+filter("narrow", "product: p, category: c", "any")+
		filter("all", "", "any"))
	if len(c.Complaints) > 0 {
		t.Fatal(c.Complaints)
	}
	want := map[string]string{"one": "named p all", "two": "named q all", "named": ""}
	for _, r := range c.Rules[:3] {
		var got []*Rule
		for _, f := range c.FiltersOf(r) {
			i := slices.IndexFunc(c.Rules, func(r *Rule) bool { return r.Filter == f })
			got = append(got, c.Rules[i])
		}
		if titles(got) != want[r.Title] {
			t.Errorf("%s: filters %s, want %s", r.Title, titles(got), want[r.Title])
		}
	}
	if notes := c.Rules[2].Notes; len(notes) != 1 || !strings.Contains(notes[0].Text, `rule "two" looks at product=Q, the filter says product=p`) {
		t.Errorf("%+v", notes)
	}
}

// TestAliases: rules of aliases come to be called as the correlation calls them.
func TestAliases(t *testing.T) {
	c := resolved(t, "title: one\nname: one\nid: 00000000-0000-4000-8000-00000000000a\n"+base+
		"title: c\ncorrelation:\n  type: temporal\n  rules: [00000000-0000-4000-8000-00000000000a]\n  group-by: [x]\n  timespan: 1m\n  aliases: {x: {one: f}}\n")
	if len(c.Rules) != 2 || c.Rules[1].Correlation.Aliases[0].Fields["00000000-0000-4000-8000-00000000000a"] != "f" {
		t.Errorf("%v %+v", c.Complaints, c.Rules)
	}
}

// TestChainBound: correlations of correlations are bounded, from whichever end they are met.
func TestChainBound(t *testing.T) {
	name := func(i int) string { return "c" + string(rune('a'+i)) }
	chain := func(length int, backwards bool) string {
		var links []string
		for i := range length {
			below := "one"
			if i > 0 {
				below = name(i - 1)
			}
			links = append(links, correlationOf(name(i), below))
		}
		if backwards {
			slices.Reverse(links)
		}
		return "title: one\nname: one\n" + base + strings.Join(links, "")
	}
	for _, backwards := range []bool{false, true} {
		if c := resolved(t, chain(maxChain+1, backwards)); len(c.Complaints) > 0 {
			t.Errorf("backwards %t: %v", backwards, c.Complaints)
		}
		if c := resolved(t, chain(maxChain+2, backwards)); len(c.Complaints) == 0 {
			t.Errorf("backwards %t: no complaint", backwards)
		}
	}
}

// TestClone: what is done to a copy, what was read does not show.
func TestClone(t *testing.T) {
	text := "title: one\nname: one\nid: 00000000-0000-4000-8000-00000000000a\n" + base +
		"title: f\nlogsource: {product: q}\nfilter: {rules: [one], s: {a: c}, condition: s}\n---\n" +
		"title: c\ncorrelation:\n  type: temporal\n  rules: [00000000-0000-4000-8000-00000000000a]\n  group-by: [x]\n  timespan: 1m\n  aliases: {x: {one: f}}\n" +
		"---\ntitle: broken\n"
	read := func() *Collection {
		c, err := Read(fstest.MapFS{"a/rules.yml": {Data: []byte(text)}}, "a")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := read()
	own := c.Clone()
	if !reflect.DeepEqual(c, own) {
		t.Errorf("a copy is another: %+v, of %+v", own, c)
	}
	own.Resolve()
	for _, r := range own.Rules {
		r.File = "elsewhere"
	}
	for _, x := range own.Complaints {
		x.File = "elsewhere"
	}
	if len(own.Complaints) == 0 || len(own.Rules[1].Notes) == 0 || own.Rules[2].Correlation.Rules[0].Rule == nil {
		t.Fatalf("nothing was written: %v", own.Complaints)
	}
	if again := read(); !reflect.DeepEqual(again, c) {
		t.Errorf("the original changed: %+v, of %+v", c, again)
	}
}

// TestJoin: of two collections with one id the first counts, and the complaint names both places.
func TestJoin(t *testing.T) {
	parse := func(file, title string) *Collection {
		rules, _ := Parse(file, []byte("title: "+title+"\nid: 00000000-0000-4000-8000-00000000000a\n"+base))
		return &Collection{Rules: rules, Files: 1}
	}
	c := Join(parse("ours.yml", "ours"), parse("theirs.yml", "theirs"))
	c.Resolve()
	if titles(c.Rules) != "ours" || c.Files != 2 || len(c.Complaints) != 1 {
		t.Fatalf("%s %v", titles(c.Rules), c.Complaints)
	}
	if m := c.Complaints[0].String(); !strings.HasPrefix(m, "theirs.yml:1:1: theirs: ") || !strings.Contains(m, "ours.yml, line 1") {
		t.Error(m)
	}
}
