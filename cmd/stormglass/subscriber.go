package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/subscriber"
	"stormglass/internal/telemetry"
)

// subscriberFlags are the flags of subscriber.
type subscriberFlags struct {
	data, address, at, output string
	port                      uint16
	within                    time.Duration
}

func (a *app) subscriber() *cobra.Command {
	f := &subscriberFlags{}
	c := &cobra.Command{
		Use:   "subscriber --data DIR --address A [--port P] --at TIME",
		Short: "Say by token which subscriber had an address, and port, at a time",
		Long: `Subscriber looks through the leases of a data folder (RADIUS accounting, DHCP, blocks of ports of carrier-grade NAT) for who
had an address at a time. Of a public address that many share it goes on to the inside address, and from there to its
subscriber; without --port all who shared it are named. Answers are tokens: reveal opens them for whoever holds the
private identity, and notes why. That this was asked is noted, too.

How sure an answer is: certain (it was there before and after), likely (one side was not seen, or lies within the doubt
of a clock), uncertain (it began before, and nothing is known of it since; or disputed: by another server or translator,
or by a later line, somebody else had it, too; then all are named, with who says so, and none is picked).

Leases are kept only where there is a vault (stormglass vault init), as long as rows of subscribers are.

Exit codes: 0 nobody is known; 1 error; 2 wrong usage; 3 somebody is named.`,
		Example: "  stormglass subscriber --data /srv/stormglass --address 198.51.100.9 --port 1500 --at 2026-05-01T10:20:30Z",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.runSubscriber(c.Context(), f) },
	}
	a.dataFlag(c, &f.data)
	fs := c.Flags()
	fs.StringVar(&f.address, "address", "", "the address; needed")
	fs.Uint16Var(&f.port, "port", 0, "the port of a public address that many share")
	fs.StringVar(&f.at, "at", "", "the time, as 2006-01-02T15:04:05Z or with a zone; needed")
	fs.DurationVar(&f.within, "within", 7*24*time.Hour, "how long before a lease may have begun or been renewed")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json")
	return c
}

func (f *subscriberFlags) question() (q subscriber.Question, err error) {
	q.Addr, q.Port, q.Within = telemetry.ParseAddr(f.address), f.port, f.within
	var errs []error
	if !q.Addr.IsValid() {
		errs = append(errs, errors.New("--address: give an address, as 198.51.100.9"))
	}
	if q.At, err = time.Parse(time.RFC3339, f.at); err != nil {
		errs = append(errs, errors.New("--at: give a time, as 2026-05-01T10:20:30Z"))
	}
	if q.Within <= 0 || q.Within > 366*24*time.Hour {
		errs = append(errs, errors.New("--within: give a length of time up to a year, as 168h"))
	}
	if f.output != "table" && f.output != "json" {
		errs = append(errs, fmt.Errorf("-o %q: subscriber writes table or json", f.output))
	}
	return q, errors.Join(errs...)
}

func (a *app) runSubscriber(ctx context.Context, f *subscriberFlags) error {
	q, err := f.question()
	if err != nil {
		return usageError{err}
	}
	data, err := a.data(f.data)
	if err != nil {
		return err
	}
	r, err := node.Subscriber(ctx, data, q)
	if err != nil {
		return err
	}
	a.logRead(ctx, data, "subscriber", 1, len(r.Answers))
	if err := a.deliver("", nil, func(w io.Writer) error { return writeSubscriber(w, f.output, q, r) }); err != nil {
		return err
	}
	if r.Damaged > 0 {
		return fault.Hint(fault.Internal, fmt.Errorf("%d files of rows cannot be read: more may have had the address", r.Damaged), "stormglass check --repair makes of it what can be made")
	}
	if len(r.Answers) > 0 {
		a.code = exitFound
	}
	return nil
}

func writeSubscriber(w io.Writer, output string, q subscriber.Question, r *subscriber.Result) error {
	if output == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	if len(r.Answers) == 0 {
		_, err := fmt.Fprintf(w, "Nobody is known to have had %s at %s: %d leases from %s before to a day after were looked at.\n", q.Addr, q.At.UTC().Format(time.RFC3339), r.Leases, q.Within)
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	disputed := 0
	fmt.Fprintln(t, "TOKEN\tSURE\tADDRESS\tPORTS\tFROM\tUNTIL\tGIVEN BY\tTRANSLATOR\tREAD FROM")
	for i := range r.Answers {
		x := &r.Answers[i]
		note := ""
		if x.Unnamed {
			note = " (whose it is was not seen)"
		}
		sure := string(x.Sure)
		if x.Disputed {
			disputed++
			sure += ", disputed"
		}
		fmt.Fprintf(t, "%s\t%s\t%s%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Token, sure, x.Address, note, orDash(x.Ports), when(x.From), when(x.Until),
			orDash(observable.Printable(x.By)), orDash(observable.Printable(x.Translator)), orDash(observable.Printable(x.Source)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if disputed > 0 {
		if _, err := fmt.Fprintf(w, "%d of these cannot all be right: at that time more than one is said to have had the address and port. None is taken for right; compare who says so, and their clocks.\n", disputed); err != nil {
			return err
		}
	}
	if r.More {
		_, err := fmt.Fprintln(w, "There were more leases than are looked at: ask with --port, or a shorter --within.")
		return err
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func when(t time.Time) string {
	if t.IsZero() {
		return "not seen"
	}
	return t.UTC().Format(time.RFC3339)
}
