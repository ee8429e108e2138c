// Package campaign reads which rules, vulnerabilities and techniques belong to a campaign, who wrote of it, and who else does the same
// (docs/campaigns.md, content/campaigns). It finds nothing itself: a campaign whose rules found something is a lead, and no attribution.
package campaign

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/plainyaml"
)

// Lead is what must stand beside every campaign of which something was found.
const Lead = "a lead, not an attribution: others do the same"

// Campaign is one file.
type Campaign struct {
	Name       string      `yaml:"name"`
	Aliases    []string    `yaml:"aliases"`
	About      string      `yaml:"about"`
	Mitre      string      `yaml:"mitre"`   // id of the group in ATT&CK, "" when none is known
	Entries    []string    `yaml:"entries"` // of the catalogue of detections: "AAA-01"
	Rules      []string    `yaml:"rules"`   // further rules, by key
	CVEs       []string    `yaml:"cves"`
	Techniques []Technique `yaml:"techniques"`
	Sources    []Source    `yaml:"sources"`
	Shared     []Shared    `yaml:"shared"`
}

// Technique is one of ATT&CK, by its newest id and by what it was called before.
type Technique struct {
	ID   string   `yaml:"id"`
	Was  []string `yaml:"was"`
	Name string   `yaml:"name"`
}

// Source is a document that says so.
type Source struct {
	Title     string `yaml:"title"`
	Publisher string `yaml:"publisher"`
	Date      string `yaml:"date"` // 2006-01-02, or 2006-01
	State     State  `yaml:"state"`
	Says      string `yaml:"says"`
}

// Shared is who else does some of it.
type Shared struct {
	Who    string `yaml:"who"`
	What   string `yaml:"what"`
	Source string `yaml:"source"`
	State  State  `yaml:"state"`
}

// State says how a statement is known.
type State string

// Words gives the state for people.
func (s State) Words() string {
	switch s {
	case "V":
		return "read"
	case "S":
		return "read as others report it"
	}
	return "general knowledge, not verified"
}

// Read reads the files of a folder (content.Campaigns), in the order of their names.
func Read(folder fs.FS) ([]*Campaign, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read campaigns: %w", err)
	}
	var out []*Campaign
	for _, name := range names {
		c, err := read(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read campaign %s: %w", name, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func read(folder fs.FS, name string) (*Campaign, error) {
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	var errs []error
	root := plainyaml.Form{MaxMiB: 1, Use: "campaigns use it"}.Root(content, func(line int, text string) {
		errs = append(errs, fmt.Errorf("line %d: %s", line, text))
	})
	if root == nil || len(errs) > 0 {
		return nil, errors.Join(append(errs, errors.New("it holds no campaign"))...)
	}
	c := &Campaign{}
	if err := root.Decode(c); err != nil {
		return nil, err
	}
	return c, c.check()
}

// check holds that a campaign says what it must.
func (c *Campaign) check() error {
	var errs []error
	if c.Name == "" || c.About == "" || len(c.Sources) == 0 {
		errs = append(errs, errors.New("name, about and sources are needed: say what it is and who wrote of it"))
	}
	if len(c.Entries)+len(c.Rules)+len(c.CVEs) == 0 {
		errs = append(errs, errors.New("it names no entries, rules or cves, so nothing can be found of it"))
	}
	if len(c.Shared) == 0 {
		errs = append(errs, errors.New("shared is needed: who else does some of it"))
	}
	for _, s := range c.Sources {
		if s.Title == "" || s.Publisher == "" || s.Date == "" || !s.State.known() {
			errs = append(errs, fmt.Errorf("source %q lacks a title, a publisher, a date, or its state is none of V, S, G", s.Title))
		}
	}
	for _, s := range c.Shared {
		if s.Who == "" || s.What == "" || s.Source == "" || !s.State.known() {
			errs = append(errs, fmt.Errorf("shared with %q lacks who, what or source, or its state is none of V, S, G", s.Who))
		}
	}
	for _, t := range c.Techniques {
		for _, id := range append(slices.Clone(t.Was), t.ID) {
			if got, ok := hunt.Technique("attack." + id); !ok || got != id {
				errs = append(errs, fmt.Errorf("%q is no id of a technique, as T1021.004 is one", id))
			}
		}
	}
	return errors.Join(errs...)
}

func (s State) known() bool { return s == "V" || s == "S" || s == "G" }

// Hunted gives campaigns as verdicts ask for them.
func Hunted(all []*Campaign) []hunt.Campaign {
	out := make([]hunt.Campaign, len(all))
	for i, c := range all {
		out[i] = hunt.Campaign{Name: c.Name, Rules: c.Rules, CVEs: c.CVEs}
		for _, id := range c.Entries {
			out[i].Tags = append(out[i].Tags, "stormglass."+strings.ToLower(id))
		}
	}
	return out
}

// Find gives the campaign that is called so, by its name or an alias, without case.
func Find(all []*Campaign, name string) (*Campaign, error) {
	var names []string
	for _, c := range all {
		same := func(s string) bool { return strings.EqualFold(s, name) }
		if same(c.Name) || same(strings.ReplaceAll(c.Name, " ", "-")) || slices.ContainsFunc(c.Aliases, same) {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return nil, fmt.Errorf("no campaign is called %q, known are %s", name, strings.Join(names, ", "))
}
