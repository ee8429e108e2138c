package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"stormglass/content"
	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// RulePaths says where rules are read from.
type RulePaths struct {
	Content   bool     // the rules that the program comes with, less those whose id one of Rules has
	Rules     []string // files and folders of Sigma rules
	Pipelines []string // folders of pipelines, beside those that the program comes with
	Geo       string   // folder of files of addresses (docs/geo.md); empty: none
}

// None reports whether no rules are named.
func (p RulePaths) None() bool { return len(p.Rules) == 0 && !p.Content }

// NoContent is a file in a data folder: with it the rules that the program comes with are not in force there.
const NoContent = depot.RulesDir + "/.no-content"

// contentPath is what the names of files of the program's own rules begin with.
const contentPath = "content/rules"

// RulesOf gives where the rules of a data folder lie, those that are there, and whether the program's own are wanted beside them.
func RulesOf(data string) RulePaths {
	p := RulePaths{Geo: GeoOf(data)}
	_, err := os.Stat(filepath.Join(data, NoContent))
	p.Content = errors.Is(err, fs.ErrNotExist)
	for _, x := range []struct {
		name string
		to   *[]string
	}{{depot.RulesDir, &p.Rules}, {depot.PipelinesDir, &p.Pipelines}} {
		path := filepath.Join(data, x.name)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			*x.to = append(*x.to, path)
		}
	}
	return p
}

// Load reads the rules and makes them ready, with what registers state (nil: there are none). What is wrong with single rules,
// pipelines and files of addresses is in the set's complaints; an error means that a path could not be read at all.
func (p RulePaths) Load(r *register.Registers) (*hunt.RuleSet, error) {
	c, err := p.Read()
	if err != nil {
		return nil, err
	}
	pipelines, complaints, err := p.pipelines(os.DirFS)
	if err != nil {
		return nil, err
	}
	addresses, unread, err := loadGeo(p.Geo)
	if err != nil {
		return nil, err
	}
	c.Resolve()
	c.Complaints = slices.Concat(c.Complaints, complaints, unread)
	return hunt.NewRuleSet(c, pipelines, withGeo(ruleOptions(r), addresses))
}

// pipelines reads the pipelines, those that the program comes with first.
func (p RulePaths) pipelines(open func(dir string) fs.FS) (*pipeline.Set, []*rule.Complaint, error) {
	if len(p.Pipelines) == 0 {
		set, complaints := ownPipelines()
		return set, complaints, nil
	}
	folders := []fs.FS{content.Pipelines()}
	for _, dir := range p.Pipelines {
		if _, err := os.ReadDir(dir); err != nil {
			return nil, nil, fault.Wrap(fault.Invalid, fmt.Errorf("read pipelines: %w", err))
		}
		folders = append(folders, open(dir))
	}
	set, complaints := pipeline.Load(folders...)
	return set, complaints, nil
}

// ruleOptions gives the engine what registers state; nil: there are none.
func ruleOptions(r *register.Registers) (o sigma.Options) {
	o.List = register.Need
	if r != nil {
		o.Sets, o.Joined = registerSets{r}, registerFields{r}
	}
	return o
}

// Read reads the rules as they are written: references between them are not resolved yet.
func (p RulePaths) Read() (*rule.Collection, error) { return p.read(os.DirFS) }

func (p RulePaths) read(open func(dir string) fs.FS) (*rule.Collection, error) {
	var all []*rule.Collection
	var errs []error
	for _, path := range p.Rules {
		c, err := readRules(path, open)
		if err != nil {
			errs = append(errs, fault.Wrap(fault.Invalid, err))
			continue
		}
		all = append(all, c)
	}
	if p.Content {
		c, err := contentRules(all)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return rule.Join(all...), errors.Join(errs...)
}

// contentRules reads the rules that the program comes with. One whose id a rule of the operator's has is left out: theirs takes its place.
func contentRules(theirs []*rule.Collection) (*rule.Collection, error) {
	taken := map[string]bool{"": true}
	for _, c := range theirs {
		for _, r := range c.Rules {
			taken[r.ID] = true
		}
	}
	own, err := ownRules()
	if err != nil {
		return nil, fmt.Errorf("read the program's own rules: %w", err)
	}
	c := own.Clone()
	c.Rules = slices.DeleteFunc(c.Rules, func(r *rule.Rule) bool { return taken[r.ID] })
	inFolder(c, contentPath)
	return c, nil
}

// ownRules and ownPipelines are what the program comes with, read once: it never changes.
var (
	ownRules     = sync.OnceValues(func() (*rule.Collection, error) { return rule.Read(content.Rules(), ".") })
	ownPipelines = sync.OnceValues(func() (*pipeline.Set, []*rule.Complaint) { return pipeline.Load(content.Pipelines()) })
)

// readRules reads a folder or a file. The names of files begin with the path as it was given.
func readRules(path string, open func(dir string) fs.FS) (*rule.Collection, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	dir, root := path, "."
	if !info.IsDir() {
		dir, root = filepath.Split(path)
		if dir == "" {
			dir = "."
		}
	}
	c, err := rule.Read(open(dir), root)
	if err != nil {
		return nil, err
	}
	inFolder(c, dir)
	return c, nil
}

// inFolder has the names of files begin with the folder that they were read from.
func inFolder(c *rule.Collection, dir string) {
	for _, r := range c.Rules {
		r.File = filepath.Join(dir, r.File)
	}
	for _, x := range c.Complaints {
		x.File = filepath.Join(dir, x.File)
	}
}

// registerSets gives the engine what registers state for placeholders.
type registerSets struct{ from *register.Registers }

// Set implements sigma.Sets.
func (r registerSets) Set(name string) (sigma.Set, bool) {
	s, ok := r.from.Set(name)
	if !ok {
		return sigma.Set{}, false
	}
	out := sigma.Set{Since: s.Since}
	for _, p := range s.Prefixes {
		out.Prefixes = append(out.Prefixes, sigma.SetPrefix{Prefix: p.Prefix, Valid: validity(p.Validity)})
	}
	for _, t := range s.Texts {
		out.Texts = append(out.Texts, sigma.SetText{Text: t.Text, Valid: validity(t.Validity)})
	}
	return out, true
}

// registerFields gives the engine the fields that registers compute. A rule about a list that no register states is not assessed, instead
// of comparing with the words for that.
type registerFields struct{ from *register.Registers }

// Field implements sigma.Joined.
func (r registerFields) Field(kind telemetry.Kind, name string) (func(b *telemetry.Batch, i int) (string, bool), bool) {
	if list := register.Need(name); list != "" && !r.from.States(list) {
		return nil, false
	}
	return r.from.Field(kind, name)
}

func validity(v register.Validity) sigma.Validity {
	return sigma.Validity{From: v.From, Until: v.Until}
}
