package node

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// lastSaid is what was logged last of something that is tried again and again.
type lastSaid string

// news reports whether an error is to be logged: it is not the one that was.
func (c *lastSaid) news(err error) bool {
	said := lastSaid("")
	if err != nil {
		said = lastSaid(err.Error())
	}
	fresh := said != "" && said != *c
	*c = said
	return fresh
}

// poll looks at registers and watched paths until the context ends.
func (s *Service) poll(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.PollEvery)
	defer tick.Stop()
	intel, telemetry := newWatched(s.cfg.WatchIntel), newWatched(s.cfg.Watch)
	if err := s.expectIntel(ctx, intel); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	var registers lastSaid
	for {
		s.pulse.poll.begin()
		err := errors.Join(s.pollRegisters(ctx, &registers), s.pollIntel(ctx, intel), s.pollTelemetry(ctx, telemetry))
		s.pulse.poll.end()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// pollRegisters loads the registers when they changed. A broken file keeps the old ones, and is told of once.
func (s *Service) pollRegisters(ctx context.Context, c *lastSaid) error {
	changed, _ := s.keeper.Depot.LoadRegisters() // what is wrong with them lasts, and may be older
	if err := s.keeper.Depot.RegistersErr(); c.news(err) {
		s.log.ErrorContext(ctx, "the registers are not in order", slog.Any("error", err))
	}
	if !changed {
		return nil
	}
	s.log.InfoContext(ctx, "the registers changed", slog.String("version", s.keeper.Depot.Registers().Version.String()[:12]))
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live.Swap(ctx, s.keeper) // with the networks as they are now
}

// expectIntel has a watch know what an earlier run put in force from its paths, so that it tells what changed or
// went since.
func (s *Service) expectIntel(ctx context.Context, w *watched) error {
	files, err := s.keeper.Store.Intel(ctx, false)
	for _, f := range files {
		w.expect(fileOf(f.Name))
	}
	return err
}

// fileOf gives the file that intelligence of some name was read from, which may be an archive.
func fileOf(name string) string {
	file, _, _ := strings.Cut(name, "!")
	return file
}

// pollIntel puts in force what lies in the watched paths, and looks it up in the past.
func (s *Service) pollIntel(ctx context.Context, w *watched) error {
	changed, gone, complaints := w.look(time.Now())
	s.complain(ctx, ofIntel, complaints)
	if len(changed)+len(gone) == 0 {
		return nil
	}
	return s.With(ctx, func(ctx context.Context, k *Keeper) error {
		for _, name := range gone {
			if err := s.withdraw(ctx, k, name, nil, nil); err != nil {
				return err
			}
		}
		for _, name := range changed {
			if err := s.adopt(ctx, k, name, w.open); err != nil {
				return err
			}
		}
		if err := s.live.Swap(ctx, k); err != nil { // before looking back: what arrives meanwhile is matched
			return err
		}
		l, err := k.LookBackNew(ctx)
		if errors.Is(err, ErrNothingToHunt) {
			return nil
		}
		if err == nil {
			s.Tell(ctx, l)
		}
		return err
	})
}

// complain logs what is new of what a watch cannot look at, and keeps it for who asks.
func (s *Service) complain(ctx context.Context, of watch, complaints []string) {
	fresh, over := s.watched.complain(of, complaints)
	for _, what := range fresh {
		s.log.WarnContext(ctx, "not all that is watched can be looked at: what lies there is kept as it was", slog.String("watch", of.String()), slog.String("what", what))
	}
	if over {
		s.log.InfoContext(ctx, "all that is watched can be looked at again", slog.String("watch", of.String()))
	}
}

// pollTelemetry takes in what is new in the watched paths.
func (s *Service) pollTelemetry(ctx context.Context, w *watched) error {
	changed, gone, complaints := w.look(time.Now())
	s.complain(ctx, ofTelemetry, complaints)
	if len(gone) > 0 {
		s.watched.forget(gone)
	}
	if len(changed) == 0 {
		return nil
	}
	done, err := s.Ingest(ctx, &Ingest{Paths: changed, opener: w.open})
	if done != nil {
		s.watched.mended(changed)
		for _, p := range s.watched.count(done) {
			s.log.WarnContext(ctx, "records were not read", slog.String("file", p.name), slog.Uint64("records", p.rows), slog.String("why", p.reason))
		}
	}
	return err
}

// Ingest takes telemetry in beside what is received, matches it, and looks up what was met.
func (s *Service) Ingest(ctx context.Context, g *Ingest) (*Ingested, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.Match = func(ctx context.Context, b *telemetry.Batch) error {
		s.pulse.move() // a first look at years of files takes hours
		return s.live.Match(ctx, b)
	}
	done, err := s.keeper.take(ctx, g)
	if err != nil {
		return done, err
	}
	s.say(ctx, done)
	_, err = s.lookUp(ctx, false)
	return done, err
}

// say logs what was taken in, and what was not.
func (s *Service) say(ctx context.Context, done *Ingested) {
	for _, a := range done.Accounts {
		if a.Skipped != "" && a.Skipped != emptyFile {
			s.log.WarnContext(ctx, "not taken in", slog.String("file", a.Source.Name), slog.String("why", a.Skipped))
		}
		if a.Failed != "" {
			s.log.WarnContext(ctx, "not read to its end", slog.String("file", a.Source.Name), slog.String("why", a.Failed))
		}
	}
	if done.Records > 0 {
		s.log.InfoContext(ctx, "took telemetry in", slog.Uint64("records", done.Records), slog.Int("sources", len(done.Accounts)))
	}
}
