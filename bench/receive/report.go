package main

import (
	"context"
	"fmt"
	"time"
)

// collector is what is measured.
type collector interface {
	// start returns once the collector is ready.
	start(ctx context.Context, port int) error
	// received gives what it has received and lost so far, datagrams; known is false when it does not tell.
	received(ctx context.Context) (got, lost uint64, known bool)
	// told gives what it says of itself before it is stopped.
	told(ctx context.Context) (lines []string)
	// stored gives the flows that are kept, once it has ended.
	stored(ctx context.Context) (uint64, error)
	folder() string
	proc() *process
	kill()
}

// report sends, and says what came of it.
func (o *options) report(ctx context.Context, c collector, s *sender) error {
	before, err := c.proc().cpu()
	if err != nil {
		c.kill()
		return err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	if o.verbose {
		go watch(watching, c)
	}
	began := time.Now()
	if err := s.run(ctx, o.rate, o.seconds); err != nil {
		c.kill()
		return err
	}
	sending := time.Since(began)
	drain(ctx, c, s.datagrams)
	took := time.Since(began)
	during, err := c.proc().cpu()
	if err != nil {
		return err
	}
	stop()
	lines := c.told(ctx)
	stopping := time.Now()
	if err := c.proc().stop(); err != nil {
		return fmt.Errorf("the collector ended with %w", err)
	}
	ended := time.Since(stopping)
	all, peak := c.proc().used()
	kept, err := c.stored(ctx)
	if err != nil {
		return err
	}
	size, err := folderBytes(c.folder())
	if err != nil {
		return err
	}
	fmt.Printf("sent        %d datagrams, %d flows in %.1f s: %.0f flows/s", s.datagrams, s.flows(), sending.Seconds(), float64(s.flows())/sending.Seconds())
	if s.slipped > 0 {
		fmt.Printf(" (%.1f s in which the sender got no CPU)", s.slipped.Seconds())
	}
	fmt.Println()
	for _, l := range lines {
		fmt.Println(l)
	}
	fmt.Printf("stored      %d flows, %d missing (%.3f %%)\n", kept, int64(s.flows())-int64(kept), 100*(1-float64(kept)/float64(s.flows())))
	fmt.Printf("time        all was read %.1f s after the first datagram; ending took %.1f s\n", took.Seconds(), ended.Seconds())
	fmt.Printf("CPU         %.1f s while receiving, %.1f s with the end, %.1f s before (start)\n", (during - before).Seconds(), (all - before).Seconds(), before.Seconds())
	fmt.Printf("per CPU s   %.0f flows, all that is stored by all CPU after the start\n", float64(kept)/(all-before).Seconds())
	fmt.Printf("memory      %d MiB peak resident\n", peak)
	fmt.Printf("folder      %.1f bytes a flow\n", float64(size)/float64(max(kept, 1)))
	return nil
}

// drain waits until a collector has read all that was sent, or reads nothing more.
func drain(ctx context.Context, c collector, sent uint64) {
	const patience = 10
	var last uint64
	for still := 0; still < patience && ctx.Err() == nil; {
		got, lost, known := c.received(ctx)
		if known && got+lost >= sent {
			return
		}
		if still++; got+lost != last {
			last, still = got+lost, 0
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// watch tells now and then how it goes.
func watch(ctx context.Context, c collector) {
	began := time.Now()
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		got, lost, _ := c.received(ctx)
		now, peak := c.proc().resident()
		cpu, _ := c.proc().cpu()
		fmt.Printf("%4.0f s: %d datagrams received, %d lost, %.1f s of CPU, %d MiB resident, %d at the peak\n", time.Since(began).Seconds(), got, lost, cpu.Seconds(), now, peak)
	}
}
