package node

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/store"
)

// serviceRules is what a service does about rules.
type serviceRules struct {
	matches atomic.Uint64 // of what comes in
	due     chan struct{} // holds a token when rules are to be looked up in the past
	looking atomic.Bool   // some are being looked up
}

// RulesState says how the rules of a service are.
type RulesState struct {
	Account   *hunt.RulesAccount // of the rules in force; nil: there are none
	Loaded    time.Time
	Matches   uint64 // of what came in
	Looking   bool   // rules are being looked up in the past
	Uncounted uint64 // matches that correlations were not told of, because one commit held too many
	Unkept    uint64 // findings that were left out, because one commit held too many
	Err       error  // what is wrong with rules, nil when nothing is
}

// RulesState tells how the rules are.
func (s *Service) RulesState() RulesState {
	b := s.keeper.rules
	out := RulesState{Matches: s.rules.matches.Load(), Looking: s.rules.looking.Load(), Uncounted: b.uncounted.Load(), Unkept: b.unkept.Load(), Err: b.Err()}
	if e := b.now.Load(); e != nil && e.set != nil {
		out.Account, out.Loaded = e.set.Account(), e.loaded
	}
	return out
}

// openRules has rules in force before anything is taken in.
func (s *Service) openRules(ctx context.Context) {
	k := s.keeper
	s.rules.due = make(chan struct{}, 1)
	k.UseRules(s.cfg.Rules)
	b := k.rules
	b.log.Store(s.log)
	notice := s.live.ruleHits
	counted := func(hits []hunt.RuleHit) {
		s.rules.matches.Add(uint64(len(hits)))
		notice(hits)
	}
	b.notice.Store(&counted)
	b.edition()
	if err := b.Err(); err != nil {
		s.log.ErrorContext(ctx, "the rules are not in order", slog.Any("error", err))
	}
	k.changed = func(ctx context.Context, saved store.Saved) { s.Tell(ctx, &Looked{Saved: saved}) }
	k.behind = s.rulesDue
	s.rulesDue()
}

// analyseEvery is how often analysers tell of what was added meanwhile.
const analyseEvery = time.Hour

// rulesDue says that rules are to be looked up.
func (s *Service) rulesDue() {
	select {
	case s.rules.due <- struct{}{}:
	default:
	}
}

// runRules reads rules when they change, and looks up in the past what is to be, until the context ends.
func (s *Service) runRules(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.PollEvery)
	defer tick.Stop()
	analysed := time.NewTicker(analyseEvery)
	defer analysed.Stop()
	said := lastSaid("")
	said.news(s.keeper.rules.Err())
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.pollRules(ctx, &said)
		case <-analysed.C: // days that were added to may be told of anew
			s.rulesDue()
		case <-s.rules.due:
			if err := s.lookUpRules(ctx); ctx.Err() != nil {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
}

// pollRules reads the rules when they, or the registers, changed. A file that is broken keeps its rules of before, and is told of once.
func (s *Service) pollRules(ctx context.Context, said *lastSaid) {
	changed := s.keeper.rules.look()
	if err := s.keeper.rules.Err(); said.news(err) {
		s.log.ErrorContext(ctx, "the rules are not in order", slog.Any("error", err))
	}
	if changed {
		s.log.InfoContext(ctx, "the rules changed", slog.Int("rules", s.keeper.rules.edition().len()))
		s.rulesDue()
	}
}

// lookUpRules looks up what is new of rules. What was being taken in with other rules is committed first, so that it is in the past.
func (s *Service) lookUpRules(ctx context.Context) error {
	k := s.keeper
	fresh, err := k.freshRules(ctx, k.rules.edition())
	if err != nil {
		return err
	}
	if len(fresh) > 0 {
		if err := s.Fold(ctx); err != nil {
			return err
		}
	}
	s.rules.looking.Store(true)
	defer s.rules.looking.Store(false)
	out, err := k.lookUpRules(ctx, func(do func() error) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		return do()
	})
	if errors.Is(err, depot.ErrChanged) { // the folder is being rewritten: once more
		s.rulesDue()
		return nil
	}
	if err != nil {
		return err
	}
	if out.Rules > 0 {
		s.log.InfoContext(ctx, "rules were looked up in what is held", slog.Int("rules", out.Rules), slog.Int("days", len(out.Days)))
	}
	s.Tell(ctx, &Looked{Saved: out.Saved})
	return nil
}
