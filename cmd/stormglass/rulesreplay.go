package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

func (a *app) rulesReplay() *cobra.Command {
	f := &trialFlags{}
	days := 30
	c := &cobra.Command{
		Use:   "replay PATH… --data DIR [--days N] | replay PATH… --telemetry PATH…",
		Short: "Say what rules would have reported on each day, before they are switched on",
		Long: `Replay asks rules of what a data folder holds of the last days, with the folder's registers and pipelines, and says
what each would have reported by day and about whom. Nothing is kept or told, and who writes to the folder goes on.
With --telemetry it asks them of files; the days count back from the last record.`,
		Example: `  stormglass rules replay new-rules/ --data /srv/stormglass --days 30
  stormglass rules replay new-rules/ --telemetry archive/2026-11/`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := listFormat(f.output)
			if err != nil {
				return err
			}
			const most = 100_000
			if days < 1 || days > most {
				return usageError{fmt.Errorf("--days is %d: must be 1 to %d", days, most)}
			}
			r, err := a.replay(c.Context(), f, args, days)
			if err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteRuleReplay(w, format, r, a.reportOptions()) })
		},
	}
	a.trialFlags(c, f)
	c.Flags().IntVar(&days, "days", days, "how many days, the last one included")
	return c
}

func (a *app) replay(ctx context.Context, f *trialFlags, paths []string, days int) (*report.RuleReplay, error) {
	if len(f.telemetry) > 0 {
		set, tried, err := a.try(ctx, f, paths, 0)
		if err != nil {
			return nil, err
		}
		return node.ReplayTrial(set, tried, days), nil
	}
	data, err := a.data(f.data)
	if err != nil {
		return nil, err
	}
	if f.registers != "" || len(f.own) > 0 {
		return nil, usageError{errors.New("--registers and --own go with --telemetry: a data folder has its own")}
	}
	from := node.RulesOf(data)
	from.Rules, from.Pipelines = paths, append(from.Pipelines, f.pipelines...)
	today := telemetry.InstantOf(time.Now()).Day()
	r, err := node.Replay(ctx, data, from, today-telemetry.Day(days)+1, today)
	if err != nil {
		return nil, err
	}
	for _, c := range r.Account.Complaints {
		a.note("note: left out: %s", c)
	}
	if len(r.Rules) == 0 {
		return nil, fault.Wrap(fault.Invalid, errors.New("none of the rules could be read"))
	}
	return node.ShownReplay(r), nil
}
