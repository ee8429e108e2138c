package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/ledger"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// flood takes queries of distinct random names below one domain in, and as many of ordinary names as a
// fifth of them; then it asks for one of the random names, for the domain, and for an ordinary name.
func (b *bench) flood(ctx context.Context) error {
	head("names", "budget a day", "time", "names/s", "peak", "ledger", "rows", "lake", "a name of the flood", "its domain", "an ordinary name")
	for _, budget := range []uint64{0, 1_000_000} {
		if err := b.floodOf(ctx, budget); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) floodOf(ctx context.Context, budget uint64) error {
	dir := filepath.Join(b.dir, "flood-"+strconv.FormatUint(budget, 10))
	d, err := openDepot(ctx, dir, depot.Options{Budget: budget})
	if err != nil {
		return err
	}
	var took cost
	err = took.add(func() error {
		if err := b.pour(ctx, d); err != nil {
			return err
		}
		_, err := d.Maintain(ctx)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		return err
	}
	var l loaded
	if err := l.weigh(ctx, dir); err != nil {
		return err
	}
	answers, err := floodAnswers(ctx, dir)
	if err != nil {
		return err
	}
	if budget == 0 {
		budget = ledger.DefaultBudget
	}
	row(b.names, budget, short(took, took), int(float64(b.names)/took.wall.Seconds()), peak(), fmt.Sprintf("%d MB", l.ledger/1e6), l.rows,
		fmt.Sprintf("%d MB", l.lake/1e6), answers[0], answers[1], answers[2])
	return nil
}

// pour takes the names in, with a commit for every million.
func (b *bench) pour(ctx context.Context, d *depot.Depot) error {
	const part = 1_000_000
	batch := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{Name: "resolver", ID: sha256.Sum256([]byte("resolver")), Sensor: "resolver-1"}}
	at := telemetry.Instant(b.lastDay()) * telemetry.Instant(24*time.Hour)
	for from := 0; from < b.names; from += part {
		in, err := d.Begin()
		if err != nil {
			return err
		}
		for i := from; i < min(b.names, from+part); {
			batch.Reset()
			for ; len(batch.DNS) < batchRows && i < min(b.names, from+part); i++ {
				at += telemetry.Instant(10 * time.Millisecond)
				batch.DNS = append(batch.DNS, query(batch, floodName(i), at, i))
				if i%5 == 0 {
					batch.DNS = append(batch.DNS, query(batch, ordinaryName(i/5), at, i))
				}
			}
			if err := in.Add(ctx, batch); err != nil {
				return errors.Join(err, in.Abort())
			}
		}
		if err := in.Commit(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

func query(b *telemetry.Batch, name string, at telemetry.Instant, n int) telemetry.DNS {
	return telemetry.DNS{
		Head:  telemetry.Head{Ordinal: uint64(n), Occurred: at},
		Ends:  telemetry.Ends{Src: addr(subscriber(uint32(n) % subscribers)), Dst: addr(10<<24 + 53), SrcPort: uint16(1024 + n%60_000), DstPort: 53, Proto: 17},
		Query: b.Copy([]byte(name)), QType: "A", RCode: "NXDOMAIN",
	}
}

func floodName(n int) string {
	r := random(n + 1)
	r.next()
	return fmt.Sprintf("%012x.example.com", r.next()>>16)
}

// ordinaryName gives one of some 200,000 names, in pools of 20 below a domain.
func ordinaryName(n int) string {
	r := random(n + 1)
	r.next()
	x := r.next() >> 20 % 200_000
	return fmt.Sprintf("host-%d.site-%d.example", x%20, x/20)
}

func floodAnswers(ctx context.Context, dir string) ([]string, error) {
	v, err := depot.OpenView(ctx, dir, 0)
	if err != nil {
		return nil, err
	}
	questions := []seen.Question{seen.Parse(floodName(777), true), seen.Parse("example.com", false), seen.Parse(ordinaryName(7), true)}
	r, err := seen.Ask(ctx, v, questions, seen.Options{})
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	out := make([]string, len(questions))
	for i := range r.Answers {
		a := &r.Answers[i]
		out[i] = fmt.Sprintf("%s, %d records, %d values, %d folds", a.Verdict, a.Records, a.ValueCount, len(a.Folded))
	}
	return append(out, round(r.Took)), v.Close()
}
