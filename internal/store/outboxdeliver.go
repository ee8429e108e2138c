package store

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// OutboxDue gives the messages that are to be tried now at a sink, the one that is due longest first: at most
// so many, and no further one once their bodies have so many bytes. When there is none, next is when the next one is due, zero
// when nothing waits.
func (s *Store) OutboxDue(ctx context.Context, sink string, limit, bytes int) (due []OutboxDelivery, next time.Time, err error) {
	err = s.view(ctx, "read what is due at sink "+sink, func(t *txn) error {
		due = nil
		room := bytes
		err := t.each(ctx, func(scan scanner) error {
			var d OutboxDelivery
			var id []byte
			var made int64
			if err := scan(&d.N, &id, &made, &d.Attempts, &d.Body); err != nil {
				return err
			}
			copy(d.ID[:], id)
			d.Made = timeOf(made)
			if room -= len(d.Body); room >= 0 || len(due) == 0 {
				due = append(due, d)
			}
			return nil
		}, `SELECT d.n, m.id, m.made_us, d.attempts, m.body FROM outbox_deliveries d JOIN outbox_messages m ON m.n = d.message
			WHERE d.sink = ? AND d.state = 0 AND d.next_us <= ? ORDER BY d.next_us, d.n LIMIT ?`, sink, micros(s.now()), limit)
		if err != nil || len(due) > 0 {
			return err
		}
		var at int64
		_, err = t.one(ctx, []any{&at}, `SELECT coalesce(min(next_us), 0) FROM outbox_deliveries WHERE sink = ? AND state = 0`, sink)
		next = timeOf(at)
		return err
	})
	return due, next, err
}

// OutboxDone keeps what tries at a sink came to. Said again of one that was done it changes nothing.
func (s *Store) OutboxDone(ctx context.Context, sink string, outcomes []OutboxOutcome) error {
	return s.change(ctx, "keep what deliveries to "+sink+" came to", func(t *txn) error {
		now := micros(s.now())
		var delivered, failed, givenUp int64
		last := ""
		for _, o := range outcomes {
			done, tries := now, int64(0)
			if o.State == OutboxWaits {
				done = 0
			}
			if o.Error != "" {
				tries = 1
			}
			n, err := t.count(ctx, `UPDATE outbox_deliveries SET state = ?, attempts = attempts + ?, next_us = ?, done_us = ?, error = ? WHERE n = ? AND state = 0`,
				int64(o.State), tries, micros(o.Next), done, o.Error, o.N)
			if err != nil {
				return err
			}
			if n == 0 {
				continue // it was done, or given up, before
			}
			failed, last = failed+tries, cmp.Or(o.Error, last)
			switch o.State {
			case OutboxDelivered:
				delivered++
			case OutboxGivenUp:
				givenUp++
			case OutboxWaits:
			}
		}
		return t.countSink(ctx, sink, delivered, failed, givenUp, last, now)
	})
}

func (t *txn) countSink(ctx context.Context, sink string, delivered, failed, givenUp int64, last string, now int64) error {
	err := t.exec(ctx, `INSERT INTO outbox_sinks (name, delivered, failed, given_up, error, error_us) VALUES (?, ?, ?, ?, '', 0)
		ON CONFLICT (name) DO UPDATE SET delivered = delivered + excluded.delivered, failed = failed + excluded.failed, given_up = given_up + excluded.given_up`,
		sink, delivered, failed, givenUp)
	if err != nil || last == "" {
		return err
	}
	return t.exec(ctx, `UPDATE outbox_sinks SET error = ?, error_us = ? WHERE name = ?`, last, now, sink)
}

// OutboxGiveUp gives up what waits for a sink and was made before a time, and says how many that were.
func (s *Store) OutboxGiveUp(ctx context.Context, sink string, before time.Time, why string) (n int64, err error) {
	err = s.change(ctx, "give up messages to "+sink, func(t *txn) error {
		now := micros(s.now())
		n, err = t.count(ctx, `UPDATE outbox_deliveries SET state = 2, done_us = ?, error = CASE error WHEN '' THEN ? ELSE error END
			WHERE sink = ? AND state = 0 AND message IN (SELECT n FROM outbox_messages WHERE made_us < ?)`, now, why, sink, micros(before))
		if err != nil || n == 0 {
			return err
		}
		return t.countSink(ctx, sink, 0, 0, n, why, now)
	})
	return n, err
}

// OutboxSinks tells how it stands with every sink to which something was to be delivered.
func (s *Store) OutboxSinks(ctx context.Context) (out []OutboxSink, err error) {
	err = s.view(ctx, "read how it stands with sinks", func(t *txn) error {
		out = nil
		return t.each(ctx, func(scan scanner) error {
			var o OutboxSink
			var at, oldest int64
			err := scan(&o.Name, &o.Delivered, &o.Failed, &o.GivenUp, &o.Error, &at, &o.Waiting, &oldest)
			o.ErrorAt, o.Oldest = timeOf(at), timeOf(oldest)
			out = append(out, o)
			return err
		}, `SELECT names.name, coalesce(s.delivered, 0), coalesce(s.failed, 0), coalesce(s.given_up, 0), coalesce(s.error, ''), coalesce(s.error_us, 0),
				coalesce(w.n, 0), coalesce(w.oldest, 0)
			FROM (SELECT name FROM outbox_sinks UNION SELECT sink FROM outbox_deliveries WHERE state = 0) names
			LEFT JOIN outbox_sinks s ON s.name = names.name
			LEFT JOIN (SELECT d.sink, count(*) AS n, min(m.made_us) AS oldest FROM outbox_deliveries d JOIN outbox_messages m ON m.n = d.message
				WHERE d.state = 0 GROUP BY d.sink) w ON w.sink = names.name
			ORDER BY names.name`)
	})
	return out, err
}

// OutboxHeld tells how much waits to become a message, and how many items were withdrawn since the beginning
// because their finding was dismissed or no longer found.
func (s *Store) OutboxHeld(ctx context.Context) (items, withdrawn uint64, err error) {
	err = s.view(ctx, "count what waits in the outbox", func(t *txn) error {
		var n int64
		if _, err := t.one(ctx, []any{&n}, `SELECT count(*) FROM outbox_items`); err != nil {
			return err
		}
		items = uint64(n)
		withdrawn, err = t.counter(ctx, "outbox_withdrawn")
		return err
	})
	return items, withdrawn, err
}

// OutboxPrune removes messages that were made before a time and wait for no sink any more.
func (s *Store) OutboxPrune(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.change(ctx, "remove old messages", func(t *txn) error {
		n, err = t.count(ctx, `DELETE FROM outbox_messages WHERE made_us < ? AND NOT EXISTS
			(SELECT 1 FROM outbox_deliveries d WHERE d.message = outbox_messages.n AND d.state = 0)`, micros(before))
		return err
	})
	return n, err
}

// OutboxDropRoute removes what waits under a route that there is no more, and counts it as withdrawn.
func (s *Store) OutboxDropRoute(ctx context.Context, route string) (n int64, err error) {
	err = s.change(ctx, "drop route "+route, func(t *txn) error {
		n, err = t.count(ctx, `DELETE FROM outbox_items WHERE route = ?`, route)
		if err != nil || n == 0 {
			return err
		}
		before, err := t.counter(ctx, "outbox_withdrawn")
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		return t.setCounter(ctx, "outbox_withdrawn", before+uint64(n))
	})
	return n, err
}
