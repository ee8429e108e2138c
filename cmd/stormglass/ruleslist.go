package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

// listFormat reads -o of a command that writes table, json or jsonl.
func listFormat(output string) (report.Format, error) {
	f, err := report.ParseFormat(output)
	if err != nil || f == report.CSV || f == report.HTML {
		return f, usageError{fmt.Errorf("-o %q: table, json or jsonl", output)}
	}
	return f, nil
}

func (a *app) rulesList() *cobra.Command {
	var s ruleSource
	var output string
	c := &cobra.Command{
		Use:   "list PATH… | --data DIR",
		Short: "List rules, and what they can be asked of",
		Example: `  stormglass rules list rules/
  stormglass rules list --data /srv/stormglass -o jsonl`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			format, err := listFormat(output)
			if err != nil {
				return err
			}
			set, _, broken, err := a.loadDespite(&s, args)
			if err != nil {
				return errors.Join(err, broken)
			}
			if broken != nil {
				a.note("note: registers are left out: %v", broken)
			}
			return a.deliver("", nil, func(w io.Writer) error {
				return report.WriteRuleList(w, format, node.ListRules(set), a.reportOptions())
			})
		},
	}
	a.ruleFlags(c, &s)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json, jsonl")
	return c
}

func (a *app) rulesCheck() *cobra.Command {
	var s ruleSource
	var output string
	var strict bool
	c := &cobra.Command{
		Use:   "check PATH… | --data DIR",
		Short: "Say what is wrong or odd about rules, and what they lack",
		Long: `Check reads rules and says, by file, line and column, what keeps one from being used and what is odd; then which log
sources no pipeline knows, and what no register states. Registers that cannot be read are left out, and said.

Exit codes: 0 all rules can be read; 1 some cannot, or the registers cannot (with --strict: or there is a note); 2 wrong usage.`,
		Example: "  stormglass rules check rules/ --strict",
		Args:    cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			format, err := listFormat(output)
			if err != nil {
				return err
			}
			s.theirs = true
			set, _, broken, err := a.loadDespite(&s, args)
			if err != nil {
				return errors.Join(err, broken)
			}
			k := node.CheckRules(set)
			k.NoRegisters = broken != nil
			if err := a.deliver("", nil, func(w io.Writer) error { return report.WriteRuleCheck(w, format, k, a.reportOptions()) }); err != nil {
				return err
			}
			switch {
			case broken != nil:
				return broken
			case len(k.Complaints) > 0:
				return fault.Wrap(fault.Invalid, errors.New("not all rules can be used; the answer above says why"))
			case strict && len(k.Notes) > 0:
				return fault.Wrap(fault.Invalid, errors.New("--strict: there are notes"))
			}
			return nil
		},
	}
	a.ruleFlags(c, &s)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json, jsonl")
	c.Flags().BoolVar(&strict, "strict", false, "exit code 1 for notes, too")
	return c
}
