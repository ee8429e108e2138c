package report

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"stormglass/internal/hunt"
)

// RuleTest is what rules matched in given telemetry.
type RuleTest struct {
	Records uint64
	Rules   []RuleTested
	NotRead []string // sources that could not be read, and why
}

// RuleTested is what one rule matched.
type RuleTested struct {
	RuleRow
	Matched uint64 // records; of a correlation findings
	Matches []RuleMatch
}

// RuleMatch is a record that a rule matched, or the first one of what a correlation found.
type RuleMatch struct {
	hunt.Sample
	Whom hunt.Subject
}

// WriteRuleTest writes what rules matched, as text, JSON or JSON lines with a match each.
func WriteRuleTest(w io.Writer, f Format, t *RuleTest, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		t.table(newPage(b, o))
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.rule-test/1")
		j.field("records", t.Records)
		j.field("not_read", list(t.NotRead))
		j.list("rules", len(t.Rules), func(i int) any { return testedOf(&t.Rules[i]) })
		err = j.end()
	case JSONL:
		err = t.lines(b)
	default:
		err = fmt.Errorf("a test is written as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func (t *RuleTest) table(p *page) {
	met := 0
	for i := range t.Rules {
		if t.Rules[i].Matched > 0 {
			met++
		}
	}
	p.text(0, bold, number(met)+" of "+count(len(t.Rules), "rule")+" "+map[bool]string{true: "matches", false: "match"}[met == 1]+" in "+count(t.Records, "record")+".")
	for _, s := range t.NotRead {
		p.text(0, warn, "Not read: "+name(s))
	}
	for i := range t.Rules {
		if t.Rules[i].Matched > 0 {
			p.tested(&t.Rules[i])
		}
	}
	rows := [][]string{{"rule", "id", "asked of"}}
	for i := range t.Rules {
		if r := &t.Rules[i]; r.Matched == 0 {
			rows = append(rows, []string{cutText(ruleTitle(r.Title, r.Key), maxRuleTitle), shortKey(r.Key), cutText(r.askedOf(), maxAskedOf)})
		}
	}
	if len(rows) > 1 {
		p.heading("No match")
		p.columns(2, []bool{false, false, false}, rows)
	}
}

func (p *page) tested(r *RuleTested) {
	what := count(r.Matched, "record")
	if r.Sort == "correlation" {
		what = count(r.Matched, "finding")
	}
	p.heading(p.mark(true) + " " + ruleTitle(r.Title, r.Key) + " (" + joined(", ", r.Level, shortKey(r.Key)) + "): " + what)
	for i := range r.Matches {
		m := &r.Matches[i]
		p.text(labelAt, "", lineText(name(m.Source), m.Ordinal))
		p.text(2*labelAt, "", joined("  ", timeText(m.Occurred, m.Doubt), cutText(name(m.Whom.String()), maxName), endsText(&m.Ends, m.Whom.Addr)))
		p.text(2*labelAt, dim, cutText(textOf(&m.Sample), 2*p.width))
	}
	if more := r.Matched - uint64(len(r.Matches)); more > 0 && len(r.Matches) > 0 {
		p.text(labelAt, dim, "and "+number(more)+" more (--max-matches)")
	}
}

type ruleTestedJSON struct {
	*RuleRow
	Matched uint64          `json:"matched"`
	Matches []ruleMatchJSON `json:"matches"`
}

type ruleMatchJSON struct {
	Source   string            `json:"source"`
	Ordinal  uint64            `json:"ordinal"`
	Kind     string            `json:"kind"`
	Occurred *time.Time        `json:"occurred"`
	Subject  string            `json:"subject"`
	Line     string            `json:"line"`
	Fields   map[string]string `json:"fields"`
}

func testedOf(r *RuleTested) ruleTestedJSON {
	out := ruleTestedJSON{&r.RuleRow, r.Matched, []ruleMatchJSON{}}
	for i := range r.Matches {
		out.Matches = append(out.Matches, ruleMatchOf(&r.Matches[i]))
	}
	return out
}

func ruleMatchOf(m *RuleMatch) ruleMatchJSON {
	out := ruleMatchJSON{m.Source, m.Ordinal, m.Kind.String(), instantOf(m.Occurred), m.Whom.String(), m.Line, map[string]string{}}
	for _, f := range m.Fields {
		out.Fields[f.Name] = f.Value
	}
	return out
}

func (t *RuleTest) lines(b *bufio.Writer) error {
	for i := range t.Rules {
		r := &t.Rules[i]
		for j := range r.Matches {
			if err := writeLine(b, struct {
				Rule  string `json:"rule"`
				Title string `json:"title"`
				ruleMatchJSON
			}{r.Key, r.Title, ruleMatchOf(&r.Matches[j])}); err != nil {
				return err
			}
		}
	}
	return nil
}
