package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/register"
	"stormglass/internal/report"
)

func (a *app) registers() *cobra.Command {
	c := &cobra.Command{
		Use:   "registers",
		Short: "Check what you state as right, and propose what could be stated",
		Long: `Registers say which devices, servers, accounts, tunnels and networks are yours and right (docs/registers.md). Rules
compare records with them; what no register states is not assessed. None of these commands changes a register.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.registersCheck(), a.registersShow(), a.registersSuggest(), a.registersImport()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

// registersFlag adds --registers and --data, of which one is needed.
func (a *app) registersFlag(c *cobra.Command, s *ruleSource) {
	a.dataFlag(c, &s.data)
	c.Flags().StringVar(&s.registers, "registers", "", "folder with the files of registers")
	_ = c.MarkFlagDirname("registers") // it has just been added
}

// registersAt finds the folder: that of --registers, else that of the data folder.
func (a *app) registersAt(s *ruleSource) (data string, err error) {
	if s.registers == "" {
		if data, err = a.data(s.data); err != nil {
			return "", usageError{errors.New("--registers or --data is missing: which registers")}
		}
		return data, folder(data)
	}
	return s.data, folder(s.registers)
}

func folder(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = errors.New(path + " is no folder")
	}
	return fault.Wrap(fault.Invalid, err)
}

func (a *app) registersCheck() *cobra.Command {
	s := &ruleSource{}
	var rules []string
	var output string
	c := &cobra.Command{
		Use:   "check --registers DIR | --data DIR",
		Short: "Say what is wrong or odd about registers, and which entries would open the most rules",
		Long: `Check names by file and line what keeps the registers from being used, and what is odd: entries that are over, stated
twice, or name what no register explains. From the rules (--rules, or those of the data folder) it says which five lists to state
first, so that most of the rules that wait for registers can be asked.

Exit codes: 0 the registers can be used; 1 they cannot; 2 wrong usage.`,
		Example: "  stormglass registers check --registers registers/ --rules rules/",
		Args:    cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			data, err := a.registersAt(s)
			if err != nil {
				return err
			}
			set, err := a.rulesThatNeed(data, rules)
			if err != nil {
				return err
			}
			k, err := node.ExamineRegisters(data, s.registers, set, time.Now())
			if err != nil {
				return err
			}
			if err := a.deliver("", nil, func(w io.Writer) error { return report.WriteRegisterCheck(w, format, k, a.reportOptions()) }); err != nil {
				return err
			}
			if len(k.Complaints) > 0 {
				return fault.Wrap(fault.Invalid, errors.New("the registers cannot be used; the answer above says why"))
			}
			return nil
		},
	}
	a.registersFlag(c, s)
	c.Flags().StringArrayVarP(&rules, "rules", "r", nil, "Sigma rules that need registers: file or folder (repeatable)")
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

// rulesThatNeed reads the rules of paths, or of the data folder if it has any.
func (a *app) rulesThatNeed(data string, paths []string) (*hunt.RuleSet, error) {
	from := node.RulePaths{Rules: paths}
	if data != "" {
		kept := node.RulesOf(data)
		from.Pipelines = kept.Pipelines
		if len(paths) == 0 {
			from.Rules = kept.Rules
		}
	}
	if from.None() {
		return nil, nil //nolint:nilnil // without rules nothing is said of them
	}
	set, err := from.Load(nil)
	if err != nil {
		return nil, err
	}
	a.noteComplaints(set)
	return set, nil
}

func (a *app) registersShow() *cobra.Command {
	s := &ruleSource{}
	var output string
	c := &cobra.Command{
		Use:     "show --registers DIR | --data DIR",
		Short:   "Say what is stated, list by list, and what is not",
		Example: "  stormglass registers show --data /srv/stormglass",
		Args:    cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			data, err := a.registersAt(s)
			if err != nil {
				return err
			}
			k, err := node.ExamineRegisters(data, s.registers, nil, time.Now())
			if err != nil {
				return err
			}
			if len(k.Complaints) > 0 {
				return fault.Hint(fault.Invalid, k.Complaints[0], "stormglass registers check tells all complaints")
			}
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteRegisterLists(w, format, k, a.reportOptions()) })
		},
	}
	a.registersFlag(c, s)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

// suggestFlags are the flags of registers suggest.
type suggestFlags struct {
	ruleSource
	node.RegisterSurvey
	since, until, to string
}

func (a *app) registersSuggest() *cobra.Command {
	f := &suggestFlags{}
	c := &cobra.Command{
		Use:   "suggest --telemetry PATH… | --data DIR [--registers DIR] [--to FILE]",
		Short: "Propose entries of registers from what telemetry shows; nothing is adopted",
		Long: `Suggest looks through telemetry for devices, servers, accounts and tunnels that no register states, and writes them as
YAML to copy from, each with when and how often it was seen and by which share of the devices. What there are doubts about is a
comment: it lies outside your networks, or intelligence (--intel) speaks of it. What nearly all devices of a role do and a few do
otherwise is told as a result. State networks.yaml first: it says what is yours. Without --telemetry the records that the data
folder holds are looked through.`,
		Example: "  stormglass registers suggest --telemetry flows/ --registers registers/ --since 2026-05-01 --to proposed.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.suggest(c.Context(), f) },
	}
	a.registersFlag(c, &f.ruleSource)
	fs := c.Flags()
	fs.StringArrayVarP(&f.Telemetry, "telemetry", "t", nil, "telemetry: file, folder, archive or - (repeatable)")
	fs.StringArrayVarP(&f.Intel, "intel", "i", nil, "intelligence: file, folder or archive (repeatable)")
	fs.StringVar(&f.since, "since", "", "first day of records looked at, as 2006-01-02, or how long ago, as 30d")
	fs.StringVar(&f.until, "until", "", "last day, as --since")
	fs.StringVar(&f.to, "to", "", "write the proposal to this file instead of standard output")
	fs.IntVar(&f.Workers, "workers", 0, "goroutines that decode; 0 is one a core")
	_ = c.MarkFlagFilename("to") // it has just been added
	return c
}

func (a *app) suggest(ctx context.Context, f *suggestFlags) error {
	var err1, err2, err3 error
	f.Since, err1 = parseDay("--since", f.since)
	f.Until, err2 = parseDay("--until", f.until)
	if len(f.Telemetry) == 0 {
		if f.Data, err3 = a.data(f.data); err3 != nil {
			err3 = errors.New("--telemetry or --data is missing: what is looked through")
		}
	}
	if err := errors.Join(err1, err2, err3); err != nil {
		return usageError{err}
	}
	r, err := f.loadRegisters(cmp.Or(f.data, f.Data))
	if err != nil {
		return err
	}
	if f.Registers = r; r == nil {
		f.Registers = &register.Registers{}
	}
	if !f.Registers.Networks.Stated() {
		a.note("note: no networks.yaml states which networks are yours: only private addresses are taken for yours")
	}
	f.Stdin = a.stdin
	bar := a.progress("looking", f.Telemetry)
	f.Progress = bar.at
	p, accounts, err := f.Run(ctx)
	bar.end()
	if err != nil {
		return err
	}
	for _, x := range accounts {
		if x.Skipped != "" {
			a.note("note: not read: %s: %s", x.Source.Name, x.Skipped)
		}
	}
	if p.Records == 0 {
		return fault.Hint(fault.Invalid, errors.New("there is no record of that time, so nothing is proposed"), "stormglass inspect PATH says what each file is, stormglass coverage --data DIR of which time records are kept")
	}
	if p.Empty() {
		a.note("note: nothing is proposed: in %d records there is nothing of yours that the registers do not state", p.Records)
	}
	if f.to != "" {
		if err := a.deliver(f.to, slices.Concat(f.Telemetry, f.Intel), func(w io.Writer) error { return report.WriteProposal(w, p) }); err != nil {
			return err
		}
		return errors.Join(a.deliver("", nil, func(w io.Writer) error { return report.WriteSurvey(w, p, a.reportOptions()) }), absent(f.Telemetry))
	}
	return errors.Join(a.deliver("", nil, func(w io.Writer) error { return report.WriteProposal(w, p) }), absent(f.Telemetry))
}
