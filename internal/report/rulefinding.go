package report

import (
	"strings"

	"stormglass/internal/hunt"
)

// RuleJSON is what a finding says of its rule.
type RuleJSON struct {
	Key            string   `json:"key"` // its id, else its name, else file and line
	Title          string   `json:"title"`
	Level          string   `json:"level"` // as the rule states it, "" when it states none
	Description    string   `json:"description"`
	Author         string   `json:"author"`
	Tags           []string `json:"tags"`
	References     []string `json:"references"`
	FalsePositives []string `json:"false_positives"`
	Correlation    bool     `json:"correlation"`
	File           string   `json:"file"`
}

func ruleOf(r *hunt.RuleInfo) *RuleJSON {
	if r == nil {
		return nil
	}
	j := &RuleJSON{
		Key: r.Key, Title: r.Title, Description: r.Description, Author: r.Author, Tags: list(r.Tags), References: list(r.References),
		FalsePositives: list(r.FalsePositives), Correlation: r.Correlation, File: r.File,
	}
	if r.LevelStated {
		j.Level = r.Level.String()
	}
	return j
}

// whatShown gives what was found, for people: a value that can do no harm, or a rule's title.
func whatShown(f *hunt.Finding) string {
	if f.Rule == nil {
		return shown(f.Value)
	}
	if f.Rule.Title == "" {
		return name(f.Rule.Key)
	}
	return prose(f.Rule.Title)
}

// ruleView is a rule in words.
type ruleView struct {
	Key         string
	Author      string
	File        string
	Description string
	Techniques  string // ids of ATT&CK
	Tactics     string
	Tags        string   // the others
	Benign      []string // what else it may be
	References  []string
}

func ruleViewOf(r *hunt.RuleInfo) *ruleView {
	v := &ruleView{
		Key: cutText(name(r.Key), maxName), Author: cutText(prose(r.Author), maxName), File: name(r.File),
		Description: cutText(oneLine(r.Description), maxShownValue),
	}
	var techniques, tactics, others []string
	for _, t := range r.Tags {
		if id, ok := hunt.Technique(t); ok {
			techniques = append(techniques, id)
		} else if tactic, ok := strings.CutPrefix(strings.ToLower(t), "attack."); ok {
			tactics = append(tactics, tactic)
		} else {
			others = append(others, t)
		}
	}
	v.Techniques, v.Tactics, v.Tags = listed(names(techniques), maxTags), listed(names(tactics), maxTags), listed(names(others), maxTags)
	for _, s := range r.FalsePositives[:min(len(r.FalsePositives), maxTags)] {
		v.Benign = append(v.Benign, cutText(strings.TrimSuffix(oneLine(s), "."), maxTitle))
	}
	for _, s := range r.References[:min(len(r.References), maxTags)] {
		v.References = append(v.References, cutText(oneLine(s), maxTitle))
	}
	return v
}

// maxTags bounds what is shown of each list of a rule.
const maxTags = 8

// tags says which techniques, tactics and other tags a rule has.
func (v *ruleView) tags() string {
	var parts []string
	for _, x := range [][2]string{{"techniques", v.Techniques}, {"tactics", v.Tactics}, {"tags", v.Tags}} {
		if x[1] != "" {
			parts = append(parts, x[0]+" "+x[1])
		}
	}
	return strings.Join(parts, "; ")
}

// rule writes a rule; one that was described before is only named.
func (p *page) rule(v *ruleView, said bool) {
	if said {
		p.field("rule", v.Key+", described above")
		return
	}
	p.field("rule", joined(", ", v.Key, v.Author))
	p.field("", v.tags())
	p.field("", v.Description)
	if len(v.Benign) > 0 {
		p.field("may be", cutText(strings.Join(v.Benign, "; "), maxShownValue))
	}
}

// oneLine gives prose of several lines as one.
func oneLine(s string) string { return prose(strings.Join(strings.Fields(s), " ")) }
