package metrics

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/web/api"
)

func many(n int) []api.Exporter {
	out := make([]api.Exporter, n)
	for i := range out {
		out[i] = api.Exporter{Address: fmt.Sprintf("192.0.2.%d/%d", i%250, i/250), Listener: "netflow", Packets: 1, Records: uint64(i), LostSequence: 2}
	}
	return out
}

func TestExportersAreBounded(t *testing.T) {
	c := newCollector(nil, slog.New(slog.DiscardHandler))
	all := many(1500)
	got := c.bound(all)
	if len(got) != maxExporters+1 {
		t.Fatalf("%d exporters, want %d", len(got), maxExporters+1)
	}
	other := got[len(got)-1]
	var records uint64
	for i := range 500 { // those with fewest records
		records += uint64(i)
	}
	want := api.Exporter{Address: "other", Listener: "netflow", Packets: 500, Records: records, LostSequence: 1000}
	if diff := cmp.Diff(want, other); diff != "" {
		t.Errorf("the rest (-want +got):\n%s", diff)
	}
	var sum, all1 uint64
	for _, e := range got {
		sum += e.Records
	}
	for _, e := range all {
		all1 += e.Records
	}
	if sum != all1 {
		t.Errorf("%d records are told, %d arrived", sum, all1)
	}
}

// An exporter keeps its labels although others have more records by now, and the rest only grows.
func TestLabelsStay(t *testing.T) {
	c := newCollector(nil, slog.New(slog.DiscardHandler))
	all := many(1200)
	first := c.bound(all)
	for i := range all {
		all[i].Records += uint64(10_000 * (len(all) - i))
	}
	second := c.bound(all)
	name := func(e api.Exporter) string { return e.Address }
	if diff := cmp.Diff(mapOf(first, name), mapOf(second, name)); diff != "" {
		t.Errorf("labels (-before +after):\n%s", diff)
	}
	if a, b := first[len(first)-1].Records, second[len(second)-1].Records; b < a {
		t.Errorf("the rest went from %d to %d", a, b)
	}
}

func mapOf[T any](s []T, f func(T) string) (out []string) {
	for _, x := range s {
		out = append(out, f(x))
	}
	return out
}

// What is gone makes room.
func TestExportersThatAreGoneMakeRoom(t *testing.T) {
	c := newCollector(nil, slog.New(slog.DiscardHandler))
	all := many(1001)
	c.bound(all)
	got := c.bound(all[1:])
	if slices.ContainsFunc(got, func(e api.Exporter) bool { return e.Address == otherExporters }) {
		t.Error("one exporter is still among others although there is room")
	}
	got = c.bound(all[:500])
	if len(got) != 500 || len(c.named) != 500 {
		t.Errorf("%d exporters and %d labels, want 500", len(got), len(c.named))
	}
}

func TestTheRestHasTheWidestSampling(t *testing.T) {
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	var o api.Exporter
	for _, e := range []api.Exporter{{SamplingMin: 100, SamplingMax: 1000, Last: &late}, {}, {SamplingMin: 10, SamplingMax: 10, Last: &early}} {
		merge(&o, &e)
	}
	want := api.Exporter{SamplingMin: 10, SamplingMax: 1000, Last: &late}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("the rest (-want +got):\n%s", diff)
	}
}
