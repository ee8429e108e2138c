package rule

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzCondition: what a condition is read as, printed and read again, is the same; an error is at a place of the text.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		"selection_a", "not 1 of selection_* and (filter or all of them)", "1 of them | count() by x > 3", "((filter", "not not not notable",
		"all OF ünï*", "any of *_*", "all and 1", "filter|near notable", "1 of (filter, notable)", "a\x00b", "filter or or",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parsed(text)
		if err != nil {
			if at, ok := errors.AsType[*conditionError](err); !ok || at.offset < 0 || at.offset > len(text) || at.text == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		checkExpr(t, &Rule{}, e, len(names))
		printed := Print(e, selectionsOf(names))
		again, err := parsed(printed)
		if err != nil {
			if len(printed) > maxCondition || nesting(e) >= maxNesting {
				return // "of" is written out longer and deeper than it was
			}
			t.Fatalf("%q was printed as %q: %v", text, printed, err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatalf("%q was printed as %q -want +got:\n%s", text, printed, diff)
		}
	})
}

// nesting counts the parentheses and nots around the deepest selection.
func nesting(e Expr) int {
	deepest, own := 0, 1
	var terms []Expr
	switch e := e.(type) {
	case And:
		terms = e
	case Or:
		terms = e
	case Not:
		terms = []Expr{e.Expr}
	case Ref:
		return 0
	}
	for _, term := range terms {
		deepest = max(deepest, nesting(term))
	}
	return deepest + own
}

// FuzzParse: a document is a rule that keeps the model's promises, or complained of with its place, or empty; what is read twice is the
// same; references are resolved without losing a rule in silence.
func FuzzParse(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*/*.yml")
	if err != nil || len(seeds) == 0 {
		f.Fatal(seeds, err)
	}
	for _, name := range seeds {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for document := range strings.SplitSeq(string(data), "\n---\n") {
			f.Add([]byte(document))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, complaints := Parse("f.yml", data)
		again, _ := Parse("f.yml", data)
		if len(again) != len(rules) {
			t.Fatalf("%d rules, then %d", len(rules), len(again))
		}
		for i, r := range rules {
			check(t, r)
			if r.Digest != again[i].Digest || r.Key() != again[i].Key() {
				t.Fatalf("%s, then %s", r.Key(), again[i].Key())
			}
		}
		checkComplaints(t, complaints, data)
		c := &Collection{Rules: rules}
		c.Resolve()
		if len(rules) > len(c.Rules)+len(c.Complaints) {
			t.Fatalf("of %d rules %d are left, with %d complaints", len(rules), len(c.Rules), len(c.Complaints))
		}
		checkResolved(t, c)
		checkComplaints(t, c.Complaints, data)
	})
}

func checkComplaints(t *testing.T, complaints []*Complaint, data []byte) {
	t.Helper()
	for _, m := range complaints {
		if m.Line < 1 || m.Column < 1 || m.Line > len(data)+1 || m.Text == "" || m.File != "f.yml" || len(m.Text) > 4096 {
			t.Fatalf("complaint %+v", m)
		}
	}
}

// checkResolved: every reference of a correlation leads to a rule that stands before it.
func checkResolved(t *testing.T, c *Collection) {
	t.Helper()
	before := map[*Rule]bool{}
	for _, r := range c.Rules {
		if r.Correlation != nil {
			for _, ref := range r.Correlation.Rules {
				if !before[ref.Rule] {
					t.Fatalf("%s names %q, which does not stand before it", r.Key(), ref.Written)
				}
			}
		}
		for _, filter := range c.FiltersOf(r) {
			if r.Detection == nil || len(filter.Detection.Conditions) == 0 {
				t.Fatalf("%s has filter %+v", r.Key(), filter)
			}
		}
		before[r] = true
	}
}
