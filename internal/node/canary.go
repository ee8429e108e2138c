package node

import (
	"net/netip"
	"slices"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// CanaryName is what the intelligence is called that names the canary's address (package service).
const CanaryName = "canary of stormglass"

// What is written down where a finding of the canary is dismissed, and by whom.
const (
	CanaryWho    = "stormglass"
	CanaryReason = "the canary of the service itself"
)

// CanaryAddress gives the address of a data folder's canary. It lies in the block for documentation (RFC 3849), and follows from the join
// key of the folder: nobody outside can know it.
func CanaryAddress(d *depot.Depot) netip.Addr {
	a := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	token := d.Key.Token(observable.Addr, CanaryName)
	copy(a[4:], token[:12])
	return netip.AddrFrom16(a)
}

// withoutCanary leaves out what rules matched on flows of a canary: nobody did what they tell of.
func withoutCanary(canary netip.Addr, b *telemetry.Batch, hits []hunt.RuleHit) []hunt.RuleHit {
	if b.Kind != telemetry.KindFlow || !canary.IsValid() {
		return hits
	}
	return slices.DeleteFunc(hits, func(h hunt.RuleHit) bool { return b.Flow[h.Record].Src == canary })
}

// byPeople gives how many findings were dismissed by somebody: those of the canary the service dismisses itself.
func byPeople(dismissed []store.Stored) (n int) {
	for i := range dismissed {
		if t := &dismissed[i].Triage; t.Who != CanaryWho || t.Reason != CanaryReason {
			n++
		}
	}
	return n
}
