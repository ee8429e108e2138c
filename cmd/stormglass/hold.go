package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

func (a *app) hold() *cobra.Command {
	var data, since, until, reason string
	c := &cobra.Command{
		Use:   "hold --data DIR CASE [VALUE…] --reason REASON",
		Short: "Keep what a case needs beyond its time, and safe from a purge",
		Long: `Hold exempts days from retention for a case: those from --since to --until, or, when values are named, those from the
first to the last day on which one of them was seen. Days are held whole, with everything that was met on them. The values
cannot be purged; without a value nothing can be, while the case holds. release ends it: what is over its time goes with
the next upkeep.`,
		Example: `  stormglass hold --data /srv/stormglass case-17 203.0.113.7 --reason 'asked for by the regulator'
  stormglass hold --data /srv/stormglass case-18 --since 2026-03-01 --until 2026-03-14 --reason 'intrusion of March'
  stormglass hold release --data /srv/stormglass case-17`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			h := &heldCase{name: args[0]}
			var err1, err2, err3 error
			h.since, err1 = parseDay("--since", since)
			h.until, err2 = parseDay("--until", until)
			var errs []error
			for _, v := range args[1:] {
				q := seen.Parse(v, false)
				errs = append(errs, q.Err)
				h.values = append(h.values, q)
			}
			if h.until != 0 && h.since > h.until {
				err3 = errors.New("--since is after --until")
			}
			if len(args) == 1 && since == "" && until == "" {
				err3 = errors.New("what is to be held: name values, or days by --since and --until")
			}
			if h.reason = reason; strings.TrimSpace(reason) == "" {
				errs = append(errs, errors.New("--reason is missing: why the case needs it"))
			}
			if err := errors.Join(append(errs, err1, err2, err3)...); err != nil {
				return usageError{err}
			}
			return a.keeping(c.Context(), data, func(ctx context.Context, k *node.Keeper) error { return a.runHold(ctx, k, h) })
		},
	}
	a.dataFlag(c, &data)
	fs := c.Flags()
	fs.StringVar(&since, "since", "", "first day, as 2006-01-02, or how long ago, as 30d")
	fs.StringVar(&until, "until", "", "last day, as --since")
	fs.StringVar(&reason, "reason", "", "why the case needs it; needed")
	for _, sub := range []*cobra.Command{a.holdList(), a.holdRelease()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

// heldCase is what somebody asks to be held.
type heldCase struct {
	name, reason string
	values       []seen.Question
	since, until telemetry.Day
}

func (a *app) runHold(ctx context.Context, k *node.Keeper, c *heldCase) error {
	h, unseen, err := node.HoldDays(ctx, k.Data, c.name, c.values, c.since, c.until)
	if err != nil {
		return err
	}
	h.Reason = c.reason
	if err := k.Hold(ctx, h); err != nil {
		return err
	}
	made := []report.Hold{}
	holds, err := k.Store.Holds(ctx, false)
	for i := range holds {
		if holds[i].Name == c.name {
			made = append(made, heldOf(&holds[i]))
		}
	}
	if err != nil {
		return err
	}
	for _, v := range unseen {
		a.note("note: %s was not seen; it is held by name, and no day is held for it", shown(v))
	}
	return a.deliver("", nil, func(w io.Writer) error { return report.WriteHolds(w, report.Table, made, a.reportOptions()) })
}

func heldOf(h *store.Hold) report.Hold {
	r := report.Hold{
		Case: h.Name, Reason: h.Reason, Who: h.Who, Created: h.Created, Values: h.Values, Released: h.Released, ReleasedBy: h.ReleasedBy,
	}
	if h.First != 0 {
		r.First = h.First.Day().String()
	}
	if h.Last != 0 {
		r.Last = h.Last.Day().String()
	}
	return r
}

func (a *app) holdList() *cobra.Command {
	var data, output string
	var all bool
	c := &cobra.Command{
		Use:   "list --data DIR",
		Short: "List the cases that hold something",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			holds, err := node.Holds(c.Context(), dir, all)
			if err != nil {
				return err
			}
			list := make([]report.Hold, len(holds))
			for i := range holds {
				list[i] = heldOf(&holds[i])
			}
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteHolds(w, format, list, a.reportOptions()) })
		},
	}
	a.dataFlag(c, &data)
	c.Flags().BoolVar(&all, "all", false, "also those that were released")
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

func (a *app) holdRelease() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "release --data DIR CASE",
		Short: "End the hold of a case",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.keeping(c.Context(), data, func(ctx context.Context, k *node.Keeper) error {
				if err := k.ReleaseHold(ctx, args[0]); err != nil {
					return fault.Hint(fault.KindOf(err), err, "stormglass hold list names those in force")
				}
				a.note("released %s; what is over its time goes with the next upkeep (ingest)", args[0])
				return nil
			})
		},
	}
	a.dataFlag(c, &data)
	return c
}
