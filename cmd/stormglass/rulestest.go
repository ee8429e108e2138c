package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

// trialFlags are the flags of commands that ask rules of telemetry.
type trialFlags struct {
	ruleSource
	telemetry, own []string
	output         string
	workers        int
}

func (a *app) trialFlags(c *cobra.Command, f *trialFlags) {
	a.ruleFlags(c, &f.ruleSource)
	fs := c.Flags()
	fs.StringArrayVarP(&f.telemetry, "telemetry", "t", nil, "telemetry: file, folder, archive or - (repeatable)")
	fs.StringArrayVar(&f.own, "own", nil, "prefix of the operator's own addresses, besides the private ranges (repeatable)")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json, jsonl")
	fs.IntVar(&f.workers, "workers", 0, "goroutines that decode and match; 0 is one a core")
}

// try asks rules of telemetry, keeping some matches of each.
func (a *app) try(ctx context.Context, f *trialFlags, paths []string, most int) (*hunt.RuleSet, *node.RuleTrialled, error) {
	if len(f.telemetry) == 0 {
		return nil, nil, usageError{errors.New("--telemetry is missing: of what the rules are asked")}
	}
	if f.workers < 0 || f.workers > maxWorkers {
		return nil, nil, usageError{fmt.Errorf("--workers is %d: must be 0 to %d", f.workers, maxWorkers)}
	}
	var own []netip.Prefix
	for _, s := range f.own {
		p, err := parseOwn(s)
		if err != nil {
			return nil, nil, usageError{err}
		}
		own = append(own, p)
	}
	set, registers, err := a.load(&f.ruleSource, paths)
	if err != nil {
		return nil, nil, err
	}
	a.noteComplaints(set)
	bar := a.progress("asking", f.telemetry)
	t := node.RuleTrial{
		Rules: set, Registers: registers, Own: own, Telemetry: f.telemetry, Stdin: a.stdin, Workers: f.workers, Most: most, Progress: bar.at,
	}
	r, err := t.Run(ctx)
	bar.end()
	if err != nil {
		return nil, nil, err
	}
	return set, r, absent(f.telemetry)
}

// testFlags are the flags of rules test.
type testFlags struct {
	trialFlags
	event        []string
	rule, expect string
	most         int
}

func (a *app) rulesTest() *cobra.Command {
	f := &testFlags{}
	c := &cobra.Command{
		Use:   "test PATH… --telemetry PATH…|--event FILE",
		Short: "Run rules against given events, and say which records they match",
		Long: `Test asks rules of telemetry and says of each which records it matches, by file and line (which rules explain takes).

With --expect match every rule must match something, with --expect none no rule may; a rule that cannot be asked, or of
whose log source no record is among the events, is neither. Exit codes: 0 as expected, or nothing was expected; 1 otherwise; 2 wrong usage.`,
		Example: `  stormglass rules test rules/clear_logs.yml --event testdata/clear_logs.log --expect match
  stormglass rules test rules/ --telemetry quiet-week/ --expect none`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return a.testRules(c.Context(), f, args) },
	}
	a.trialFlags(c, &f.trialFlags)
	fs := c.Flags()
	fs.StringArrayVar(&f.event, "event", nil, "file with events, or - for standard input: as --telemetry (repeatable)")
	fs.StringVar(&f.rule, "rule", "", "only the rule of this id, name or title")
	fs.StringVar(&f.expect, "expect", "", "what has to come out: match or none")
	fs.IntVar(&f.most, "max-matches", 5, "matches told of each rule")
	_ = c.MarkFlagFilename("event") // it has just been added
	_ = c.RegisterFlagCompletionFunc("expect", cobra.FixedCompletions([]string{"match", "none"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) testRules(ctx context.Context, f *testFlags, paths []string) error {
	format, err := listFormat(f.output)
	if err != nil {
		return err
	}
	switch {
	case f.expect != "" && f.expect != "match" && f.expect != "none":
		return usageError{fmt.Errorf("--expect %q: match or none", f.expect)}
	case f.most < 1 || f.most > maxTold:
		return usageError{fmt.Errorf("--max-matches must be 1 to %d", maxTold)}
	}
	f.telemetry = append(f.telemetry, f.event...)
	f.theirs = true
	set, tried, err := a.try(ctx, &f.trialFlags, paths, f.most)
	if err != nil {
		return err
	}
	var only *rule.Rule
	if f.rule != "" {
		if only, err = node.FindRule(set, f.rule); err != nil {
			return err
		}
	}
	t := node.TestedRules(set, tried, only)
	if err := a.deliver("", nil, func(w io.Writer) error { return report.WriteRuleTest(w, format, t, a.reportOptions()) }); err != nil {
		return err
	}
	if t.Records == 0 {
		return fault.Hint(fault.Invalid, errors.New("no record could be read, so nothing was asked"), "stormglass inspect PATH says what each file is")
	}
	return expected(f.expect, t)
}

// maxTold bounds the matches that are kept of each rule.
const maxTold = 10_000

// expected compares what came out with what was to.
func expected(expect string, t *report.RuleTest) error {
	var errs []error
	why := map[string][]string{} // rules by why they were not assessed
	for i := range t.Rules {
		r := &t.Rules[i]
		switch {
		case expect == "":
		case r.NotAssessed != "":
			why[r.NotAssessed] = append(why[r.NotAssessed], cmp.Or(r.Title, r.Key))
		case r.Sort == "correlation" && r.CountedOnly:
			if len(t.Rules) == 1 {
				errs = append(errs, fmt.Errorf("expected %s of %s: it is only counted by a correlation, and finds nothing by itself: test it with that one", expect, r.Title))
			}
		case expect == "match" && r.Matched == 0:
			errs = append(errs, fmt.Errorf("expected a match of %s: there is none", r.Title))
		case expect == "none" && r.Matched > 0:
			errs = append(errs, fmt.Errorf("expected no match of %s: it matches %d", r.Title, r.Matched))
		}
	}
	for _, w := range slices.Sorted(maps.Keys(why)) {
		errs = append(errs, fmt.Errorf("expected %s of %s", expect, unassessed(why[w], w)))
	}
	return fault.Wrap(fault.Invalid, errors.Join(errs...))
}

// unassessed says that rules were not assessed, and why.
func unassessed(titles []string, why string) string {
	if len(titles) == 1 {
		return titles[0] + ": it was not assessed: " + why
	}
	const most = 3
	some := strings.Join(titles[:min(len(titles), most)], ", ")
	if more := len(titles) - most; more > 0 {
		some += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%d rules that were not assessed: %s: %s", len(titles), why, some)
}

func (a *app) rulesStats() *cobra.Command {
	f := &trialFlags{}
	c := &cobra.Command{
		Use:     "stats PATH… --telemetry PATH…",
		Short:   "Say what rules cost over given telemetry, the dearest first",
		Example: "  stormglass rules stats rules/ --telemetry /var/log/zeek",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			format, err := listFormat(f.output)
			if err != nil {
				return err
			}
			set, tried, err := a.try(c.Context(), f, args, 0)
			if err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error {
				return report.WriteRuleStats(w, format, node.RuleCosts(set, tried), a.reportOptions())
			})
		},
	}
	a.trialFlags(c, f)
	return c
}
