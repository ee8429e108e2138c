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

// ruleSource tells of a rule as of a source.
func ruleSource(r *hunt.RuleInfo, in folder) sourceView {
	v := sourceView{Title: "Sigma rule " + name(r.Key), Unmarked: true, Origin: joined(", ", in.name(r.File), cutText(prose(r.Author), maxName))}
	if r.Description != "" {
		v.Details = append(v.Details, cutText(oneLine(r.Description), maxTitle))
	}
	if tags := techniques(r.Tags); len(tags) > 0 {
		v.Names = append(v.Names, "techniques "+listed(names(tags), 8))
	}
	if len(r.FalsePositives) > 0 {
		v.Details = append(v.Details, "may also be: "+cutText(prose(strings.Join(r.FalsePositives, "; ")), maxTitle))
	}
	return v
}

// oneLine gives prose of several lines as one.
func oneLine(s string) string { return prose(strings.Join(strings.Fields(s), " ")) }

// techniques gives the ids of ATT&CK techniques among tags, "T1021.004".
func techniques(tags []string) []string {
	var out []string
	for _, t := range tags {
		if id, ok := strings.CutPrefix(strings.ToLower(t), "attack.t"); ok && id != "" && id[0] >= '0' && id[0] <= '9' {
			out = append(out, "T"+id)
		}
	}
	return out
}
