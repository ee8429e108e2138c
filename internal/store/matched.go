package store

import (
	"context"
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// matched is what rules matched in the records of one manifest entry, in JSON: what a rule says stands once.
type matched struct {
	Rules    []*ruleInfo      `json:"rules"`
	Findings []matchedFinding `json:"findings"`
	Counted  []countedDay     `json:"counted,omitempty"`
	Short    []matchedShort   `json:"short,omitempty"`   // what rules were not asked of, and what of their matches was not kept
	Arrived  [][]byte         `json:"arrived,omitempty"` // identities of rules of whose log source records came
}

type matchedFinding struct {
	Rule        int          `json:"rule"` // in Rules
	SubjectKind uint8        `json:"subject_kind"`
	Subject     text         `json:"subject"`
	Subjects    uint64       `json:"subjects"`
	Foreign     bool         `json:"foreign,omitzero"`
	Kinds       []uint64     `json:"kinds"`
	Days        []matchedDay `json:"days"`
}

type matchedDay struct {
	Day     int64         `json:"day"`
	Records uint64        `json:"records"`
	Bytes   uint64        `json:"bytes,omitzero"`
	First   int64         `json:"first,omitzero"`
	Last    int64         `json:"last,omitzero"`
	Samples []sample      `json:"samples,omitempty"`
	Sensors []sensorBytes `json:"sensors,omitempty"`
}

// EncodeMatched writes what rules matched in the records of one manifest entry as Apply takes it, the matches among these that
// correlations count, what rules were not asked of, and of the log sources of which rules records came; nil when it is nothing.
func EncodeMatched(found []*hunt.Finding, counted []Counted, short []Short, arrived ...RuleIdentity) ([]byte, error) {
	if len(found)+len(counted)+len(short)+len(arrived) == 0 {
		return nil, nil
	}
	m := matched{Counted: countedDays(counted), Short: matchedShorts(short)}
	for _, id := range arrived {
		m.Arrived = append(m.Arrived, id[:])
	}
	at := map[*hunt.RuleInfo]int{}
	for _, f := range found {
		n, ok := at[f.Rule]
		if !ok {
			n = len(m.Rules)
			at[f.Rule], m.Rules = n, append(m.Rules, ruleInfoOf(f.Rule))
		}
		m.Findings = append(m.Findings, matchedOf(n, f))
	}
	s, err := encode(m)
	return []byte(s), err
}

func matchedOf(rule int, f *hunt.Finding) matchedFinding {
	out := matchedFinding{Rule: rule, SubjectKind: uint8(f.Subject.Kind), Subject: text(subjectText(f.Subject)), Subjects: f.Subjects, Foreign: f.Foreign}
	for _, k := range f.Kinds {
		out.Kinds = append(out.Kinds, uint64(k))
	}
	for i := range f.Days {
		d := &f.Days[i]
		day := matchedDay{Day: int64(d.Day), Records: d.Records, Bytes: d.Bytes, First: int64(d.First), Last: int64(d.Last), Sensors: sensorsOf(d.Sensors)}
		for j := range d.Samples {
			day.Samples = append(day.Samples, sampleOf(&d.Samples[j]))
		}
		out.Days = append(out.Days, day)
	}
	return out
}

func decodeMatched(b []byte) ([]*hunt.Finding, *matched, error) {
	var m matched
	if len(b) == 0 {
		return nil, &m, nil
	}
	if err := decode(string(b), &m); err != nil {
		return nil, nil, err
	}
	found, err := m.findings()
	return found, &m, err
}

func (m *matched) findings() ([]*hunt.Finding, error) {
	rules := make([]*hunt.RuleInfo, len(m.Rules))
	for i, r := range m.Rules {
		var err error
		if rules[i], err = r.rule(); err != nil {
			return nil, err
		}
	}
	out := make([]*hunt.Finding, len(m.Findings))
	for i := range m.Findings {
		var err error
		if out[i], err = m.Findings[i].finding(rules); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *matchedFinding) finding(rules []*hunt.RuleInfo) (*hunt.Finding, error) {
	if m.Rule < 0 || m.Rule >= len(rules) || m.SubjectKind > uint8(hunt.SubjectFields) || len(m.Days) == 0 {
		return nil, fmt.Errorf("a finding of rule %d of %d, subject kind %d, %d days", m.Rule, len(rules), m.SubjectKind, len(m.Days))
	}
	f := &hunt.Finding{Rule: rules[m.Rule], Level: rules[m.Rule].Level, Foreign: m.Foreign, Subjects: m.Subjects}
	f.Subject = hunt.Subject{Kind: hunt.SubjectKind(m.SubjectKind), Name: string(m.Subject)}
	if f.Subject.Kind == hunt.SubjectAddr {
		a, err := m.Subject.addr()
		if err != nil {
			return nil, fmt.Errorf("read a subject's address: %w", err)
		}
		f.Subject = hunt.Subject{Addr: a}
	}
	f.ID, f.Because = hunt.RuleFindingID(f.Rule.Key, f.Subject), f.Rule.Because()
	for _, k := range m.Kinds {
		f.Kinds = append(f.Kinds, telemetry.Kind(k))
	}
	var days hunt.Finding
	for i := range m.Days {
		d, err := m.Days[i].day()
		if err != nil {
			return nil, err
		}
		days.Days = append(days.Days, d)
	}
	more := *f
	more.Days = days.Days
	f.Add(&more)
	return f, nil
}

func (d *matchedDay) day() (hunt.Day, error) {
	out := hunt.Day{
		Day: telemetry.Day(d.Day), Records: d.Records, Bytes: d.Bytes, First: telemetry.Instant(d.First), Last: telemetry.Instant(d.Last),
		Sensors: plainSensors(d.Sensors),
	}
	for i := range d.Samples {
		s, err := d.Samples[i].sample()
		if err != nil {
			return out, err
		}
		out.Samples = append(out.Samples, s)
	}
	return out, nil
}

// countIn adds findings of rules to those that are kept.
func (t *txn) countIn(ctx context.Context, found []*hunt.Finding, at int64) (saved Saved, err error) {
	if len(found) == 0 {
		return saved, nil
	}
	w := &findingWriter{txn: t, scope: newScope(Scope{}), at: at, handled: map[int64]struct{}{}, lists: newListWriter(t)}
	if w.changed, err = t.counter(ctx, "changed"); err != nil {
		return saved, err
	}
	for _, f := range found {
		if err := w.addTo(ctx, f); err != nil {
			return saved, fmt.Errorf("finding %s: %w", f.ID, err)
		}
	}
	return w.saved, t.setCounter(ctx, "changed", w.changed)
}

// addTo adds a finding of a rule to the one that is there.
func (w *findingWriter) addTo(ctx context.Context, f *hunt.Finding) error {
	k, err := w.known(ctx, `id = ?`, f.ID[:])
	if err != nil {
		return err
	}
	if k == nil {
		return w.save(ctx, f)
	}
	sum := k.Finding
	sum.Days = nil
	for i := range f.Days { // the others stay as they are
		if was, ok := k.days[f.Days[i].Day]; ok {
			if was.Samples, err = decodeSamples(was.samples); err != nil {
				return err
			}
			sum.Days = append(sum.Days, was.Day)
		}
	}
	sum.Add(f)
	return w.save(ctx, &sum)
}
