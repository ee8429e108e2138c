package report

import (
	"bufio"
	"slices"
	"strings"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
)

// shownJoins is how many of the things that join findings are shown.
const shownJoins = 12

func writeIncident(b *bufio.Writer, d *IncidentDetail, o Options) {
	p := newPage(b, o)
	p.marking(markOf(d.Incident))
	word := strings.ToUpper(d.Level.String())
	p.hanging(p.paint(word, levelStyle(d.Level))+strings.Repeat(" ", max(bodyAt-len(word), 2)), max(bodyAt, len(word)+2), bold,
		"Incident "+d.ID.String()+", "+count(len(d.Items), "finding"))
	if d.Part != "" {
		p.field("note", d.Part+" became part of it")
	}
	p.field("level", d.Because)
	if d.Since != nil {
		p.field("since", d.Since.Text())
	}
	p.field("last", secondText(d.Last)+" UTC")
	p.field("devices", listed(names(d.Devices), shownJoins))
	p.field("accounts", listed(names(d.Accounts), shownJoins))
	p.field("peers", listed(peerNames(d.Peers), shownJoins))
	p.field("joined", joinsText(d.Joins))
	p.field("tactics", strings.Join(d.Tactics, ", "))
	p.field("ATT&CK", strings.Join(d.Techniques, ", "))
	p.field("lead", leadText(d.Leads))
	p.field("once", listed(idTexts(d.Was), shownJoins))
	for i, y := range d.Near {
		label := "near"
		if i > 0 {
			label = ""
		}
		p.field(label, y.ID.String()[:idDigits]+" "+y.Level.String()+", "+count(len(y.Items), "finding")+" on "+aboutText(y.Devices, y.Accounts, y.Peers, 2))
	}
	p.heading("Timeline")
	for i := range d.Findings {
		p.step(&d.Findings[i])
	}
	if n := len(d.Items) - len(d.Findings); n > 0 {
		p.text(labelAt, "", "and "+count(n, "later finding")+".")
	}
	p.line("")
	p.text(0, dim, "All times are UTC. stormglass finding show ID tells of a finding. That findings share a device, an account or a peer does not say that one actor made them.")
}

func joinsText(joins []casework.Join) string {
	var parts []string
	for _, j := range joins {
		shown := name(j.Name)
		if j.Kind == casework.Peer {
			shown = seenText(j.Name)
		}
		parts = append(parts, j.Kind.String()+" "+cutText(shown, maxName)+" ("+count(j.Findings, "finding")+")")
	}
	return listed(parts, shownJoins)
}

func idTexts(ids []casework.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.String()
	}
	return out
}

// step writes a finding of the timeline, with the earliest record of it.
func (p *page) step(f *KeptFinding) {
	word := f.Level.String()
	if f.Level == hunt.Informational {
		word = "info"
	}
	const at = len("2006-01-02 15:04:05") + 2
	lead := "  " + secondText(f.First) + strings.Repeat(" ", max(at-len(secondText(f.First)), 1))
	text := word + strings.Repeat(" ", max(len("critical")+1-len(word), 1)) + cutText(whatShown(f.Finding), maxShownValue) + "  (" + f.ID.String()[:idDigits] + ")"
	p.hanging(lead, at+2, levelStyle(f.Level), text)
	of := []string{subjectText(f.Finding, p.in.telemetry), figures(f.Finding)}
	if f.Last != f.First && f.Last.Known() {
		of = append(of, "until "+secondText(f.Last))
	}
	if t := techniquesOf(f.Finding); len(t) > 0 {
		of = append(of, strings.Join(t, ", "))
	}
	if f.Status != "open" {
		of = append(of, statusText(f))
	}
	p.text(at+2, "", strings.Join(of, "; "))
	if all := allSamples(f.Finding); len(all) > 0 {
		v := sampleOf(all[0], f.Subject.Addr, p.in.telemetry)
		p.text(at+2, dim, cutText(joined("  ", v.Where, v.Ends, v.Seen, v.Text), 4*p.width))
	}
}

func techniquesOf(f *hunt.Finding) (out []string) {
	if f.Rule == nil {
		return nil
	}
	for _, tag := range f.Rule.Tags {
		if id, ok := hunt.Technique(tag); ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
