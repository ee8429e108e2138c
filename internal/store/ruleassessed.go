package store

import (
	"context"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// RuleAssessed says what a rule was asked of.
type RuleAssessed struct {
	Looked  uint64                           // the manifest entry up to which it was looked up in the past, later ones were held against it as they came; 0: never
	Days    []telemetry.Day                  // of which it was asked of all records that are held, when it was looked up
	Arrived bool                             // a record of its log source came
	Short   map[telemetry.Day]hunt.Shortfall // what it was not asked of, and what of its matches was not kept
}

// RulesAssessed says what the rules were asked of that it knows.
func (s *Store) RulesAssessed(ctx context.Context) (map[RuleIdentity]*RuleAssessed, error) {
	out := map[RuleIdentity]*RuleAssessed{}
	of := func(rule []byte) *RuleAssessed {
		id, ok := identityOf(rule)
		if !ok {
			return &RuleAssessed{}
		}
		if out[id] == nil {
			out[id] = &RuleAssessed{}
		}
		return out[id]
	}
	err := s.view(ctx, "read what rules were asked of", func(t *txn) error {
		clear(out)
		var rule []byte
		var n int64
		err := t.each(ctx, func(scan scanner) error {
			err := scan(&rule, &n)
			if err == nil {
				of(rule).Looked = uint64(n)
			}
			return err
		}, `SELECT rule, entry FROM rules_looked`)
		if err != nil {
			return err
		}
		err = t.each(ctx, func(scan scanner) error {
			err := scan(&rule, &n)
			if err == nil {
				r := of(rule)
				r.Days = append(r.Days, telemetry.Day(n))
			}
			return err
		}, `SELECT rule, day FROM rules_assessed ORDER BY rule, day`)
		if err != nil {
			return err
		}
		if err := t.shortsInto(ctx, of); err != nil {
			return err
		}
		return t.each(ctx, func(scan scanner) error {
			err := scan(&rule)
			if err == nil {
				of(rule).Arrived = true
			}
			return err
		}, `SELECT rule FROM rules_arrived`)
	})
	return out, err
}

// SetAssessed notes of which days rules were asked of all records, beside those that are noted already. Rules that are not among keep are
// forgotten.
func (s *Store) SetAssessed(ctx context.Context, rules []RuleIdentity, days []telemetry.Day, keep func(RuleIdentity) bool) error {
	was, err := s.RulesAssessed(ctx)
	if err != nil {
		return err
	}
	return s.change(ctx, "note what rules were asked of", func(t *txn) error {
		for id := range was {
			if keep(id) {
				continue
			}
			for _, table := range []string{"rules_assessed", "rules_arrived", "rules_short"} {
				if err := t.exec(ctx, `DELETE FROM `+table+` WHERE rule = ?`, id[:]); err != nil {
					return err
				}
			}
		}
		for _, id := range rules {
			for _, day := range days {
				if err := t.exec(ctx, `INSERT INTO rules_assessed (rule, day) VALUES (?, ?) ON CONFLICT DO NOTHING`, id[:], int64(day)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// SetArrived notes that records of the log sources of rules came.
func (s *Store) SetArrived(ctx context.Context, rules []RuleIdentity) error {
	ids := make([][]byte, len(rules))
	for i := range rules {
		ids[i] = rules[i][:]
	}
	return s.change(ctx, "note which log sources arrived", func(t *txn) error { return t.setArrived(ctx, ids) })
}

func (t *txn) setArrived(ctx context.Context, rules [][]byte) error {
	for _, id := range rules {
		if _, ok := identityOf(id); !ok {
			continue // of another build
		}
		if err := t.exec(ctx, `INSERT INTO rules_arrived (rule) VALUES (?) ON CONFLICT DO NOTHING`, id); err != nil {
			return err
		}
	}
	return nil
}
