package main

import (
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/node"
	"stormglass/internal/report"
)

// coverageFlags are the flags of coverage.
type coverageFlags struct {
	node.CoverageQuestion
	since, until, output string
	noContent            bool
}

func (a *app) coverage() *cobra.Command {
	f := &coverageFlags{}
	c := &cobra.Command{
		Use:   "coverage --data DIR | coverage --telemetry PATH…",
		Short: "Say who could be heard at all, hour by hour, and what to log next",
		Long: `Coverage shows a line for each device and sort of record, with a bar of hours: in which records came, in which none came and that
says something, in which nothing can be said, and until when none ever came. Below it, which changes of logging would have most rules
assessed, with the lines of configuration for each platform. docs/verdicts.md tells how it is counted.

With --data it tells of what was taken into a data folder, with the registers and rules that lie there; rows that have expired count
still. With --telemetry it reads what is named, and keeps nothing.`,
		Example: `  stormglass coverage --data /srv/stormglass --since 2026-09-01
  stormglass coverage --telemetry logs/ --registers DIR --rules rules/`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runCoverage(c, f) },
	}
	fs := c.Flags()
	a.dataFlag(c, &f.Data)
	fs.StringArrayVarP(&f.Telemetry, "telemetry", "t", nil, "telemetry: file, folder, archive or - (repeatable)")
	fs.StringVar(&f.Registers, "registers", "", "folder of what you state as right (docs/registers.md): how many devices there are")
	fs.StringArrayVarP(&f.Rules.Rules, "rules", "r", nil, "Sigma rules: file or folder (repeatable), which are asked what they need")
	fs.StringArrayVar(&f.Rules.Pipelines, "pipelines", nil, "folder of pipelines for rules, beside those that are built in (repeatable)")
	fs.BoolVar(&f.noContent, "no-content", false, "with --telemetry: without the rules that the program comes with (docs/coverage.md)")
	fs.StringVar(&f.since, "since", "", "from this day on, as 2026-09-01")
	fs.StringVar(&f.until, "until", "", "to the end of this day")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json")
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) runCoverage(c *cobra.Command, f *coverageFlags) error {
	format, err := tableOrJSON(f.output)
	if err != nil {
		return err
	}
	if err := f.check(a); err != nil {
		return usageError{err}
	}
	f.Stdin, f.Rules.Content = a.stdin, !f.noContent
	if f.Data == "" {
		bar := a.progress("reading", f.Telemetry)
		f.Progress = bar.at
		defer bar.end()
	}
	answer, err := f.Ask(c.Context())
	if err != nil {
		return err
	}
	o := report.Options{Width: a.width(), Color: a.colour()}
	return a.deliver("", f.Telemetry, func(w io.Writer) error { return report.WriteCoverage(w, format, answer, o) })
}

// check completes the question.
func (f *coverageFlags) check(a *app) error {
	var errs []error
	if len(f.Telemetry) == 0 {
		data, err := a.data(f.Data)
		f.Data, errs = data, append(errs, err)
	} else if f.Data != "" {
		errs = append(errs, errors.New("--data goes with no --telemetry: coverage is of one or the other"))
	}
	for _, x := range []struct {
		flag, text string
		into       *time.Time
		more       time.Duration
	}{{"--since", f.since, &f.From, 0}, {"--until", f.until, &f.To, 24 * time.Hour}} {
		if x.text == "" {
			continue
		}
		day, err := parseDay(x.flag, x.text)
		if err == nil {
			*x.into = time.Unix(int64(day)*86400, 0).UTC().Add(x.more)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
