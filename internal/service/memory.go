package service

import (
	"runtime/debug"

	"stormglass/internal/config"
	"stormglass/internal/depot"
)

// budget is how a service's memory is divided (docs/architecture.md, "Memory of a service").
type budget struct {
	limit int64 // soft limit of Go's runtime
	table int64 // of each of the ledger's three tables of one intake
	lake  int64 // of the lake's buffers of one intake
}

// The tables and buffers of an intake are as large as is of use, or smaller where there is less memory: together the intakes that may
// be open at a time take at most half of all. Those are the one that listeners fill, the one that is being committed or is filled from
// watched files, and that of an upload.
const (
	intakes    = 3
	wholeTable = 64 << 20
	wholeLake  = 256 << 20
	leastTable = 3 << 20
	leastLake  = 8 << 20
)

func budgetOf(memory config.Size) budget {
	const whole = 3*wholeTable + wholeLake
	each := int64(memory) / (2 * intakes)
	b := budget{limit: int64(memory), table: wholeTable, lake: wholeLake}
	if each < whole {
		b.table = max(leastTable, wholeTable*each/whole)
		b.lake = max(leastLake, wholeLake*each/whole)
	}
	return b
}

// apply sets the limit of the runtime. It collects earlier than by itself: most of what a service holds does not change.
func (b budget) apply() {
	debug.SetMemoryLimit(b.limit)
	debug.SetGCPercent(collectAt)
}

const collectAt = 40 // percent of what is in use

// options are those of the data folder.
func (b budget) options() depot.Options {
	return depot.Options{TableBytes: b.table, LakeBytes: b.lake}
}
