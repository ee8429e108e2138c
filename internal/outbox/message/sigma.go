package message

import (
	"cmp"
	"slices"
	"strings"

	"stormglass/internal/hunt"
)

// Sigma is what a finding says of its rule.
type Sigma struct {
	ID             string   `json:"id"` // the rule's key: its id, else its name, else its file and line
	Title          string   `json:"title,omitempty"`
	Level          string   `json:"level,omitempty"` // as the rule states it
	Correlation    bool     `json:"correlation,omitempty"`
	Tags           []string `json:"tags,omitempty"`
	Techniques     []string `json:"techniques,omitempty"` // of ATT&CK, by its tags: "T1021.004"
	Description    string   `json:"description,omitempty"`
	Author         string   `json:"author,omitempty"`
	References     []string `json:"references,omitempty"`
	FalsePositives []string `json:"false_positives,omitempty"`
}

// Rule names what found a finding: "indicator/" and the kind of its value, or "sigma/" and the rule's key.
func Rule(f *hunt.Finding) string {
	if f.Rule != nil {
		return "sigma/" + Clean(f.Rule.Key, maxName)
	}
	return "indicator/" + f.Value.Kind().String()
}

// sigmaOf tells of a rule; with whole, at length.
func sigmaOf(r *hunt.RuleInfo, whole bool) *Sigma {
	s := &Sigma{
		ID: Clean(r.Key, maxName), Title: Clean(r.Title, maxName), Correlation: r.Correlation, Tags: cleanList(r.Tags), Techniques: techniques(r.Tags),
	}
	if r.LevelStated {
		s.Level = r.Level.String()
	}
	if whole {
		s.Description, s.Author = Clean(strings.Join(strings.Fields(r.Description), " "), maxText), Clean(r.Author, maxName)
		s.References, s.FalsePositives = cleanList(r.References), cleanList(r.FalsePositives)
	}
	return s
}

// name gives what people call the rule.
func (s *Sigma) name() string { return cmp.Or(s.Title, s.ID) }

// brief gives what ways that carry little need of a rule; nil of none.
func (s *Sigma) brief() *Sigma {
	if s == nil {
		return nil
	}
	return &Sigma{ID: s.ID, Title: s.Title, Level: s.Level, Correlation: s.Correlation, Techniques: s.Techniques}
}

// techniques gives the ids of ATT&CK techniques among tags, each once.
func techniques(tags []string) []string {
	var out []string
	for _, t := range tags {
		if id, ok := hunt.Technique(t); ok && !slices.Contains(out, id) && len(out) < maxNames {
			out = append(out, id)
		}
	}
	return out
}
