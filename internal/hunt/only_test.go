package hunt

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

func TestOnlyHandsOnSomeEntriesAndDays(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{}}
	for n, dst := range []string{"198.51.100.1", "198.51.100.2", "198.51.100.1", "198.51.100.1"} {
		b.Flow = append(b.Flow, telemetry.Flow{Head: head(uint64(n)), Ends: ends("10.0.0.1", dst, 443)})
	}
	b.Flow[2].Occurred += telemetry.Instant(24 * time.Hour)
	b.Flow[3].Occurred = 0
	x := mustIndex(t, loaderOf(t, "198.51.100.1", "198.51.100.2"))
	first := x.Addr(b.Flow[0].Dst, nil)[0].Entry
	entry := func(id intel.EntryID) bool { return id == first }
	for _, tt := range []struct {
		name string
		only Only
		want []int
	}{
		{"all", Only{}, []int{0, 1, 2, 3}},
		{"an entry", Only{Entries: entry}, []int{0, 2, 3}},
		{"a day", Only{Days: func(d telemetry.Day) bool { return d == at.Day() }}, []int{0, 1}},
		{"undated", Only{Days: func(d telemetry.Day) bool { return d == 0 }, Entries: entry}, []int{3}},
		{"none", Only{Days: func(telemetry.Day) bool { return false }}, nil},
	} {
		var hits hitList
		tt.only.Next = &hits
		if err := (&Engine{Index: x, Sink: &tt.only}).Batch(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, h := range hits {
			got = append(got, h.Record)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
}
