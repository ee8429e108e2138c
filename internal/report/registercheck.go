package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// WriteRegisterCheck writes a check of registers: complaints and notes as compilers do, then what to state first; or as JSON.
func WriteRegisterCheck(w io.Writer, f Format, c *register.Check, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		p := newPage(b, o)
		p.registerRemarks(c)
		p.text(0, bold, checkedText(c))
		p.openings(c.First)
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.register-check/1")
		j.field("version", c.Version.String())
		j.list("complaints", len(c.Complaints), func(i int) any {
			x := c.Complaints[i]
			return RuleRemark{File: x.File, Line: x.Line, Text: x.Text}
		})
		j.list("notes", len(c.Notes), func(i int) any { return registerNoteJSON(c.Notes[i]) })
		j.field("more_notes", c.MoreNotes)
		j.list("lists", len(c.Standings), func(i int) any { return standingOf(&c.Standings[i]) })
		j.list("first_to_state", len(c.First), func(i int) any { return openingOf(&c.First[i]) })
		if err := j.end(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a check is written as table or json, not as %s", f)
	}
	return b.Flush()
}

// WriteRegisterLists writes what is stated of each list, as a table or as JSON.
func WriteRegisterLists(w io.Writer, f Format, c *register.Check, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		p := newPage(b, o)
		rows := [][]string{{"list", "in force", "over", "since", "what it is"}}
		var none []string
		for i := range c.Standings {
			s := &c.Standings[i]
			if !s.Stated {
				none = append(none, s.Name)
				continue
			}
			rows = append(rows, []string{s.Name, number(s.Approved), number(s.Expired), sinceText(s.Since), s.What})
		}
		p.text(0, bold, count(len(rows)-1, "list")+" of "+number(len(c.Standings))+" are stated.")
		if len(rows) > 1 {
			p.line("")
			p.columns(0, []bool{false, true, true, false, false}, rows)
		}
		if len(none) > 0 {
			p.line("")
			p.text(0, dim, "Not stated, so rules that need them are not assessed: "+listed(none, len(none))+".")
		}
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.registers/1")
		j.field("version", c.Version.String())
		j.list("lists", len(c.Standings), func(i int) any { return standingOf(&c.Standings[i]) })
		if err := j.end(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("registers are shown as table or json, not as %s", f)
	}
	return b.Flush()
}

func sinceText(at telemetry.Instant) string {
	if !at.Known() {
		return "always"
	}
	return at.Day().String()
}

func (p *page) registerRemarks(c *register.Check) {
	for _, x := range c.Complaints {
		r := RuleRemark{File: x.File, Line: x.Line, Text: x.Text}
		p.line(r.text("error"))
	}
	for _, n := range c.Notes {
		r := RuleRemark{File: n.File, Line: n.Line, Text: n.Text}
		p.line(r.text("note"))
	}
	if c.MoreNotes > 0 {
		p.line("and " + number(c.MoreNotes) + " more notes")
	}
	if len(c.Complaints)+len(c.Notes) > 0 {
		p.line("")
	}
}

func checkedText(c *register.Check) string {
	stated := 0
	for i := range c.Standings {
		if c.Standings[i].Stated {
			stated++
		}
	}
	return number(stated) + " of " + count(len(c.Standings), "list") + " are stated. " + upper(joined(", ", noneOr(len(c.Complaints), "error"), noneOr(len(c.Notes)+c.MoreNotes, "note"))) + "."
}

// openings writes what to state first.
func (p *page) openings(all []register.Opening) {
	if len(all) == 0 {
		return
	}
	p.heading("What to state first, so that most rules can be asked")
	rows := [][]string{{"list", "where", "opens", "nearer", "such as"}}
	for i := range all {
		o := &all[i]
		where := joined(", ", strings.TrimPrefix(o.File, "registers/"), o.Key)
		such := ""
		if len(o.Rules) > 0 {
			such = cutText(name(o.Rules[0]), maxRuleTitle)
		}
		rows = append(rows, []string{o.Name, where, number(len(o.Rules)), number(o.Waits), such})
	}
	p.columns(2, []bool{false, false, true, true, false}, rows)
}

type registerNoteJSON struct {
	File string            `json:"file"`
	Line int               `json:"line"`
	Kind register.NoteKind `json:"kind"`
	Text string            `json:"text"`
}

type standingJSON struct {
	Name     string `json:"name"`
	File     string `json:"file"` // without its ending
	Key      string `json:"key"`
	What     string `json:"what"`
	Stated   bool   `json:"stated"`
	Since    string `json:"since"` // day; "" for all times
	Entries  int    `json:"entries"`
	Approved int    `json:"approved"`
	Expired  int    `json:"expired"`
}

func standingOf(s *register.Standing) standingJSON {
	since := ""
	if s.Since.Known() {
		since = s.Since.Day().String()
	}
	return standingJSON{s.Name, s.File, s.Key, s.What, s.Stated, since, s.Entries, s.Approved, s.Expired}
}

type openingJSON struct {
	Name  string   `json:"name"`
	File  string   `json:"file"`
	Key   string   `json:"key"`
	Rules []string `json:"rules"`
	Waits int      `json:"waits"`
}

func openingOf(o *register.Opening) openingJSON {
	return openingJSON{o.Name, o.File, o.Key, list(o.Rules), o.Waits}
}
