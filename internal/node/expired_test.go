package node

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// later does the upkeep of a day to come.
func (k *kept) later(days int) *depot.Maintained {
	k.Helper()
	d, err := depot.Open(k.Context(), k.data, depot.Options{Now: func() time.Time { return time.Now().AddDate(0, 0, days) }})
	if err != nil {
		k.Fatal(err)
	}
	m, err := d.Maintain(k.Context())
	if err != nil {
		k.Fatal(err)
	}
	if err := d.Close(); err != nil {
		k.Fatal(err)
	}
	return m
}

// TestFindingsOutliveRecords lets records expire after they were hunted: whatever is hunted then, what was
// found stays as it was told.
func TestFindingsOutliveRecords(t *testing.T) {
	for name, retention := range map[string]string{
		"all":           "rows:\n  own: {traffic: 1, systems: 1}\n  transit: {traffic: 1}\n",
		"transit":       "rows:\n  own: {traffic: 90, systems: 90}\n  transit: {traffic: 1}\n",
		"flows":         "rows:\n  own: {traffic: 90, systems: 90, flow: 1}\n  transit: {traffic: 90}\n",
		"all but flows": "rows:\n  own: {traffic: 1, systems: 1, flow: 90}\n  transit: {traffic: 90}\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := newMadeFiles(t, 77)
			logs, intel := m.all(t), m.intel(t)
			k := newKept(t, retention)
			k.intel(intel...)
			k.ingest(logs)
			want := k.findings()
			if len(k.later(20).Expired) == 0 {
				t.Fatal("nothing expired")
			}
			for n := range 2 {
				k.do(func(ctx context.Context, keeper *Keeper) error { _, err := keeper.HuntAll(ctx); return err })
				same(t, "hunted again "+strconv.Itoa(n+1), want, k.findings())
			}
		})
	}
}

// TestLookBackFromLedger looks addresses up of which every record has expired: the ledger still tells on which
// days and in how many records they were met.
func TestLookBackFromLedger(t *testing.T) {
	m := newMadeFiles(t, 78)
	logs, list := m.all(t), filepath.Join(m.dir, "addresses.txt")
	m.put(t, list, "203.0.113.1\n203.0.113.77\n198.51.100.200\n2001:db8:9::1\n203.0.113.200\n")
	want := perDay(runHunt(t, Hunt{Intel: []string{list}, Telemetry: []string{logs}, Own: ownPrefixes}).Findings)
	k := newKept(t, "rows:\n  own: {traffic: 1, systems: 1}\n  transit: {traffic: 1}\n")
	k.ingest(logs)
	k.later(20)
	k.intel(list)
	for range 2 {
		got := k.findings()
		k.compareLedger(want, got)
		k.do(func(ctx context.Context, keeper *Keeper) error { _, err := keeper.HuntAll(ctx); return err })
	}
}

// compareLedger holds findings that a ledger alone tells against those that records told: subjects may be
// missing where there were more than a row names, and a day's records are those of several subjects.
func (k *kept) compareLedger(want map[met]uint64, got []*hunt.Finding) {
	k.Helper()
	type day struct{ value, day string }
	told, counts := map[day]bool{}, k.counts(got)
	for _, f := range got {
		if f.LedgerDays != len(f.Days) {
			k.Errorf("%s: %d days of %d are from the ledger", f.Value, f.LedgerDays, len(f.Days))
		}
		for _, d := range f.Days {
			told[day{f.Value.String(), d.Day.String()}] = true
			n, ok := want[met{f.Value.String(), f.SubjectName(), d.Day.String()}]
			if !ok || d.Records < n || d.Records > counts[f.Value][d.Day] {
				k.Errorf("%s and %s on %s: %d records, of %d that the ledger counts; records told %d", f.Value, f.SubjectName(), d.Day, d.Records, counts[f.Value][d.Day], n)
			}
		}
	}
	for m := range want {
		if !told[day{m.value, m.day}] {
			k.Errorf("%s on %s is not told", m.value, m.day)
		}
	}
}

// met is a value met by a subject on a day.
type met struct {
	value, subject, day string
}

func perDay(findings []*hunt.Finding) map[met]uint64 {
	out := map[met]uint64{}
	for _, f := range findings {
		for _, d := range f.Days {
			out[met{f.Value.String(), f.SubjectName(), d.Day.String()}] = d.Records
		}
	}
	return out
}

// counts gives what the ledger counts of the values of findings, by day.
func (k *kept) counts(findings []*hunt.Finding) map[observable.Value]map[telemetry.Day]uint64 {
	k.Helper()
	var questions []seen.Question
	for _, f := range findings {
		questions = append(questions, seen.Question{Given: f.Value.String(), Value: f.Value})
	}
	r, err := Seen(k.Context(), k.data, questions, seen.Options{})
	if err != nil {
		k.Fatal(err)
	}
	out := map[observable.Value]map[telemetry.Day]uint64{}
	for i := range r.Answers {
		a := &r.Answers[i]
		out[a.Value] = map[telemetry.Day]uint64{}
		for _, d := range a.Days {
			out[a.Value][d.Day] = d.Records
		}
	}
	return out
}
