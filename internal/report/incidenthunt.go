package report

import (
	"strconv"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// shownTogether is how many groups of findings a hunt's table shows.
const shownTogether = 10

// together writes which findings of a hunt belong together, a few lines each.
func (p *page) together(r *hunt.Result) {
	if len(r.Together) == 0 {
		return
	}
	p.heading("Belong together")
	for i := range r.Together {
		if i == shownTogether {
			p.text(2, "", "and "+count(len(r.Together)-i, "more group")+"; -o html and -o json list them.")
			return
		}
		t := &r.Together[i]
		word := strings.ToUpper(t.Level.String())
		lead := "  " + p.paint(word, levelStyle(t.Level)) + strings.Repeat(" ", max(bodyAt-len(word), 2))
		p.hanging(lead, max(bodyAt, len(word)+2)+2, "", strconv.Itoa(i+1)+". "+count(len(t.Findings), "finding")+" on "+aboutText(t.Devices, t.Accounts, t.Peers, 3)+": "+whatsText(t.Findings)+".")
		for _, s := range []string{togetherSpan(t), t.Because, leadText(t.Leads), nearText(t.Near)} {
			if s != "" {
				p.text(bodyAt+2, dim, upper(s)+".")
			}
		}
	}
}

// togetherSpan says from when to when records of a group are.
func togetherSpan(t *hunt.Together) string {
	var first, last telemetry.Instant
	for _, f := range t.Findings {
		if f.First.Known() && (!first.Known() || f.First < first) {
			first = f.First
		}
		last = max(last, f.Last)
	}
	return spanText(first, last)
}

// nearText names the groups that are about the same devices, by their number.
func nearText(near []int) string {
	if len(near) == 0 {
		return ""
	}
	out := make([]string, len(near))
	for i, n := range near {
		out[i] = strconv.Itoa(n + 1)
	}
	return "also found on its devices: " + strings.Join(out, ", ")
}

// whatsText names what was found, each once, in the order in which it began.
func whatsText(all []*hunt.Finding) string {
	var out []string
	known := map[string]bool{}
	for _, f := range all {
		if s := cutText(whatShown(f), maxName); !known[s] {
			known[s] = true
			out = append(out, s)
		}
	}
	return listed(out, 5)
}
