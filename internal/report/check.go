package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// Check is what a check of a data folder looked at and found.
type Check struct {
	Data            string
	Files, Segments int
	Bytes           uint64
	Faults          []CheckFault
	Holes           []depot.Hole // found by an earlier command and taken out then
	Repair          bool         // it was to be repaired
}

// CheckFault is one thing that is wrong.
type CheckFault struct {
	What     string // file, segment or part of the folder
	Why      string
	Days     bool // From and To are known
	From, To telemetry.Day
	Repaired string // what was done, empty when nothing was
	Lost     bool   // what was done leaves a hole
	Advice   string // what to do, empty when nothing is known
}

// WriteCheck writes what a check found, as text or as JSON.
func WriteCheck(w io.Writer, f Format, c *Check, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeCheck(b, c, o)
	case JSON:
		if err := writeCheckJSON(b, c); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a check is told as table or json, not as %s", f)
	}
	return b.Flush()
}

func writeCheck(b *bufio.Writer, c *Check, o Options) {
	p := newPage(b, o)
	st := bold
	if c.left() > 0 {
		st = alarm
	}
	p.text(0, st, c.text())
	p.text(0, "", "Looked at "+c.looked()+".")
	for i := range c.Faults {
		p.line("")
		p.fault(&c.Faults[i])
	}
	if len(c.Holes) > 0 {
		p.heading("Known holes")
		p.text(2, "", "Found damaged before, and taken out: of these days not everything could be looked at.")
		for i := range c.Holes[:min(len(c.Holes), tableHoles)] {
			p.hanging("  ", 4, "", takenOutText(&c.Holes[i]))
		}
		if n := len(c.Holes) - tableHoles; n > 0 {
			p.text(2, "", "and "+count(n, "further one")+"; -o json lists them.")
		}
	}
	if c.repairable() && !c.Repair {
		p.line("")
		p.hanging(p.paint("hint: ", dim), 6, "", "stormglass check --repair moves what is damaged aside, and makes the ledger again where its records are all there")
	}
}

func (c *Check) left() int {
	n := 0
	for i := range c.Faults {
		if c.Faults[i].Repaired == "" {
			n++
		}
	}
	return n
}

// repairable reports whether a repair would do something.
func (c *Check) repairable() bool {
	return slices.ContainsFunc(c.Faults, func(f CheckFault) bool { return f.Repaired == "" && f.Advice == "" })
}

func (c *Check) text() string {
	left, lost := c.left(), 0
	for i := range c.Faults {
		lost += btoi(c.Faults[i].Lost)
	}
	switch {
	case len(c.Faults) == 0:
		return "No fault was found in " + name(c.Data) + "."
	case left == 0 && lost == 0:
		return count(len(c.Faults), "fault") + " in " + name(c.Data) + ": all repaired, nothing is lost."
	case left < len(c.Faults):
		done := []string{}
		for _, d := range []struct {
			n    int
			what string
		}{{len(c.Faults) - left - lost, "repaired"}, {lost, "moved aside, with what it held lost"}, {left, "left"}} {
			if d.n > 0 {
				done = append(done, number(d.n)+" "+d.what)
			}
		}
		return count(len(c.Faults), "fault") + " in " + name(c.Data) + ": " + strings.Join(done, ", ") + "."
	}
	return count(len(c.Faults), "fault") + " in " + name(c.Data) + "."
}

func (c *Check) looked() string {
	return "the manifest, " + count(c.Files, "file") + " of records, " + count(c.Segments, "segment") + " of the ledger, the vault and the database, " + bytesText(c.Bytes)
}

func (p *page) fault(f *CheckFault) {
	p.field("fault", name(f.What))
	p.field("why", whyText(f.What, f.Why))
	if f.Days {
		p.field("days", daySpan(f.From, f.To))
	}
	if f.Repaired != "" {
		p.field("done", name(f.Repaired))
	}
	p.field("hint", f.Advice)
}

// whyText says what is wrong without saying again where.
func whyText(what, why string) string {
	return name(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(why, "segment "), what+" "), "is "))
}

// daySpan writes the days between two, undated records as what they are.
func daySpan(from, to telemetry.Day) string {
	switch {
	case from == 0 && to == 0:
		return "records without a time"
	case from == 0:
		return "up to " + to.String() + ", and records without a time"
	}
	return spanOfDays(from, to)
}

func takenOutText(h *depot.Hole) string {
	return name(h.What) + ": " + count(h.Rows, "row") + " of " + daySpan(h.From, h.To) + ", found on " + h.Found.UTC().Format(minuteForm) + " UTC: " + whyText(h.What, h.Why)
}

type checkFaultJSON struct {
	What     string  `json:"what"`
	Why      string  `json:"why"`
	From     *string `json:"from"`
	To       *string `json:"to"`
	Repaired string  `json:"repaired"`
	Lost     bool    `json:"lost"` // what was done leaves a hole
	Advice   string  `json:"advice"`
}

func writeCheckJSON(b *bufio.Writer, c *Check) error {
	w := &fieldWriter{b: b}
	w.field("text", c.text())
	w.field("files", c.Files)
	w.field("segments", c.Segments)
	w.field("bytes", c.Bytes)
	w.field("unrepaired", c.left())
	w.list("faults", len(c.Faults), func(i int) any {
		f := &c.Faults[i]
		return checkFaultJSON{f.What, f.Why, dateOf(f.From), dateOf(f.To), f.Repaired, f.Lost, f.Advice}
	})
	w.list("holes", len(c.Holes), func(i int) any { return holeOf(&c.Holes[i]) })
	return w.end()
}
