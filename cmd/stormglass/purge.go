package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/observable/trace"
	"stormglass/internal/register"
	"stormglass/internal/report"
	"stormglass/internal/seen"
)

func (a *app) purge() *cobra.Command {
	var data, reason, output string
	var yes bool
	c := &cobra.Command{
		Use:   "purge --data DIR VALUE… --reason REASON --yes",
		Short: "Remove values from everything that is kept, for good",
		Long: `Purge removes each VALUE, every address of a prefix, or a domain with all names below it, from the ledger, the records,
the vault, findings and the database: every record in which it stands goes. That cannot be undone, so --yes is needed.
Who purged and why stays noted, with a keyed digest in place of the value. A value that a case holds is not purged.

Files of intelligence that state the value are named: intel remove takes them out. Backups are not touched.`,
		Example: "  stormglass purge --data /srv/stormglass 203.0.113.7 --reason 'request 2026-114' --yes",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			values, err := valuesOf(args)
			if err != nil {
				return usageError{err}
			}
			var errs []error
			if strings.TrimSpace(reason) == "" {
				errs = append(errs, errors.New("--reason is missing: why it is to be purged"))
			}
			if !yes {
				errs = append(errs, errors.New("--yes is missing: what is purged cannot be had back"))
			}
			if len(errs) > 0 {
				return usageError{errors.Join(errs...)}
			}
			return a.keeping(c.Context(), data, func(ctx context.Context, k *node.Keeper) error { return a.runPurge(ctx, k, values, reason, format) })
		},
	}
	a.dataFlag(c, &data)
	fs := c.Flags()
	fs.StringVar(&reason, "reason", "", "why, for the log; needed")
	fs.BoolVar(&yes, "yes", false, "do it; needed")
	fs.StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

// valuesOf reads values in any spelling, each of them or none.
func valuesOf(args []string) ([]observable.Value, error) {
	values := make([]observable.Value, len(args))
	var errs []error
	for i, arg := range args {
		q := seen.Parse(arg, false)
		if values[i] = q.Value; q.Err != nil {
			errs = append(errs, q.Err)
		}
	}
	return values, errors.Join(errs...)
}

func (a *app) runPurge(ctx context.Context, k *node.Keeper, values []observable.Value, reason string, format report.Format) error {
	for i, v := range values {
		if err := k.Purgeable(ctx, v); err != nil {
			return fmt.Errorf("purge value %d: %w", i+1, err)
		}
	}
	r := &report.Purge{}
	var err error
	for _, v := range values {
		var p *node.Purged
		var stated []string
		if stated, err = k.StatedBy(ctx, v); err != nil { // before the purge takes the values out of the database
			break
		}
		p, err = k.Purge(ctx, v, reason)
		if p != nil {
			of := trace.Of(v)
			for _, name := range stated {
				name, _ = of.Blank(name) // as the database has it now
				p.Intel = append(p.Intel, name)
			}
			slices.Sort(p.Intel)
			p.Intel = slices.Compact(p.Intel)
			r.Values = append(r.Values, purgedValue(k, v, p, err == nil))
		}
		if err != nil {
			break
		}
	}
	var qerr error
	r.Quarantine, _, qerr = node.InQuarantine(k.Data)
	return errors.Join(err, qerr, a.deliver("", nil, func(w io.Writer) error { return report.WritePurge(w, format, r, a.reportOptions()) }))
}

func purgedValue(k *node.Keeper, v observable.Value, p *node.Purged, done bool) report.PurgedValue {
	return report.PurgedValue{
		Value: v, Subscriber: ofSubscriber(k.Depot.Registers().Networks, v), LedgerRows: p.Rows, Records: p.Records, Segments: p.Segments, Files: p.Files, Sealed: p.Sealed,
		Findings: p.Store.Findings, Samples: p.Store.Samples, Indicators: p.Store.Indicators, Texts: p.Store.Texts, Intel: p.Intel, Done: done,
	}
}

// ofSubscriber reports whether a value identifies a subscriber.
func ofSubscriber(n register.Networks, v observable.Value) bool {
	return v.Kind().Subscriber() || v.Kind() == observable.Addr && n.Class(v.Addr(), 0) == register.Subscriber
}
