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

// Measured gives the costs of this version: rows from the benchmarks in docs/benchmarks.md and of
// the prototypes (50 million flows of 30 days: 22 bytes a row in Parquet, with the filters that answer look-ups
// 25; 21.6 million ledger rows, 20 bytes each with peers and hours), the vault's from BenchmarkSealNew,
// the index's from docs/architecture.md.
//
// The growth of addresses goes through what those flows held, 720,000 distinct ones in the 3.3 million ends of
// a day; exponents and the laws of names and texts are assumptions. Who knows the number gives it
// (Load.AddrsPerDay and its like).
func Measured() Costs {
	return Costs{
		LakeRow: map[telemetry.Kind]float64{
			telemetry.KindFlow: 25, telemetry.KindDNS: 30, telemetry.KindEvent: 60,
		},
		LedgerAddr: 20, LedgerName: 28, LedgerText: 40, Sealed: 52, Spare: 0.15,
		FilterRow: 1.3, SealedMem: 1.6, Table: 64 * mib, LakeFile: 64 * mib, Indicator: 160, Base: 100 * mib,
		DayBudget: 20e6,
		Addr:      Growth{K: 4.4, B: 0.8}, Name: Growth{K: 10, B: 0.65}, Text: Growth{K: 10, B: 0.6},
		FlowPackets: 12,
	}
}
