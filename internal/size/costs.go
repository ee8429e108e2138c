package size

import (
	"math"

	"stormglass/internal/telemetry"
)

// Costs are what rows and values take. Bytes are on disk unless said otherwise.
type Costs struct {
	LakeRow    map[telemetry.Kind]float64 // bytes of a row in the lake
	LedgerAddr float64                    // bytes of a row in the ledger, filter and fences included
	LedgerName float64
	LedgerText float64
	Sealed     float64 // bytes of a subscriber's value in the vault
	Spare      float64 // share of the disk that stays free: logs, merges and compactions write before they remove

	FilterRow   float64 // mapped bytes of filter and fences for a ledger row
	SealedMem   float64 // bytes of memory for a subscriber's value in the vault
	Table       float64 // bytes of memory of a table of current hours; one for each space
	LakeFile    float64 // bytes of memory of a lake file being written
	Indicator   float64 // bytes of memory of an indicator
	Base        float64 // bytes of memory of an idle instance
	DayBudget   float64 // rows of a ledger space and day at most; beyond it values are folded
	Addr        Growth  // distinct addresses in a day, of so many addresses seen
	Name        Growth
	Text        Growth
	FlowPackets float64 // packets of a mean flow: says how many flows sampling lets through
}

// Growth is Heaps' law: of n observations K * n^B are distinct, and never more than n.
type Growth struct{ K, B float64 }

// Of gives the distinct values of n observations.
func (g Growth) Of(n float64) float64 {
	if n <= 0 {
		return 0
	}
	return min(n, g.K*math.Pow(n, g.B))
}

const mib = 1 << 20

// Measured gives the costs of this version: rows of flows, addresses and names from "Looking back" in
// docs/benchmarks.md (50 million flows of 30 days, an hour's commit each), rows of DNS and events from small folders of the
// simulation, where files are small and rows dear; the vault's from BenchmarkSealNew, the index's from
// docs/architecture.md.
//
// The growth of addresses is that of the benchmark's flows, through 10,000 to 80 million of them; the laws of
// names and texts are assumptions. Who knows the number gives it (Load.AddrsPerDay and its like).
func Measured() Costs {
	return Costs{
		LakeRow: map[telemetry.Kind]float64{
			telemetry.KindFlow: 31, telemetry.KindDNS: 56, telemetry.KindEvent: 157,
		},
		LedgerAddr: 35, LedgerName: 27, LedgerText: 40, Sealed: 52, Spare: 0.15,
		FilterRow: 1.3, SealedMem: 1.6, Table: 64 * mib, LakeFile: 64 * mib, Indicator: 160, Base: 100 * mib,
		DayBudget: 20e6,
		Addr:      Growth{K: 3.14, B: 0.814}, Name: Growth{K: 10, B: 0.65}, Text: Growth{K: 10, B: 0.6},
		FlowPackets: 12,
	}
}
