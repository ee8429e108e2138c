package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
)

// Findings gives findings with what was decided on them.
func (s *Store) Findings(ctx context.Context, f Filter) (out []Stored, err error) {
	err = s.view(ctx, "read findings", func(t *txn) error {
		query, args := s.findingQuery(&f)
		r := newFindingReader(t, f.NoSamples)
		out, err = r.read(ctx, query, args...)
		return err
	})
	return out, err
}

// Finding gives the one finding, gone or not, whose id begins with at least 4 hex digits. The error is
// fault.NotFound when there is none, and names the candidates when there are several.
func (s *Store) Finding(ctx context.Context, id string) (f Stored, err error) {
	err = s.view(ctx, "read finding", func(t *txn) error {
		n, err := t.namedFinding(ctx, id)
		if err != nil {
			return err
		}
		found, err := newFindingReader(t, false).read(ctx, selectFindings(s.now())+` WHERE f.n = ?`, n)
		if err == nil {
			f = found[0]
		}
		return err
	})
	return f, err
}

// namedFinding gives the row of the one finding that a part of an id means.
func (t *txn) namedFinding(ctx context.Context, id string) (int64, error) {
	from, to, ok := idRange(strings.ToLower(id), len(hunt.FindingID{}))
	if !ok {
		return 0, fault.Wrap(fault.Invalid, fmt.Errorf("%q is no part of a finding's id: 4 to 32 hex digits", id))
	}
	var found candidates
	err := t.each(ctx, found.scanFinding, `SELECT n, id, kind, value, subject_kind, subject FROM findings WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 100`, from, to)
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, fault.Wrap(fault.NotFound, fmt.Errorf("no finding has an id that begins with %s", id))
	}
	return found.only("finding", id)
}

// findingQuery gives the statement of a filter.
func (s *Store) findingQuery(f *Filter) (query string, args []any) {
	var where []string
	and := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	and(`f.changed > ?`, int64(f.Since))
	and(`f.level >= ?`, int64(f.Level))
	if !f.Gone {
		and(`f.gone = 0`)
	}
	if !f.Value.IsZero() {
		and(`f.kind = ? AND f.value = ?`, int64(f.Value.Kind()), f.Value.String())
	}
	if f.Rule != "" {
		and(`f.kind = 0 AND f.value = ?`, f.Rule)
	}
	if f.Subject != nil {
		and(`f.subject_kind = ? AND f.subject = ?`, int64(f.Subject.Kind), subjectText(*f.Subject))
	}
	if len(f.Status) > 0 {
		var wanted []any
		for _, s := range f.Status {
			wanted = append(wanted, int64(s))
		}
		and(statusNow(s.now())+` IN (`+tuples("?", len(wanted))+`)`, wanted...)
	}
	if f.FirstDay != 0 || f.LastDay != 0 {
		and(`EXISTS (SELECT 1 FROM finding_days d WHERE d.finding = f.n AND d.day > 0 AND d.day >= ? AND (? = 0 OR d.day <= ?))`,
			int64(f.FirstDay), int64(f.LastDay), int64(f.LastDay))
	}
	order := ` ORDER BY f.level DESC, f.last DESC, f.value, f.kind, f.subject, f.id`
	if f.Order == ByChange {
		order = ` ORDER BY f.changed`
	}
	return selectFindings(s.now()) + ` WHERE ` + strings.Join(where, ` AND `) + order + ` LIMIT ?`, append(args, limit(f.Limit))
}

// findingReader reads findings. What several share is made once.
type findingReader struct {
	*txn
	noSamples bool
	lists     map[int64][]hunt.Ref
	origins   originReader
}

func newFindingReader(t *txn, noSamples bool) *findingReader {
	return &findingReader{txn: t, noSamples: noSamples, lists: map[int64][]hunt.Ref{}, origins: originReader{}}
}

// found is a finding being read.
type found struct {
	n, list int64
	at      int // among those that were read
}

// read gives the findings of a query of selectFindings, with days and statements.
func (r *findingReader) read(ctx context.Context, query string, args ...any) (out []Stored, err error) {
	var rows []found
	err = r.each(ctx, func(scan scanner) error {
		f, s, err := scanFinding(scan)
		f.at = len(out)
		rows, out = append(rows, f), append(out, s)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b found) int { return int(a.n - b.n) })
	for batch := range slices.Chunk(rows, batchRows) {
		if err := r.days(ctx, batch, out); err != nil {
			return nil, err
		}
	}
	if err := r.refs(ctx, rows, out); err != nil {
		return nil, err
	}
	return out, nil
}

func scanFinding(scan scanner) (f found, s Stored, err error) {
	var c findingColumns
	var t triageColumns
	var changed, saved int64
	if err := scan(append(append(c.dest(), &f.n, &f.list, &changed, &saved, &s.Gone), t.dest()...)...); err != nil {
		return f, s, err
	}
	s.Finding = &hunt.Finding{}
	if err := c.into(s.Finding); err != nil {
		return f, s, err
	}
	s.Changed, s.Saved = uint64(changed), timeOf(saved)
	s.Triage, err = t.triage()
	return f, s, err
}

// days reads the days of a batch of findings.
func (r *findingReader) days(ctx context.Context, batch []found, out []Stored) error {
	args := make([]any, len(batch))
	for i := range batch {
		args[i] = batch[i].n
	}
	at := 0
	return r.each(ctx, func(scan scanner) error {
		n, d, err := scanDay(scan)
		if err != nil {
			return err
		}
		for batch[at].n != n {
			at++
		}
		s := &out[batch[at].at]
		if d.Sensors, err = decodeSensors(d.sensors); err != nil {
			return fmt.Errorf("read sensors of finding %s on %s: %w", s.ID, d.Day.Day, err)
		}
		if !r.noSamples {
			if d.Samples, err = decodeSamples(d.samples); err != nil {
				return fmt.Errorf("read samples of finding %s on %s: %w", s.ID, d.Day.Day, err)
			}
		}
		s.addDay(&d)
		return nil
	}, `SELECT `+daySelect+` FROM finding_days WHERE finding IN (`+tuples("?", len(batch))+`) ORDER BY finding, day`, args...)
}

// addDay puts the next day at the end and counts it in. First and last stand in the finding's row.
func (s *Stored) addDay(d *dayRow) {
	f := s.Finding
	f.Days = append(f.Days, d.Day)
	if d.FromLedger {
		f.LedgerDays++
	}
	f.Records += d.Records
	f.Bytes += d.Bytes
	f.Historical += d.Historical
	f.OtherPort += d.OtherPort
}

func (r *findingReader) refs(ctx context.Context, rows []found, out []Stored) error {
	for _, f := range rows {
		if f.list == 0 {
			continue
		}
		list, ok := r.lists[f.list]
		if !ok {
			var err error
			if list, err = r.list(ctx, f.list); err != nil {
				return fmt.Errorf("read statements of finding %s: %w", out[f.at].ID, err)
			}
			r.lists[f.list] = list
		}
		out[f.at].Refs = list
	}
	return nil
}

// LastChange gives the number of the last change of a finding.
func (s *Store) LastChange(ctx context.Context) (n uint64, err error) {
	err = s.view(ctx, "read the last change", func(t *txn) error {
		n, err = t.counter(ctx, "changed")
		return err
	})
	return n, err
}
