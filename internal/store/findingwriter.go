package store

import (
	"cmp"
	"context"
	"slices"

	"stormglass/internal/hunt"
)

// findingWriter saves the findings of one hunt.
type findingWriter struct {
	*txn
	scope   scope
	at      int64 // now, in microseconds
	changed uint64
	handled map[int64]struct{} // rows of the findings that were saved
	lists   *listWriter
	saved   Saved
}

func (w *findingWriter) save(ctx context.Context, f *hunt.Finding) error {
	list, err := w.lists.save(ctx, f.Refs)
	if err != nil {
		return err
	}
	rule, err := w.rule(ctx, f.Rule)
	if err != nil {
		return err
	}
	k, err := w.known(ctx, `id = ?`, f.ID[:])
	if err != nil {
		return err
	}
	if k == nil {
		return w.add(ctx, f, list, rule)
	}
	w.handled[k.n] = struct{}{}
	return w.update(ctx, k, f, list, rule)
}

// add saves a finding that was not there.
func (w *findingWriter) add(ctx context.Context, f *hunt.Finding, list, rule int64) error {
	said, err := encode(detailsOf(f))
	if err != nil {
		return err
	}
	w.changed++
	n, err := w.insert(ctx, `INSERT INTO findings
		(id, kind, value, subject_kind, subject, level, tlp, list, rule, details, first, last, changed, saved_us, gone)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		f.ID[:], int64(f.Value.Kind()), f.What(), int64(f.Subject.Kind), subjectText(f.Subject), int64(f.Level), int64(f.TLP),
		orNull(list), orNull(rule), said, int64(f.First), int64(f.Last), int64(w.changed), w.at)
	if err != nil {
		return err
	}
	w.handled[n] = struct{}{}
	w.saved.New++
	for i := range f.Days {
		if err := w.putDay(ctx, n, &f.Days[i], ""); err != nil {
			return err
		}
	}
	return nil
}

// update brings a finding into the one that is there.
func (w *findingWriter) update(ctx context.Context, k *known, f *hunt.Finding, list, rule int64) error {
	wrote := false
	for i := range f.Days {
		d := &f.Days[i]
		was, ok := k.days[d.Day]
		if ok && d.FromLedger && !was.FromLedger {
			continue // a ledger knows less than the records did, as hunt.Finding.Merge has it
		}
		samples, err := encodeSamples(d.Samples)
		if err != nil {
			return err
		}
		if ok && was.same(d, samples) {
			continue
		}
		wrote = true
		if err := w.putDay(ctx, k.n, d, samples); err != nil {
			return err
		}
	}
	if err := w.dropDays(ctx, k, f); err != nil {
		return err
	}
	merged := k.Finding
	merged.Merge(f)
	news, err := w.set(ctx, k, &merged, list, rule, wrote)
	switch {
	case err != nil:
		return err
	case k.gone:
		w.saved.New++
	case news:
		w.saved.Changed++
	default:
		w.saved.Same++
	}
	return nil
}

// dropDays removes the days of a finding that the hunt looked at and did not find again.
func (w *findingWriter) dropDays(ctx context.Context, k *known, f *hunt.Finding) error {
	kept := k.Days[:0]
	for _, d := range k.Days {
		if _, found := slices.BinarySearchFunc(f.Days, d, byDay); found || !w.scope.day(d.Day, d.FromLedger) || !w.scope.of(f.Value.Kind(), f.What()) {
			kept = append(kept, d)
			continue
		}
		if err := w.exec(ctx, `DELETE FROM finding_days WHERE finding = ? AND day = ?`, k.n, int64(d.Day)); err != nil {
			return err
		}
	}
	k.Days = kept
	return nil
}

// byDay orders days.
func byDay(a, b hunt.Day) int { return cmp.Compare(a.Day, b.Day) }

// set writes what a finding says now, if it is not what its row says, and reports whether it is news.
func (w *findingWriter) set(ctx context.Context, k *known, f *hunt.Finding, list, rule int64, wrote bool) (news bool, err error) {
	said, err := encode(detailsOf(f))
	if err != nil {
		return false, err
	}
	news = wrote || k.gone || f.Level != k.Level || f.TLP != k.TLP
	if said != k.details && !news {
		if news, err = differ(said, k.details); err != nil {
			return false, err
		}
	}
	if !news && said == k.details && list == k.list && rule == k.rule && f.First == k.First && f.Last == k.Last {
		return false, nil
	}
	number := k.changed
	if news {
		w.changed++
		number = w.changed
	}
	w.lists.replaced(k.list, list)
	return news, w.exec(ctx, `UPDATE findings SET level = ?, tlp = ?, list = ?, rule = ?, details = ?, first = ?, last = ?, changed = ?, gone = 0 WHERE n = ?`,
		int64(f.Level), int64(f.TLP), orNull(list), orNull(rule), said, int64(f.First), int64(f.Last), int64(number), k.n)
}

// differ reports whether two findings' details say different things of what was met.
func differ(a, b string) (bool, error) {
	var one, other details
	if err := decode(a, &one); err != nil {
		return false, err
	}
	if err := decode(b, &other); err != nil {
		return false, err
	}
	one.Also, one.Statements, other.Also, other.Statements = nil, 0, nil, 0
	a, err := encode(one)
	if err != nil {
		return false, err
	}
	b, err = encode(other)
	return a != b, err
}

// subjectText gives a subject as its column holds it.
func subjectText(s hunt.Subject) string {
	if s.Kind == hunt.SubjectAddr {
		return string(addrText(s.Addr))
	}
	return s.Name
}

// orNull gives the number of a row, or none for 0.
func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
