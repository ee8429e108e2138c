package store

import (
	"context"
	"fmt"
	"slices"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
)

// Incidents gives what is kept of incidents, in the order of their ids.
func (s *Store) Incidents(ctx context.Context) (out []casework.Kept, err error) {
	err = s.view(ctx, "read incidents", func(t *txn) error {
		out, err = t.incidents(ctx)
		return err
	})
	return out, err
}

// NameIncidents keeps what name makes of what is kept of incidents. Nobody else changes it meanwhile.
func (s *Store) NameIncidents(ctx context.Context, name func(was []casework.Kept) []casework.Kept) error {
	return s.change(ctx, "keep ids of incidents", func(t *txn) error {
		was, err := t.incidents(ctx)
		if err != nil {
			return err
		}
		known := map[casework.ID]*casework.Kept{}
		holder := map[hunt.FindingID]casework.ID{}
		for i := range was {
			known[was[i].ID] = &was[i]
			for _, f := range was[i].Findings {
				holder[f] = was[i].ID
			}
		}
		next := name(was)
		for i := range next { // all incidents before findings that refer to them
			if k := &next[i]; known[k.ID] == nil || known[k.ID].Into != k.Into {
				if err := t.keepIncident(ctx, k); err != nil {
					return err
				}
			}
		}
		for i := range next {
			for _, f := range next[i].Findings {
				if holder[f] == next[i].ID {
					continue
				}
				if err := t.exec(ctx, `INSERT INTO incident_findings (finding, incident) VALUES (?, ?) ON CONFLICT (finding) DO UPDATE SET incident = excluded.incident`,
					f[:], next[i].ID[:]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (t *txn) keepIncident(ctx context.Context, k *casework.Kept) error {
	into := []byte{}
	if k.Into != (casework.ID{}) {
		into = k.Into[:]
	}
	return t.exec(ctx, `INSERT INTO incidents (id, made_us, merged) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET merged = excluded.merged`, k.ID[:], micros(k.Made), into)
}

func (t *txn) incidents(ctx context.Context) (out []casework.Kept, err error) {
	at := map[casework.ID]int{}
	err = t.each(ctx, func(scan scanner) error {
		var id, into []byte
		var made int64
		if err := scan(&id, &made, &into); err != nil {
			return err
		}
		k := casework.Kept{Made: timeOf(made)}
		copy(k.ID[:], id)
		copy(k.Into[:], into)
		at[k.ID] = len(out)
		out = append(out, k)
		return nil
	}, `SELECT id, made_us, merged FROM incidents ORDER BY id`)
	if err != nil {
		return nil, err
	}
	return out, t.each(ctx, func(scan scanner) error {
		var f hunt.FindingID
		var id casework.ID
		var finding, incident []byte
		if err := scan(&finding, &incident); err != nil {
			return err
		}
		copy(f[:], finding)
		copy(id[:], incident)
		if n, ok := at[id]; ok {
			out[n].Findings = append(out[n].Findings, f)
		}
		return nil
	}, `SELECT finding, incident FROM incident_findings ORDER BY finding`)
}

// forgetIncident removes what tells of a finding that is purged: ids of incidents are ids of findings.
func (p *purger) forgetIncident(ctx context.Context, finding []byte) error {
	for _, query := range []string{
		`DELETE FROM incident_findings WHERE finding = ?`, `UPDATE incidents SET merged = x'' WHERE merged = ?`, `DELETE FROM incidents WHERE id = ?`,
	} {
		if err := p.exec(ctx, query, slices.Clone(finding)); err != nil {
			return fmt.Errorf("purge incident: %w", err)
		}
	}
	return nil
}
