package sigma

import (
	"slices"
	"strings"
	"testing"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// TestNaiveAgreesOnCorpus: rules in the mix of the public ones, in one program, and for each an event that was made to match and one
// that misses by a character.
func TestNaiveAgreesOnCorpus(t *testing.T) {
	c := newCorpus(5)
	documents := strings.Split(strings.TrimPrefix(c.rules(150, logSources), "---\n"), "---\n")
	rules, complaints := rule.Parse("corpus.yml", []byte(strings.Join(documents, "---\n")))
	if len(complaints) > 0 || len(rules) != len(documents) {
		t.Fatalf("%d rules of %d: %v", len(rules), len(documents), complaints)
	}
	var records []sigmatest.Record
	for _, r := range rules {
		w := witness(r)
		records = append(records, w, missed(c, w))
	}
	all := &rule.Collection{Rules: rules}
	all.Resolve()
	routes := []*pipeline.Route{{Kind: telemetry.KindEvent}}
	p := compile(rules, all.FiltersOf, func(rule.LogSource) []*pipeline.Route { return routes }, Options{})
	found := make([][]int, len(records))
	p.Evaluator().Batch(eventsOf(records), func(r, i int) { found[i] = append(found[i], r) })
	matched := [2]int{}
	for n, text := range documents {
		naive, err := sigmatest.Read(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range records {
			want, err := naive.Match(r)
			if err != nil {
				t.Fatal(err)
			}
			if want && i/2 == n {
				matched[i%2]++
			}
			if got := slices.Contains(found[i], n); got != want {
				t.Errorf("matched %t of %+v, want %t:\n%s", got, r, want, text)
			}
		}
	}
	if matched[0] < len(rules)/2 || matched[1] >= matched[0] {
		t.Errorf("of %d events made to match %d do, and of those made to miss %d", len(rules), matched[0], matched[1])
	}
	t.Logf("of %d events made to match %d do, and of those made to miss %d", len(rules), matched[0], matched[1])
}

// witness makes a record that the rule should match: for each field of its selections the values that are asked for.
func witness(r *rule.Rule) sigmatest.Record {
	w := sigmatest.Record{Fields: map[string][]string{}}
	for _, s := range r.Detection.Selections {
		if strings.HasPrefix(s.Name, "filter") {
			continue
		}
		for _, item := range s.Groups[0].Items {
			var texts []string
			for _, v := range item.Values {
				if texts = append(texts, example(v)); !item.All {
					break
				}
			}
			text := strings.Join(texts, " ")
			if item.Field == "" {
				w.Raw = "a line with " + text
				continue
			}
			w.Fields[item.Field] = []string{strings.Join(append(w.Fields[item.Field], text), " ")}
		}
	}
	return w
}

// example gives a text for a value.
func example(v rule.Value) string {
	switch {
	case v.Prefix.IsValid():
		return v.Prefix.Addr().Next().String()
	case v.Regexp != nil:
		return strings.NewReplacer("(?i)", "", `[a-z0-9]{2,8}\s+`, "ab12 ").Replace(v.Regexp.Source)
	}
	text := ""
	for _, p := range v.Patterns[0].Parts {
		switch p.Wild {
		case 0:
			text += p.Literal
		case '?':
			text += "x"
		}
	}
	return text
}

// missed gives a record with one character of one field, or of the line, changed.
func missed(c *corpus, r sigmatest.Record) sigmatest.Record {
	change := func(text string) string {
		if text == "" {
			return text
		}
		at := c.IntN(len(text))
		return text[:at] + "~" + text[at+1:]
	}
	m := sigmatest.Record{Fields: map[string][]string{}, Raw: change(r.Raw)}
	var names []string
	for name, values := range r.Fields {
		m.Fields[name] = values
		names = append(names, name)
	}
	if len(names) > 0 {
		slices.Sort(names)
		name := names[c.IntN(len(names))]
		m.Fields[name] = []string{change(r.Fields[name][0])}
	}
	return m
}
