package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/observable/trace"
)

// Purge notes that a value is to be removed, or was, from everything that is kept. The value itself is
// not in it.
type Purge struct {
	Number   uint64          // set by BeginPurge
	Kind     observable.Kind // of the value
	Digest   []byte          // of the value, keyed, so that it can be told whether it was purged
	Asked    time.Time       // set by BeginPurge
	Who, Why string
	Done     time.Time // zero while something is left (a tombstone)
}

// Bounds of a keyed digest, in bytes.
const (
	minDigest = 16
	maxDigest = 64
)

// BeginPurge notes a purge and gives its number.
func (s *Store) BeginPurge(ctx context.Context, p Purge) (number uint64, err error) {
	err = s.change(ctx, "note purge", func(t *txn) error {
		if p.Who == "" || p.Why == "" || len(p.Digest) < minDigest || len(p.Digest) > maxDigest {
			return fault.Wrap(fault.Invalid, fmt.Errorf("it needs a user, a reason and a keyed digest of %d to %d bytes", minDigest, maxDigest))
		}
		n, err := t.insert(ctx, `INSERT INTO purges (kind, digest, asked_us, who, why, done_us) VALUES (?, ?, ?, ?, ?, 0)`,
			int64(p.Kind), p.Digest, micros(s.now()), p.Who, p.Why)
		number = uint64(n)
		return err
	})
	return number, err
}

// FinishPurge notes that nothing is left of a value. Done again it changes nothing.
func (s *Store) FinishPurge(ctx context.Context, number uint64) error {
	return s.change(ctx, "note end of purge", func(t *txn) error {
		n, err := t.count(ctx, `UPDATE purges SET done_us = CASE done_us WHEN 0 THEN ? ELSE done_us END WHERE n = ?`, micros(s.now()), int64(number))
		if err == nil && n == 0 {
			err = fault.Wrap(fault.NotFound, fmt.Errorf("no purge has number %d", number))
		}
		return err
	})
}

// Purges lists all purges in the order in which they were asked for.
func (s *Store) Purges(ctx context.Context) (out []Purge, err error) {
	err = s.view(ctx, "list purges", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			var n, kind, asked, done int64
			var p Purge
			err := scan(&n, &kind, &p.Digest, &asked, &p.Who, &p.Why, &done)
			p.Number, p.Kind, p.Asked, p.Done = uint64(n), observable.Kind(kind), timeOf(asked), timeOf(done)
			out = append(out, p)
			return err
		}, `SELECT n, kind, digest, asked_us, who, why, done_us FROM purges ORDER BY n`)
	})
	return out, err
}

// Purged counts what a purge removed here.
type Purged struct {
	Findings   int // about the value, with all days, samples and decisions
	Samples    int // of other findings, that show the value
	Indicators int
	Texts      int // in which it stood and now stands Blank
}

// Blank stands in texts where a value was purged.
const Blank = trace.Blank

// PurgeValue removes every trace of a value: findings that are about it (as their value, a part of their
// value, or their address or device), indicators, samples that show it; elsewhere Blank takes its place.
// What an address or a domain stands in, such as a URL or a name below the domain, counts as a trace.
// Then the file is written anew, so that its bytes hold nothing of it. That takes as much room on the disk again as the file has, and
// waits for readers; when they do not end in time the error is fault.Busy and the call is to be repeated.
// While a hold covers the value the error is fault.Conflict.
func (s *Store) PurgeValue(ctx context.Context, v observable.Value) (p Purged, err error) {
	if v.IsZero() || v.String() == "" {
		return p, fault.Wrap(fault.Invalid, errors.New("purge: no value"))
	}
	err = s.change(ctx, "purge", func(t *txn) error {
		w := &purger{txn: t, trace: trace.Of(v)}
		err := w.run(ctx)
		p = w.purged
		return err
	})
	if err != nil {
		return Purged{}, err
	}
	return p, s.rewrite(ctx)
}

// rewrite writes the file anew and empties its log.
func (s *Store) rewrite(ctx context.Context) (err error) {
	c, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("rewrite the file: %w", explain(err))
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	// The copy that VACUUM makes may be larger than memory.
	for _, q := range []string{`PRAGMA temp_store = file`, `VACUUM`, `PRAGMA temp_store = memory`} {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("rewrite the file: %w", explain(err))
		}
	}
	var busy, log, done int
	if err := c.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done); err != nil {
		return fmt.Errorf("empty the log: %w", explain(err))
	}
	if busy != 0 {
		return fault.Hint(fault.Busy, errors.New("empty the log: somebody reads an older state"), "purge again when the other command is done")
	}
	return nil
}
