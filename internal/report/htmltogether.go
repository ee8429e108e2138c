package report

import "stormglass/internal/hunt"

// What the page shows of findings that belong together.
const (
	htmlTogether = 100
	htmlSteps    = 60
	htmlNames    = 40 // devices, accounts or peers of one
	htmlOpen     = 3  // that are unfolded
)

// htmlIncident is findings that belong together, with their timeline.
type htmlIncident struct {
	N                        int
	Word, Class              string
	Open                     bool
	Findings                 string
	About, Span              string
	Devices, Accounts, Peers string
	Because, Lead            string
	Near                     []int
	Steps                    []htmlStep
	More                     int
}

// htmlStep is a finding on the timeline.
type htmlStep struct {
	First, Last string
	Word, Class string
	N           int // of the finding on the page; 0: it is not shown
	What        string
	Rule        bool
	Subject     string
	InWords     bool
	Extent      string
}

func (d *htmlData) together(r *hunt.Result, in folders) {
	at := map[*hunt.Finding]int{}
	for i, f := range r.Findings[:min(len(r.Findings), htmlFindings)] {
		at[f] = i + 1
	}
	for i := range r.Together {
		if i == htmlTogether {
			d.MoreTogether = len(r.Together) - i
			return
		}
		d.Together = append(d.Together, htmlIncidentOf(i, &r.Together[i], at, in))
	}
}

func htmlIncidentOf(i int, t *hunt.Together, at map[*hunt.Finding]int, in folders) htmlIncident {
	h := htmlIncident{
		N: i + 1, Word: t.Level.String(), Class: "level-" + t.Level.String(), Open: i < htmlOpen && t.Level >= hunt.High, Findings: count(len(t.Findings), "finding"),
		About: aboutText(t.Devices, t.Accounts, t.Peers, 3), Span: togetherSpan(t), Lead: leadText(t.Leads),
		Devices: listed(names(t.Devices), htmlNames), Accounts: listed(names(t.Accounts), htmlNames), Peers: listed(peerNames(t.Peers), htmlNames),
	}
	if t.Because != "" {
		h.Because = upper(t.Because)
	}
	for _, n := range t.Near {
		if n < htmlTogether {
			h.Near = append(h.Near, n+1)
		}
	}
	for k, f := range t.Findings {
		if k == htmlSteps {
			h.More = len(t.Findings) - k
			break
		}
		v := viewOf(f, 0, in)
		s := htmlStep{First: v.First, Word: f.Level.String(), Class: "level-" + f.Level.String(), N: at[f], What: v.Value, Rule: v.Rule != nil, Subject: v.Subject, InWords: v.InWords, Extent: figures(f)}
		if v.Last != v.First {
			s.Last = v.Last
		}
		h.Steps = append(h.Steps, s)
	}
	return h
}
