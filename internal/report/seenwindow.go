package report

import (
	"strings"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// seenClosing says what the answers rest on: it is as much of an answer as they are.
func (p *page) seenClosing(r *seen.Result) {
	p.text(0, bold, countsText(r))
	p.text(0, "", windowText(&r.Window))
	if n := len(r.Window.Damaged); n > 0 {
		p.heading("Not assessed")
		for i := range r.Window.Damaged[:min(n, tableHoles)] {
			p.hanging("  ", 4, "", upper(holeText(&r.Window.Damaged[i]))+".")
		}
		if n > tableHoles {
			p.text(2, "", "and "+count(n-tableHoles, "further part")+"; -o json lists them.")
		}
		p.line("")
	}
	p.text(0, dim, tookText(r.Took)+"All times are UTC.")
}

// countsText counts the answers by verdict: "4 values asked: 1 seen, 1 not seen, 2 not kept.".
func countsText(r *seen.Result) string {
	var parts []string
	for _, v := range seenVerdicts {
		if n := r.Count(v); n > 0 {
			parts = append(parts, number(n)+" "+verdictWord(v))
		}
	}
	s := count(len(r.Answers), "value") + " asked"
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	return s + "."
}

// windowText says which days could be looked at.
func windowText(w *seen.Window) string {
	s := "The ledger holds "
	if asked := askedTime(w); asked != "" {
		s = "Of the time asked for, " + asked + ", the ledger holds "
	}
	switch {
	case w.Held == 0:
		s += "no day"
	case w.Held == 1 && len(w.Missing) == 0:
		s += w.First.String() + ", 1 day"
	default:
		s += spanOfDays(w.First, w.Last) + ", " + count(w.Held, "day") + ", " + missingText(w.Missing)
	}
	switch {
	case w.Expired != 0 && w.Since <= w.Expired:
		s += "; what it held up to " + w.Expired.String() + " has expired and was removed"
	case w.Held > 0 && w.Since < w.First:
		s += "; nothing before"
	}
	s += "."
	if w.Undated {
		s += " Records without a time were looked at, too."
	}
	return s
}

// askedTime writes the bounds of the question, empty when it has none.
func askedTime(w *seen.Window) string {
	switch {
	case w.Since != 0 && w.Until != 0:
		return spanOfDays(w.Since, w.Until)
	case w.Since != 0:
		return "since " + w.Since.String()
	case w.Until != 0:
		return "until " + w.Until.String()
	}
	return ""
}

func missingText(days []telemetry.Day) string {
	if len(days) == 0 {
		return "none missing"
	}
	return number(len(days)) + " missing between them, of which nothing can be said: " + dayRanges(days, 2*tableRanges)
}

// holeText names a part of what was kept that could not be read.
func holeText(h *depot.Hole) string {
	s := holeKind(h.Kind) + " " + holeDays(h) + " could not be read"
	if h.Rows > 0 {
		s += ", " + count(h.Rows, "row")
	}
	return s + ": " + joined(": ", name(h.What), prose(h.Why))
}

// holeKind names what could not be read: values in the ledger, or records.
func holeKind(kind string) string {
	if s := ledgerSpace(kind); s != "" {
		return s + " in the ledger"
	}
	return name(kind) + " records"
}

func holeDays(h *depot.Hole) string {
	switch {
	case h.To == 0:
		return "without a time"
	case h.From == 0:
		return "up to " + h.To.String() + " and without a time"
	case h.From == h.To:
		return "of " + h.From.String()
	}
	return "of " + spanOfDays(h.From, h.To)
}

func tookText(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "Looked up in less than 1 ms. "
	}
	return "Looked up in " + durationText(d) + ". "
}
