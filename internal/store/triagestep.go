package store

import (
	"context"
	"errors"
	"fmt"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
)

// errNoStep says that a step would change nothing.
var errNoStep = errors.New("nothing to do")

// step takes one step of triage: it adds the state that change makes of the one before.
func (s *Store) step(ctx context.Context, id string, by Act, a Action, change func(*Triage) error) (f hunt.FindingID, err error) {
	err = s.change(ctx, a.String()+" finding", func(t *txn) error {
		n, err := t.namedFinding(ctx, id)
		if err != nil {
			return err
		}
		if err := by.check(); err != nil {
			return err
		}
		var c triageColumns
		var full []byte
		if _, err := t.one(ctx, append(c.dest(), &full), `SELECT coalesce(t.status, 0), `+triageSelect+`, f.id
			FROM findings f LEFT JOIN triage t ON t.n = f.triage WHERE f.n = ?`, n); err != nil {
			return err
		}
		copy(f[:], full)
		state, err := c.triage()
		if err != nil {
			return err
		}
		if err := change(&state); err != nil {
			if errors.Is(err, errNoStep) {
				return nil
			}
			return err
		}
		if by.Assignee != "" {
			state.Assignee = by.Assignee
		}
		state.Who, state.When = by.Who, s.now()
		return t.addStep(ctx, n, f, a, &state)
	})
	return f, err
}

func (a *Act) check() error {
	switch {
	case a.Who == "":
		return fault.Wrap(fault.Invalid, errors.New("a step of triage without a user"))
	case max(len(a.Who), len(a.Reason), len(a.Assignee)) > maxReason:
		return fault.Wrap(fault.Invalid, fmt.Errorf("a text of more than %d bytes", maxReason))
	}
	return nil
}

func (t *txn) addStep(ctx context.Context, finding int64, id hunt.FindingID, a Action, s *Triage) error {
	tickets, err := encode(texts(s.Tickets))
	if err != nil {
		return err
	}
	n, err := t.insert(ctx, `INSERT INTO triage (finding, at_us, who, action, status, reason, until_us, assignee, tickets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id[:], micros(s.When), s.Who, int64(a), int64(s.Status), s.Reason, micros(s.Until), s.Assignee, tickets)
	if err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE findings SET triage = ? WHERE n = ?`, n, finding)
}
