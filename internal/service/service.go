package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/config"
	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/outbox"
	"stormglass/internal/register"
	"stormglass/internal/sdnotify"
	"stormglass/internal/telemetry"
	"stormglass/internal/web/local"
)

// Options are what a service works with besides its configuration.
type Options struct {
	Version string
	// Commander runs command lines that are sent to the local socket; nil: none are.
	Commander func(*node.Service) local.Commander
	Socket    string // where the local socket lies; empty takes the place of its own of the data folder
	Getenv    func(string) string
	Log       *slog.Logger
	// Opened, when set, is told of the keeper once the folder is open.
	Opened func(*node.Keeper)
	// Room gives the free and the whole room of the file system that a folder lies in, in bytes, 0 when it cannot be told; nil asks the system.
	Room func(root string) (free, total uint64)
}

// Service serves one data folder.
type Service struct {
	cfg     *config.Config
	o       Options
	version string
	log     *slog.Logger
	started time.Time

	listeners atomic.Pointer[[]listener]
	trouble   atomic.Pointer[trouble] // nil while it works
	http      *answers
	budget    budget
	space     *space
	running   atomic.Pointer[node.Service]
	sinks     atomic.Pointer[outbox.Stats]
	systemd   *sdnotify.Notifier
	canary    atomic.Pointer[canary]
	stopping  atomic.Bool
}

// Open binds the sockets of a configuration that was found valid. What they receive waits until Run.
func Open(ctx context.Context, cfg *config.Config, o Options) (_ *Service, err error) {
	if o.Room == nil {
		o.Room = room
	}
	s := &Service{
		cfg: cfg, o: o, version: o.Version, log: o.Log, started: time.Now(), budget: budgetOf(cfg.Memory),
		space: &space{root: cfg.Data, room: o.Room},
	}
	all, err := bind(ctx, cfg, o.Log)
	if err != nil {
		return nil, err
	}
	s.listeners.Store(&all)
	if s.systemd, err = sdnotify.New(o.Getenv, os.Getpid()); err == nil {
		s.http, err = openAnswers(ctx, s)
	}
	if err != nil {
		return nil, errors.Join(err, s.unbind())
	}
	return s, nil
}

// Run serves until the context ends, and stops in order. When something breaks while it serves, a full disk above all, it stays there
// to say so, and begins again until it works.
func (s *Service) Run(ctx context.Context) (err error) {
	s.budget.apply()
	asking, stopAsking := context.WithCancel(context.WithoutCancel(ctx)) // the API outlives what collects
	defer stopAsking()
	var answering errgroup.Group
	answering.Go(func() error { return s.http.run(asking) })
	defer func() {
		stopAsking()
		err = errors.Join(err, answering.Wait())
	}()
	socket, err := s.socket()
	if err != nil {
		return errors.Join(err, s.unbind())
	}
	worked := false
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		began := time.Now()
		served, err := s.once(ctx, socket)
		worked = worked || served
		if ctx.Err() != nil || err == nil || !worked && !depot.IsFull(err) {
			return err
		}
		if time.Since(began) > longestWait {
			wait = firstWait
		}
		if err := s.again(ctx, err, wait); err != nil {
			return nil // it was told to stop
		}
	}
}

// How long it is waited before it is tried again.
const (
	firstWait   = 5 * time.Second
	longestWait = time.Minute
)

// again waits after something broke, and binds the sockets anew. The error is the context's.
func (s *Service) again(ctx context.Context, why error, wait time.Duration) error {
	said := s.broke(why)
	s.log.ErrorContext(ctx, "nothing is taken in: it is tried again", slog.String("why", said), slog.Duration("in", wait))
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		all, err := bind(ctx, s.cfg, s.log)
		if err == nil {
			s.listeners.Store(&all)
			return nil
		}
		s.log.ErrorContext(ctx, "the sockets cannot be opened again", slog.Any("error", err))
	}
}

// trouble is something that keeps the service from working.
type trouble struct {
	why   string
	since time.Time
}

// broke notes that nothing is taken in from now on, and gives why in a line: the first thing that broke, and the way out.
func (s *Service) broke(err error) (why string) {
	why, _, _ = strings.Cut(err.Error(), "\n")
	if hint := fault.HintOf(err); hint != "" {
		why += " (" + hint + ")"
	}
	s.running.Store(nil)
	s.canary.Store(nil)
	since := time.Now()
	if before := s.trouble.Load(); before != nil {
		since = before.since
	}
	s.trouble.Store(&trouble{why, since})
	return why
}

// once opens the folder and serves it until the context ends or something breaks; served is true when it came to serving.
func (s *Service) once(ctx context.Context, socket string) (served bool, err error) {
	options := s.budget.options()
	options.Socket = socket
	door, err := s.door(ctx, socket)
	if err != nil {
		return false, errors.Join(err, s.unbind())
	}
	defer func() { err = errors.Join(err, door.close()) }()
	k, err := node.OpenKeeperWith(ctx, s.cfg.Data, s.version, options)
	if err != nil {
		return false, errors.Join(err, s.unbind())
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	if s.o.Opened != nil {
		s.o.Opened(k)
	}
	return s.serve(ctx, k, door)
}

// bound gives the listeners.
func (s *Service) bound() []listener {
	if all := s.listeners.Load(); all != nil {
		return *all
	}
	return nil
}

// unbind lets go of sockets that do not run.
func (s *Service) unbind() error { return closeAll(s.bound()) }

// socket says where the local socket lies.
func (s *Service) socket() (string, error) {
	if s.o.Socket != "" {
		return s.o.Socket, nil
	}
	return local.DefaultPath(s.cfg.Data, s.o.Getenv("XDG_RUNTIME_DIR"))
}

// serve runs what works on the open folder.
func (s *Service) serve(ctx context.Context, k *node.Keeper, door *door) (served bool, err error) {
	out, err := outbox.Open(k.Store, s.cfg.Outbox, outbox.Options{Log: s.log, Subscriber: subscriberOf(k), Skip: isCanary(k.Depot)})
	if err != nil {
		return false, errors.Join(err, s.unbind())
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	n, err := node.NewService(ctx, k, s.nodeConfig(out), s.log)
	if err != nil {
		return false, errors.Join(err, s.unbind())
	}
	s.running.Store(n)
	defer func() { s.stopping.Store(ctx.Err() != nil) }()
	if err := s.mended(ctx, out); err != nil {
		return false, errors.Join(err, s.unbind())
	}

	collecting, cctx := errgroup.WithContext(ctx)
	telling, stopTelling := context.WithCancel(context.WithoutCancel(ctx)) // what the last commit finds is told too
	defer stopTelling()
	var rest errgroup.Group
	rest.Go(func() error { return out.Run(telling) })
	rest.Go(func() error { return s.answerLocally(telling, n, door) })
	collecting.Go(func() error { return n.Run(cctx) })
	collecting.Go(func() error { return s.space.run(cctx) })
	collecting.Go(func() error {
		alive := &alive{parts: []hanging{n, out}, log: s.log}
		s.systemd.Watch(cctx, func() bool { return alive.look(cctx, time.Now()) }, func(err error) { s.log.WarnContext(cctx, "systemd cannot be told", slog.Any("error", err)) })
		return nil
	})
	collecting.Go(func() error { return s.lookAtSinks(cctx, out) })
	watching := &alarms{s: s, out: out, lost: map[string]uint64{}, told: map[string]time.Time{}}
	collecting.Go(func() error { return watching.run(cctx) })
	collecting.Go(func() error { return s.runCanary(cctx, n, k, out) })
	s.log.InfoContext(ctx, "serving", slog.String("data", s.cfg.Data), slog.Int("values", n.Values()), slog.String("socket", door.path), slog.String("http", s.http.said()))
	s.notify(ctx, s.systemd.Ready)
	err = collecting.Wait()
	s.notify(context.WithoutCancel(ctx), s.systemd.Stopping)
	stopTelling()
	return true, errors.Join(err, rest.Wait())
}

// mended tells that it works again, and how long it did not.
func (s *Service) mended(ctx context.Context, out *outbox.Outbox) error {
	t := s.trouble.Load()
	if t == nil {
		return nil
	}
	err := out.Alarm(ctx, outbox.Alarm{
		Kind: "was_out_of_service", Level: hunt.High,
		Text: fmt.Sprintf("from %s to %s nothing was taken in: %s", t.since.UTC().Format(time.RFC3339), time.Now().UTC().Format(time.RFC3339), t.why),
	})
	if err == nil {
		s.log.WarnContext(ctx, "it works again", slog.Time("not_since", t.since), slog.String("why", t.why))
		s.trouble.Store(nil)
	}
	return err
}

func (s *Service) nodeConfig(out *outbox.Outbox) node.ServiceConfig {
	c := node.ServiceConfig{
		Watch: s.cfg.Collect.Watch, WatchIntel: s.cfg.Intel.Watch, FoldEvery: s.cfg.FoldEvery, UpkeepEvery: s.cfg.UpkeepEvery,
		StopWithin: stopWithin(s.cfg), Found: out.Kick, Rules: node.RulePaths{Rules: s.cfg.Rules, Pipelines: s.cfg.Pipelines},
	}
	for _, l := range s.bound() {
		c.Listeners = append(c.Listeners, l)
	}
	return c
}

// subscriberOf says which addresses are those of subscribers, by the registers in force.
func subscriberOf(k *node.Keeper) func(netip.Addr) bool {
	return func(a netip.Addr) bool {
		return k.Depot.Registers().Networks.Class(a, telemetry.InstantOf(time.Now())) == register.Subscriber
	}
}

// door is the local socket, which is there before the folder is locked: who finds the lock knocks there.
type door struct {
	path   string
	listen *net.UnixListener // nil: none
	served bool
}

func (s *Service) door(ctx context.Context, path string) (*door, error) {
	if s.o.Commander == nil {
		return &door{path: path}, nil
	}
	l, err := local.Listen(ctx, path)
	return &door{path: path, listen: l}, err
}

// close lets go of a socket that was not served.
func (d *door) close() error {
	if d.listen == nil || d.served {
		return nil
	}
	return d.listen.Close()
}

// answerLocally serves the local socket.
func (s *Service) answerLocally(ctx context.Context, n *node.Service, d *door) error {
	if d.listen == nil {
		return nil
	}
	d.served = true
	return local.Run(ctx, d.listen, s.http.handler, s.o.Commander(n), s.log)
}

// runCanary sends canaries, where there is a listener that can receive them.
func (s *Service) runCanary(ctx context.Context, n *node.Service, k *node.Keeper, out *outbox.Outbox) error {
	l, why := s.canaryListener()
	if l == nil {
		if why != "" {
			s.log.InfoContext(ctx, "canary", slog.String("note", why))
		}
		return nil
	}
	c := &canary{
		every: s.cfg.Canary.Every, within: s.cfg.Canary.Within, to: canaryTarget(l.Addr()), data: s.cfg.Data, log: s.log, address: node.CanaryAddress(k.Depot),
		missing: func(ctx context.Context, sent time.Time) error {
			return out.Alarm(ctx, canaryAlarm(sent, s.cfg.Canary.Within))
		},
	}
	if err := c.adopt(ctx, n); ctx.Err() != nil {
		return nil //nolint:nilerr // it is stopping
	} else if err != nil {
		return err
	}
	s.canary.Store(c)
	return c.run(ctx)
}

// sinksEvery is how often it is looked how the outbox stands.
const sinksEvery = 5 * time.Second

// lookAtSinks keeps how the outbox stands at hand, so that whoever asks does not wait for the database.
func (s *Service) lookAtSinks(ctx context.Context, out *outbox.Outbox) error {
	tick := time.NewTicker(sinksEvery)
	defer tick.Stop()
	for {
		st, err := out.Stats(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.log.WarnContext(ctx, "how the outbox stands cannot be read", slog.Any("error", err))
		} else {
			s.sinks.Store(&st)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// notify tells systemd something, where it asks.
func (s *Service) notify(ctx context.Context, tell func(context.Context) error) {
	if err := tell(ctx); err != nil {
		s.log.WarnContext(ctx, "systemd cannot be told", slog.Any("error", err))
	}
}
