package store

import (
	"context"
	"fmt"

	"stormglass/internal/telemetry"
)

// SourceFilter says which sources are wanted. The zero filter wants all.
type SourceFilter struct {
	From, To telemetry.Instant // sources with records in the span; zero is open
	NotWhole bool              // only those of which something was not read
	Limit    int               // at most so many, 0 all
}

// Sources gives sources, the last taken in first.
func (s *Store) Sources(ctx context.Context, f SourceFilter) (out []Source, err error) {
	err = s.view(ctx, "list sources", func(t *txn) error {
		byRow := map[int64]int{}
		err := t.each(ctx, func(scan scanner) error {
			n, src, err := scanSource(scan)
			byRow[n] = len(out)
			out = append(out, src)
			return err
		}, `SELECT n, id, entry, ingested_us, name, format, sensor, bytes, lines, first, last, part, whole, skipped, account FROM sources
			WHERE (?1 = 0 OR last >= ?1) AND (?2 = 0 OR first <> 0 AND first <= ?2) AND (?3 = 0 OR whole = 0)
			ORDER BY ingested_us DESC, n DESC LIMIT ?4`,
			int64(f.From), int64(f.To), f.NotWhole, limit(f.Limit))
		if err != nil {
			return err
		}
		return t.eachKind(ctx, func(source int64, kind telemetry.Kind, records uint64) {
			if at, ok := byRow[source]; ok {
				out[at].Records[kind] = records
			}
		})
	})
	return out, err
}

// limit gives a row limit as SQLite takes it.
func limit(n int) int {
	if n <= 0 {
		return -1
	}
	return n
}

func scanSource(scan scanner) (n int64, s Source, err error) {
	var (
		id                                         []byte
		entry, ingested, bytes, lines, first, last int64
		said                                       string
	)
	err = scan(&n, &id, &entry, &ingested, &s.Name, &s.Format, &s.Sensor, &bytes, &lines, &first, &last, &s.Part, &s.Whole, &s.Skipped, &said)
	if err != nil {
		return 0, s, err
	}
	var a account
	if err := decode(said, &a); err != nil {
		return 0, s, fmt.Errorf("read account of source %x: %w", id, err)
	}
	a.into(&s)
	copy(s.ID[:], id)
	s.Entry, s.Ingested = uint64(entry), timeOf(ingested)
	s.Bytes, s.Lines = uint64(bytes), uint64(lines)
	s.First, s.Last = telemetry.Instant(first), telemetry.Instant(last)
	return n, s, nil
}

func (t *txn) eachKind(ctx context.Context, f func(source int64, kind telemetry.Kind, records uint64)) error {
	return t.each(ctx, func(scan scanner) error {
		var source, kind, records int64
		if err := scan(&source, &kind, &records); err != nil {
			return err
		}
		if kind >= 0 && kind < int64(telemetry.NumKinds) {
			f(source, telemetry.Kind(kind), uint64(records))
		}
		return nil
	}, `SELECT source, kind, records FROM source_kinds`)
}

// Totals sums up all sources.
type Totals struct {
	Sources      uint64
	NotWhole     uint64 // of them, those of which something was not read
	Bytes, Lines uint64
	Records      [telemetry.NumKinds]uint64
	First, Last  telemetry.Instant // of all dated records
}

// Totals gives the sums over all sources.
func (s *Store) Totals(ctx context.Context) (sum Totals, err error) {
	err = s.view(ctx, "sum up sources", func(t *txn) error {
		var n, part, bytes, lines, first, last int64
		_, err := t.one(ctx, []any{&n, &part, &bytes, &lines, &first, &last}, `SELECT count(*), coalesce(sum(1 - whole), 0),
			coalesce(sum(bytes), 0), coalesce(sum(lines), 0), coalesce(min(first) FILTER (WHERE first <> 0), 0), coalesce(max(last), 0) FROM sources`)
		if err != nil {
			return err
		}
		sum.Sources, sum.NotWhole, sum.Bytes, sum.Lines = uint64(n), uint64(part), uint64(bytes), uint64(lines)
		sum.First, sum.Last = telemetry.Instant(first), telemetry.Instant(last)
		return t.eachKind(ctx, func(_ int64, kind telemetry.Kind, records uint64) { sum.Records[kind] += records })
	})
	return sum, err
}
