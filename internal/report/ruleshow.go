package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// RuleDetail is everything of one rule.
type RuleDetail struct {
	RuleRow
	Description    string       `json:"description"`
	Author         string       `json:"author"`
	License        string       `json:"license"`
	Date           string       `json:"date"`
	Modified       string       `json:"modified"`
	References     []string     `json:"references"`
	Tags           []string     `json:"tags"`
	FalsePositives []string     `json:"false_positives"`
	Needs          []string     `json:"needs"`
	Conditions     []string     `json:"conditions"`
	Fields         []RuleField  `json:"fields"`
	Rules          []RuleRow    `json:"rules"`   // that a correlation counts
	Filters        []RuleRow    `json:"filters"` // that it is under
	Notes          []RuleRemark `json:"notes"`
}

// RuleField is a field of a rule, and the names under which it is looked for in records of a kind.
type RuleField struct {
	Kind     string   `json:"kind"`
	Pipeline string   `json:"pipeline"` // the file that says so
	Written  string   `json:"written"`  // with its modifiers
	Looked   []string `json:"looked"`
}

// Same reports whether two fields are looked for in the same way.
func (f RuleField) Same(o RuleField) bool {
	return f.Kind == o.Kind && f.Written == o.Written && slices.Equal(f.Looked, o.Looked)
}

// WriteRuleDetail writes everything of a rule, as text or as JSON.
func WriteRuleDetail(w io.Writer, f Format, d *RuleDetail, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		d.table(newPage(b, o))
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.rule/1")
		j.field("rule", d)
		if err := j.end(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a rule is shown as table or json, not as %s", f)
	}
	return b.Flush()
}

func (d *RuleDetail) table(p *page) {
	p.text(0, bold, ruleTitle(d.Title, d.Key))
	p.line("")
	p.field("id", name(d.Key))
	p.field("level", joined(", ", d.level(), name(d.Status)))
	p.field("sort", d.Sort)
	p.field("source", sourceWords(d.LogSource))
	p.field("asked of", d.askedOf())
	p.field("condition", name(strings.Join(d.Conditions, "; or ")))
	p.field("about", oneLine(d.Description))
	p.field("may be", prose(strings.Join(d.FalsePositives, "; ")))
	p.field("tags", strings.Join(names(d.Tags), ", "))
	p.field("needs", strings.Join(names(d.Needs), ", "))
	for i, r := range d.References {
		p.field(map[bool]string{true: "see"}[i == 0], prose(r))
	}
	p.field("author", joined(", ", name(d.Author), name(d.License)))
	p.field("of", joined(", changed ", name(d.Date), name(d.Modified)))
	p.field("file", lineText(name(d.File), uint64(d.Line)))
	keys := ruleKeysOf(slices.Concat(d.Rules, d.Filters), func(r *RuleRow) string { return r.Key })
	for i := range d.Rules {
		p.field(map[bool]string{true: "counts"}[i == 0], d.Rules[i].short(keys))
	}
	for i := range d.Filters {
		p.field(map[bool]string{true: "filters"}[i == 0], d.Filters[i].short(keys))
	}
	for i := range d.Notes {
		p.field(map[bool]string{true: "notes"}[i == 0], "line "+number(d.Notes[i].Line)+": "+name(d.Notes[i].Text))
	}
	p.ruleFields(d.Fields)
}

func (r *RuleRow) short(keys ruleKeys) string {
	return ruleTitle(r.Title, r.Key) + " (" + keys.short(r.Key) + "): " + r.askedOf()
}

// maxLooked is how many names of a field are told.
const maxLooked = 4

// ruleFields writes where fields are looked for.
func (p *page) ruleFields(fields []RuleField) {
	if len(fields) == 0 {
		return
	}
	p.heading("Where its fields are looked for")
	rows := [][]string{{"field", "kind", "under, the first that is there"}}
	for i := range fields {
		f := &fields[i]
		rows = append(rows, []string{cutText(name(f.Written), maxColumn), f.Kind, listed(names(f.Looked), maxLooked)})
	}
	p.columns(2, []bool{false, false, false}, rows)
}
