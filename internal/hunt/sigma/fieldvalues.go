package sigma

import (
	"strings"

	"stormglass/internal/telemetry"
)

type placeKey struct {
	rule  int
	kind  telemetry.Kind
	field string
}

// Values gives the texts of fields of a record, by the names that the rule's author would write, for what correlates or reports matches;
// empty where the field is absent, the first of several. The texts are copies.
func (e *Evaluator) Values(ruleNo int, b *telemetry.Batch, record int, fields []string) []string {
	out := make([]string, len(fields))
	k := e.program.kinds[b.Kind]
	if k == nil {
		return out
	}
	c := scratch{maxText: e.program.budget.Text}
	for i, f := range fields {
		for _, place := range e.placesOf(k, ruleNo, f) {
			if text := place.first(&c, b, record); text != "" {
				out[i] = strings.Clone(text)
				break
			}
		}
	}
	return out
}

// placesOf gives where a field of a rule may stand, over all routes that the rule has in the kind.
func (e *Evaluator) placesOf(k *kindProgram, ruleNo int, field string) []source {
	key := placeKey{ruleNo, k.kind, field}
	if places, ok := e.places[key]; ok {
		return places
	}
	s := newSources(k.kind, k.sources.joined)
	for i := range k.plans {
		if int(k.plans[i].rule) != ruleNo {
			continue
		}
		for _, name := range k.plans[i].route.Fields(field) {
			s.target(&name)
		}
	}
	if e.places == nil {
		e.places = map[placeKey][]source{}
	}
	e.places[key] = s.all
	return s.all
}

// first gives the first value of a source as text, by itself.
func (s *source) first(c *scratch, b *telemetry.Batch, i int) string {
	if s.kind == fromPair {
		for _, p := range pairsOf(b, i) {
			if p.Field == s.pair && p.Text != "" {
				return c.bounded(p.Text)
			}
		}
		return ""
	}
	var to slot
	if s.fill(&to, b, i); to.n == 0 {
		return ""
	}
	return c.textOf(&to.one)
}
