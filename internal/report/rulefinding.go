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

// kindShown gives the sort of what was found: a kind of value, or a sort of rule.
func kindShown(f *hunt.Finding) string {
	switch {
	case f.Rule == nil:
		return f.Value.Kind().String()
	case f.Rule.Correlation:
		return "correlation"
	}
	return "rule"
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
		id, ok := strings.CutPrefix(strings.ToLower(t), "attack.")
		switch {
		case !ok:
			others = append(others, t)
		case technique(id):
			techniques = append(techniques, strings.ToUpper(id))
		default:
			tactics = append(tactics, id)
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

// technique reports whether a tag of ATT&CK, without its prefix, is the id of a technique, as "t1021.004" is.
func technique(id string) bool {
	return len(id) > 1 && (id[0] == 't' || id[0] == 'T') && id[1] >= '0' && id[1] <= '9'
}
