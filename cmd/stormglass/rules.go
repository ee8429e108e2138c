package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/register"
)

func (a *app) rules() *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "List, check, test, explain and replay Sigma rules",
		Long: `Rules are written in Sigma 2.1 (docs/rules.md). These commands say of a folder of rules what can be asked and what
cannot, try rules on telemetry before they are switched on, and say why a record matches or does not.
Nothing is kept and nothing is reported by them; hunt --rules hunts.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.rulesList(), a.rulesShow(), a.rulesCheck(), a.rulesTest(), a.rulesExplain(), a.rulesStats(), a.rulesReplay()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

// ruleSource says where rules, and what they need, come from.
type ruleSource struct {
	data, registers, geo string
	pipelines            []string
	theirs               bool // the program's own rules only where no others are
}

func (a *app) ruleFlags(c *cobra.Command, s *ruleSource) {
	a.dataFlag(c, &s.data)
	fs := c.Flags()
	fs.StringArrayVar(&s.pipelines, "pipelines", nil, "folder of pipelines, beside those that are built in (repeatable)")
	fs.StringVar(&s.registers, "registers", "", "folder of what you state as right (docs/registers.md)")
	_ = c.MarkFlagDirname("pipelines") // it has just been added
	fs.StringVar(&s.geo, "geo", "", "folder of files of addresses (docs/geo.md), for rules that ask where one lies")
	_ = c.MarkFlagDirname("registers") // as above
	_ = c.MarkFlagDirname("geo")       // as above
}

// load reads the rules of paths, or of the data folder where none is named. Registers and pipelines of the data folder count when
// --data names it or its rules are read.
func (a *app) load(s *ruleSource, paths []string) (*hunt.RuleSet, *register.Registers, error) {
	set, r, broken, err := a.loadDespite(s, paths)
	if err = errors.Join(err, broken); err != nil {
		return nil, nil, err
	}
	return set, r, nil
}

// loadDespite is load, except that registers which cannot be read are left out, and broken says why.
func (a *app) loadDespite(s *ruleSource, paths []string) (set *hunt.RuleSet, r *register.Registers, broken, err error) {
	from, data, err := a.rulePaths(s, paths)
	if err != nil {
		return nil, nil, nil, err
	}
	r, broken = s.loadRegisters(data)
	if set, err = from.Load(r); err != nil {
		return nil, nil, broken, err
	}
	if len(set.Infos) == 0 && len(set.Collection.Rules) == 0 && len(set.Complaints) == 0 {
		return nil, nil, broken, fault.Hint(fault.Invalid, errors.New("no rule is in what was named"), "rules are files that end in .yml or .yaml")
	}
	return set, r, broken, nil
}

// rulePaths says where rules are read, and which data folder stands behind them: empty without one. Without paths and data folder they
// are those that the program comes with.
func (a *app) rulePaths(s *ruleSource, paths []string) (from node.RulePaths, data string, err error) {
	data = s.data
	if len(paths) == 0 {
		data = cmp.Or(data, a.getenv("STORMGLASS_DATA"))
	}
	from.Rules, from.Content = paths, len(paths) == 0
	if data != "" {
		kept := node.RulesOf(data)
		from.Pipelines, from.Geo = kept.Pipelines, kept.Geo
		if len(paths) == 0 {
			from.Rules, from.Content = kept.Rules, kept.Content
		}
	}
	if s.theirs && len(from.Rules) > 0 {
		from.Content = false
	}
	if from.None() {
		return from, "", fault.Wrap(fault.NotFound, fmt.Errorf("%s holds no folder rules/, and is without the program's own", data))
	}
	from.Pipelines = append(from.Pipelines, s.pipelines...)
	if s.geo != "" {
		from.Geo = s.geo
	}
	return from, data, nil
}

func (s *ruleSource) loadRegisters(data string) (*register.Registers, error) {
	switch {
	case s.registers != "":
		return node.LoadRegisters(s.registers)
	case data != "":
		r, err := register.Load(os.DirFS(data))
		if err != nil {
			return nil, fmt.Errorf("read registers: %w", err)
		}
		return r, nil
	}
	return nil, nil //nolint:nilnil // none: rules that need them say so
}

// noteComplaints says that some rules could not be used, where a command goes on with the rest.
func (a *app) noteComplaints(s *hunt.RuleSet) {
	const most = 3
	for i, c := range s.Complaints {
		if i == most {
			a.note("note: and %d further complaints: stormglass rules check", len(s.Complaints)-most)
			return
		}
		a.note("note: left out: %s", c)
	}
}
