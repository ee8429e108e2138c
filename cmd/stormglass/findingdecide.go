package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/store"
)

func (a *app) findingAck() *cobra.Command {
	var act store.Act
	c := a.decision("ack --data DIR ID… | --rule KEY", "Say that somebody looks after findings", "acknowledged", []store.Status{store.StatusOpen}, &act, (*store.Store).Acknowledge)
	c.Flags().StringVar(&act.Reason, "reason", "", "what is to be said of it")
	c.Flags().StringVar(&act.Assignee, "assignee", "", "who looks after it")
	return c
}

func (a *app) findingReopen() *cobra.Command {
	var act store.Act
	c := a.decision("reopen --data DIR ID… | --rule KEY", "Take a decision about findings back", "opened again", []store.Status{store.StatusAcknowledged, store.StatusDismissed}, &act, (*store.Store).Reopen)
	c.Flags().StringVar(&act.Reason, "reason", "", "why")
	return c
}

func (a *app) findingDismiss() *cobra.Command {
	var act store.Act
	var until string
	var end time.Time
	c := a.decision("dismiss --data DIR ID… | --rule KEY --reason REASON", "Say that findings do not matter, and why", "dismissed", []store.Status{store.StatusOpen, store.StatusAcknowledged}, &act,
		func(s *store.Store, ctx context.Context, id string, by store.Act) (hunt.FindingID, error) {
			return s.Dismiss(ctx, id, by, end)
		})
	c.Flags().StringVar(&act.Reason, "reason", "", "why it does not matter; needed")
	c.Flags().StringVar(&until, "until", "", "last day on which that holds, as 2006-01-02, or how long, as 30d; afterwards it is open again (default: for good)")
	c.PreRunE = func(*cobra.Command, []string) error {
		var errs []error
		if strings.TrimSpace(act.Reason) == "" {
			errs = append(errs, errors.New("--reason is missing: why it does not matter"))
		}
		var err error
		if end, err = parseUntil(until, time.Now().UTC()); err != nil {
			errs = append(errs, err)
		}
		if len(errs) > 0 {
			return usageError{errors.Join(errs...)}
		}
		return nil
	}
	return c
}

// parseUntil gives the end of a day to come, named by its date or by how far off it is; the zero time when
// nothing is said.
func parseUntil(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	end := func(day time.Time) time.Time { return day.Truncate(24*time.Hour).AddDate(0, 0, 1) }
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		if t = end(t); !t.After(now) {
			return t, fmt.Errorf("--until %s is over", s)
		}
		return t, nil
	}
	days, ok := daysOf(s)
	if !ok {
		return time.Time{}, fmt.Errorf("--until %q is neither a day (2006-01-02) nor how long (30d, 8w, 1y)", s)
	}
	return end(now.AddDate(0, 0, days)), nil
}

// daysOf reads a number of days (d), weeks (w) or years (y).
func daysOf(s string) (int, bool) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(s, "%d%s", &n, &unit); err != nil || n < 0 || n > 100_000 {
		return 0, false
	}
	each, ok := map[string]int{"d": 1, "w": 7, "y": 365}[unit]
	return n * each, ok
}

func (a *app) findingLink() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:     "link --data DIR ID TICKET",
		Short:   "Note a ticket elsewhere that is about a finding",
		Example: "  stormglass finding link --data /srv/stormglass 3fa9c2d1 SOC-1042",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.decide(c.Context(), data, args[:1], "linked to "+args[1], store.Act{},
				func(s *store.Store, ctx context.Context, id string, by store.Act) (hunt.FindingID, error) {
					return s.Link(ctx, id, by, args[1])
				})
		},
	}
	a.dataFlag(c, &data)
	return c
}

// stepFunc takes one step of triage; the methods of store.Store are such functions.
type stepFunc = func(s *store.Store, ctx context.Context, id string, by store.Act) (hunt.FindingID, error)

// decision makes a command that takes a step on each finding it is given; of those of a rule, on each whose status is among from.
func (a *app) decision(use, short, done string, from []store.Status, act *store.Act, step stepFunc) *cobra.Command {
	var data, rule string
	c := &cobra.Command{
		Use: use, Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && rule == "" {
				return errors.New("name findings by their id, or --rule")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if rule != "" {
				of, err := a.findingsOf(c.Context(), data, rule, from)
				if err != nil {
					return err
				}
				args = append(args, of...)
			}
			return a.decide(c.Context(), data, args, done, *act, step)
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVar(&rule, "rule", "", "all findings of the rule with this key, as finding list shows it, on which that is still to be decided")
	return c
}

// findingsOf gives the ids of a rule's findings of some statuses.
func (a *app) findingsOf(ctx context.Context, flag, rule string, from []store.Status) ([]string, error) {
	data, err := a.data(flag)
	if err != nil {
		return nil, err
	}
	list, err := node.Findings(ctx, data, node.FindingQuery{Filter: store.Filter{Rule: rule, Status: from, NoSamples: true}, All: true})
	if err != nil {
		return nil, err
	}
	if len(list.Findings) == 0 {
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("no finding of a rule %q is left to decide on", rule), "stormglass finding list --all shows what is kept, with the keys of rules")
	}
	ids := make([]string, len(list.Findings))
	for i := range list.Findings {
		ids[i] = list.Findings[i].ID.String()
	}
	return ids, nil
}

func (a *app) decide(ctx context.Context, flag string, ids []string, done string, act store.Act, step stepFunc) error {
	data, err := a.data(flag)
	if err != nil {
		return err
	}
	found, err := node.Decide(ctx, data, ids, act, func(ctx context.Context, s *store.Store, id string, by store.Act) (hunt.FindingID, error) {
		return step(s, ctx, id, by)
	})
	for i := range found {
		f := &found[i]
		a.note("%s: %s, %s", done, f.ID.String()[:8], foundText(f.Finding))
	}
	return err
}

// foundText says what was found, and of whom.
func foundText(f *hunt.Finding) string {
	if f.Rule == nil {
		return shown(f.Value) + ", met by " + f.SubjectName()
	}
	return observable.Printable(observable.Defang(cmp.Or(f.Rule.Title, f.Rule.Key))) + ", matched on " + observable.Printable(f.SubjectName())
}

// shown gives a value for people: masked when it identifies a subscriber, else defanged.
func shown(v observable.Value) string {
	if v.Kind().Subscriber() {
		return observable.Mask(v)
	}
	return v.Defang()
}
