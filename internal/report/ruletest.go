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
	Matched uint64 // records; of a correlation, or a detection that counts, findings
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
	p.text(0, bold, t.text())
	for _, s := range t.NotRead {
		p.text(0, warn, "Not read: "+name(s))
	}
	keys := ruleKeysOf(t.Rules, func(r *RuleTested) string { return r.Key })
	for i := range t.Rules {
		if t.Rules[i].Matched > 0 {
			p.tested(&t.Rules[i], keys)
		}
	}
	p.unmatched("No match", "asked of", t.Rules, keys, (*RuleTested).askedInVain)
	p.unmatched("Not assessed", "why", t.Rules, keys, (*RuleTested).notAssessed)
}

// text says in a line what came out.
func (t *RuleTest) text() string {
	met, not := 0, 0
	for i := range t.Rules {
		if t.Rules[i].Matched > 0 {
			met++
		}
		if t.Rules[i].notAssessed() != "" {
			not++
		}
	}
	s := number(met) + " of " + count(len(t.Rules), "rule") + " " + map[bool]string{true: "matches", false: "match"}[met == 1] + " in " + count(t.Records, "record")
	if not > 0 {
		s += ", " + number(not) + " not assessed"
	}
	return s + "."
}

// askedInVain says of what a rule without a match was asked.
func (r *RuleTested) askedInVain() string {
	if r.Matched > 0 || r.NotAssessed != "" {
		return ""
	}
	return r.askedOf()
}

// notAssessed says why a rule was asked of nothing.
func (r *RuleTested) notAssessed() string {
	if r.Matched > 0 {
		return ""
	}
	return name(r.NotAssessed)
}

// unmatched writes the rules of which there is something to say.
func (p *page) unmatched(heading, column string, rules []RuleTested, keys ruleKeys, say func(*RuleTested) string) {
	rows := [][]string{{"rule", "id", column}}
	for i := range rules {
		if s := say(&rules[i]); s != "" {
			rows = append(rows, []string{cutText(ruleTitle(rules[i].Title, rules[i].Key), maxRuleTitle), keys.short(rules[i].Key), cutText(s, maxAskedOf)})
		}
	}
	if len(rows) > 1 {
		p.heading(heading)
		p.columns(2, []bool{false, false, false}, rows)
	}
}

func (p *page) tested(r *RuleTested, keys ruleKeys) {
	what := count(r.Matched, "record")
	if r.Sort != "detection" {
		what = count(r.Matched, "finding")
	}
	p.heading(p.mark(true) + " " + ruleTitle(r.Title, r.Key) + " (" + joined(", ", r.level(), keys.short(r.Key)) + "): " + joined("; ", what, map[bool]string{true: "only counted by a correlation"}[r.CountedOnly]))
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
