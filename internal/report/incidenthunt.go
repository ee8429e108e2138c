package report

import (
	"strings"

	"stormglass/internal/hunt"
)

// shownTogether is how many groups of findings a hunt's table shows.
const shownTogether = 10

// together writes which findings of a hunt belong together, a line or two each.
func (p *page) together(r *hunt.Result) {
	if len(r.Together) == 0 {
		return
	}
	p.heading("Belong together")
	for i := range r.Together {
		if i == shownTogether {
			p.text(2, "", "and "+count(len(r.Together)-i, "more group")+"; -o json lists them.")
			return
		}
		t := &r.Together[i]
		word := strings.ToUpper(t.Level.String())
		lead := "  " + p.paint(word, levelStyle(t.Level)) + strings.Repeat(" ", max(bodyAt-len(word), 2))
		p.hanging(lead, max(bodyAt, len(word)+2)+2, "", count(len(t.Findings), "finding")+" on "+aboutText(t.Devices, t.Accounts, t.Peers, 3)+": "+whatsText(t.Findings)+".")
		for _, s := range []string{t.Because, leadText(t.Leads)} {
			if s != "" {
				p.text(bodyAt+2, dim, upper(s)+".")
			}
		}
	}
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
