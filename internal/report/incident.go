package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/campaign"
	"stormglass/internal/intel"
)

// IncidentList is incidents, what matters most first.
type IncidentList struct {
	Incidents []*casework.Incident
	Hidden    int // further ones below the level that was asked for
	Alone     int // findings that are in no incident
	Dismissed int // findings that were left out because they are dismissed
}

// IncidentDetail is everything about one incident.
type IncidentDetail struct {
	*casework.Incident
	Part     string        // id that was asked for, where that incident became part of this one
	Findings []KeptFinding // by first evidence, the first ones
}

// WriteIncidentList writes incidents as a table with a line each, or as JSON.
func WriteIncidentList(w io.Writer, f Format, l *IncidentList, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeIncidentTable(b, l, o)
	case JSON:
		if err := writeIncidentListJSON(b, l); err != nil {
			return err
		}
	default:
		return fmt.Errorf("incidents are listed as table or json, not as %s", f)
	}
	return b.Flush()
}

// WriteIncidentDetail writes everything about an incident, as text or as JSON.
func WriteIncidentDetail(w io.Writer, f Format, d *IncidentDetail, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeIncident(b, d, o)
	case JSON:
		if err := writeIncidentJSON(b, d); err != nil {
			return err
		}
	default:
		return fmt.Errorf("an incident is shown as table or json, not as %s", f)
	}
	return b.Flush()
}

func writeIncidentTable(b *bufio.Writer, l *IncidentList, o Options) {
	p := newPage(b, o)
	mark := intel.Unmarked
	for _, x := range l.Incidents {
		mark = max(mark, markOf(x))
	}
	p.marking(mark)
	p.text(0, bold, l.text())
	if len(l.Incidents) == 0 {
		return
	}
	rows := [][]string{{"id", "level", "first", "last", "findings", "about"}}
	for _, x := range l.Incidents {
		level := x.Level.String()
		if x.Because != "" {
			level += " +"
		}
		rows = append(rows, []string{x.ID.String()[:idDigits], level, dayText(x.First), dayText(x.Last), number(len(x.Items)), aboutText(x.Devices, x.Accounts, x.Peers, 3)})
	}
	p.line("")
	p.columns(0, []bool{false, false, false, false, true, false}, rows)
	p.line("")
	p.text(0, dim, "stormglass incident show ID tells of one. Days are UTC. A + stands where the level was raised, since several tactics meet.")
}

func (p *page) marking(mark intel.TLP) {
	if mark != intel.Unmarked {
		p.text(0, tlpStyle(mark), banner(mark))
		p.line("")
	}
}

// markOf gives the strictest marking of an incident's findings.
func markOf(x *casework.Incident) (mark intel.TLP) {
	for _, i := range x.Items {
		mark = max(mark, i.TLP)
	}
	return mark
}

func (l *IncidentList) text() string {
	var levels [hunt.Critical + 1]int
	for _, x := range l.Incidents {
		levels[min(x.Level, hunt.Critical)]++
	}
	s := "No findings that are kept make an incident."
	if n := len(l.Incidents); n > 0 {
		s = count(n, "incident") + ": " + levelCounts(levels) + "."
	} else if l.Hidden > 0 {
		s = "No incident is of that level."
	}
	if l.Hidden > 0 {
		s += " " + count(l.Hidden, "incident") + " below that level " + isAre(l.Hidden) + " not shown."
	}
	if l.Alone > 0 {
		s += " " + count(l.Alone, "finding") + " " + isAre(l.Alone) + " in none: low or informational, and alone."
	}
	if l.Dismissed > 0 {
		s += " " + dismissedText(l.Dismissed) + "."
	}
	return s
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// aboutText writes what an incident is about, of each sort at most so many: "edge-r1; account noc; peer 203[.]0[.]113[.]9".
func aboutText(devices, accounts, peers []string, most int) string {
	var parts []string
	if len(devices) > 0 {
		parts = append(parts, listed(names(devices), most))
	}
	if len(accounts) > 0 {
		parts = append(parts, "account "+listed(names(accounts), most))
	}
	if len(peers) > 0 {
		parts = append(parts, "peer "+listed(peerNames(peers), most))
	}
	if len(parts) == 0 {
		return "nobody by name"
	}
	return strings.Join(parts, "; ")
}

func peerNames(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = cutText(seenText(s), maxName)
	}
	return out
}

// leadText says what campaigns an incident points to, and that it names nobody.
func leadText(leads []string) string {
	if len(leads) == 0 {
		return ""
	}
	return "rules of " + listed(names(leads), 5) + " are among what was found: " + campaign.Lead + " (stormglass campaign show)"
}
