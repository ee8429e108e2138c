package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

const batchRows = 4096

// networks are what the operator states: subscribers are no keys of the ledger, and peers of it by token.
const (
	networks  = "networks:\n  - {prefix: 100.64.0.0/10, class: subscriber}\n"
	retention = "rows: {subscriber: {traffic: 40}}\n"
)

// openDepot opens a data folder as of a time.
func openDepot(ctx context.Context, dir string, o depot.Options) (*depot.Depot, error) {
	registers := filepath.Join(dir, depot.RegistersDir)
	err := errors.Join(os.MkdirAll(registers, 0o700),
		os.WriteFile(filepath.Join(registers, "networks.yaml"), []byte(networks), 0o600),
		os.WriteFile(filepath.Join(registers, "retention.yaml"), []byte(retention), 0o600))
	if err != nil {
		return nil, err
	}
	return depot.Open(ctx, dir, o)
}

// batches hands the flows of a time over in batches, one sensor each, from any number of goroutines
// that call do. They are used again once do returned.
func (g *generator) batches(ctx context.Context, flows int64, workers int, do func(*telemetry.Batch) error) error {
	free, full := make(chan *telemetry.Batch, sensors+4*workers), make(chan *telemetry.Batch, 2*workers)
	for range cap(free) {
		free <- &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{}, Flow: make([]telemetry.Flow, 0, batchRows)}
	}
	group, ctx := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error {
			for b := range full {
				if err := do(b); err != nil {
					return err
				}
				b.Reset()
				free <- b
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(full)
		return g.cut(ctx, flows, free, full)
	})
	return group.Wait()
}

func (g *generator) cut(ctx context.Context, flows int64, free, full chan *telemetry.Batch) error {
	var open [sensors]*telemetry.Batch
	var f flow
	send := func(b *telemetry.Batch) error {
		select {
		case full <- b:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for range flows {
		g.next(&f)
		b := open[f.sensor]
		if b == nil {
			b = <-free
			*b.Source = sourceOf(f.sensor, f.at)
			open[f.sensor] = b
		}
		b.Flow = append(b.Flow, telemetry.Flow{})
		f.fill(&b.Flow[len(b.Flow)-1], uint64(g.made))
		if len(b.Flow) == batchRows {
			open[f.sensor] = nil
			if err := send(b); err != nil {
				return err
			}
		}
	}
	for _, b := range open {
		if b != nil {
			if err := send(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// sourceOf names a sensor's export of an hour: a listener's source is of that order.
func sourceOf(sensor int, at telemetry.Instant) telemetry.Source {
	name := fmt.Sprintf("border-%d/%s", sensor, at.Time().Format("2006-01-02T15"))
	return telemetry.Source{Name: name, ID: sha256.Sum256([]byte(name)), Sensor: fmt.Sprintf("border-%d", sensor)}
}

// loaded is what taking flows in cost.
type loaded struct {
	flows                int64
	intake, upkeep       cost
	lake, ledger, commit int64
	values, rows         uint64 // of the ledger
}

// load takes flows in, with so many commits an hour or a fraction of it, and does the upkeep whenever a
// day is over, as a service would.
func load(ctx context.Context, dir string, g *generator, flows int64, hours, perCommit float64, o depot.Options) (*loaded, error) {
	now := g.first.Time()
	o.Now = func() time.Time { return now }
	d, err := openDepot(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	out := &loaded{flows: flows}
	commits := int64(max(1, hours/perCommit))
	day := g.first.Day()
	for n := range commits {
		end := g.first + telemetry.Instant(float64(n+1)*perCommit*float64(time.Hour))
		part := min(flows, g.before(end)) - g.made
		now = end.Time()
		err := out.intake.add(func() error { return commit(ctx, d, g, part, 2) })
		if today := telemetry.InstantOf(now).Day(); err == nil && (today != day || n == commits-1) {
			day = today
			err = out.upkeep.add(func() error { _, err := d.Maintain(ctx); return err })
			say("%s: %d M flows, %.2f M/s, upkeep %.1f s", day, g.made/1e6, float64(g.made)/out.intake.wall.Seconds()/1e6, out.upkeep.wall.Seconds())
		}
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
	}
	// Three days later all days are quiet, and merged.
	now = now.AddDate(0, 0, 3)
	if err := out.upkeep.add(func() error { _, err := d.Maintain(ctx); return err }); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	out.commit = commits
	return out, errors.Join(out.weigh(ctx, dir), d.Close())
}

func commit(ctx context.Context, d *depot.Depot, g *generator, flows int64, workers int) error {
	in, err := d.Begin()
	if err != nil {
		return err
	}
	if err := g.batches(ctx, flows, workers, func(b *telemetry.Batch) error { return in.Add(ctx, b) }); err != nil {
		return errors.Join(err, in.Abort())
	}
	return in.Commit(ctx, nil)
}

// weigh notes what lies on disk.
func (l *loaded) weigh(ctx context.Context, dir string) error {
	v, err := depot.OpenView(ctx, dir, depot.WithFiles)
	if err != nil {
		return err
	}
	for _, f := range v.State.Files {
		l.lake += f.Bytes
	}
	for _, s := range v.State.Segments {
		l.ledger += s.Info.Bytes
		l.rows += s.Info.Rows
		l.values += s.Info.Values
	}
	return v.Close()
}

// files gives the Parquet files of the last days of a data folder, as SQL writes a list.
func files(ctx context.Context, dir string, since telemetry.Day) (string, error) {
	v, err := depot.OpenView(ctx, dir, depot.WithFiles)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, f := range v.Files() {
		if f.Day >= since {
			fmt.Fprintf(&b, ",'%s'", filepath.Join(dir, f.Name))
		}
	}
	return "[" + strings.TrimPrefix(b.String(), ",") + "]", v.Close()
}
