package report

import (
	"bufio"
	"time"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/campaign"
)

// IncidentJSON is one incident. Values in it are not defanged.
type IncidentJSON struct {
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
	Joins      []JoinJSON `json:"joined_by"`
	Tactics    []string   `json:"tactics"`
	Techniques []string   `json:"techniques"`
	Leads      []LeadJSON `json:"leads"`
	Near       []string   `json:"near"`     // ids of others about the same devices, near in time
	Findings   []string   `json:"findings"` // ids, by first evidence
}

// JoinJSON is a thing that findings of an incident share.
type JoinJSON struct {
	Kind     string `json:"kind"` // "device", "account", "peer"
	Name     string `json:"name"`
	Findings int    `json:"findings"`
}

// LeadJSON is a campaign of which rules are among findings.
type LeadJSON struct {
	Campaign string `json:"campaign"`
	Note     string `json:"note"`
}

func incidentOf(x *casework.Incident) IncidentJSON {
	j := IncidentJSON{
		ID: x.ID.String(), Was: idTexts(x.Was), Level: x.Level.String(), Because: x.Because, TLP: markOf(x).String(), First: instantOf(x.First), Last: instantOf(x.Last),
		Devices: list(x.Devices), Accounts: list(x.Accounts), Peers: list(x.Peers), Joins: []JoinJSON{}, Tactics: list(x.Tactics), Techniques: list(x.Techniques),
		Leads: leadsOf(x.Leads), Near: nearIDs(x), Findings: findingIDs(x.Findings()),
	}
	if x.Since != nil {
		j.Since = sinceOf(x.Since)
	} else {
		j.Since = &SinceJSON{}
	}
	for _, s := range x.Joins {
		j.Joins = append(j.Joins, JoinJSON{s.Kind.String(), s.Name, s.Findings})
	}
	return j
}

func nearIDs(x *casework.Incident) []string {
	out := make([]string, len(x.Near))
	for i, y := range x.Near {
		out[i] = y.ID.String()
	}
	return out
}

func leadsOf(names []string) []LeadJSON {
	out := []LeadJSON{}
	for _, n := range names {
		out = append(out, LeadJSON{n, campaign.Lead})
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
	j := &SinceJSON{Evidence: instantOf(s.Evidence), Signs: instantOf(s.Signs), Held: instantOf(s.Held), Broken: s.Broken, Folded: s.Folded, Text: s.Text()}
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
	Leads    []LeadJSON `json:"leads"`
	Near     []int      `json:"near"`     // which others of this list, from 0, are about the same devices, near in time
	Findings []string   `json:"findings"` // ids, by first evidence
}

func togetherOf(r *hunt.Result) (out []TogetherJSON) {
	for i := range r.Together {
		t := &r.Together[i]
		out = append(out, TogetherJSON{
			Level: t.Level.String(), Because: t.Because, Devices: list(t.Devices), Accounts: list(t.Accounts), Peers: list(t.Peers), Leads: leadsOf(t.Leads),
			Near: append([]int{}, t.Near...), Findings: findingIDs(t.Findings),
		})
	}
	return out
}
