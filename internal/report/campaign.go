package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/campaign"
)

// CampaignDetail is a campaign with the rules that belong to it.
type CampaignDetail struct {
	*campaign.Campaign
	Known []*hunt.RuleInfo // rules of ours
}

// WriteCampaigns writes campaigns as a table with a line each, or as JSON.
func WriteCampaigns(w io.Writer, f Format, all []CampaignDetail, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		p := newPage(b, o)
		rows := [][]string{{"campaign", "rules", "vulnerabilities", "sources", "also called"}}
		for _, c := range all {
			rows = append(rows, []string{c.Name, number(len(c.Known)), number(len(c.CVEs)), number(len(c.Sources)), strings.Join(c.Aliases, ", ")})
		}
		p.columns(0, []bool{false, true, true, true, false}, rows)
		p.line("")
		p.text(0, dim, "stormglass campaign show NAME tells of one. What its rules find is "+campaign.Lead+".")
	case JSON:
		fw := &fieldWriter{b: b}
		fw.list("campaigns", len(all), func(i int) any { return campaignOf(&all[i]) })
		if err := fw.end(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("campaigns are listed as table or json, not as %s", f)
	}
	return b.Flush()
}

// WriteCampaign writes everything about a campaign, as text or as JSON.
func WriteCampaign(w io.Writer, f Format, c *CampaignDetail, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		newPage(b, o).campaign(c)
	case JSON:
		fw := &fieldWriter{b: b}
		fw.field("campaign", campaignOf(c))
		if err := fw.end(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a campaign is shown as table or json, not as %s", f)
	}
	return b.Flush()
}

func (p *page) campaign(c *CampaignDetail) {
	p.text(0, bold, c.Name)
	p.field("also", strings.Join(c.Aliases, ", "))
	p.field("ATT&CK", c.Mitre)
	p.text(labelAt, "", c.About)
	p.text(labelAt, warn, "What its rules find is "+campaign.Lead+".")
	p.heading("Who does some of it too")
	for _, s := range c.Shared {
		p.hanging("  ", 4, "", s.Who+": "+s.What+" ("+s.Source+"; "+s.State.Words()+").")
	}
	p.heading("Rules")
	for _, r := range c.Known {
		p.hanging("  ", 4, "", r.Title+" ("+r.Level.String()+", "+r.Key+")")
	}
	p.heading("Vulnerabilities and techniques")
	p.text(labelAt, "", strings.Join(c.CVEs, ", "))
	for _, t := range c.Techniques {
		p.hanging("  ", 4, "", techniqueText(&t))
	}
	p.heading("Sources")
	for _, s := range c.Sources {
		p.hanging("  ", 4, "", s.Publisher+": "+s.Title+", "+s.Date+" ("+s.State.Words()+": "+s.Says+").")
	}
}

// techniqueText writes "T1685 Disable or Modify Tools, once T1562, T1562.001".
func techniqueText(t *campaign.Technique) string {
	s := t.ID + " " + t.Name
	if len(t.Was) > 0 {
		s += ", once " + strings.Join(t.Was, ", ")
	}
	return s
}

type campaignJSON struct {
	Name       string              `json:"name"`
	Aliases    []string            `json:"aliases"`
	About      string              `json:"about"`
	Mitre      string              `json:"mitre_id"`
	Entries    []string            `json:"entries"` // of the catalogue of detections
	Rules      []string            `json:"rules"`   // keys
	CVEs       []string            `json:"cves"`
	Techniques []techniqueJSON     `json:"techniques"`
	Sources    []campaignSource    `json:"sources"`
	Shared     []campaignShareJSON `json:"shared"`
	Note       string              `json:"note"`
}

type techniqueJSON struct {
	ID   string   `json:"id"`
	Was  []string `json:"once"`
	Name string   `json:"name"`
}

type campaignSource struct {
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Date      string `json:"date"`
	State     string `json:"state"`
	Says      string `json:"says"`
}

type campaignShareJSON struct {
	Who    string `json:"who"`
	What   string `json:"what"`
	Source string `json:"source"`
	State  string `json:"state"`
}

func campaignOf(c *CampaignDetail) campaignJSON {
	j := campaignJSON{
		Name: c.Name, Aliases: list(c.Aliases), About: c.About, Mitre: c.Mitre, Entries: list(c.Entries), Rules: []string{}, CVEs: list(c.CVEs),
		Techniques: []techniqueJSON{}, Sources: []campaignSource{}, Shared: []campaignShareJSON{}, Note: campaign.Lead,
	}
	for _, r := range c.Known {
		j.Rules = append(j.Rules, r.Key)
	}
	for _, t := range c.Techniques {
		j.Techniques = append(j.Techniques, techniqueJSON{t.ID, list(t.Was), t.Name})
	}
	for _, s := range c.Sources {
		j.Sources = append(j.Sources, campaignSource{s.Title, s.Publisher, s.Date, s.State.Words(), s.Says})
	}
	for _, s := range c.Shared {
		j.Shared = append(j.Shared, campaignShareJSON{s.Who, s.What, s.Source, s.State.Words()})
	}
	return j
}
