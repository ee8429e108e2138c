package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/ledger"
	"stormglass/internal/seen"
)

// live asks the folder for 1,000 values, opening it anew each time, while nothing else goes on and
// while flows of today are taken in beside it.
func (b *bench) live(ctx context.Context) error {
	questions := ask(values(1000, 50))
	var met, segments int
	once := func() error {
		v, err := depot.OpenView(ctx, b.data(), 0)
		if err != nil {
			return err
		}
		segments = len(v.State.Segments)
		met, err = answer(ctx, v, questions, seen.Options{})
		return errors.Join(err, v.Close())
	}
	head("1,000 values, open and ask", "seen", "segments", "time", "flows taken in beside")
	idle, least, err := median(20, once)
	if err != nil {
		return err
	}
	row("alone", met, segments, short(idle, least), 0)

	taking, stop := context.WithCancel(ctx)
	defer stop()
	taken, done := int64(0), make(chan error, 1)
	go func() { done <- b.take(taking, &taken) }()
	all := make([]cost, 0, 40)
	for len(all) < cap(all) && err == nil {
		var c cost
		err = c.add(once)
		all = append(all, c)
		time.Sleep(250 * time.Millisecond)
	}
	stop()
	if err := errors.Join(err, <-done); err != nil {
		return err
	}
	middle, least := middleOf(all)
	row("while flows are taken in", met, segments, short(middle, least), taken)
	return nil
}

// take takes flows of today in until it is told to stop, a commit for every million.
func (b *bench) take(ctx context.Context, taken *int64) error {
	const part = 1_000_000
	d, err := openDepot(ctx, b.data(), depot.Options{})
	if err != nil {
		return err
	}
	g := newGenerator(b.lastDay()+1, 1, 1000*part)
	for ctx.Err() == nil {
		switch err = commit(ctx, d, g, part, 2); {
		case err == nil:
			*taken += part
		case !errors.Is(err, context.Canceled):
			return errors.Join(err, d.Close())
		}
	}
	return d.Close()
}

// intel adds 1,000 values by the whole program, which looks them up and reads the records of what was met.
func (b *bench) intel(context.Context) error {
	head("intel add", "time")
	for i := range 3 {
		file := filepath.Join(b.dir, fmt.Sprintf("intel-%d.txt", i))
		if err := os.WriteFile(file, []byte(lines(values(1000+i, 50))), 0o600); err != nil {
			return err
		}
		var c cost
		if err := c.add(func() error { _, err := process("", b.program, "intel", "add", "--data", b.data(), file); return err }); err != nil {
			return err
		}
		row(fmt.Sprintf("%d values", 1000+i), short(c, c))
	}
	return nil
}

// expire removes all rows, as upkeep does when their time is over, and asks again.
func (b *bench) expire(ctx context.Context) error {
	head("1,000 values", "seen", "files of rows", "ledger rows", "time")
	if err := b.askHeld(ctx, "before"); err != nil {
		return err
	}
	d, err := openDepot(ctx, b.data(), depot.Options{Now: func() time.Time { return time.Now().AddDate(0, 0, 60) }})
	if err != nil {
		return err
	}
	var c cost
	err = c.add(func() error { _, err := d.Maintain(ctx); return err })
	if err := errors.Join(err, d.Close()); err != nil {
		return err
	}
	say("upkeep that removed the rows: %s", short(c, c))
	return b.askHeld(ctx, "after the rows have expired")
}

func (b *bench) askHeld(ctx context.Context, when string) error {
	v, err := depot.OpenView(ctx, b.data(), depot.WithFiles)
	if err != nil {
		return err
	}
	questions := ask(values(1000, 50))
	var met int
	middle, least, err := median(b.runs, func() (err error) {
		met, err = answer(ctx, v, questions, seen.Options{})
		return err
	})
	var rows uint64
	for _, s := range v.State.Segments {
		if s.Info.Space == ledger.Addrs {
			rows += s.Info.Rows
		}
	}
	row(when, met, len(v.State.Files), rows, short(middle, least))
	return errors.Join(err, v.Close())
}
