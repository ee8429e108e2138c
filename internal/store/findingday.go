package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

const daySelect = `finding, day, ledger, subjects, records, bytes, historical, other_port, first, last, samples, sensors`

// scanDay reads a row of daySelect: the row of its finding, and the day without its samples taken apart.
func scanDay(scan scanner) (finding int64, d dayRow, err error) {
	var day, records, bytes, historical, otherPort, first, last int64
	if err := scan(&finding, &day, &d.FromLedger, &d.Subjects, &records, &bytes, &historical, &otherPort, &first, &last, &d.samples, &d.sensors); err != nil {
		return 0, d, err
	}
	d.Day.Day, d.Records, d.Bytes = telemetry.Day(day), uint64(records), uint64(bytes)
	d.Historical, d.OtherPort = uint64(historical), uint64(otherPort)
	d.First, d.Last = telemetry.Instant(first), telemetry.Instant(last)
	return finding, d, nil
}

// putDay writes a day, in place of the one that is there. Its samples are given in JSON when they were
// encoded before.
func (w *findingWriter) putDay(ctx context.Context, finding int64, d *hunt.Day, samples string) error {
	if samples == "" {
		var err error
		if samples, err = encodeSamples(d.Samples); err != nil {
			return err
		}
	}
	sensors, err := encodeSensors(d.Sensors)
	if err != nil {
		return err
	}
	return w.exec(ctx, `INSERT INTO finding_days (finding, day, ledger, subjects, records, bytes, historical, other_port, first, last, samples, sensors)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (finding, day) DO UPDATE SET ledger = excluded.ledger, subjects = excluded.subjects, records = excluded.records, bytes = excluded.bytes,
		historical = excluded.historical, other_port = excluded.other_port, first = excluded.first, last = excluded.last, samples = excluded.samples,
		sensors = excluded.sensors`,
		finding, int64(d.Day), d.FromLedger, d.Subjects, int64(d.Records), int64(d.Bytes), int64(d.Historical), int64(d.OtherPort),
		int64(d.First), int64(d.Last), samples, sensors)
}

// lostDay is a day that a hunt looked at and did not find again.
type lostDay struct{ finding, day int64 }

// dropLost removes the days in the hunt's scope of findings that it did not find at all.
func (w *findingWriter) dropLost(ctx context.Context) error {
	lost, err := w.lost(ctx)
	if err != nil {
		return err
	}
	shrunk := map[int64]struct{}{}
	for _, l := range lost {
		if err := w.exec(ctx, `DELETE FROM finding_days WHERE finding = ? AND day = ?`, l.finding, l.day); err != nil {
			return err
		}
		shrunk[l.finding] = struct{}{}
	}
	for _, n := range slices.Sorted(maps.Keys(shrunk)) {
		if err := w.shrink(ctx, n); err != nil {
			return fmt.Errorf("finding in row %d: %w", n, err)
		}
	}
	return nil
}

func (w *findingWriter) lost(ctx context.Context) (out []lostDay, err error) {
	take := func(scan scanner) error {
		var l lostDay
		var fromLedger bool
		v, err := scanValue(scan, &l.finding, &l.day, &fromLedger)
		if _, ok := w.handled[l.finding]; err == nil && !ok && w.scope.day(telemetry.Day(l.day), fromLedger) && w.scope.of(v.Kind(), v.String()) {
			out = append(out, l)
		}
		return err
	}
	const query = `SELECT f.kind, f.value, d.finding, d.day, d.ledger FROM finding_days d JOIN findings f ON f.n = d.finding`
	if w.scope.AllDays {
		return out, w.each(ctx, take, query)
	}
	for day := range w.scope.days {
		if err := w.each(ctx, take, query+` WHERE d.day = ?`, int64(day)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shrink brings a finding in line with the days that it has left; with none it goes.
func (w *findingWriter) shrink(ctx context.Context, n int64) error {
	k, err := w.known(ctx, `n = ?`, n)
	if err != nil {
		return err
	}
	if len(k.Days) > 0 {
		merged, same := k.Finding, k.Finding
		merged.Merge(&same)
		_, err := w.set(ctx, k, &merged, k.list, k.rule, false)
		return err
	}
	if k.triaged {
		w.saved.Gone++
		return w.exec(ctx, `UPDATE findings SET gone = 1, first = 0, last = 0 WHERE n = ?`, n)
	}
	w.saved.Removed++
	w.lists.replaced(k.list, 0)
	return w.exec(ctx, `DELETE FROM findings WHERE n = ?`, n)
}
