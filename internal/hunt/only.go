package hunt

import (
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Only is a sink that hands on the hits of some entries and days, for looking back over records that
// other indicators meet too. A part that is nil lets everything pass.
type Only struct {
	Entries func(intel.EntryID) bool
	Days    func(telemetry.Day) bool // of the records; 0 for those without a time
	Next    Sink
}

// Hits hands on what passes. It moves the hits within the slice.
func (o *Only) Hits(b *telemetry.Batch, hits []Hit) {
	kept := hits[:0]
	for i := range hits {
		if o.passes(b, &hits[i]) {
			kept = append(kept, hits[i])
		}
	}
	if len(kept) > 0 {
		o.Next.Hits(b, kept)
	}
}

func (o *Only) passes(b *telemetry.Batch, h *Hit) bool {
	if o.Entries != nil && !o.Entries(h.Match.Entry) {
		return false
	}
	return o.Days == nil || o.Days(b.Head(h.Record).Occurred.Day())
}
