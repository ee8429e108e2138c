package lake

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

// TestOrder holds the order of rows against that of a plain sort: by time, source and ordinal; with
// sources of which rows come by ordinal and others, few sources and many, times of milliseconds and finer.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.IntRange(1, 3000).Draw(rt, "rows")
		sources := rapid.SampledFrom([]uint64{1, 3, maxListed + 5}).Draw(rt, "sources")
		step := rapid.SampledFrom([]uint64{0, 1, 1e6}).Draw(rt, "step")
		moments := rapid.SampledFrom([]uint64{2, 50, 1 << 40}).Draw(rt, "moments")
		inTurn := rapid.Bool().Draw(rt, "in turn")
		seed := rapid.Uint64().Draw(rt, "seed")
		next := func() uint64 { // splitmix
			seed += 0x9e3779b97f4a7c15
			z := (seed ^ seed>>30) * 0xbf58476d1ce4e5b9
			return z ^ z>>29
		}
		x := newTable(telemetry.KindFlow)
		for i := range rows {
			ordinal := uint64(i + 1)
			if !inTurn {
				ordinal = next() % 1000 * 4096 // with the row, unlike any other
				ordinal += uint64(i)
			}
			x.occurred().add([]uint64{next() % moments * step})
			x.ordinal().add([]uint64{ordinal})
			x.source().add([]uint64{next() % sources})
			x.n++
		}
		want := make([]uint32, rows)
		for i := range want {
			want[i] = uint32(i)
		}
		slices.SortFunc(want, func(a, b uint32) int {
			return cmp.Or(
				cmp.Compare(x.occurred().at(int(a)), x.occurred().at(int(b))),
				cmp.Compare(x.source().at(int(a)), x.source().at(int(b))),
				cmp.Compare(x.ordinal().at(int(a)), x.ordinal().at(int(b))),
			)
		})
		if diff := gocmp.Diff(want, x.order(new(ordering))); diff != "" {
			rt.Fatalf("(-want +got)\n%s", diff)
		}
	})
}
