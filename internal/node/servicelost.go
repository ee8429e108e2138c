package node

import (
	"context"
	"fmt"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/telemetry"
)

// cursorHeard is when a service last listened, in seconds since 1970: between then and the start of the next one nothing was received.
const cursorHeard = "service.heard"

// heardEvery is how often it is noted at most.
const heardEvery = 10 * time.Second

// losses follows what listeners lost before anybody took it in. It belongs to who holds the mutex of the service.
type losses struct {
	known map[string]uint64 // by listener
	since time.Time         // when it was looked at last
	heard time.Time         // when it was noted that the service listens
	entry uint64            // of the manifest that the store knows of
}

// listening is a listener that says what it lost.
type listening interface{ Stats() listen.Stats }

// noteLost has the next commit say what listeners lost since it was looked last.
func (s *Service) noteLost(now time.Time) {
	l := &s.losses
	if l.known == nil {
		l.known = map[string]uint64{}
	}
	for _, x := range s.cfg.Listeners {
		counted, ok := x.(listening)
		if !ok {
			continue
		}
		n := counted.Stats()
		lost := n.LostKernel + n.LostQueue + n.Left
		if before := l.known[x.Name()]; lost > before {
			s.pipeline.Lose(x.Name(), lost-before, telemetry.InstantOf(l.since), telemetry.InstantOf(now))
		}
		l.known[x.Name()] = lost
	}
	l.since = now
}

// noteHeard notes that the service listened up to a time, once what it lost until then was committed.
func (s *Service) noteHeard(ctx context.Context, at time.Time) error {
	if len(s.cfg.Listeners) == 0 || at.Sub(s.losses.heard) < heardEvery {
		return nil
	}
	s.losses.heard = at
	return s.keeper.Store.SetCursor(ctx, cursorHeard, uint64(max(0, at.Unix())))
}

// noteAway has the first commit say that nothing was received since an earlier service listened.
func (s *Service) noteAway(ctx context.Context) error {
	s.losses.since = time.Now()
	if len(s.cfg.Listeners) == 0 {
		return nil
	}
	heard, err := s.keeper.Store.Cursor(ctx, cursorHeard)
	if err != nil {
		return fmt.Errorf("read since when nothing was received: %w", err)
	}
	if from := time.Unix(int64(heard), 0); heard != 0 && from.Before(s.losses.since) {
		var names []string
		for _, l := range s.cfg.Listeners {
			names = append(names, l.Name())
		}
		s.pipeline.Missed(names, telemetry.InstantOf(from), telemetry.InstantOf(s.losses.since))
	}
	return nil
}
