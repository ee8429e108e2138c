package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/store"
)

func (a *app) finding() *cobra.Command {
	c := &cobra.Command{
		Use:   "finding",
		Short: "List the findings of a data folder, and keep what was decided about them",
		Long: `A finding is one indicator that one of the operator's systems met, or one rule that matched what is about it. It is
kept, with what was decided about it, however often it is found again. It is named by 4 or more digits that its id begins with.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.findingList(), a.findingShow(), a.findingAck(), a.findingDismiss(), a.findingLink(), a.findingReopen()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

// listFlags are the flags of finding list.
type listFlags struct {
	node.FindingQuery
	data, output, level, value string
	status                     []string
}

func (a *app) findingList() *cobra.Command {
	f := &listFlags{}
	c := &cobra.Command{
		Use:   "list --data DIR",
		Short: "List findings, what matters most first",
		Long: `List names the findings that are kept, one a line. Those that were dismissed are left out and counted, unless --all
or --status asks for them. Every change of a finding has a number that grows: -o json tells the last one, and --since N
asks for what changed after it.`,
		Example: `  stormglass finding list --data /srv/stormglass --level high
  stormglass finding list --data /srv/stormglass --rule 71d65515-c436-43c0-841b-236b1f32c21e
  stormglass finding list --data /srv/stormglass --new -o jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.listFindings(c.Context(), f) },
	}
	a.dataFlag(c, &f.data)
	fs := c.Flags()
	fs.StringArrayVar(&f.status, "status", nil, "only those that are open, acknowledged or dismissed (repeatable)")
	fs.StringVar(&f.level, "level", "", "only those of this level and above: informational, low, medium, high, critical")
	fs.StringVar(&f.value, "value", "", "only those of this indicator")
	fs.StringVar(&f.Rule, "rule", "", "only those of the rule with this key: its id, else its name, else its file and line")
	fs.BoolVar(&f.New, "new", false, "only what hunt --new has not told yet")
	fs.Uint64Var(&f.Since, "since", 0, "only those that changed after this change")
	fs.BoolVar(&f.All, "all", false, "also those that were dismissed, or are no longer found")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json, jsonl")
	_ = c.RegisterFlagCompletionFunc("status", cobra.FixedCompletions([]string{"open", "acknowledged", "dismissed"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("level", cobra.FixedCompletions([]string{"informational", "low", "medium", "high", "critical"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (f *listFlags) check() (report.Format, error) {
	var errs []error
	format, err := report.ParseFormat(f.output)
	if err != nil || format == report.CSV || format == report.HTML {
		errs = append(errs, fmt.Errorf("-o %q: findings are listed as table, json or jsonl", f.output))
	}
	for _, s := range f.status {
		st, err := store.ParseStatus(s)
		if err != nil {
			errs = append(errs, fmt.Errorf("--status: %w", err))
		}
		f.Status = append(f.Status, st)
	}
	if f.level != "" {
		if f.Level, err = hunt.ParseLevel(f.level); err != nil {
			errs = append(errs, fmt.Errorf("--level: %w", err))
		}
	}
	if f.value != "" {
		q := seen.Parse(f.value, false)
		if q.Err != nil {
			errs = append(errs, fmt.Errorf("--value: %w", q.Err))
		}
		f.Value = q.Value
	}
	if f.value != "" && f.Rule != "" {
		errs = append(errs, errors.New("--value and --rule: a finding is of an indicator or of a rule, so only one can be asked for"))
	}
	return format, errors.Join(errs...)
}

func (a *app) listFindings(ctx context.Context, f *listFlags) error {
	format, err := f.check()
	if err != nil {
		return usageError{err}
	}
	data, err := a.data(f.data)
	if err != nil {
		return err
	}
	f.NoSamples = format == report.Table
	narrowed := len(f.Status) > 0 || f.level != "" || f.value != "" || f.Rule != "" || f.New || f.Since > 0
	l, err := node.Findings(ctx, data, f.FindingQuery)
	if err != nil {
		return err
	}
	out := &report.FindingList{Dismissed: l.Dismissed, LastChange: l.LastChange, Narrowed: narrowed, Devices: l.Devices}
	for i := range l.Findings {
		out.Findings = append(out.Findings, node.ShownFinding(&l.Findings[i]))
	}
	return a.deliver("", nil, func(w io.Writer) error { return report.WriteFindingList(w, format, out, a.reportOptions()) })
}

func (a *app) findingShow() *cobra.Command {
	var data, output string
	c := &cobra.Command{
		Use:     "show --data DIR ID",
		Short:   "Tell everything of a finding: what was met, by day, and what was decided",
		Example: "  stormglass finding show --data /srv/stormglass 3fa9c2d1",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			f, history, err := node.Finding(c.Context(), dir, args[0])
			if err != nil {
				return err
			}
			d := node.ShownDetail(&f, history)
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteFindingDetail(w, format, d, a.reportOptions()) })
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}
