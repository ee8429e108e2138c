package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Hold exempts what a case needs from retention and purge.
type Hold struct {
	Name    string // of the case; no two in force have the same
	Reason  string
	Who     string // user of the operating system who made it
	Created time.Time
	// Values are what it is about: a prefix stands for its addresses, a domain for all below it. None
	// stands for everything in the span.
	Values      []observable.Value
	First, Last telemetry.Instant // span of the records; zero is open

	Released   time.Time // zero while it is in force
	ReleasedBy string
}

// Covers reports whether the hold is about a value.
func (h *Hold) Covers(v observable.Value) bool {
	for _, w := range h.Values {
		if covers(w, v) {
			return true
		}
	}
	return len(h.Values) == 0
}

func covers(held, v observable.Value) bool {
	switch {
	case held == v:
		return true
	case held.Kind() == observable.Prefix && (v.Kind() == observable.Addr || v.Kind() == observable.Prefix):
		return held.Prefix().Overlaps(v.Prefix())
	case held.Kind() == observable.Addr && v.Kind() == observable.Prefix:
		return v.Prefix().Contains(held.Addr())
	case held.Kind() == observable.Domain && v.Kind() == observable.Domain:
		return below(v.String(), held.String()) || below(held.String(), v.String())
	}
	return false
}

// below reports whether a name is under another.
func below(name, parent string) bool { return strings.HasSuffix(name, "."+parent) }

// AddHold puts a hold in force. One of the same name is fault.Conflict.
func (s *Store) AddHold(ctx context.Context, h Hold) error {
	if err := h.check(); err != nil {
		return fmt.Errorf("add hold: %w", err)
	}
	return s.change(ctx, "add hold "+h.Name, func(t *txn) error {
		var n int64
		known, err := t.one(ctx, []any{&n}, `SELECT n FROM holds WHERE name = ? AND released_us = 0`, h.Name)
		if err != nil {
			return err
		}
		if known {
			return fault.Hint(fault.Conflict, errors.New("there is one of that name"), "release it first, or take another name")
		}
		n, err = t.insert(ctx, `INSERT INTO holds (name, reason, who, created_us, first, last, released_us, released_by) VALUES (?, ?, ?, ?, ?, ?, 0, '')`,
			h.Name, h.Reason, h.Who, micros(s.now()), int64(h.First), int64(h.Last))
		for i := 0; err == nil && i < len(h.Values); i++ {
			err = t.exec(ctx, `INSERT OR IGNORE INTO hold_values (hold, kind, value) VALUES (?, ?, ?)`, n, int64(h.Values[i].Kind()), h.Values[i].String())
		}
		return err
	})
}

func (h *Hold) check() error {
	var err error
	switch {
	case h.Name == "" || h.Reason == "" || h.Who == "":
		err = errors.New("a hold needs the name of a case, a reason and a user")
	case max(len(h.Name), len(h.Reason), len(h.Who)) > maxReason:
		err = fmt.Errorf("a text of more than %d bytes", maxReason)
	case h.First != 0 && h.Last != 0 && h.First > h.Last:
		err = errors.New("the span ends before it begins")
	}
	for i := 0; err == nil && i < len(h.Values); i++ {
		err = checkValue(h.Values[i])
	}
	return fault.Wrap(fault.Invalid, err)
}

// ReleaseHold ends the hold of a name.
func (s *Store) ReleaseHold(ctx context.Context, name, who string) error {
	return s.change(ctx, "release hold "+name, func(t *txn) error {
		n, err := t.count(ctx, `UPDATE holds SET released_us = ?, released_by = ? WHERE name = ? AND released_us = 0`, micros(s.now()), who, name)
		if err == nil && n == 0 {
			err = fault.Wrap(fault.NotFound, errors.New("no hold of that name is in force"))
		}
		return err
	})
}

// Holds lists the holds in the order in which they were made; released ones only when they are asked for.
func (s *Store) Holds(ctx context.Context, withReleased bool) (out []Hold, err error) {
	err = s.view(ctx, "list holds", func(t *txn) error {
		out, err = t.holds(ctx, withReleased)
		return err
	})
	return out, err
}

func (t *txn) holds(ctx context.Context, withReleased bool) (out []Hold, err error) {
	at := map[int64]int{}
	err = t.each(ctx, func(scan scanner) error {
		var n, created, released int64
		var h Hold
		err := scan(&n, &h.Name, &h.Reason, &h.Who, &created, &h.First, &h.Last, &released, &h.ReleasedBy)
		h.Created, h.Released = timeOf(created), timeOf(released)
		at[n] = len(out)
		out = append(out, h)
		return err
	}, `SELECT n, name, reason, who, created_us, first, last, released_us, released_by FROM holds WHERE released_us = 0 OR ? ORDER BY n`, withReleased)
	if err != nil {
		return nil, err
	}
	return out, t.each(ctx, func(scan scanner) error {
		var hold int64
		v, err := scanValue(scan, &hold)
		if i, ok := at[hold]; ok {
			out[i].Values = append(out[i].Values, v)
		}
		return err
	}, `SELECT kind, value, hold FROM hold_values ORDER BY hold, kind, value`)
}
