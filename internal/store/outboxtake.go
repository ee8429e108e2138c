package store

import (
	"context"
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// OutboxTake reads the next changes of findings, has judge say what is to be told of each, and keeps that
// with how far it has read, in one transaction. Judge also sees what was told before, nil when nothing was.
func (s *Store) OutboxTake(ctx context.Context, limit int, judge func(*Stored, *OutboxTold) (OutboxNews, error)) (taken OutboxTaken, err error) {
	err = s.change(ctx, "take news of findings", func(t *txn) error {
		taken = OutboxTaken{}
		at, err := t.counter(ctx, "outbox_read")
		if err != nil {
			return err
		}
		query, args := s.findingQuery(&Filter{Since: at, Gone: true, Order: ByChange, Limit: limit})
		found, err := newFindingReader(t, true).read(ctx, query, args...)
		if err != nil || len(found) == 0 {
			return err
		}
		for i := range found {
			n, err := t.takeOne(ctx, &found[i], judge)
			if err != nil {
				return fmt.Errorf("finding %s: %w", found[i].ID, err)
			}
			taken.Items += n
		}
		taken.Read, taken.More = len(found), len(found) == limit
		return t.setCounter(ctx, "outbox_read", found[len(found)-1].Changed)
	})
	return taken, err
}

func (t *txn) takeOne(ctx context.Context, f *Stored, judge func(*Stored, *OutboxTold) (OutboxNews, error)) (items int, err error) {
	told, err := t.told(ctx, f.ID)
	if err != nil {
		return 0, err
	}
	news, err := judge(f, told)
	if err != nil {
		return 0, err
	}
	if err := t.addItems(ctx, news.Items); err != nil {
		return 0, err
	}
	if n := news.Told; n != nil {
		err = t.exec(ctx, `INSERT INTO outbox_told (finding, level, first, last, at_us) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (finding) DO UPDATE SET level = excluded.level, first = excluded.first, last = excluded.last, at_us = excluded.at_us`,
			f.ID[:], int64(n.Level), int64(n.First), int64(n.Last), micros(n.At))
	}
	return len(news.Items), err
}

// told gives what was last told of a finding, nil when nothing was.
func (t *txn) told(ctx context.Context, id hunt.FindingID) (*OutboxTold, error) {
	var level, first, last, at int64
	ok, err := t.one(ctx, []any{&level, &first, &last, &at}, `SELECT level, first, last, at_us FROM outbox_told WHERE finding = ?`, id[:])
	if err != nil || !ok {
		return nil, err
	}
	return &OutboxTold{Level: hunt.Level(level), First: telemetry.Day(first), Last: telemetry.Day(last), At: timeOf(at)}, nil
}

// OutboxAdd adds what waits to be told.
func (s *Store) OutboxAdd(ctx context.Context, items []OutboxItem) error {
	return s.change(ctx, "add to the outbox", func(t *txn) error { return t.addItems(ctx, items) })
}

func (t *txn) addItems(ctx context.Context, items []OutboxItem) error {
	for i := range items {
		it := &items[i]
		var finding any
		if it.Alarm == "" {
			finding = it.Finding[:]
		}
		if err := t.exec(ctx, `INSERT INTO outbox_items (route, sinks, key, finding, reasons, level, alarm, at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			it.Route, it.Sinks, it.Key, finding, int64(it.Reasons), int64(it.Level), it.Alarm, micros(it.At)); err != nil {
			return err
		}
	}
	return nil
}
