package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"stormglass/content"
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
	Rules     []string // files and folders of Sigma rules
	Pipelines []string // folders of pipelines, beside those that the program comes with
}

// None reports whether no rules are named.
func (p RulePaths) None() bool { return len(p.Rules) == 0 }

// The folders of a data folder that hold the operator's rules and pipelines.
const (
	rulesDir     = "rules"
	pipelinesDir = "pipelines"
)

// RulesOf gives where the rules of a data folder lie, those that are there.
func RulesOf(data string) RulePaths {
	var p RulePaths
	for _, x := range []struct {
		name string
		to   *[]string
	}{{rulesDir, &p.Rules}, {pipelinesDir, &p.Pipelines}} {
		path := filepath.Join(data, x.name)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			*x.to = append(*x.to, path)
		}
	}
	return p
}

// Load reads the rules and makes them ready, with what registers state (nil: there are none). What is wrong with single rules and
// pipelines is in the set's complaints; an error means that a path could not be read at all.
func (p RulePaths) Load(r *register.Registers) (*hunt.RuleSet, error) {
	c, err := p.Read()
	if err != nil {
		return nil, err
	}
	c.Resolve()
	folders := []fs.FS{content.Pipelines()}
	for _, dir := range p.Pipelines {
		if _, err := os.ReadDir(dir); err != nil {
			return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read pipelines: %w", err))
		}
		folders = append(folders, os.DirFS(dir))
	}
	pipelines, complaints := pipeline.Load(folders...)
	c.Complaints = append(c.Complaints, complaints...)
	var o sigma.Options
	if r != nil {
		o.Sets, o.Joined = registerSets{r}, registerFields{r}
	}
	return hunt.NewRuleSet(c, pipelines, o)
}

// Read reads the rules as they are written: references between them are not resolved yet.
func (p RulePaths) Read() (*rule.Collection, error) {
	var all []*rule.Collection
	var errs []error
	for _, path := range p.Rules {
		c, err := readRules(path)
		if err != nil {
			errs = append(errs, fault.Wrap(fault.Invalid, err))
			continue
		}
		all = append(all, c)
	}
	return rule.Join(all...), errors.Join(errs...)
}

// readRules reads a folder or a file. The names of files begin with the path as it was given.
func readRules(path string) (*rule.Collection, error) {
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
	c, err := rule.Read(os.DirFS(dir), root)
	if err != nil {
		return nil, err
	}
	for _, r := range c.Rules {
		r.File = filepath.Join(dir, r.File)
	}
	for _, x := range c.Complaints {
		x.File = filepath.Join(dir, x.File)
	}
	return c, nil
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
