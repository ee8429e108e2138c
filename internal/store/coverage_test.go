package store

import (
	"testing"
	"time"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// counterOf counts some logins of a device in an hour since 1970.
func counterOf(host string, hour int, logins int) *coverage.Counter {
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Sensor: "syslog"}}
	for range logins {
		e := telemetry.Event{Host: host}
		e.Occurred = telemetry.Instant(hour) * telemetry.Instant(time.Hour)
		e.Pairs = telemetry.Span{Start: uint32(len(b.Pairs)), Len: 1}
		b.Pairs = append(b.Pairs, telemetry.Pair{Field: telemetry.FieldNamed("event.action"), Text: "login"})
		b.Event = append(b.Event, e)
	}
	c := &coverage.Counter{}
	c.Batch(b)
	return c
}

func encoded(t *testing.T, c *coverage.Counter) []byte {
	t.Helper()
	raw, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestCoverageIsCountedOnce: an entry of the manifest that is told again changes nothing, and later ones are added.
func TestCoverageIsCountedOnce(t *testing.T) {
	s := open(t)
	ctx, hour := t.Context(), 20_000*24+5
	for _, entry := range []uint64{1, 1, 2, 1} {
		if _, err := s.Bring(ctx, entry, &Brought{Covered: encoded(t, counterOf("edge-r1", hour, 3))}); err != nil {
			t.Fatal(err)
		}
	}
	got := must[Covered](t)(s.Coverage(ctx))
	if len(got.Rows) != 1 || got.Rows[0].Hours[5] != 6 || got.Rows[0].First != 1 || got.Rows[0].Last != 2 || got.Until != 0 {
		t.Errorf("got %+v of rows %+v, want 6 records in hour 5 of entries 1 and 2", got, got.Rows[0])
	}
	if r := got.Rows[0]; r.Host != "edge-r1" || r.Sort.String() != "event/login" {
		t.Errorf("got speaker %s, sort %s", r.Speaker, r.Sort)
	}
}

// TestCoverageOfASnapshot: what a snapshot of the manifest stands for was not counted, which is said until it is counted anew; what was
// counted of it before is not counted twice.
func TestCoverageOfASnapshot(t *testing.T) {
	s := open(t)
	ctx, hour := t.Context(), 20_000*24
	steps := []struct {
		entry uint64
		what  Brought
	}{
		{1, Brought{Covered: encoded(t, counterOf("edge-r1", hour, 3))}},
		{4, Brought{Snapshot: true}},
		{5, Brought{Covered: encoded(t, counterOf("edge-r1", hour+1, 2))}},
	}
	for _, x := range steps {
		if _, err := s.Bring(ctx, x.entry, &x.what); err != nil {
			t.Fatal(err)
		}
	}
	if got := must[Covered](t)(s.Coverage(ctx)); got.After != 1 || got.Until != 4 {
		t.Fatalf("uncounted after %d until %d, want 1 and 4", got.After, got.Until)
	}
	if err := s.CoverAgain(ctx, 1, 4, counterOf("edge-r1", hour, 3)); err != nil {
		t.Fatal(err)
	}
	got := must[Covered](t)(s.Coverage(ctx))
	if got.Until != 0 || len(got.Rows) != 1 || got.Rows[0].Hours[0] != 3 || got.Rows[0].Hours[1] != 2 {
		t.Errorf("got %+v, rows %+v", got, got.Rows)
	}
}

// TestPurgeTakesSpeakers: a name that is purged does not stay in what is counted.
func TestPurgeTakesSpeakers(t *testing.T) {
	s := open(t)
	for i, host := range []string{"bad.example", "edge-r1"} {
		if _, err := s.Bring(t.Context(), uint64(i+1), &Brought{Covered: encoded(t, counterOf(host, 20_000*24, 1))}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PurgeValue(t.Context(), observable.Of(observable.Domain, "bad.example")); err != nil {
		t.Fatal(err)
	}
	got := must[Covered](t)(s.Coverage(t.Context()))
	if len(got.Rows) != 1 || got.Rows[0].Host != "edge-r1" {
		t.Errorf("left is %+v, want edge-r1 alone", got.Rows)
	}
}

// TestCoverageIsBounded: beyond a bound the first days go.
func TestCoverageIsBounded(t *testing.T) {
	s := open(t)
	for day := range 5 {
		if _, err := s.Bring(t.Context(), uint64(day+1), &Brought{Covered: encoded(t, counterOf("edge-r1", (20_000+day)*24, 1))}); err != nil {
			t.Fatal(err)
		}
	}
	err := s.change(t.Context(), "drop", func(txn *txn) error { return txn.dropCovered(t.Context(), 3) })
	if err != nil {
		t.Fatal(err)
	}
	got := must[Covered](t)(s.Coverage(t.Context()))
	if len(got.Rows) != 3 || got.Rows[0].Day != 20_002 {
		t.Errorf("%d rows from %s on, want the last 3", len(got.Rows), got.Rows[0].Day)
	}
}
