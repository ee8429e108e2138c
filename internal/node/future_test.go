package node

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// Records of files and uploads that are dated in the future are kept, found and told of, and widen no days.
func TestFutureRecords(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	s, stop := serving(t, data, ServiceConfig{})
	addIntel(t, s, "203.0.113.9\n203.0.113.8\n")
	now := time.Now().UTC()
	line := func(at time.Time, to string) string {
		return `{"@timestamp":"` + at.Format(time.RFC3339) + `","source.ip":"10.0.0.5","destination.ip":"` + to + `","destination.port":443,"network.iana_number":6}` + "\n"
	}
	yesterday := now.Add(-24 * time.Hour)
	writeFile(t, dir, "a.jsonl", line(yesterday, "198.51.100.1")+line(now.Add(400*24*time.Hour), "203.0.113.9")+line(now.Add(time.Minute), "198.51.100.2"))
	file, err := s.Ingest(t.Context(), &Ingest{Paths: []string{filepath.Join(dir, "a.jsonl")}})
	if err != nil {
		t.Fatal(err)
	}
	up, err := s.Upload(t.Context(), &Upload{Name: "http/test/b", Body: strings.NewReader(line(now.Add(time.Hour), "203.0.113.8") + line(yesterday, "198.51.100.3"))})
	if err != nil {
		t.Fatal(err)
	}
	for _, done := range []*Ingested{file, up} {
		a := done.Accounts[0]
		if a.Undated != 1 || a.Problems.Losses() != 0 || len(a.Problems.List) != 1 || a.Problems.List[0].Reason != reasonFuture || a.Last > telemetry.InstantOf(now.Add(time.Minute)) {
			t.Errorf("%+v", a)
		}
	}
	stop()
	if got := foundValues(t, data); len(got) != 2 {
		t.Errorf("found %v", got)
	}
	r, err := Seen(t.Context(), data, []seen.Question{seen.Parse("203.0.113.9", false)}, seen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	today := telemetry.InstantOf(now).Day()
	if w := r.Window; w.Last > today+1 || len(w.Missing) > 0 || !w.Undated || r.Answers[0].Verdict != seen.Seen {
		t.Errorf("window %+v, verdict %v", w, r.Answers[0].Verdict)
	}
}

// The time of a record that may be wrong by half a day is believed that much longer.
func TestFutureAllowsForDoubt(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	f := newFuture(now)
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Event: make([]telemetry.Event, 3)}
	for i, ahead := range []time.Duration{13 * time.Hour, 15 * time.Hour, -time.Hour} {
		b.Event[i].Occurred, b.Event[i].Doubt = telemetry.InstantOf(now.Add(ahead)), telemetry.NoZoneDoubt
	}
	f.undate(b)
	for i, dated := range []bool{true, false, true} {
		if h := b.Event[i].Head; h.Occurred.Known() != dated || h.Stated.Known() == dated {
			t.Errorf("record %d: %+v", i, h)
		}
	}
}
