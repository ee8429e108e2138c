package sigma

import (
	"strings"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Bounds of what an explanation shows.
const (
	maxShownWanted = 8
	maxShownText   = 200  // bytes of a value
	maxRedacted    = 4096 // bytes of a value that are looked at for secrets
)

// item explains one item, which was compiled to a predicate.
func (v *view) item(it *rule.Item, n int32) ItemExplanation {
	p := &v.kind.predicates[n]
	x := ItemExplanation{Written: it.Written, Line: it.Line, Column: it.Column, Held: v.holds(n)}
	for i := range it.Values {
		if len(x.Wanted) == maxShownWanted {
			x.More = len(it.Values) - i
			break
		}
		x.Wanted = append(x.Wanted, it.Values[i].Written)
	}
	if it.Field == "" {
		x.Looked = []string{"the raw line and all values"}
		x.Why = keywordWhy(it, x.Held)
		return x
	}
	for _, src := range p.subject {
		x.Looked = union(x.Looked, []string{v.kind.sources.all[src].name})
	}
	field, texts := p.held(v)
	x.Found = field
	for _, t := range texts {
		x.Holds = append(x.Holds, shown(field, t))
	}
	x.Why = itemWhy(it, field != "", x.Held)
	return x
}

func keywordWhy(it *rule.Item, held bool) string {
	switch {
	case held && it.All:
		return "all of them stand in the record"
	case held:
		return "one of them stands in the record"
	case it.All:
		return "not all of them stand in the record"
	}
	return "none of them stands in the record"
}

func itemWhy(it *rule.Item, there, held bool) string {
	asked := held != it.Negated // whether what stands without neq holds
	why := ""
	switch {
	case it.Op == rule.OpExists && there:
		why = "the field is there"
	case !there:
		why = "the record has no such field"
	case asked && it.All:
		why = "every value is met"
	case asked:
		why = "a value is met"
	case it.All:
		why = "not every value is met"
	default:
		why = "no value is met"
	}
	if it.Negated {
		why += ", and the item is negated (neq), so it " + map[bool]string{true: "holds", false: "does not hold"}[held]
	}
	return why
}

// shown gives a value as an explanation shows it: without secrets, printable, bounded. What is looked at ends at white space, so that
// no secret is met without its end and not known for one.
func shown(field, text string) string {
	if len(text) > maxRedacted {
		text = text[:maxRedacted]
		if at := strings.LastIndexAny(text, " \t"); at > maxShownText {
			text = text[:at]
		}
	}
	text = observable.Printable(telemetry.RedactField(field, text))
	if len(text) <= maxShownText {
		return text
	}
	n := maxShownText
	for n > 0 && text[n]&0xc0 == 0x80 {
		n--
	}
	return text[:n] + "…"
}
