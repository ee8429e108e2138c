package node

import (
	"context"
	"encoding/json"
	"log/slog"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// ruleMatching holds one intake against the rules in force when it began. It implements depot.Matching.
type ruleMatching struct {
	*ruleGather
	book    *RuleBook
	version string
}

// matching begins to hold an intake against the rules; nil when there are none.
func (b *RuleBook) matching(n hunt.Networks) depot.Matching {
	e := b.edition()
	if e.set == nil {
		return nil
	}
	g, err := newRuleGather(e, e.set, n)
	if err != nil { // the set was made of the same rules before
		b.warn("what comes in is not held against the rules", slog.Any("error", err))
		return unmatched{}
	}
	g.told, g.canary = b.hits, b.canary
	return &ruleMatching{g, b, e.version}
}

// unmatched is an intake that is looked up once it was committed.
type unmatched struct{}

// Batch implements depot.Matching.
func (unmatched) Batch(context.Context, *telemetry.Batch) error { return nil }

// Matched implements depot.Matching.
func (unmatched) Matched() (json.RawMessage, error) { return nil, nil }

// Version implements depot.Matching.
func (unmatched) Version() string { return "none" }

// Version implements depot.Matching.
func (m *ruleMatching) Version() string { return m.version }

// Matched implements depot.Matching.
func (m *ruleMatching) Matched() (json.RawMessage, error) {
	found, err := m.findings()
	if err != nil {
		return nil, err
	}
	if m.lost > 0 {
		m.book.uncounted.Add(m.lost)
		m.book.warn("more matches than correlations are told of in one commit", slog.Uint64("left_out", m.lost))
	}
	return m.encoded(found)
}

// arrived names the rules of whose log source records came for the first time.
func (m *ruleMatching) arrived() (out []store.RuleIdentity) {
	came := m.set.Program.Stats().Arrived
	for n, c := range m.set.Program.Rules() {
		if !came[n] {
			continue
		}
		if _, known := m.book.arrived.Load(m.ids[c.Rule]); !known {
			out = append(out, m.ids[c.Rule])
		}
	}
	return out
}

// encoded writes what was matched within a bound. Beyond it samples are left out, then findings: those of the lowest level, met last, of which
// it is noted that they are not kept.
func (m *ruleMatching) encoded(found []*hunt.Finding) (json.RawMessage, error) {
	arrived := m.arrived()
	out, err := store.EncodeMatched(found, m.counted, m.shorts(), arrived...)
	if err != nil || len(out) <= maxGatheredBytes+maxCountedBytes {
		return out, err
	}
	for _, f := range found {
		for i := range f.Days {
			f.Days[i].Samples = nil
		}
	}
	if out, err = store.EncodeMatched(found, m.counted, m.shorts(), arrived...); err != nil {
		return nil, err
	}
	left := 0
	for len(out) > maxGatheredBytes+maxCountedBytes && len(found) > 0 {
		keep := len(found) * 3 / 4
		left += len(found) - keep
		m.leave(found[keep:])
		found = found[:keep]
		if out, err = store.EncodeMatched(found, m.counted, m.shorts(), arrived...); err != nil {
			return nil, err
		}
	}
	m.book.unkept.Add(uint64(left))
	m.book.warn("rules matched more than one commit can hold: samples were left out, and findings", slog.Int("findings_left_out", left))
	return out, nil
}

// leave notes that findings are not kept.
func (m *ruleMatching) leave(found []*hunt.Finding) {
	numbers := map[string]int{}
	for n, c := range m.set.Program.Rules() {
		numbers[c.Rule.Key()] = n
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range found {
		n, ok := numbers[f.Rule.Key]
		if !ok {
			continue
		}
		for i := range f.Days {
			m.short.Add(hunt.RuleDay{Rule: n, Day: f.Days[i].Day}, hunt.Shortfall{Unkept: f.Days[i].Records})
		}
	}
}
