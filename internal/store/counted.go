package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// RuleIdentity names a rule as it is asked: SHA-256 over its document, what it refers to, pipelines, and registers where it asks them.
type RuleIdentity [32]byte

// Counted is a match of a rule that correlations count.
type Counted struct {
	Rule   RuleIdentity // and the fields that Values are of
	At     telemetry.Instant
	Doubt  time.Duration
	Values []string
	Absent uint64 // bit i is set where the record lacks the field of Values[i]

	Source  string // of the record
	Ordinal uint64
	Kind    telemetry.Kind
	Subject string // whom the match is about
}

// countedMatch is a Counted in JSON.
type countedMatch struct {
	At      int64  `json:"at"`
	Doubt   int64  `json:"doubt,omitzero"`
	Values  []text `json:"values,omitempty"`
	Absent  uint64 `json:"absent,omitzero"`
	Source  text   `json:"source"`
	Ordinal uint64 `json:"ordinal"`
	Kind    uint8  `json:"kind"`
	Subject text   `json:"subject"`
}

// countedDay is the matches of one rule on one day.
type countedDay struct {
	Rule    []byte         `json:"rule"`
	Day     int64          `json:"day"`
	Matches []countedMatch `json:"matches"`
}

// countedDays sorts matches by rule and day.
func countedDays(all []Counted) (out []countedDay) {
	type place struct {
		rule RuleIdentity
		day  telemetry.Day
	}
	at := map[place]int{}
	for i := range all {
		m := &all[i]
		p := place{m.Rule, m.At.Day()}
		n, ok := at[p]
		if !ok {
			n = len(out)
			at[p] = n
			out = append(out, countedDay{Rule: m.Rule[:], Day: int64(p.day)})
		}
		out[n].Matches = append(out[n].Matches, countedMatch{
			int64(m.At), int64(m.Doubt), texts(m.Values), m.Absent, text(m.Source), m.Ordinal, uint8(m.Kind), text(m.Subject),
		})
	}
	slices.SortFunc(out, func(a, b countedDay) int { return cmp.Or(cmp.Compare(a.Day, b.Day), bytes.Compare(a.Rule, b.Rule)) })
	return out
}

func (m *countedMatch) match(rule RuleIdentity) Counted {
	return Counted{
		Rule: rule, At: telemetry.Instant(m.At), Doubt: time.Duration(m.Doubt), Values: plain(m.Values), Absent: m.Absent,
		Source: string(m.Source), Ordinal: m.Ordinal, Kind: telemetry.Kind(m.Kind), Subject: string(m.Subject),
	}
}

// MaxCounted bounds the matches that are kept for correlations; beyond it those that came first go.
const MaxCounted = 2_000_000

// keepCounted keeps matches that came with a manifest entry.
func (t *txn) keepCounted(ctx context.Context, entry uint64, days []countedDay) error {
	if len(days) == 0 {
		return nil
	}
	e, err := number("manifest entry", entry)
	if err != nil {
		return err
	}
	for i := range days {
		d := &days[i]
		if len(d.Rule) != len(RuleIdentity{}) {
			return fault.Wrap(fault.Invalid, fmt.Errorf("matches of a rule of %d bytes", len(d.Rule)))
		}
		body, err := encode(d.Matches)
		if err != nil {
			return err
		}
		_, err = t.insert(ctx, `INSERT INTO matches (rule, day, entry, count, body) VALUES (?, ?, ?, ?, ?)`, d.Rule, d.Day, e, len(d.Matches), body)
		if err != nil {
			return err
		}
	}
	return t.dropCounted(ctx, MaxCounted)
}

// dropCounted removes the matches that came first until no more than most are left.
func (t *txn) dropCounted(ctx context.Context, most int64) error {
	var total int64
	if _, err := t.one(ctx, []any{&total}, `SELECT coalesce(sum(count), 0) FROM matches`); err != nil || total <= most {
		return err
	}
	var last int64
	err := t.each(ctx, func(scan scanner) error {
		var n, count int64
		if err := scan(&n, &count); err != nil {
			return err
		}
		if total > most {
			total, last = total-count, n
		}
		return nil
	}, `SELECT n, count FROM matches ORDER BY n`)
	if err != nil {
		return err
	}
	err = t.exec(ctx, `INSERT INTO rules_short (rule, day, cut, unknown, uncounted, unkept, evicted)
		SELECT rule, day, 0, 0, sum(count), 0, 0 FROM matches WHERE n <= ? GROUP BY rule, day
		ON CONFLICT (rule, day) DO UPDATE SET uncounted = uncounted + excluded.uncounted`, last)
	if err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM matches WHERE n <= ?`, last)
}

// CountedSince gives the days of which matches came after a manifest entry, and the last entry that brought some; not ok when none did.
func (s *Store) CountedSince(ctx context.Context, entry uint64) (first, last telemetry.Day, to uint64, ok bool, err error) {
	err = s.view(ctx, "read days of matches", func(t *txn) error {
		var a, b, e, n int64
		_, err := t.one(ctx, []any{&a, &b, &e, &n}, `SELECT coalesce(min(day), 0), coalesce(max(day), 0), coalesce(max(entry), 0), count(*) FROM matches WHERE entry > ?`, int64(entry))
		first, last, to, ok = telemetry.Day(a), telemetry.Day(b), uint64(e), n > 0
		return err
	})
	return first, last, to, ok, err
}

// CountedOf gives the matches of some days that correlations count, of rules that want chooses.
func (s *Store) CountedOf(ctx context.Context, first, last telemetry.Day, want func(RuleIdentity) bool, each func(Counted) error) error {
	return s.view(ctx, "read matches", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			var rule []byte
			var body string
			if err := scan(&rule, &body); err != nil {
				return err
			}
			id, ok := identityOf(rule)
			if !ok || !want(id) {
				return nil
			}
			var list []countedMatch
			if err := decode(body, &list); err != nil {
				return err
			}
			for i := range list {
				if err := each(list[i].match(id)); err != nil {
					return err
				}
			}
			return nil
		}, `SELECT rule, body FROM matches WHERE day BETWEEN ? AND ? ORDER BY n`, int64(first), int64(last))
	})
}

func identityOf(b []byte) (id RuleIdentity, ok bool) {
	return id, copy(id[:], b) == len(id) && len(b) == len(id)
}

// ReplaceCounted puts matches of some rules on one day, that come with entries up to one, in the place of those that are kept of these.
func (s *Store) ReplaceCounted(ctx context.Context, day telemetry.Day, rules []RuleIdentity, all []Counted, entry uint64) error {
	return s.change(ctx, "keep matches", func(t *txn) error {
		for _, r := range rules {
			if err := t.exec(ctx, `DELETE FROM matches WHERE rule = ? AND day = ? AND entry <= ?`, r[:], int64(day), int64(entry)); err != nil {
				return err
			}
		}
		return t.keepCounted(ctx, entry, countedDays(all))
	})
}
