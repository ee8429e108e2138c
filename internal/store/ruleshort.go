package store

import (
	"bytes"
	"cmp"
	"context"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// Short is what a rule was not asked of the records of a day, or what of its matches was not kept.
type Short struct {
	Rule RuleIdentity
	Day  telemetry.Day // 0: of records without a time; telemetry.DayFolded: of several
	hunt.Shortfall
}

// CompareShort orders by rule and day.
func CompareShort(a, b Short) int {
	return cmp.Or(bytes.Compare(a.Rule[:], b.Rule[:]), cmp.Compare(a.Day, b.Day))
}

// matchedShort is a Short in JSON.
type matchedShort struct {
	Rule      []byte `json:"rule"`
	Day       int64  `json:"day"`
	Cut       uint64 `json:"cut,omitzero"`
	Unknown   uint64 `json:"unknown,omitzero"`
	Uncounted uint64 `json:"uncounted,omitzero"`
	Unkept    uint64 `json:"unkept,omitzero"`
}

func matchedShorts(all []Short) (out []matchedShort) {
	for i := range all {
		x := &all[i]
		out = append(out, matchedShort{x.Rule[:], int64(x.Day), x.Cut, x.Unknown, x.Uncounted, x.Unkept})
	}
	return out
}

// addShort adds what rules were not asked of in the records of a manifest entry.
func (t *txn) addShort(ctx context.Context, all []matchedShort) error {
	for i := range all {
		x := &all[i]
		id, ok := identityOf(x.Rule)
		if !ok {
			continue // of another build
		}
		s := Short{id, telemetry.Day(x.Day), hunt.Shortfall{Cut: x.Cut, Unknown: x.Unknown, Uncounted: x.Uncounted, Unkept: x.Unkept}}
		if err := t.putShort(ctx, &s); err != nil {
			return err
		}
	}
	return t.boundShort(ctx, len(all), MaxShort)
}

// putShort adds to what is kept of a rule and a day.
func (t *txn) putShort(ctx context.Context, s *Short) error {
	return t.exec(ctx, `INSERT INTO rules_short (rule, day, cut, unknown, uncounted, unkept, evicted) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (rule, day) DO UPDATE SET cut = cut + excluded.cut, unknown = unknown + excluded.unknown,
			uncounted = uncounted + excluded.uncounted, unkept = unkept + excluded.unkept, evicted = evicted + excluded.evicted`,
		s.Rule[:], int64(s.Day), counted(s.Cut), counted(s.Unknown), counted(s.Uncounted), counted(s.Unkept), counted(s.Evicted))
}

// MaxShort bounds the days of rules that are kept apart, of about 60 bytes each; beyond it the first days of each rule are one.
const MaxShort = 500_000

func (t *txn) boundShort(ctx context.Context, added int, most int64) error {
	if added == 0 {
		return nil
	}
	var n int64
	if _, err := t.one(ctx, []any{&n}, `SELECT count(*) FROM rules_short`); err != nil || n <= most {
		return err
	}
	var day int64
	if _, err := t.one(ctx, []any{&day}, `SELECT day FROM rules_short ORDER BY day LIMIT 1 OFFSET ?`, n-most/2); err != nil {
		return err
	}
	err := t.exec(ctx, `INSERT INTO rules_short (rule, day, cut, unknown, uncounted, unkept, evicted)
		SELECT rule, ?, sum(cut), sum(unknown), sum(uncounted), sum(unkept), sum(evicted) FROM rules_short WHERE day > 0 AND day <= ? GROUP BY rule
		ON CONFLICT (rule, day) DO UPDATE SET cut = cut + excluded.cut, unknown = unknown + excluded.unknown,
			uncounted = uncounted + excluded.uncounted, unkept = unkept + excluded.unkept, evicted = evicted + excluded.evicted`,
		int64(telemetry.DayFolded), day)
	if err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM rules_short WHERE day > 0 AND day <= ?`, day)
}

// ReplaceShort puts what some rules were not asked of on one day, of which all records were held against them once more, in the place of what
// is kept of it. Where not all records of the day are held any more (partly), the larger number stays.
func (s *Store) ReplaceShort(ctx context.Context, day telemetry.Day, rules []RuleIdentity, all []Short, partly bool) error {
	of := map[RuleIdentity]hunt.Shortfall{}
	for i := range all {
		sum := of[all[i].Rule]
		sum.Add(all[i].Shortfall)
		of[all[i].Rule] = sum
	}
	return s.change(ctx, "note what rules were not asked of", func(t *txn) error {
		for _, id := range rules {
			x := Short{id, day, of[id]}
			var cut, unknown, uncounted, unkept int64
			known, err := t.one(ctx, []any{&cut, &unknown, &uncounted, &unkept},
				`SELECT cut, unknown, uncounted, unkept FROM rules_short WHERE rule = ? AND day = ?`, id[:], int64(day))
			if err != nil {
				return err
			}
			if partly {
				x.Cut, x.Unknown = max(x.Cut, uint64(cut)), max(x.Unknown, uint64(unknown))
				x.Uncounted, x.Unkept = max(x.Uncounted, uint64(uncounted)), max(x.Unkept, uint64(unkept))
			}
			if known {
				if err := t.exec(ctx, `DELETE FROM rules_short WHERE rule = ? AND day = ?`, id[:], int64(day)); err != nil {
					return err
				}
			}
			if x.Shortfall == (hunt.Shortfall{}) {
				continue
			}
			if err := t.putShort(ctx, &x); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReplaceEvicted puts what correlations gave up (Evicted, Unkept) as they counted the matches of some days in the place of what is kept of
// these. It may have been on any of them, and is noted of the last.
func (s *Store) ReplaceEvicted(ctx context.Context, rules map[RuleIdentity]hunt.Shortfall, first, last telemetry.Day) error {
	return s.change(ctx, "note which groups were given up", func(t *txn) error {
		for id, x := range rules {
			err := t.exec(ctx, `UPDATE rules_short SET evicted = 0, unkept = 0 WHERE rule = ? AND day BETWEEN ? AND ?`, id[:], int64(first), int64(last))
			if err != nil {
				return err
			}
			if x == (hunt.Shortfall{}) {
				continue
			}
			if err := t.putShort(ctx, &Short{id, last, x}); err != nil {
				return err
			}
		}
		return t.exec(ctx, `DELETE FROM rules_short WHERE cut + unknown + uncounted + unkept + evicted = 0`)
	})
}

// shortsInto reads what rules were not asked of.
func (t *txn) shortsInto(ctx context.Context, of func(rule []byte) *RuleAssessed) error {
	return t.each(ctx, func(scan scanner) error {
		var rule []byte
		var day, cut, unknown, uncounted, unkept, evicted int64
		if err := scan(&rule, &day, &cut, &unknown, &uncounted, &unkept, &evicted); err != nil {
			return err
		}
		r := of(rule)
		if r.Short == nil {
			r.Short = map[telemetry.Day]hunt.Shortfall{}
		}
		r.Short[telemetry.Day(day)] = hunt.Shortfall{
			Cut: uint64(cut), Unknown: uint64(unknown), Uncounted: uint64(uncounted), Unkept: uint64(unkept), Evicted: uint64(evicted),
		}
		return nil
	}, `SELECT rule, day, cut, unknown, uncounted, unkept, evicted FROM rules_short`)
}
