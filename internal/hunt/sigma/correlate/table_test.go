package correlate

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// TestSpecification holds correlations to the table of the specification.
func TestSpecification(t *testing.T) { sigmatest.RunCorrelations(t, correlated) }

// correlated gives the groups that are found when events come in the order given and all is taken at the end.
func correlated(_ testing.TB, text, name string, events []sigmatest.Event) ([][]string, error) {
	rules, complaints := rule.Parse("table.yml", []byte(text))
	all := &rule.Collection{Rules: rules, Complaints: complaints}
	all.Resolve()
	var groups [][]string
	c, more, err := New(all, DefaultLimits(), func(f Found) {
		if f.Rule.Name == name {
			groups = append(groups, slices.Clone(f.Group))
		}
	})
	if all.Complaints = append(all.Complaints, more...); len(all.Complaints) > 0 {
		return nil, errors.New(all.Complaints[0].String())
	}
	if err != nil {
		return nil, err
	}
	for i, e := range events {
		base := all.Rules[slices.IndexFunc(all.Rules, func(r *rule.Rule) bool { return r.Name == e.Rule })]
		m := Match{Rule: base, At: telemetry.InstantOf(e.At), Ref: Ref{Source: "table", Ordinal: uint64(i)}}
		for k, field := range c.Wanted(base) {
			values := append(slices.Clone(e.Fields[field]), "")
			if m.Values = append(m.Values, values[0]); len(values) == 1 {
				m.Absent |= 1 << k
			}
		}
		if err := c.Add(m); err != nil {
			return nil, errors.Join(err, errors.New("event "+strconv.Itoa(i)))
		}
	}
	err = c.Finish()
	slices.SortFunc(groups, slices.Compare[[]string])
	return slices.CompactFunc(groups, slices.Equal[[]string]), err
}
