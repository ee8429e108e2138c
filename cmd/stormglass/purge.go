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
	"stormglass/internal/vault"
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

A subscriber is named by the token that subscriber shows, or as subscriber:WHO, which is an IMSI, a user's name or a hardware
address as RADIUS or DHCP wrote it: the leases go, and what the vault sealed of who it is. Records of the addresses that the
subscriber had stay; they are purged by address. Where RADIUS names an IMSI, leases are kept by it and not by user name.

Files of intelligence that state the value are named: intel remove takes them out. Backups are not touched.`,
		Example: "  stormglass purge --data /srv/stormglass 203.0.113.7 --reason 'request 2026-114' --yes",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			subscribers, rest := subscribersOf(args)
			values, err := valuesOf(rest)
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
			return a.keeping(c.Context(), data, func(ctx context.Context, k *node.Keeper) error {
				return a.runPurge(ctx, k, values, subscribers, reason, format)
			})
		},
	}
	a.dataFlag(c, &data)
	fs := c.Flags()
	fs.StringVar(&reason, "reason", "", "why, for the log; needed")
	fs.BoolVar(&yes, "yes", false, "do it; needed")
	fs.StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

// subscribersOf takes those out that name a subscriber.
func subscribersOf(args []string) (subscribers, rest []string) {
	for _, arg := range args {
		if who, ok := strings.CutPrefix(arg, "subscriber:"); ok {
			subscribers = append(subscribers, who)
		} else if strings.HasPrefix(arg, "tok:") {
			subscribers = append(subscribers, arg)
		} else {
			rest = append(rest, arg)
		}
	}
	return subscribers, rest
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

func (a *app) runPurge(ctx context.Context, k *node.Keeper, values []observable.Value, subscribers []string, reason string, format report.Format) error {
	for i, v := range values {
		if err := k.Purgeable(ctx, v); err != nil {
			return fmt.Errorf("purge value %d: %w", i+1, err)
		}
	}
	refs := make([][]vault.Ref, len(subscribers))
	for i, who := range subscribers {
		var err error
		if refs[i], err = k.SubscriberRefs(who); err != nil {
			return fmt.Errorf("purge subscriber %d: %w", i+1, err)
		}
	}
	r := &report.Purge{}
	err := purgeValues(ctx, k, values, reason, r)
	for i := range refs {
		if err != nil {
			break
		}
		var p *node.Purged
		if p, err = k.PurgeSubscriber(ctx, refs[i], reason); p != nil {
			v := purgedValue(k, observable.Of(refs[i][0].Kind, ""), p, err == nil)
			v.Subscriber = true
			r.Values = append(r.Values, v)
		}
	}
	var qerr error
	r.Quarantine, _, qerr = node.InQuarantine(k.Data)
	return errors.Join(err, qerr, a.deliver("", nil, func(w io.Writer) error { return report.WritePurge(w, format, r, a.reportOptions()) }))
}

func purgeValues(ctx context.Context, k *node.Keeper, values []observable.Value, reason string, r *report.Purge) error {
	for _, v := range values {
		stated, err := k.StatedBy(ctx, v) // before the purge takes the values out of the database
		if err != nil {
			return err
		}
		p, err := k.Purge(ctx, v, reason)
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
			return err
		}
	}
	return nil
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
