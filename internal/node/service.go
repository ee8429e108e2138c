package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/collect/listen"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/receive"
)

// Listener receives datagrams until its context ends, and then closes its queues.
type Listener interface {
	// Name begins with the kind of what is received: netflow, sflow, syslog.
	Name() string
	Run(ctx context.Context) error
	// Queues give what was received. Those of one sender are in one queue, in order.
	Queues() []<-chan *listen.Block
}

// ServiceConfig is what a Service works with besides its data folder.
type ServiceConfig struct {
	Listeners   []Listener
	Watch       []string      // paths of telemetry that grow, rotate and appear
	WatchIntel  []string      // paths of intelligence: what lies there is in force
	Rules       RulePaths     // beside those that lie in the data folder
	FoldEvery   time.Duration // how long what was received is in the log only; 0 is 30 s
	HastenEvery time.Duration // least time between folds that a new meeting asks for; 0 is 5 s
	UpkeepEvery time.Duration // 0 is 10 minutes
	PollEvery   time.Duration // how often registers and watched paths are looked at; 0 is 1 s
	StopWithin  time.Duration // how long what listeners hold at the end may take to be taken in; 0 is 20 s
	// Found, when set, is called after findings were saved.
	Found func()

	kinds map[string]receive.Kind // further ones, of tests
}

func (c *ServiceConfig) defaults() {
	for _, d := range []struct {
		at   *time.Duration
		unit time.Duration
	}{{&c.FoldEvery, 30 * time.Second}, {&c.HastenEvery, 5 * time.Second}, {&c.UpkeepEvery, 10 * time.Minute}, {&c.PollEvery, time.Second}, {&c.StopWithin, 20 * time.Second}} {
		if *d.at == 0 {
			*d.at = d.unit
		}
	}
}

// Service takes in what listeners receive and what appears in watched folders, matches it, and keeps the
// data folder in order. It owns the folder's Keeper.
type Service struct {
	cfg      ServiceConfig
	log      *slog.Logger
	live     *Live
	pipeline *receive.Pipeline
	exports  *exporters
	figures  figures
	ingested atomic.Uint64 // records of files and of what was handed in
	watched  seenFiles
	lag      lag
	rules    serviceRules
	losses   losses
	heard    heardNow
	pulse    *pulse
	queues   []queue // of the listeners

	mu     sync.Mutex // of keeper: one thing at a time changes the folder
	keeper *Keeper
	met    map[observable.Value]struct{} // perhaps in records that no commit holds yet
	all    bool                          // not only what was met is to be looked up: not all was matched with what is in force
	began  *hunt.Engine                  // what was in force when the intake of what listeners receive began to be filled

	uploads chan struct{} // holds one token while somebody takes an upload in: an intake takes memory
	stopped chan struct{} // closed when no upload is taken in any more
}

// NewService makes a service on an open data folder, and takes in what an earlier one left in the log.
func NewService(ctx context.Context, k *Keeper, cfg ServiceConfig, log *slog.Logger) (*Service, error) {
	cfg.defaults()
	s := &Service{
		cfg: cfg, log: log, live: NewLive(), exports: newExporters(), keeper: k, met: map[observable.Value]struct{}{},
		uploads: make(chan struct{}, 1), stopped: make(chan struct{}), queues: queuesOf(cfg.Listeners),
	}
	s.pulse = newPulse(len(s.queues))
	if err := s.exports.load(k.Depot.FS()); err != nil {
		log.WarnContext(ctx, "templates of flow exports are learnt anew", slog.Any("error", err))
	}
	k.took = func(done *Ingested) { s.ingested.Add(done.Records) }
	k.keeps = keptIntel(cfg.WatchIntel)
	s.openRules(ctx)
	kinds := s.exports.kinds()
	maps.Copy(kinds, cfg.kinds)
	var err error
	s.pipeline, err = receive.Open(receive.Config{
		Depot: k.Depot, FS: k.Depot.FS(), Kinds: kinds, Match: s.live.Match,
		Exchanged: s.exchanged,
	})
	if err != nil {
		return nil, err
	}
	return s, s.catchUp(ctx)
}

// queue is one queue of a listener.
type queue struct {
	listener string
	blocks   <-chan *listen.Block
}

// queuesOf gives the queues of listeners, each of which is asked once.
func queuesOf(all []Listener) (out []queue) {
	for _, l := range all {
		for _, q := range l.Queues() {
			out = append(out, queue{l.Name(), q})
		}
	}
	return out
}

// catchUp takes in what an earlier run left in the log, and does what it did not come to.
func (s *Service) catchUp(ctx context.Context) error {
	if err := s.live.Swap(ctx, s.keeper); err != nil {
		return err
	}
	s.began = s.live.engine.Load()
	n, err := s.pipeline.Replay(ctx)
	if err != nil {
		return err
	}
	sayLost(ctx, s.log, s.pipeline.Lost())
	if err := errors.Join(s.keeper.catchUp(ctx), s.noteAway(ctx)); err != nil {
		return err
	}
	if n > 0 {
		s.log.InfoContext(ctx, "took in what an earlier run left in its log", slog.Uint64("datagrams", n))
	}
	if s.live.Values() == 0 {
		return nil
	}
	if _, err := s.keeper.LookBackNew(ctx); err != nil {
		return err
	}
	_, err = s.keeper.LookBackAdded(ctx)
	return err
}

// Run serves until the context ends, then takes in what the listeners still hand over and commits it.
func (s *Service) Run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	left := make(chan struct{}) // closed when what listeners still hold is left to them
	var receiving errgroup.Group
	for _, l := range s.cfg.Listeners {
		g.Go(func() error { return l.Run(gctx) })
	}
	for i, q := range s.queues {
		receiving.Go(func() error { return s.receive(context.WithoutCancel(gctx), s.pulse.takes[i], q, left) })
	}
	g.Go(func() error { return s.pipeline.Run(gctx) })
	g.Go(func() error { return s.folds(gctx) })
	g.Go(func() error { return s.upkeep(gctx) })
	g.Go(func() error { return s.poll(gctx) })
	g.Go(func() error { return s.runRules(gctx) })
	g.Go(func() error { return s.hears(gctx) })
	g.Go(func() error { return s.figures.run(gctx, s.records) })
	late := time.AfterFunc(math.MaxInt64, func() { close(left) })
	defer late.Stop()
	stop := context.AfterFunc(gctx, func() { late.Reset(s.cfg.StopWithin) })
	defer stop()
	err := errors.Join(g.Wait(), receiving.Wait())
	return errors.Join(err, s.stop(context.WithoutCancel(ctx)))
}

// receive takes in what comes out of one queue, until it ends.
func (s *Service) receive(ctx context.Context, at *task, q queue, left <-chan struct{}) error {
	for {
		select {
		case <-left:
			return nil
		case b, ok := <-q.blocks:
			if !ok {
				return nil
			}
			at.begin()
			err := s.pipeline.Take(ctx, &receive.Block{Listener: q.listener, Datagrams: b.Datagrams})
			at.end()
			s.lag.note(b)
			b.Release()
			if err != nil {
				return fmt.Errorf("%s: %w", q.listener, err)
			}
		}
	}
}

func (s *Service) stop(ctx context.Context) error {
	close(s.stopped)
	s.losses.heard = time.Time{} // what is noted at the end is when it ended
	s.uploads <- struct{}{}      // for good
	err := s.Fold(ctx)
	return errors.Join(err, s.pipeline.Close(ctx))
}

// folds commits what was received, at least each FoldEvery, and soon after something new was met.
func (s *Service) folds(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.FoldEvery)
	defer tick.Stop()
	last, pause := time.Now(), s.cfg.HastenEvery
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-s.live.Fresh():
			select {
			case <-time.After(pause - time.Since(last)):
			case <-ctx.Done():
				return nil
			}
		}
		began := time.Now()
		s.pulse.fold.begin()
		err := s.Fold(ctx)
		s.pulse.fold.end()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		last = time.Now()
		pause = s.cfg.pause(last.Sub(began))
	}
}

// foldShare bounds folds that new meetings ask for: they take at most one part in so many of the time. Where much comes in, each costs seconds, and
// what would be written once is written again and again.
const foldShare = 5

// pause is how long the next fold that a new meeting asks for waits after one that took some time.
func (c *ServiceConfig) pause(took time.Duration) time.Duration {
	return max(c.HastenEvery, min((foldShare-1)*took, c.FoldEvery))
}

// Fold commits what was received and looks up what was met in it.
func (s *Service) Fold(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fold(ctx); err != nil {
		return err
	}
	_, err := s.lookUp(ctx, true)
	return err
}

// FoldOlder is Fold when something was received and the last fold is longer ago than that.
func (s *Service) FoldOlder(ctx context.Context, than time.Duration) error {
	if s.pipeline.Waiting() == 0 || time.Since(s.figures.get().Last) < than {
		return nil
	}
	return s.Fold(ctx)
}

// exchanged notes, while nothing is decoded and before a commit of what listeners received, whether all of it was matched
// with what is in force: what came between the commit before and a change of what is in force was not. It gives what writes down
// what decoders know.
func (s *Service) exchanged() (save func() error) {
	now := s.live.engine.Load()
	s.all = s.all || now != s.began
	s.began = now
	return s.exports.snapshot(s.keeper.Depot.FS())
}

// fold commits what was received and has the store know of it.
func (s *Service) fold(ctx context.Context) error {
	began := time.Now()
	s.noteLost(began)
	n, err := s.pipeline.Fold(ctx)
	if n > 0 || err != nil {
		s.figures.folded(time.Since(began), err)
	}
	if err != nil {
		return err
	}
	if s.keeper.Depot.Entry() != s.losses.entry { // though it were only what was lost
		if err := s.keeper.catchUp(ctx); err != nil {
			return err
		}
		s.losses.entry = s.keeper.Depot.Entry()
	}
	return s.noteHeard(ctx, began)
}

// lookUp looks up what was met and not looked up yet. What was met is in the records of the next commit of what listeners
// received, or in those of files: it is done with once such a commit came before this, but for what was noted meanwhile.
func (s *Service) lookUp(ctx context.Context, folded bool) (*Looked, error) {
	now := s.live.Taken()
	maps.Copy(s.met, now)
	l, err := s.lookBack(ctx)
	if folded {
		s.met = now
	}
	if errors.Is(err, ErrNothingToHunt) { // what was met is out of force by now
		return &Looked{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up what was met: %w", err)
	}
	s.Tell(ctx, l)
	return l, nil
}

// lookBack looks up what was met, or all that is in force, on the days that were added to.
func (s *Service) lookBack(ctx context.Context) (*Looked, error) {
	if !s.all {
		return s.keeper.LookBackHit(ctx, s.met)
	}
	l, err := s.keeper.LookBackAdded(ctx)
	s.all = err != nil && !errors.Is(err, ErrNothingToHunt)
	return l, err
}

// Tell makes known that findings were saved, by somebody whom With let work too.
func (s *Service) Tell(ctx context.Context, l *Looked) {
	if l.Saved.New+l.Saved.Changed == 0 {
		return
	}
	s.figures.found(l.Saved.New, l.Saved.Changed)
	if s.cfg.Found != nil {
		s.cfg.Found()
	}
	s.log.InfoContext(ctx, "findings", slog.Int("new", l.Saved.New), slog.Int("changed", l.Saved.Changed))
}

func (s *Service) upkeep(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.UpkeepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		m, err := s.keeper.Depot.Maintain(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("upkeep: %w", err)
		}
		for _, h := range m.Damaged {
			s.log.ErrorContext(ctx, "damage was put into quarantine", slog.String("what", h.What), slog.String("why", h.Why))
		}
	}
}

// With lets somebody work on the data folder while nobody else changes it, with all that was received
// committed.
func (s *Service) With(ctx context.Context, do func(context.Context, *Keeper) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fold(ctx); err != nil {
		return err
	}
	before := s.keeper.force
	s.pulse.move()
	err := do(ctx, s.keeper)
	s.pulse.move()
	if s.keeper.force == nil || s.keeper.force != before { // what is in force was changed, or may have been
		err = errors.Join(err, s.live.Swap(ctx, s.keeper))
	}
	_, lerr := s.lookUp(ctx, true)
	err = errors.Join(err, lerr)
	if s.cfg.Found != nil {
		s.cfg.Found()
	}
	return err
}

// Values is how many values are matched against what comes in.
func (s *Service) Values() int { return s.live.Values() }

// records is how many records were taken in.
func (s *Service) records() uint64 {
	n := s.ingested.Load()
	for _, c := range s.pipeline.Counts() {
		n += c.Records
	}
	return n
}
