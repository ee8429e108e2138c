package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"stormglass/internal/depot"
	"stormglass/internal/ledger"
	"stormglass/internal/seen"
)

// counts are how many values are looked for, and how many percent of them may have been met.
var counts = []struct{ n, percent int }{{1, 100}, {100, 50}, {1000, 50}, {10_000, 20}, {100_000, 5}}

var windows = []int{1, 10, 30}

func (b *bench) load(ctx context.Context) error {
	g := newGenerator(b.since(days), days, b.flows)
	l, err := load(ctx, b.data(), g, b.flows, days*24, 1, depot.Options{})
	if err != nil {
		return err
	}
	l.print()
	return nil
}

func (l *loaded) print() {
	head("flows", "commits", "intake", "flows/s", "upkeep", "lake B/flow", "ledger B/flow", "ledger rows", "B/row", "peak")
	row(l.flows, l.commit, short(l.intake, l.intake), int(float64(l.flows)/l.intake.wall.Seconds()), short(l.upkeep, l.upkeep),
		per(l.lake, l.flows), per(l.ledger, l.flows), l.rows, per(l.ledger, int64(max(1, l.rows))), peak())
}

func per(bytes, n int64) string { return fmt.Sprintf("%.1f", float64(bytes)/float64(n)) }

// look asks one opened view, and the ledger below it.
func (b *bench) look(ctx context.Context) error {
	v, err := depot.OpenView(ctx, b.data(), 0)
	if err != nil {
		return err
	}
	say("%d segments", len(v.State.Segments))
	head("days", "values", "seen", "seen.Ask", "ledger.Look")
	for _, n := range windows {
		for _, c := range counts {
			questions := ask(values(c.n, c.percent))
			var met int
			asked, least, err := median(b.runs, func() (err error) {
				met, err = answer(ctx, v, questions, seen.Options{Since: b.since(n)})
				return err
			})
			if err != nil {
				return errors.Join(err, v.Close())
			}
			probes := probesOf(questions)
			looked, leastLook, err := median(b.runs, func() error {
				return v.Look(ctx, probes, ledger.Days{From: b.since(n), To: b.lastDay()}, func(int, *ledger.Row) error { return nil })
			})
			if err != nil {
				return errors.Join(err, v.Close())
			}
			row(n, c.n, met, short(asked, least), short(looked, leastLook))
		}
	}
	return v.Close()
}

func ask(addrs []netip.Addr) []seen.Question {
	out := make([]seen.Question, len(addrs))
	for i, a := range addrs {
		out[i] = seen.Parse(a.String(), false)
	}
	return out
}

func probesOf(questions []seen.Question) []ledger.Probe {
	var out []ledger.Probe
	for _, q := range questions {
		out = append(out, seen.Probes(q.Value, q.Exact)...)
	}
	return out
}

// answer asks and counts what was seen.
func answer(ctx context.Context, v *depot.View, questions []seen.Question, o seen.Options) (int, error) {
	r, err := seen.Ask(ctx, v, questions, o)
	if err != nil {
		return 0, err
	}
	return r.Count(seen.Seen), nil
}

// lines writes addresses one a line.
func lines(addrs []netip.Addr) string {
	var b []byte
	for _, a := range addrs {
		b = append(a.AppendTo(b), '\n')
	}
	return string(b)
}

// processes runs the whole program on the folder, with its files in the page cache.
func (b *bench) processes(ctx context.Context) error {
	head("process", "time")
	for _, c := range counts {
		middle, least, err := median(b.runs, func() error {
			_, err := process(lines(values(c.n, c.percent)), b.program, "seen", "--data", b.data(), "-o", "jsonl", "-")
			return err
		})
		if err != nil {
			return err
		}
		row(fmt.Sprintf("seen, %d values", c.n), short(middle, least))
	}
	for _, n := range []int{1, 10} { // busy ones: the earliest 20 records of each
		middle, least, err := median(3, func() error {
			_, err := process(lines(values(n, 100)), b.program, "seen", "--rows", "--data", b.data(), "-o", "jsonl", "-")
			return err
		})
		if err != nil {
			return err
		}
		row(fmt.Sprintf("seen --rows, %d values", n), short(middle, least))
	}
	return nil
}
