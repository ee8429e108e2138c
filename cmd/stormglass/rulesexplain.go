package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

// explainFlags are the flags of rules explain.
type explainFlags struct {
	ruleSource
	rule, telemetry, event, output string
	most                           int
}

func (a *app) rulesExplain() *cobra.Command {
	f := &explainFlags{}
	c := &cobra.Command{
		Use:   "explain PATH… --telemetry FILE:LINE",
		Short: "Say why a record matches a rule or does not, condition by condition",
		Long: `Explain holds a record beside a rule: which conditions and selections hold, what each field was to be, under which
names it was looked for, and what the record has there. Secrets are blanked.

FILE:LINE is a record by its line, as findings and rules test name it. Without :LINE, and with --event, the first records are
explained.`,
		Example: `  stormglass rules explain rules/clear_logs.yml --telemetry rtr1.log:1203
  stormglass rules explain --data /srv/stormglass --rule ceb407f6 --event event.json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return a.explainRules(c.Context(), f, args) },
	}
	a.ruleFlags(c, &f.ruleSource)
	fs := c.Flags()
	fs.StringVar(&f.rule, "rule", "", "only the rule of this id, name or title")
	fs.StringVarP(&f.telemetry, "telemetry", "t", "", "the record: a file and its line")
	fs.StringVar(&f.event, "event", "", "a file with events, or - for standard input")
	fs.IntVar(&f.most, "max-records", 3, "records explained without :LINE")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json, jsonl")
	_ = c.MarkFlagFilename("event") // it has just been added
	return c
}

func (a *app) explainRules(ctx context.Context, f *explainFlags, args []string) error {
	format, err := listFormat(f.output)
	if err != nil {
		return err
	}
	switch {
	case (f.telemetry == "") == (f.event == ""):
		return usageError{errors.New("one of --telemetry FILE:LINE and --event FILE is needed: which record")}
	case f.most < 1:
		return usageError{errors.New("--max-records must be 1 or more")}
	}
	set, _, err := a.load(&f.ruleSource, args)
	if err != nil {
		return err
	}
	x := node.RuleExplain{Rules: set, Telemetry: f.event, Most: f.most, Stdin: a.stdin}
	if f.event == "" {
		x.Telemetry, x.Ordinal = fileAndLine(f.telemetry)
	}
	switch {
	case f.rule != "":
		if x.Only, err = node.FindRule(set, f.rule); err != nil {
			return err
		}
		if x.Only.Detection == nil {
			return fault.Hint(fault.Invalid, fmt.Errorf("%q looks at no records itself", f.rule), "explain the rules that it names")
		}
	case len(set.Program.Rules()) > maxExplained:
		return usageError{fmt.Errorf("%d rules were read: --rule says which one is explained", len(set.Program.Rules()))}
	}
	a.noteComplaints(set)
	all, err := x.Run(ctx)
	if err != nil {
		return err
	}
	return a.deliver("", nil, func(w io.Writer) error { return report.WriteRuleExplained(w, format, all, a.reportOptions()) })
}

// maxExplained is how many rules are explained at once without --rule.
const maxExplained = 5

// fileAndLine takes a line off the end of a file's name, unless a file is called so.
func fileAndLine(s string) (file string, line uint64) {
	if _, err := os.Stat(s); err == nil {
		return s, 0
	}
	at := strings.LastIndexByte(s, ':')
	if at < 0 {
		return s, 0
	}
	n, err := strconv.ParseUint(s[at+1:], 10, 64)
	if err != nil {
		return s, 0
	}
	return s[:at], n
}
