package rule

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// names are the selections of these tests.
var names = []string{"selection_a", "selection_b", "filter", "_hidden", "all", "1", "ünï-cöde.x", "notable", "x_selection_y"}

func selectionsOf(names []string) []Selection {
	all := make([]Selection, len(names))
	for i, name := range names {
		all[i].Name = name
	}
	return all
}

// parsed reads a condition over names.
func parsed(text string) (Expr, error) {
	terms := 0
	e, _, err := parseCondition(text, selectionsOf(names), make([]bool, len(names)), &terms)
	return e, err
}

func TestConditions(t *testing.T) {
	tests := map[string]string{
		"selection_a":                                         "selection_a",
		"selection_a or selection_b and filter":               "selection_a or selection_b and filter",
		"(selection_a or selection_b) and filter":             "(selection_a or selection_b) and filter",
		"not selection_a and filter":                          "not selection_a and filter",
		"not (selection_a and filter)":                        "not (selection_a and filter)",
		"not not filter":                                      "not not filter",
		"selection_a AND NOT selection_b Or FILTER or filter": "",
		"selection_a AND NOT selection_b Or filter":           "selection_a and not selection_b or filter",
		"1 of selection_*":                                    "selection_a or selection_b",
		"any of selection_*":                                  "selection_a or selection_b",
		"ALL OF selection_*":                                  "selection_a and selection_b",
		"all of *selection*":                                  "selection_a and selection_b and x_selection_y",
		"all of *_selection_*":                                "x_selection_y",
		"1 of *_b":                                            "selection_b",
		"1 of sel*_*a":                                        "selection_a",
		"1 of filter":                                         "filter",
		"1 of selection":                                      "",
		"not 1 of selection_*":                                "not (selection_a or selection_b)",
		"not 1 of filter*":                                    "not filter",
		"filter and 1 of selection_*":                         "filter and (selection_a or selection_b)",
		"filter or 1 of selection_*":                          "filter or selection_a or selection_b",
		"filter and all of selection_*":                       "filter and selection_a and selection_b",
		"1 of them":                                           strings.Join([]string{"selection_a", "selection_b", "filter", "all", "1", "ünï-cöde.x", "notable", "x_selection_y"}, " or "),
		"1 of Them and _hidden":                               "(" + strings.Join([]string{"selection_a", "selection_b", "filter", "all", "1", "ünï-cöde.x", "notable", "x_selection_y"}, " or ") + ") and _hidden",
		"all and 1 or ünï-cöde.x":                             "all and 1 or ünï-cöde.x",
		"notable":                                             "notable",
		"((filter))and(notable)":                              "filter and notable",
		"not(filter)":                                         "not filter",
		"selection_a and (selection_b and (filter or notable))": "selection_a and selection_b and (filter or notable)",
		"1 of ?ilter":       "",
		"1 of _*":           "",
		"3 of them":         "",
		"1 of":              "",
		"of them":           "",
		"them":              "",
		"not":               "",
		"":                  "",
		"filter,notable":    "",
		"filter == notable": "",
	}
	for text, want := range tests {
		e, err := parsed(text)
		switch {
		case (err != nil) != (want == ""):
			t.Errorf("%q: %v, error %v", text, e, err)
		case err == nil && Print(e, selectionsOf(names)) != want:
			t.Errorf("%q reads as %q, want %q", text, Print(e, selectionsOf(names)), want)
		}
	}
}

// TestConditionNotes: selections that no condition names are noted, through "of" too.
func TestConditionNotes(t *testing.T) {
	rules, _ := Parse("t.yml", []byte("title: t\nlogsource: {product: p}\ndetection:\n  a_x: {f: 1}\n  b: {f: 1}\n  _c: {f: 1}\n  d: {f: 1}\n  condition:\n    - 1 of a_*\n    - b\n"))
	if len(rules) != 1 || len(rules[0].Notes) != 2 || len(rules[0].Detection.Conditions) != 2 {
		t.Fatalf("%+v", rules)
	}
	want := []Note{{6, 3, `no condition uses selection "_c"`}, {7, 3, `no condition uses selection "d"`}}
	if diff := cmp.Diff(want, rules[0].Notes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// drawExpr draws an expression in the form in which parsing gives it: no And in an And, no Or in an Or.
func drawExpr(t *rapid.T, depth int, above byte) Expr {
	switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
	case depth == 0 || kind < 2:
		return Ref(rapid.IntRange(0, len(names)-1).Draw(t, "selection"))
	case kind == 2:
		return Not{drawExpr(t, depth-1, 'n')}
	case kind == 3 && above != '&' || above == '|':
		terms := And{}
		for range rapid.IntRange(2, 4).Draw(t, "terms") {
			terms = append(terms, drawExpr(t, depth-1, '&'))
		}
		return terms
	default:
		terms := Or{}
		for range rapid.IntRange(2, 4).Draw(t, "terms") {
			terms = append(terms, drawExpr(t, depth-1, '|'))
		}
		return terms
	}
}

// TestConditionRoundTrip: what is printed is read as the same.
func TestConditionRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawExpr(t, 5, 0)
		text := Print(want, selectionsOf(names))
		if len(text) > maxCondition {
			t.Skip("too long")
		}
		got, err := parsed(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q -want +got:\n%s", text, diff)
		}
	})
}

// TestNotesOfWhatOthersReadOtherwise: what looks like one thing and is another is noted.
func TestNotesOfWhatOthersReadOtherwise(t *testing.T) {
	for text, want := range map[string]string{
		"detection:\n  s: {'a|expand': 'C:\\%hosts%\\%share%'}\n  condition: s\n":       "no placeholder",
		"filter:\n  rules: any\n  s: {a: x}\n  condition: not s\n":                      "the condition begins with not",
		"filter:\n  rules: any\n  s: {a: x}\n  t: {a: y}\n  condition: s and not t\n":   "",
		"detection:\n  s: {'a|expand|endswith': '%hosts%'}\n  condition: s\n":           "",
		"detection:\n  s: {'a': 'C:\\%hosts%'}\n  condition: not s\n":                   "",
		"filter:\n  rules: any\n  s: {a: x}\n  t: {a: y}\n  condition: not 1 of them\n": "the condition begins with not",
	} {
		rules, complaints := Parse("t.yml", []byte("title: t\nlogsource: {product: p}\n"+text))
		if len(rules) != 1 || len(complaints) > 0 {
			t.Fatalf("%s: %v", text, complaints)
		}
		notes := rules[0].Notes
		if want == "" && len(notes) > 0 || want != "" && (len(notes) != 1 || !strings.Contains(notes[0].Text, want)) {
			t.Errorf("%s: notes %v, want %q", text, notes, want)
		}
	}
}
