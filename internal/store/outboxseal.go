package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormglass/internal/hunt"
)

// OutboxRoutes gives the routes under which something waits.
func (s *Store) OutboxRoutes(ctx context.Context) (out []string, err error) {
	err = s.view(ctx, "read routes of the outbox", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			var name string
			err := scan(&name)
			out = append(out, name)
			return err
		}, `SELECT DISTINCT route FROM outbox_items ORDER BY route`)
	})
	return out, err
}

// OutboxWaiting gives what waits under a route, and when its messages since a time were made.
func (s *Store) OutboxWaiting(ctx context.Context, route string, since time.Time) (w OutboxWaiting, err error) {
	err = s.view(ctx, "read what waits in the outbox", func(t *txn) error {
		w, err = t.outboxWaiting(ctx, route, since)
		return err
	})
	return w, err
}

func (t *txn) outboxWaiting(ctx context.Context, route string, since time.Time) (w OutboxWaiting, err error) {
	err = t.each(ctx, func(scan scanner) error {
		var g OutboxGroup
		var first, latest int64
		err := scan(&g.Sinks, &g.Key, &first, &latest, &g.Items, &g.Level)
		g.First, g.Latest = timeOf(first), timeOf(latest)
		w.Groups = append(w.Groups, g)
		return err
	}, `SELECT sinks, key, min(at_us), max(at_us), count(*), max(level) FROM outbox_items WHERE route = ?
		GROUP BY sinks, key ORDER BY min(at_us), min(n)`, route)
	if err != nil {
		return w, err
	}
	return w, t.each(ctx, func(scan scanner) error {
		var made int64
		err := scan(&made)
		w.Sent = append(w.Sent, timeOf(made))
		return err
	}, `SELECT made_us FROM outbox_messages WHERE route = ? AND made_us > ? ORDER BY made_us`, route, micros(since))
}

// OutboxSeal makes messages of what waits under a route, in one transaction: pick says which groups become
// one, and make writes it; one that make gives nil for is not sent, and its items are gone. What make is given
// of a finding is how it is now; a finding that is gone, dismissed or removed is left out, and counted as withdrawn.
func (s *Store) OutboxSeal(ctx context.Context, route string, since time.Time, pick func(OutboxWaiting) []OutboxPick,
	compose func(*OutboxPicked) (*OutboxMessage, error),
) (sealed int, err error) {
	err = s.change(ctx, "seal messages of route "+route, func(t *txn) error {
		sealed = 0
		w, err := t.outboxWaiting(ctx, route, since)
		if err != nil {
			return err
		}
		sl := &sealer{txn: t, now: s.now(), route: route}
		for _, p := range pick(w) {
			if err := sl.seal(ctx, p, compose); err != nil {
				return err
			}
		}
		sealed = sl.sealed
		if sl.withdrawn == 0 {
			return nil
		}
		before, err := t.counter(ctx, "outbox_withdrawn")
		if err != nil {
			return err
		}
		return t.setCounter(ctx, "outbox_withdrawn", before+sl.withdrawn)
	})
	return sealed, err
}

// sealer makes messages of items.
type sealer struct {
	*txn
	now       time.Time
	route     string
	sealed    int
	withdrawn uint64
}

func (s *sealer) seal(ctx context.Context, p OutboxPick, compose func(*OutboxPicked) (*OutboxMessage, error)) error {
	picked := &OutboxPicked{OutboxPick: p, Findings: map[hunt.FindingID]*Stored{}, Levels: map[hunt.Level]int{}}
	for _, g := range p.Groups {
		if err := s.items(ctx, g, picked); err != nil {
			return fmt.Errorf("read items: %w", err)
		}
		if err := s.exec(ctx, `DELETE FROM outbox_items WHERE route = ? AND sinks = ? AND key = ?`, s.route, g.Sinks, g.Key); err != nil {
			return err
		}
	}
	picked.trim(0)
	if err := s.load(ctx, picked); err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	if len(picked.Items) == 0 {
		return nil
	}
	m, err := compose(picked)
	if err != nil || m == nil {
		return err
	}
	s.sealed++
	return s.add(ctx, m)
}

// maxPicked is how many items of one message are held.
const maxPicked = 1000

// trim sorts the items and drops those of the lowest level, once there are more than can be held and some.
func (p *OutboxPicked) trim(some int) {
	if some > 0 && len(p.Items) < maxPicked+some {
		return
	}
	slices.SortStableFunc(p.Items, func(a, b OutboxItem) int { return cmp.Compare(b.Level, a.Level) })
	p.Items = p.Items[:min(len(p.Items), maxPicked)]
}

// items reads the items of a group: one for each finding, and every alarm. Those of findings that are not to be
// told any more are left out.
func (s *sealer) items(ctx context.Context, g OutboxGroup, p *OutboxPicked) error {
	return s.each(ctx, func(scan scanner) error {
		it := OutboxItem{Route: s.route, Sinks: g.Sinks, Key: g.Key}
		var id []byte
		var at, reasons int64
		var current bool
		if err := scan(&it.N, &id, &reasons, &it.Level, &it.Alarm, &at, &current); err != nil {
			return err
		}
		if !current {
			s.withdrawn++
			return nil
		}
		copy(it.Finding[:], id)
		it.At, it.Reasons = timeOf(at), uint8(reasons)
		p.Items = append(p.Items, it)
		p.Levels[it.Level]++
		p.trim(maxPicked)
		return nil
	}, `SELECT min(i.n), i.finding, sum(DISTINCT i.reasons & 1) | sum(DISTINCT i.reasons & 2) | sum(DISTINCT i.reasons & 4) | sum(DISTINCT i.reasons & 8),
			max(i.level), max(i.alarm), min(i.at_us), i.finding IS NULL OR coalesce(f.gone, 1) = 0 AND `+statusNow(s.now)+` <> 2
		FROM outbox_items i LEFT JOIN findings f ON f.id = i.finding LEFT JOIN triage t ON t.n = f.triage
		WHERE i.route = ? AND i.sinks = ? AND i.key = ? GROUP BY coalesce(i.finding, i.n) ORDER BY max(i.level) DESC, min(i.n)`, s.route, g.Sinks, g.Key)
}

// load reads the findings that are wanted whole.
func (s *sealer) load(ctx context.Context, p *OutboxPicked) error {
	r := newFindingReader(s.txn, false)
	var ids []any
	for i := range p.Items {
		if p.Items[i].Alarm == "" && len(ids) < p.Load {
			ids = append(ids, p.Items[i].Finding[:])
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := r.read(ctx, selectFindings(s.now)+` WHERE f.id IN (`+tuples("?", len(ids))+`)`, ids...)
	for i := range found {
		p.Findings[found[i].ID] = &found[i]
	}
	return err
}

func (s *sealer) add(ctx context.Context, m *OutboxMessage) error {
	n, err := s.insert(ctx, `INSERT INTO outbox_messages (id, route, level, made_us, body) VALUES (?, ?, ?, ?, ?)`,
		m.ID[:], m.Route, int64(m.Level), micros(m.Made), m.Body)
	if err != nil {
		return fmt.Errorf("add message: %w", err)
	}
	for _, sink := range m.Sinks {
		if err := s.exec(ctx, `INSERT INTO outbox_deliveries (message, sink, state, attempts, next_us, done_us, error) VALUES (?, ?, 0, 0, 0, 0, '')`,
			n, sink); err != nil {
			return fmt.Errorf("add delivery to %s: %w", strings.ToValidUTF8(sink, "?"), err)
		}
	}
	return nil
}
