package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// intake takes the same 2 M flows in from one goroutine and from two; making the flows is not counted.
func (b *bench) intake(ctx context.Context) error {
	const flows = 2_000_000
	var made []*telemetry.Batch
	g := newGenerator(b.lastDay(), 1.0/24, flows)
	err := g.batches(ctx, flows, 1, func(x *telemetry.Batch) error {
		source := *x.Source
		made = append(made, &telemetry.Batch{Kind: x.Kind, Source: &source, Flow: append([]telemetry.Flow(nil), x.Flow...)})
		return nil
	})
	if err != nil {
		return err
	}
	head("goroutines", "time to commit", "flows/s", "flows per second of CPU", "of it commit")
	for _, workers := range []int{1, 2} {
		d, err := openDepot(ctx, filepath.Join(b.dir, fmt.Sprintf("intake-%d", workers)), depot.Options{})
		if err != nil {
			return err
		}
		var commits cost
		middle, least, err := median(b.runs, func() error { return takeMade(ctx, d, made, workers, &commits) })
		if err := errors.Join(err, d.Close()); err != nil {
			return err
		}
		cpu := (middle.user + middle.system).Seconds()
		row(workers, short(middle, least), int(flows/middle.wall.Seconds()), int(flows/cpu), round(commits.wall/time.Duration(b.runs)))
	}
	return nil
}

// dense takes flows at the density of 80,000 flows/s in, a commit a minute, and tells how many distinct
// peers so many of them have.
func (b *bench) dense(ctx context.Context) error {
	const rate = 80_000
	flows := rate * 60 * b.minutes
	g := newGenerator(b.lastDay(), float64(b.minutes)/1440, flows)
	l, err := load(ctx, filepath.Join(b.dir, "dense"), g, flows, float64(b.minutes)/60, 1.0/60, depot.Options{})
	if err != nil {
		return err
	}
	l.print()
	fmt.Println()
	distinct(newGenerator(b.lastDay(), 1, 80_000_000), 80_000_000)
	return nil
}

// distinct tells how many distinct peers the first flows have, and Heaps' law through that:
// of n flows K * n^B peers are distinct.
func distinct(g *generator, flows int64) {
	head("flows", "distinct peers", "flows a peer")
	met := make([]uint64, 1<<30/64)
	var f flow
	var points [][2]float64
	found, next := 0, int64(10_000)
	for n := int64(1); n <= flows; n++ {
		g.next(&f)
		p := f.src
		if p>>22 == subscriber(0)>>22 {
			p = f.dst
		}
		p &= 1<<30 - 1
		if bit := uint64(1) << (p & 63); met[p>>6]&bit == 0 {
			met[p>>6] |= bit
			found++
		}
		if n == next || n == flows {
			row(n, found, fmt.Sprintf("%.1f", float64(n)/float64(found)))
			points = append(points, [2]float64{math.Log(float64(n)), math.Log(float64(found))})
			next *= 4
		}
	}
	k, e := line(points)
	fmt.Printf("\nHeaps' law: K = %.2f, B = %.3f\n", math.Exp(k), e)
}

// line fits y = a + b x.
func line(points [][2]float64) (a, b float64) {
	var x, y, xx, xy float64
	n := float64(len(points))
	for _, p := range points {
		x, y, xx, xy = x+p[0], y+p[1], xx+p[0]*p[0], xy+p[0]*p[1]
	}
	b = (n*xy - x*y) / (n*xx - x*x)
	return (y - b*x) / n, b
}

// takeMade takes batches in from some goroutines, and counts the commit apart, too.
func takeMade(ctx context.Context, d *depot.Depot, made []*telemetry.Batch, workers int, commits *cost) error {
	in, err := d.Begin()
	if err != nil {
		return err
	}
	group, gctx := errgroup.WithContext(ctx)
	for w := range workers {
		group.Go(func() error {
			for i := w; i < len(made); i += workers {
				if err := in.Add(gctx, made[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return errors.Join(err, in.Abort())
	}
	return commits.add(func() error { return in.Commit(ctx, nil) })
}
