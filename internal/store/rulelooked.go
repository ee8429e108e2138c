package store

import "context"

// LookedRules gives the rules that all records that are held were held against.
func (s *Store) LookedRules(ctx context.Context) (map[RuleIdentity]uint64, error) {
	out := map[RuleIdentity]uint64{}
	err := s.view(ctx, "read which rules were looked up", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			var rule []byte
			var entry int64
			if err := scan(&rule, &entry); err != nil {
				return err
			}
			if id, ok := identityOf(rule); ok {
				out[id] = uint64(entry)
			}
			return nil
		}, `SELECT rule, entry FROM rules_looked`)
	})
	return out, err
}

// SetLookedRules notes that all records that are held up to a manifest entry were held against rules. Those that are not among keep are
// forgotten: when they come back they are looked up again.
func (s *Store) SetLookedRules(ctx context.Context, rules []RuleIdentity, entry uint64, keep func(RuleIdentity) bool) error {
	was, err := s.LookedRules(ctx)
	if err != nil {
		return err
	}
	return s.change(ctx, "note which rules were looked up", func(t *txn) error {
		e, err := number("manifest entry", entry)
		if err != nil {
			return err
		}
		for id := range was {
			if keep(id) {
				continue
			}
			if err := t.exec(ctx, `DELETE FROM rules_looked WHERE rule = ?`, id[:]); err != nil {
				return err
			}
		}
		for _, id := range rules {
			if err := t.exec(ctx, `INSERT INTO rules_looked (rule, entry) VALUES (?, ?) ON CONFLICT (rule) DO UPDATE SET entry = excluded.entry`, id[:], e); err != nil {
				return err
			}
		}
		return nil
	})
}
