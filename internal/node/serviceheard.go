package node

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// heardAgain is how often a service counts whom it heard: whoever asks how it is must not wait for that.
const heardAgain = 5 * time.Minute

// heardFirst is when it does so first.
const heardFirst = 30 * time.Second

// heardNow holds what was counted last.
type heardNow struct{ now atomic.Pointer[Heard] }

// Heard gives whom the service heard, as it was counted last; nil until it was.
func (s *Service) Heard() *Heard { return s.heard.now.Load() }

// hears counts whom the service heard, again and again, until the context ends.
func (s *Service) hears(ctx context.Context) error {
	wait := time.NewTimer(min(heardFirst, 2*s.cfg.FoldEvery))
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		h, err := s.keeper.Heard(ctx, time.Now())
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.log.WarnContext(ctx, "whom the service heard cannot be counted", slog.Any("error", err))
		} else {
			s.heard.now.Store(h)
		}
		wait.Reset(heardAgain)
	}
}
