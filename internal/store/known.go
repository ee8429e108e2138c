package store

import (
	"context"
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// known is a finding as it is stored, without statements and samples.
type known struct {
	hunt.Finding
	n       int64
	list    int64 // 0 none
	rule    int64 // 0 none
	details string
	changed uint64
	gone    bool
	triaged bool
	days    map[telemetry.Day]dayRow
}

// dayRow is what a stored day has besides its counts.
type dayRow struct {
	hunt.Day
	samples string // JSON
	sensors string // JSON
}

// same reports whether a computation of a day says what is stored.
func (r *dayRow) same(d *hunt.Day, samples string) bool {
	return r.FromLedger == d.FromLedger && r.Subjects == d.Subjects && r.samples == samples && r.Records == d.Records && r.Bytes == d.Bytes &&
		r.Historical == d.Historical && r.OtherPort == d.OtherPort && r.First == d.First && r.Last == d.Last
}

// known reads the one finding that a condition names, nil when there is none.
func (t *txn) known(ctx context.Context, where string, arg any) (*known, error) {
	k := &known{days: map[telemetry.Day]dayRow{}}
	var c findingColumns
	var changed int64
	ok, err := t.one(ctx, append(c.dest(), &k.n, &k.list, &k.rule, &changed, &k.gone, &k.triaged),
		`SELECT `+findingSelect+`, n, coalesce(list, 0), coalesce(rule, 0), changed, gone, triage IS NOT NULL FROM findings f WHERE `+where, arg)
	if err != nil || !ok {
		return nil, err
	}
	k.details, k.changed = c.details, uint64(changed)
	if err := c.into(&k.Finding); err != nil {
		return nil, err
	}
	err = t.each(ctx, func(scan scanner) error {
		_, d, err := scanDay(scan)
		if err == nil {
			d.Sensors, err = decodeSensors(d.sensors)
		}
		k.days[d.Day.Day] = d
		k.Days = append(k.Days, d.Day)
		return err
	}, `SELECT `+daySelect+` FROM finding_days WHERE finding = ? ORDER BY day`, k.n)
	return k, err
}

// findingColumns are the columns that make a finding, without days and statements.
type findingColumns struct {
	id                                         []byte
	value, subject, details, rule              string
	kind, subjectKind, level, tlp, first, last int64
}

const findingSelect = `f.id, f.kind, f.value, f.subject_kind, f.subject, f.level, f.tlp, f.first, f.last, f.details,
	coalesce((SELECT says FROM rules r WHERE r.n = f.rule), '')`

func (c *findingColumns) dest() []any {
	return []any{&c.id, &c.kind, &c.value, &c.subjectKind, &c.subject, &c.level, &c.tlp, &c.first, &c.last, &c.details, &c.rule}
}

// into makes the finding. Numbers that this build has no names for are damage.
func (c *findingColumns) into(f *hunt.Finding) error {
	if len(c.id) != len(f.ID) || c.subjectKind < 0 || c.subjectKind > int64(hunt.SubjectFields) {
		return fmt.Errorf("finding %x cannot be read: it has subject kind %d", c.id, c.subjectKind)
	}
	var d details
	if err := decode(c.details, &d); err != nil {
		return fmt.Errorf("read details of finding %x: %w", c.id, err)
	}
	if intel.Part(d.Part) > intel.HostOfURL {
		return fmt.Errorf("finding %x cannot be read: it has part %d", c.id, d.Part)
	}
	copy(f.ID[:], c.id)
	if c.rule != "" {
		var err error
		if f.Rule, err = decodeRule(c.rule); err != nil {
			return fmt.Errorf("read rule of finding %x: %w", c.id, err)
		}
	} else {
		f.Value = observable.Of(observable.Kind(c.kind), c.value)
	}
	f.Subject.Kind = hunt.SubjectKind(c.subjectKind)
	if f.Subject.Kind == hunt.SubjectAddr {
		var err error
		if f.Subject.Addr, err = text(c.subject).addr(); err != nil {
			return fmt.Errorf("read subject of finding %x: %w", c.id, err)
		}
	} else {
		f.Subject.Name = c.subject
	}
	f.Level, f.TLP = hunt.Level(c.level), intel.TLP(c.tlp)
	f.First, f.Last = telemetry.Instant(c.first), telemetry.Instant(c.last)
	d.into(f)
	return nil
}
