package store

import (
	"context"
	"fmt"
	"slices"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/observable/trace"
	"stormglass/internal/telemetry"
)

// purger removes the traces of one value.
type purger struct {
	*txn
	trace  trace.Trace
	purged Purged
}

func (p *purger) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{p.unheld, p.findings, p.samples, p.indicators, p.holdValues, p.speakers, p.blankTexts} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// value reports whether a kept value is or holds the one that is purged. A domain is held by those below
// it, not by one that only begins like it; an address is not held by a network that begins with it.
func (p *purger) value(v observable.Value) bool {
	purged := p.trace.Value()
	if v == purged {
		return true
	}
	if v.Kind() == observable.Prefix {
		switch purged.Kind() { //nolint:exhaustive // the others do not stand in a prefix
		case observable.Prefix:
			return purged.Prefix().Bits() <= v.Prefix().Bits() && purged.Prefix().Contains(v.Prefix().Addr())
		case observable.Addr:
			return v.Prefix().IsSingleIP() && v.Prefix().Addr() == purged.Addr()
		}
	}
	return p.trace.Itself(v.String())
}

// unheld reports as an error that a hold in force covers the value, or is about what holds it.
func (p *purger) unheld(ctx context.Context) error {
	holds, err := p.holds(ctx, false)
	if err != nil {
		return err
	}
	for i := range holds {
		if h := &holds[i]; h.Covers(p.trace.Value()) || slices.ContainsFunc(h.Values, p.value) {
			return fault.Hint(fault.Conflict, fmt.Errorf("hold %q covers the value", h.Name), "release the hold first")
		}
	}
	return nil
}

// findings removes the findings about the value, and what was decided on them.
func (p *purger) findings(ctx context.Context) error {
	type doomed struct {
		n, list int64
		id      []byte
	}
	var all []doomed
	err := p.each(ctx, func(scan scanner) error {
		var d doomed
		var kind hunt.SubjectKind
		var subject string
		v, err := scanValue(scan, &d.n, &d.list, &d.id, &kind, &subject)
		if err == nil && (p.value(v) || kind != hunt.SubjectSource && p.trace.In(subject)) {
			all = append(all, d)
		}
		return err
	}, `SELECT kind, value, n, coalesce(list, 0), id, subject_kind, subject FROM findings`)
	if err != nil {
		return err
	}
	lists := newListWriter(p.txn)
	for _, d := range all {
		if err := p.exec(ctx, `DELETE FROM findings WHERE n = ?`, d.n); err != nil {
			return fmt.Errorf("purge finding: %w", err)
		}
		if err := p.exec(ctx, `DELETE FROM triage WHERE finding = ?`, d.id); err != nil {
			return fmt.Errorf("purge triage: %w", err)
		}
		for _, table := range []string{"outbox_items", "outbox_told"} {
			if err := p.exec(ctx, `DELETE FROM `+table+` WHERE finding = ?`, d.id); err != nil {
				return fmt.Errorf("purge %s: %w", table, err)
			}
		}
		if err := p.forgetIncident(ctx, d.id); err != nil {
			return err
		}
		lists.replaced(d.list, 0)
	}
	p.purged.Findings = len(all)
	return lists.dropUnused(ctx)
}

// samples removes the samples that show the value from the findings that stay.
func (p *purger) samples(ctx context.Context) error {
	changes := map[int64]string{}
	err := p.each(ctx, func(scan scanner) error {
		var n int64
		var said string
		if err := scan(&n, &said); err != nil {
			return err
		}
		if said == "[]" {
			return nil
		}
		list, err := decodeSamples(said)
		if err != nil {
			return err
		}
		kept := list[:0]
		for i := range list {
			if !p.shows(&list[i]) {
				kept = append(kept, list[i])
			}
		}
		if len(kept) == len(list) {
			return nil
		}
		p.purged.Samples += len(list) - len(kept)
		changes[n], err = encodeSamples(kept)
		return err
	}, `SELECT n, samples FROM finding_days`)
	if err != nil {
		return fmt.Errorf("purge samples: %w", err)
	}
	for n, said := range changes {
		if err := p.exec(ctx, `UPDATE finding_days SET samples = ? WHERE n = ?`, said, n); err != nil {
			return fmt.Errorf("purge samples: %w", err)
		}
	}
	return nil
}

// shows reports whether a sample holds the value, or the hash of a conversation of it.
func (p *purger) shows(s *hunt.Sample) bool {
	for _, text := range [...]string{s.Source, s.Field, s.Seen, s.Ends.UID, s.Flow, s.Line, string(addrText(s.Ends.Src)), string(addrText(s.Ends.Dst))} {
		if p.trace.In(text) {
			return true
		}
	}
	for _, f := range s.Fields {
		if p.trace.In(f.Name) || p.trace.In(f.Value) {
			return true
		}
	}
	return p.trace.Value().Kind() == observable.CommunityID && telemetry.CommunityID(&s.Ends) == p.trace.Value().String()
}

// indicators removes the value, and those that hold it, from what is hunted.
func (p *purger) indicators(ctx context.Context) error {
	var doomed []int64
	err := p.each(ctx, func(scan scanner) error {
		var n int64
		v, err := scanValue(scan, &n)
		if err == nil && p.value(v) {
			doomed = append(doomed, n)
		}
		return err
	}, `SELECT kind, value, n FROM indicators`)
	for i := 0; err == nil && i < len(doomed); i++ {
		err = p.exec(ctx, `DELETE FROM indicators WHERE n = ?`, doomed[i])
	}
	if err != nil {
		return fmt.Errorf("purge indicators: %w", err)
	}
	p.purged.Indicators = len(doomed)
	return nil
}

// speakers removes what is counted of who sent what, where a name or address is the value or holds it.
func (p *purger) speakers(ctx context.Context) error {
	var doomed []int64
	err := p.each(ctx, func(scan scanner) error {
		var n int64
		var speaker string
		err := scan(&n, &speaker)
		if err == nil && p.trace.In(speaker) {
			doomed = append(doomed, n)
		}
		return err
	}, `SELECT n, speaker FROM coverage`)
	for i := 0; err == nil && i < len(doomed); i++ {
		err = p.exec(ctx, `DELETE FROM coverage WHERE n = ?`, doomed[i])
	}
	if err != nil {
		return fmt.Errorf("purge coverage: %w", err)
	}
	return nil
}

// holdValues puts Blank in the place of the value in holds that were released.
func (p *purger) holdValues(ctx context.Context) error {
	type key struct {
		hold int64
		v    observable.Value
	}
	var doomed []key
	err := p.each(ctx, func(scan scanner) error {
		var k key
		var err error
		if k.v, err = scanValue(scan, &k.hold); err == nil && p.value(k.v) {
			doomed = append(doomed, k)
		}
		return err
	}, `SELECT kind, value, hold FROM hold_values`)
	for i := 0; err == nil && i < len(doomed); i++ {
		k := doomed[i]
		err = p.exec(ctx, `UPDATE OR REPLACE hold_values SET value = ? WHERE hold = ? AND kind = ? AND value = ?`, Blank, k.hold, int64(k.v.Kind()), k.v.String())
	}
	if err != nil {
		return fmt.Errorf("purge holds: %w", err)
	}
	return nil
}
