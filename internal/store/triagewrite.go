package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
)

// Acknowledge says that somebody looks after a finding. As for every step, the finding is named by at
// least 4 hex digits that its id begins with, and its whole id is given back.
func (s *Store) Acknowledge(ctx context.Context, id string, by Act) (hunt.FindingID, error) {
	return s.step(ctx, id, by, ActAcknowledge, func(t *Triage) error {
		t.Status, t.Reason, t.Until = StatusAcknowledged, by.Reason, time.Time{}
		return nil
	})
}

// Dismiss says that a finding does not matter, for a reason that has to be given. After until it is open
// again; the zero time is never.
func (s *Store) Dismiss(ctx context.Context, id string, by Act, until time.Time) (hunt.FindingID, error) {
	return s.step(ctx, id, by, ActDismiss, func(t *Triage) error {
		if by.Reason == "" {
			return fault.Wrap(fault.Invalid, errors.New("a dismissal without a reason"))
		}
		if !until.IsZero() && !until.After(s.now()) {
			return fault.Wrap(fault.Invalid, fmt.Errorf("the dismissal would end at %s, which is past", until.UTC().Format(time.RFC3339)))
		}
		t.Status, t.Reason, t.Until = StatusDismissed, by.Reason, until
		return nil
	})
}

// Link notes a ticket elsewhere, which is about the finding. The status stays. A ticket that is linked
// already changes nothing.
func (s *Store) Link(ctx context.Context, id string, by Act, ticket string) (hunt.FindingID, error) {
	return s.step(ctx, id, by, ActLink, func(t *Triage) error {
		switch {
		case ticket == "" || len(ticket) > maxTicket:
			return fault.Wrap(fault.Invalid, fmt.Errorf("a ticket has 1 to %d bytes", maxTicket))
		case slices.Contains(t.Tickets, ticket):
			return errNoStep
		case len(t.Tickets) >= maxTickets:
			return fault.Wrap(fault.Invalid, fmt.Errorf("the finding has %d tickets, which is the most", maxTickets))
		}
		t.Tickets = append(t.Tickets, ticket)
		return nil
	})
}

// Reopen takes a status back. Assignee and tickets stay.
func (s *Store) Reopen(ctx context.Context, id string, by Act) (hunt.FindingID, error) {
	return s.step(ctx, id, by, ActReopen, func(t *Triage) error {
		t.Status, t.Reason, t.Until = StatusOpen, by.Reason, time.Time{}
		return nil
	})
}
