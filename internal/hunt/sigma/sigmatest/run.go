package sigmatest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Evaluator says of each record whether the first detection of rules (YAML documents, filters among them) matches it. An error means
// that the rules are refused.
type Evaluator func(t testing.TB, rules string, sets Sets, records []Record) (matched []bool, err error)

// Correlator gives the distinct groups for which the correlation of a name fires, of events in any order.
type Correlator func(t testing.TB, rules, name string, events []Event) (groups [][]string, err error)

// Run holds an evaluator to the table.
func Run(t *testing.T, evaluate Evaluator) {
	t.Helper()
	for _, c := range cases(t) {
		if len(c.Events) > 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) { c.run(t, evaluate) })
	}
}

// RunCorrelations holds a correlator to the table.
func RunCorrelations(t *testing.T, correlate Correlator) {
	t.Helper()
	for _, c := range cases(t) {
		if len(c.Events) == 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) { c.correlate(t, correlate) })
	}
}

func cases(t *testing.T) []Case {
	t.Helper()
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

func (c Case) run(t *testing.T, evaluate Evaluator) {
	t.Helper()
	records := make([]Record, len(c.Records))
	for i, e := range c.Records {
		records[i] = e.Record
	}
	if len(records) == 0 {
		records = []Record{{}}
	}
	matched, err := evaluate(t, c.Rules, c.Sets, records)
	switch {
	case c.Refused && err == nil:
		t.Errorf("%s: the rule must be refused:\n%s", c.Spec, c.Rules)
	case !c.Refused && err != nil:
		t.Errorf("%s: %v:\n%s", c.Spec, err, c.Rules)
	}
	if c.Refused || err != nil {
		return
	}
	for i, e := range c.Records {
		if matched[i] != e.Matches {
			t.Errorf("%s: line %d: matched %t of %+v, want %t:\n%s", c.Spec, e.Line, matched[i], e.Record, e.Matches, c.Rules)
		}
	}
}

func (c Case) correlate(t *testing.T, correlate Correlator) {
	t.Helper()
	for name, want := range c.Fires {
		groups, err := correlate(t, c.Rules, name, c.Events)
		if err != nil {
			t.Errorf("%s: %s: %v:\n%s", c.Spec, name, err, c.Rules)
			continue
		}
		slices.SortFunc(want, slices.Compare[[]string])
		slices.SortFunc(groups, slices.Compare[[]string])
		if diff := cmp.Diff(want, groups); diff != "" && len(want)+len(groups) > 0 {
			t.Errorf("%s: %s fires for other groups (-want +got):\n%s\n%s", c.Spec, name, diff, c.Rules)
		}
	}
}
