package store

import (
	"context"
	"fmt"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// Source is a source, or a part of one, whose records were taken in.
type Source struct {
	ID    telemetry.SourceID // SHA-256 of its content, or of the part that was read
	After telemetry.SourceID // the state of the same source whose place it takes, zero when none

	Name, Format, Sensor string

	Bytes, Lines uint64 // of decompressed content
	Records      [telemetry.NumKinds]uint64
	Undated      uint64 // records without a time that could be read
	Lost         uint64 // records that could not be read
	First, Last  telemetry.Instant

	Ingested time.Time
	Entry    uint64 // of the manifest; set by Apply
	Part     bool   // reading is to go on after these lines
	Whole    bool   // every record was read
	Skipped  string // why it was not read at all, empty when it was
	Failed   string // why reading stopped before the end, empty when it did not
	Problems []telemetry.Problem
}

// account is what of a source stands in JSON.
type account struct {
	Undated  uint64    `json:"undated,omitzero"`
	Lost     uint64    `json:"lost,omitzero"`
	Failed   text      `json:"failed,omitzero"`
	Problems []problem `json:"problems,omitempty"`
}

type problem struct {
	Reason   text      `json:"reason"`
	Notice   bool      `json:"notice,omitzero"`
	Count    uint64    `json:"count"`
	Examples []example `json:"examples,omitempty"`
}

type example struct {
	Line   uint64 `json:"line,omitzero"`
	Detail text   `json:"detail,omitzero"`
}

func accountOf(s *Source) account {
	a := account{Undated: s.Undated, Lost: s.Lost, Failed: text(s.Failed)}
	for _, p := range s.Problems {
		q := problem{Reason: text(p.Reason), Notice: p.Notice, Count: p.Count}
		for _, e := range p.Examples {
			q.Examples = append(q.Examples, example{Line: e.Line, Detail: text(e.Detail)})
		}
		a.Problems = append(a.Problems, q)
	}
	return a
}

func (a *account) into(s *Source) {
	s.Undated, s.Lost, s.Failed = a.Undated, a.Lost, string(a.Failed)
	for _, q := range a.Problems {
		p := telemetry.Problem{Reason: string(q.Reason), Notice: q.Notice, Count: q.Count}
		for _, e := range q.Examples {
			p.Examples = append(p.Examples, telemetry.Example{Line: e.Line, Detail: string(e.Detail)})
		}
		s.Problems = append(s.Problems, p)
	}
}

// Applied gives the number of the last manifest entry that was projected, 0 when none was.
func (s *Store) Applied(ctx context.Context) (entry uint64, err error) {
	err = s.view(ctx, "read the last manifest entry", func(t *txn) error {
		entry, err = t.counter(ctx, "applied")
		return err
	})
	return entry, err
}

// Brought is what a manifest entry brought.
type Brought struct {
	Sources  []Source
	Matched  []byte // what rules matched in its records (EncodeMatched)
	Covered  []byte // who sent what in which hour (coverage.Counter.Encode)
	Snapshot bool   // it stands for many, and tells nothing of what they matched and covered
}

// Apply is Bring of sources and of what rules matched.
func (s *Store) Apply(ctx context.Context, entry uint64, sources []Source, matched []byte) (saved Saved, err error) {
	return s.Bring(ctx, entry, &Brought{Sources: sources, Matched: matched})
}

// Bring takes in the sources of a manifest entry, some or none. An entry that is not above Applied
// changes nothing. A source that is known is replaced, and one that goes on another takes its place. What
// rules matched in the records that the entry brought (EncodeMatched), if anything, is counted in: saved says what
// became of the findings.
func (s *Store) Bring(ctx context.Context, entry uint64, b *Brought) (saved Saved, err error) {
	covered, err := coverage.Decode(b.Covered)
	if err != nil {
		return saved, fault.Wrap(fault.Invalid, fmt.Errorf("manifest entry %d: %w", entry, err))
	}
	found, matched, err := decodeMatched(b.Matched)
	if err != nil {
		return saved, fault.Wrap(fault.Invalid, fmt.Errorf("read what rules matched in manifest entry %d: %w", entry, err))
	}
	err = s.change(ctx, fmt.Sprintf("apply manifest entry %d", entry), func(t *txn) error {
		saved = Saved{}
		applied, err := t.counter(ctx, "applied")
		if err != nil || entry <= applied {
			return err
		}
		for i := range b.Sources {
			if err := t.source(ctx, entry, &b.Sources[i]); err != nil {
				return fmt.Errorf("keep source %s: %w", b.Sources[i].ID, err)
			}
		}
		if err := t.keepCovered(ctx, entry, covered); err != nil {
			return fmt.Errorf("count in what was covered: %w", err)
		}
		if b.Snapshot {
			if err := t.missed(ctx, applied, entry); err != nil {
				return err
			}
		}
		if saved, err = t.countIn(ctx, found, micros(s.now())); err != nil {
			return fmt.Errorf("count in what rules matched: %w", err)
		}
		if err := t.keepCounted(ctx, entry, matched.Counted); err != nil {
			return fmt.Errorf("keep matches that correlations count: %w", err)
		}
		if err := t.addShort(ctx, matched.Short); err != nil {
			return fmt.Errorf("note what rules were not asked of: %w", err)
		}
		if err := t.setArrived(ctx, matched.Arrived); err != nil {
			return fmt.Errorf("note which log sources arrived: %w", err)
		}
		return t.setCounter(ctx, "applied", entry)
	})
	return saved, err
}

func (t *txn) source(ctx context.Context, entry uint64, s *Source) error {
	e, err := number("manifest entry", entry)
	if err != nil {
		return err
	}
	said, err := encode(accountOf(s))
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `DELETE FROM sources WHERE id = ? OR id = ? AND part`, s.ID[:], s.After[:]); err != nil {
		return err
	}
	n, err := t.insert(ctx, `INSERT INTO sources
		(id, entry, ingested_us, name, format, sensor, bytes, lines, first, last, part, whole, skipped, account)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID[:], e, micros(s.Ingested), s.Name, s.Format, s.Sensor, counted(s.Bytes), counted(s.Lines),
		int64(s.First), int64(s.Last), s.Part, s.Whole, s.Skipped, said)
	if err != nil {
		return err
	}
	for kind, records := range s.Records {
		if records == 0 {
			continue
		}
		if err := t.exec(ctx, `INSERT INTO source_kinds (source, kind, records) VALUES (?, ?, ?)`, n, kind, counted(records)); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) counter(ctx context.Context, name string) (uint64, error) {
	var n int64
	if _, err := t.one(ctx, []any{&n}, `SELECT n FROM counters WHERE name = ?`, name); err != nil {
		return 0, fmt.Errorf("read counter %s: %w", name, err)
	}
	return uint64(n), nil
}

func (t *txn) setCounter(ctx context.Context, name string, value uint64) error {
	n, err := number(name, value)
	if err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE counters SET n = ? WHERE name = ?`, n, name)
}
