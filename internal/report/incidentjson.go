package report

import (
	"bufio"
	"time"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/campaign"
)

// incidentJSON is one incident. Values in it are not defanged.
type incidentJSON struct {
	ID         string     `json:"id"`
	Was        []string   `json:"merged_ids"` // of incidents that became part of it
	Level      string     `json:"level"`
	Because    string     `json:"because"` // why it is higher than that of any finding, "" when it is not
	TLP        string     `json:"tlp"`
	First      *time.Time `json:"first"`
	Last       *time.Time `json:"last"`
	Since      *SinceJSON `json:"since"`
	Devices    []string   `json:"devices"`
	Accounts   []string   `json:"accounts"`
	Peers      []string   `json:"peers"`
	Joins      []joinJSON `json:"joined_by"`
	Tactics    []string   `json:"tactics"`
	Techniques []string   `json:"techniques"`
	Leads      []leadJSON `json:"leads"`
	Findings   []string   `json:"findings"` // ids, by first evidence
}

type joinJSON struct {
	Kind     string `json:"kind"` // "device", "account", "peer"
	Name     string `json:"name"`
	Findings int    `json:"findings"`
}

type leadJSON struct {
	Campaign string `json:"campaign"`
	Note     string `json:"note"`
}

func incidentOf(x *casework.Incident) incidentJSON {
	j := incidentJSON{
		ID: x.ID.String(), Was: idTexts(x.Was), Level: x.Level.String(), Because: x.Because, TLP: markOf(x).String(), First: instantOf(x.First), Last: instantOf(x.Last),
		Devices: list(x.Devices), Accounts: list(x.Accounts), Peers: list(x.Peers), Joins: []joinJSON{}, Tactics: list(x.Tactics), Techniques: list(x.Techniques),
		Leads: leadsOf(x.Leads), Findings: findingIDs(x.Findings()),
	}
	if x.Since != nil {
		j.Since = sinceOf(x.Since)
	}
	for _, s := range x.Joins {
		j.Joins = append(j.Joins, joinJSON{s.Kind.String(), s.Name, s.Findings})
	}
	return j
}

func leadsOf(names []string) []leadJSON {
	out := []leadJSON{}
	for _, n := range names {
		out = append(out, leadJSON{n, campaign.Lead})
	}
	return out
}

func findingIDs(all []*hunt.Finding) []string {
	out := make([]string, len(all))
	for i, f := range all {
		out[i] = f.ID.String()
	}
	return out
}

func sinceOf(s *hunt.Since) *SinceJSON {
	j := &SinceJSON{Evidence: instantOf(s.Evidence), Held: instantOf(s.Held), Folded: s.Folded, Text: s.Text()}
	if s.Expired != 0 {
		j.Expired = s.Expired.String()
	}
	return j
}

func writeIncidentListJSON(b *bufio.Writer, l *IncidentList) error {
	w := &fieldWriter{b: b}
	w.field("text", l.text())
	w.field("findings_in_none", l.Alone)
	w.field("dismissed_not_shown", l.Dismissed)
	w.list("incidents", len(l.Incidents), func(i int) any { return incidentOf(l.Incidents[i]) })
	return w.end()
}

func writeIncidentJSON(b *bufio.Writer, d *IncidentDetail) error {
	w := &fieldWriter{b: b}
	w.field("asked_part", d.Part)
	w.field("incident", incidentOf(d.Incident))
	w.list("timeline", len(d.Findings), func(i int) any { return keptOf(&d.Findings[i]) })
	return w.end()
}

// TogetherJSON is findings of one hunt that belong together.
type TogetherJSON struct {
	Level    string     `json:"level"`
	Because  string     `json:"because"` // why it is higher than that of any finding, "" when it is not
	Devices  []string   `json:"devices"`
	Accounts []string   `json:"accounts"`
	Peers    []string   `json:"peers"`
	Leads    []leadJSON `json:"leads"`
	Findings []string   `json:"findings"` // ids, by first evidence
}

func togetherOf(r *hunt.Result) (out []TogetherJSON) {
	for i := range r.Together {
		t := &r.Together[i]
		out = append(out, TogetherJSON{
			Level: t.Level.String(), Because: t.Because, Devices: list(t.Devices), Accounts: list(t.Accounts), Peers: list(t.Peers), Leads: leadsOf(t.Leads),
			Findings: findingIDs(t.Findings),
		})
	}
	return out
}
