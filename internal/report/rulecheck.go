package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"stormglass/internal/observable"
)

// RuleCheck is what a person should know of a folder of rules.
type RuleCheck struct {
	Files                             int
	Detections, Correlations, Filters int
	Asked, NotAssessed                int          // of all of them
	Complaints                        []RuleRemark // each about a rule or pipeline that is not used, or not in part
	Notes                             []RuleRemark // what is odd and was read all the same
	NoPipeline                        []RuleLack   // log sources that no pipeline knows
	NoRegister                        []RuleLack   // lists that no register states
	NoList                            []RuleLack   // placeholders and fields that no register can state
	NoAddresses                       []RuleLack   // fields that no file of addresses gives
	NoRegisters                       bool         // the registers cannot be read: rules were checked without them
	Others                            []RuleRemark // rules that are not assessed for other reasons
}

// RuleRemark is something about a rule at a place of its file.
type RuleRemark struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Rule   string `json:"rule"`
	Text   string `json:"text"`
}

// RuleLack is something that rules lack, and their titles.
type RuleLack struct {
	What  string   `json:"what"`
	Rules []string `json:"rules"`
}

// WriteRuleCheck writes a check: remarks as compilers do, file:line:column first and never wrapped, then what rules lack; or as JSON,
// or JSON lines with a remark each.
func WriteRuleCheck(w io.Writer, f Format, k *RuleCheck, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		k.table(newPage(b, o))
	case JSON:
		err = k.json(b)
	case JSONL:
		err = k.lines(b)
	default:
		err = fmt.Errorf("a check is written as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func (k *RuleCheck) table(p *page) {
	for i := range k.Complaints {
		p.line(k.Complaints[i].text("error"))
	}
	for i := range k.Notes {
		p.line(k.Notes[i].text("note"))
	}
	if len(k.Complaints)+len(k.Notes) > 0 {
		p.line("")
	}
	p.text(0, bold, k.text())
	if k.NoRegisters {
		p.text(0, warn, "The registers cannot be read and were left out: rules that ask them are not assessed until they can.")
	}
	p.lacks("Log sources that no pipeline knows (docs/pipelines.md)", "log source", k.NoPipeline, sourceWords)
	p.lacks("What no register states (stormglass registers check)", "list", k.NoRegister, name)
	p.lacks("What no file of addresses gives (--geo, docs/geo.md)", "field", k.NoAddresses, name)
	p.lacks("Placeholders and fields that no register can state", "name", k.NoList, name)
	if len(k.Others) > 0 {
		p.heading("Not assessed for other reasons")
		for i := range k.Others {
			r := &k.Others[i]
			p.hanging("  ", 4, "", name(r.Rule)+" ("+lineText(name(r.File), uint64(r.Line))+"): "+name(r.Text))
		}
	}
}

// text gives a remark on one line: "rules/a.yml:12:5: error: Title: unknown modifier …".
func (r *RuleRemark) text(sort string) string {
	at := observable.Printable(r.File)
	if r.Line > 0 {
		at += ":" + strconv.Itoa(r.Line)
	}
	if r.Column > 0 {
		at += ":" + strconv.Itoa(r.Column)
	}
	s := at + ": " + sort + ": "
	if r.Rule != "" {
		s += observable.Printable(r.Rule) + ": "
	}
	return s + observable.Printable(r.Text)
}

func (k *RuleCheck) text() string {
	s := count(k.Detections+k.Correlations+k.Filters, "rule") + " in " + count(k.Files, "file")
	if k.Correlations+k.Filters > 0 {
		s += " (" + joined(", ", count(k.Detections, "detection"), some(k.Correlations, "correlation"), some(k.Filters, "filter")) + ")"
	}
	s += ": " + number(k.Asked) + " can be asked"
	if k.NotAssessed > 0 {
		s += ", " + number(k.NotAssessed) + " not assessed"
	}
	return s + ". " + upper(joined(", ", noneOr(len(k.Complaints), "error"), noneOr(len(k.Notes), "note"))) + "."
}

// some counts what there is any of.
func some(n int, noun string) string {
	if n == 0 {
		return ""
	}
	return count(n, noun)
}

func noneOr(n int, noun string) string {
	if n == 0 {
		return "no " + plural(noun)
	}
	return count(n, noun)
}

// lacks writes what rules lack, with some of their titles.
func (p *page) lacks(heading, column string, all []RuleLack, shown func(string) string) {
	if len(all) == 0 {
		return
	}
	p.heading(heading)
	rows := [][]string{{column, "rules", "such as"}}
	for i := range all {
		l := &all[i]
		rows = append(rows, []string{shown(l.What), number(len(l.Rules)), cutText(name(l.Rules[0]), maxRuleTitle)})
	}
	p.columns(2, []bool{false, true, false}, rows)
}

func (k *RuleCheck) json(b *bufio.Writer) error {
	w := &fieldWriter{b: b}
	w.field("schema", "stormglass.rule-check/1")
	w.field("files", k.Files)
	w.field("detections", k.Detections)
	w.field("correlations", k.Correlations)
	w.field("filters", k.Filters)
	w.field("asked", k.Asked)
	w.field("not_assessed", k.NotAssessed)
	w.field("complaints", list(k.Complaints))
	w.field("notes", list(k.Notes))
	w.field("no_pipeline", list(k.NoPipeline))
	w.field("no_register", list(k.NoRegister))
	w.field("no_list", list(k.NoList))
	w.field("registers_left_out", k.NoRegisters)
	w.field("no_addresses", list(k.NoAddresses))
	w.field("others", list(k.Others))
	return w.end()
}

func (k *RuleCheck) lines(b *bufio.Writer) error {
	for _, x := range []struct {
		sort string
		all  []RuleRemark
	}{{"error", k.Complaints}, {"note", k.Notes}, {"not_assessed", k.Others}} {
		for i := range x.all {
			if err := writeLine(b, struct {
				Type string `json:"type"`
				*RuleRemark
			}{x.sort, &x.all[i]}); err != nil {
				return err
			}
		}
	}
	return nil
}
