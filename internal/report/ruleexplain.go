package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
)

// RuleExplained is why a rule does or does not match a record.
type RuleExplained struct {
	*sigma.Explanation
	Record hunt.Sample
}

// WriteRuleExplained writes explanations condition by condition, as text, JSON or JSON lines. Values come without secrets.
func WriteRuleExplained(w io.Writer, f Format, all []RuleExplained, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		p := newPage(b, o)
		for i := range all {
			if i > 0 {
				p.line("")
			}
			p.explanation(&all[i])
		}
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.rule-explanation/1")
		j.list("explanations", len(all), func(i int) any { return explanationOf(&all[i]) })
		err = j.end()
	case JSONL:
		for i := range all {
			if err = writeLine(b, explanationOf(&all[i])); err != nil {
				return err
			}
		}
	default:
		err = fmt.Errorf("an explanation is written as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

// mark says by a sign whether something holds; the colour says nothing more.
func (p *page) mark(held bool) string {
	if held {
		return p.paint("✓", "32")
	}
	return p.paint("✗", "31")
}

func (p *page) explanation(x *RuleExplained) {
	r := x.Rule.Rule
	verb := " does not match "
	if x.Matched {
		verb = " matches "
	}
	p.hanging(p.mark(x.Matched)+" ", 2, bold, ruleTitle(r.Title, r.Key())+verb+lineText(name(x.Record.Source), x.Record.Ordinal))
	p.line("")
	p.field("record", joined("  ", x.Record.Kind.String(), timeText(x.Record.Occurred, x.Record.Doubt), endsText(&x.Record.Ends, x.Record.Ends.Src)))
	p.field("", cutText(textOf(&x.Record), 4*p.width))
	p.field("rule", lineText(name(r.File), uint64(r.Line)))
	if x.Why != "" {
		p.field("not asked", name(x.Why))
	}
	for i := range x.Routes {
		p.line("")
		p.explainRoute(&x.Routes[i], r.LogSource.String())
	}
}

func (p *page) explainRoute(x *sigma.RouteExplanation, source string) {
	p.hanging("  "+p.mark(x.Routed)+" ", 4, "", "log source "+sourceWords(source)+", by "+name(x.Pipeline))
	if !x.Routed {
		p.explainGroups(x.Where)
		return
	}
	for i := range x.Conditions {
		p.hanging("  "+p.mark(x.Conditions[i].Held)+" ", 4, "", "condition: "+name(x.Conditions[i].Written))
	}
	for i := range x.Selections {
		p.explainSelection(&x.Selections[i], "selection ")
	}
	for i := range x.Filters {
		f := &x.Filters[i]
		verb := "leaves the record alone"
		if f.Held {
			verb = "leaves the record out"
		}
		p.hanging("  "+p.mark(!f.Held)+" ", 4, "", "a filter "+verb+": "+name(strings.Join(f.Filter.Detection.Written, "; or ")))
		for j := range f.Selections {
			p.explainSelection(&f.Selections[j], "selection of the filter ")
		}
	}
}

func (p *page) explainSelection(s *sigma.SelectionExplanation, what string) {
	p.hanging("  "+p.mark(s.Held)+" ", 4, "", what+p.paint(name(s.Name), bold)+p.paint("  line "+strconv.Itoa(s.Line), dim))
	p.explainGroups(s.Groups)
}

func (p *page) explainGroups(groups []sigma.GroupExplanation) {
	for i := range groups {
		if len(groups) > 1 {
			lead := "one of these: "
			if i > 0 {
				lead = "or "
			}
			p.hanging("      "+p.mark(groups[i].Held)+" ", 8, dim, lead+"line "+strconv.Itoa(groups[i].Line))
		}
		width := 0
		for j := range groups[i].Items {
			width = max(width, utf8.RuneCountInString(name(groups[i].Items[j].Written)))
		}
		for j := range groups[i].Items {
			p.explainItem(&groups[i].Items[j], min(width, maxColumn), 2*min(len(groups)-1, 1))
		}
	}
}

// Where the parts of an item stand.
const itemAt, valueAt = 8, 17

func (p *page) explainItem(x *sigma.ItemExplanation, width, deeper int) {
	written := name(x.Written)
	if written == "" {
		written = "keywords"
	}
	pad := strings.Repeat(" ", max(width-utf8.RuneCountInString(written), 0))
	p.hanging(strings.Repeat(" ", itemAt-2+deeper)+p.mark(x.Held)+" ", itemAt+deeper, "", written+pad+"  "+x.Why)
	part := func(label, s string) {
		p.hanging(strings.Repeat(" ", itemAt+deeper)+p.paint(label, dim)+strings.Repeat(" ", valueAt-itemAt-len(label)), valueAt+deeper, "", s)
	}
	wanted := make([]string, len(x.Wanted))
	for i, v := range x.Wanted {
		wanted[i] = lineOf(v)
	}
	if x.More > 0 {
		wanted = append(wanted, "and "+number(x.More)+" more")
	}
	if len(wanted) > 0 {
		part("wanted", strings.Join(wanted, ", "))
	}
	if x.Found == "" {
		part("looked", listed(names(x.Looked), maxLooked))
		return
	}
	for _, v := range x.Holds {
		part("holds", name(x.Found)+" = "+lineOf(v))
	}
}
