package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
)

// Options are what an outbox works with besides its configuration.
type Options struct {
	Log        *slog.Logger
	Now        func() time.Time            // time.Now when nil
	Subscriber func(netip.Addr) bool       // whether an address is a subscriber's; nil: none is
	Name       func(netip.Addr) string     // a device's name by its address, empty when it has none; nil: none has
	Skip       func(observable.Value) bool // whether findings of a value are told to nobody, as those of the service's own canary; nil: none is
	Receivers  map[string]Receiver         // further sinks by name, of which the configuration may say only the name; for tests
	pace       *pace                       // usualPace when nil
}

// Outbox tells others what was found. It is safe for use by several goroutines.
type Outbox struct {
	store    *store.Store
	log      *slog.Logger
	now      func() time.Time
	pace     pace
	cfg      Config
	routes   []*route
	judge    *judge
	maker    *message.Maker
	instance string
	workers  map[string]*worker
	kick     chan struct{} // one kick waits at most
	busy     busy
}

// defaultTimeout is that of one delivery.
const defaultTimeout = 10 * time.Second

// Open makes an outbox ready. The configuration has passed Validate, or the error says what is wrong with it. Secrets are read
// from their files. Nothing is sent before Run.
func Open(st *store.Store, cfg Config, o Options) (*Outbox, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	b := &Outbox{
		store: st, log: o.Log, now: o.Now, pace: usualPace, cfg: cfg, instance: cfg.Instance, workers: map[string]*worker{}, kick: make(chan struct{}, 1),
		maker: &message.Maker{Privacy: message.Privacy{Subscriber: o.Subscriber}, Name: o.Name, Link: cfg.Link},
	}
	if b.now == nil {
		b.now = time.Now
	}
	if o.pace != nil {
		b.pace = *o.pace
	}
	if b.instance == "" {
		b.instance, _ = os.Hostname() // an empty name is no harm
	}
	b.instance = message.Clean(cmp.Or(b.instance, "stormglass"), maxName)
	for i := range cfg.Routes {
		r, err := newRoute(&cfg.Routes[i])
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, fmt.Errorf("open outbox: route %s: %w", cfg.Routes[i].Name, err))
		}
		b.routes = append(b.routes, r)
	}
	b.judge = &judge{routes: b.routes, name: o.Name, skip: o.Skip, now: b.now}
	if err := b.openSinks(o.Receivers); err != nil {
		return nil, errors.Join(fmt.Errorf("open outbox: %w", err), b.Close())
	}
	return b, nil
}

func (b *Outbox) openSinks(given map[string]Receiver) error {
	for _, name := range slices.Sorted(maps.Keys(b.cfg.Sinks)) {
		c := b.cfg.Sinks[name]
		c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
		sink := given[name]
		if sink == nil {
			var err error
			if sink, err = newReceiver(&c); err != nil {
				return fmt.Errorf("sink %s: %w", name, err)
			}
		}
		b.workers[name] = &worker{
			name: name, sink: sink, store: b.store, log: b.log, now: b.now, pace: b.pace, giveUp: b.cfg.GiveUpAfter, timeout: c.Timeout,
			kick: make(chan struct{}, 1),
		}
	}
	return nil
}

// Close lets go of the sinks. Run has ended before.
func (b *Outbox) Close() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(b.workers)) {
		if err := b.workers[name].sink.Close(); err != nil {
			errs = append(errs, fmt.Errorf("close sink %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// Kick says that findings were saved. It never waits.
func (b *Outbox) Kick() { poke(b.kick) }

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // a kick waits already
	}
}

// Run tells what is to be told until ctx ends, and then ends when its deliveries have.
func (b *Outbox) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	for _, name := range slices.Sorted(maps.Keys(b.workers)) {
		all.Go(func() { b.workers[name].run(ctx) })
	}
	b.move(ctx)
	return nil
}

// move makes messages of what comes, and removes what is old, until ctx ends.
func (b *Outbox) move(ctx context.Context) {
	var kept time.Time
	failures := 0
	for ctx.Err() == nil {
		b.busy.begin()
		next, err := b.turn(ctx)
		if now := b.now(); err == nil && (kept.IsZero() || now.Sub(kept) >= b.pace.keep) {
			kept = now
			err = b.tidy(ctx)
		}
		b.busy.end()
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			failures++
			b.log.ErrorContext(ctx, "the outbox cannot go on for now", slog.String("error", err.Error()))
			pause(ctx, backoff(b.pace.sinkFirst, b.pace.sinkMost, failures), nil)
			continue
		}
		failures = 0
		wait := b.pace.poll
		if !next.IsZero() {
			wait = min(wait, max(next.Sub(b.now()), time.Millisecond))
		}
		pause(ctx, wait, b.kick)
	}
}

// takeAtOnce is how many changes are read in one transaction.
const takeAtOnce = 200

// turn takes what is new, makes messages of what is due, and says when something is due next.
func (b *Outbox) turn(ctx context.Context) (next time.Time, err error) {
	for more := true; more; {
		taken, err := b.store.OutboxTake(ctx, takeAtOnce, b.judge.judge)
		if err != nil {
			return next, err
		}
		more = taken.More
	}
	for _, r := range b.routes {
		at, err := b.seal(ctx, r)
		if err != nil {
			return next, err
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}

// seal makes the messages of a route that are due.
func (b *Outbox) seal(ctx context.Context, r *route) (next time.Time, err error) {
	now := b.now()
	since := now.Add(-r.rate.Per)
	w, err := b.store.OutboxWaiting(ctx, r.name, since)
	if err != nil {
		return next, err
	}
	picks, next := r.plan(w, now)
	if len(picks) == 0 {
		return next, nil
	}
	c := &composer{route: r, maker: b.maker, instance: b.instance, now: now}
	n, err := b.store.OutboxSeal(ctx, r.name, since, func(w store.OutboxWaiting) []store.OutboxPick {
		picks, next = r.plan(w, now) // as it is now: alarms may have come, a purge may have taken away
		return picks
	}, c.compose)
	if err != nil || n == 0 {
		return next, err
	}
	for _, to := range r.to {
		poke(b.workers[to].kick)
	}
	return next, nil
}
