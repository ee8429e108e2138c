package node

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"stormglass/internal/store"
)

// watchedIntel is what a watched file of intelligence put in force.
type watchedIntel []store.IntelID

// poll looks at registers and watched paths until the context ends.
func (s *Service) poll(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.PollEvery)
	defer tick.Stop()
	intel, telemetry := newWatched(s.cfg.WatchIntel), newWatched(s.cfg.Watch)
	var complaint string // of the registers
	for {
		complaint = s.pollRegisters(ctx, complaint)
		err := errors.Join(s.pollIntel(ctx, intel), s.pollTelemetry(ctx, telemetry))
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
func (s *Service) pollRegisters(ctx context.Context, told string) string {
	changed, err := s.keeper.Depot.LoadRegisters()
	if err != nil {
		if err.Error() != told {
			s.log.ErrorContext(ctx, "the registers cannot be read: those read before stay in force", slog.Any("error", err))
		}
		return err.Error()
	}
	if changed {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := s.live.Swap(ctx, s.keeper); err != nil { // with the networks as they are now
			return err.Error()
		}
		s.log.InfoContext(ctx, "the registers changed", slog.String("version", s.keeper.Depot.Registers().Version.String()[:12]))
	}
	return ""
}

// pollIntel puts in force what lies in the watched paths, and looks it up in the past.
func (s *Service) pollIntel(ctx context.Context, w *watched) error {
	changed, gone, err := w.look(time.Now())
	if err != nil {
		s.log.WarnContext(ctx, "watched intelligence cannot be looked at whole", slog.Any("error", err))
	}
	if len(changed)+len(gone) == 0 {
		return nil
	}
	return s.With(ctx, func(ctx context.Context, k *Keeper) error {
		for _, name := range gone {
			if err := s.withdraw(ctx, k, name, nil); err != nil {
				return err
			}
		}
		for _, name := range changed {
			if err := s.adopt(ctx, k, name); err != nil {
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
			s.tell(ctx, l)
		}
		return err
	})
}

// adopt puts a watched file in force in the place of what it was before.
func (s *Service) adopt(ctx context.Context, k *Keeper, name string) error {
	added, err := k.AddIntel(ctx, nil, []string{name})
	if err != nil {
		return err
	}
	for _, r := range added.Skipped {
		s.log.WarnContext(ctx, "no intelligence", slog.String("file", name), slog.String("why", r.Skipped))
	}
	var now watchedIntel
	for _, f := range added.Files {
		now = append(now, f.ID)
		s.log.InfoContext(ctx, "intelligence is in force", slog.String("file", f.Name), slog.Int("values", f.Values))
	}
	return s.withdraw(ctx, k, name, now)
}

// withdraw takes out of force what a watched file was, but for what it is now.
func (s *Service) withdraw(ctx context.Context, k *Keeper, name string, now watchedIntel) error {
	is := make(map[store.IntelID]bool, len(now))
	for _, id := range now {
		is[id] = true
	}
	for _, id := range s.intel[name] {
		if is[id] {
			continue
		}
		if _, err := k.RemoveIntel(ctx, id.String()); err != nil {
			return err
		}
		s.log.InfoContext(ctx, "intelligence is out of force", slog.String("file", name))
	}
	s.intel[name] = now
	return nil
}

// pollTelemetry takes in what is new in the watched paths.
func (s *Service) pollTelemetry(ctx context.Context, w *watched) error {
	changed, _, err := w.look(time.Now())
	if err != nil {
		s.log.WarnContext(ctx, "watched telemetry cannot be looked at whole", slog.Any("error", err))
	}
	if len(changed) == 0 {
		return nil
	}
	_, err = s.Ingest(ctx, &Ingest{Paths: changed})
	return err
}

// Ingest takes telemetry in beside what is received, matches it, and looks up what was met.
func (s *Service) Ingest(ctx context.Context, g *Ingest) (*Ingested, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.Match = s.live.Match
	done, err := s.keeper.take(ctx, g)
	if err != nil {
		return done, err
	}
	if done.Records > 0 {
		s.log.InfoContext(ctx, "took telemetry in", slog.Uint64("records", done.Records), slog.Int("sources", len(done.Accounts)))
	}
	return done, s.lookUp(ctx)
}
