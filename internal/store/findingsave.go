package store

import (
	"context"
	"errors"
	"fmt"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
)

var (
	errNoDay = errors.New("a finding without a day")
	errDays  = errors.New("a finding whose days are not in order, each once")
	errTwice = errors.New("the same finding twice")
)

// SaveFindings brings the findings of one hunt in, in one transaction. Each of their days replaces the
// same day of the same finding, as hunt.Finding.Merge does it; other days stay, except those that the
// hunt looked at and did not find again. A finding that loses its last day is removed, or marked gone
// when somebody decided on it.
//
// The number of changes (Stored.Changed) grows for every finding that is new, returned, or says
// something else: of a day, of its level, of what was met. Days that go, and what the intelligence says
// beside, are no news. Saving the same again changes nothing.
//
// A finding without a day, twice the same, or of a subscriber's value in clear is fault.Invalid.
func (s *Store) SaveFindings(ctx context.Context, findings []*hunt.Finding, sc Scope) (saved Saved, err error) {
	seen := make(map[hunt.FindingID]struct{}, len(findings))
	for _, f := range findings {
		err := checkFinding(f)
		if _, twice := seen[f.ID]; err == nil && twice {
			err = errTwice
		}
		if err != nil {
			return saved, fault.Wrap(fault.Invalid, fmt.Errorf("save finding %s: %w", f.ID, err))
		}
		seen[f.ID] = struct{}{}
	}
	err = s.change(ctx, "save findings", func(t *txn) error {
		saved = Saved{}
		w := &findingWriter{txn: t, scope: newScope(sc), at: micros(s.now()), handled: map[int64]struct{}{}, lists: newListWriter(t)}
		if w.changed, err = t.counter(ctx, "changed"); err != nil {
			return err
		}
		for _, f := range findings {
			if err := w.save(ctx, f); err != nil {
				return fmt.Errorf("finding %s: %w", f.ID, err)
			}
		}
		if err := w.dropLost(ctx); err != nil {
			return fmt.Errorf("remove days that are no longer found: %w", err)
		}
		if err := w.lists.dropUnused(ctx); err != nil {
			return fmt.Errorf("remove statements that nothing refers to: %w", err)
		}
		saved = w.saved
		return t.setCounter(ctx, "changed", w.changed)
	})
	return saved, err
}
