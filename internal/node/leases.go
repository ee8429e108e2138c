package node

import (
	"sync/atomic"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// unkept counts leases of subscribers' addresses that a data folder without a vault does not keep.
type unkept struct{ n atomic.Uint64 }

func (u *unkept) note(d *depot.Depot, b *telemetry.Batch) {
	if b.Kind == telemetry.KindAAA && !d.KeepsLeases() {
		u.n.Add(uint64(b.Len()))
	}
}

// tell adds the count to the account of a source, as of records that are lost.
func (u *unkept) tell(a *telemetry.Account) {
	if n := u.n.Load(); n > 0 {
		a.Problems.List = append(a.Problems.List, telemetry.Problem{Reason: depot.NoVault, Count: n})
	}
}
