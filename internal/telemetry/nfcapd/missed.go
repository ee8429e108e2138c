package nfcapd

import (
	"maps"
	"slices"

	"stormglass/internal/telemetry"
)

// statSize is the size of what a record of statistics says of one exporter: its number, how often its sequence broke off, packets, flows.
const statSize = 24

// stats takes a record of statistics of exporters. nfcapd counts how often a sequence number was not the next, not how many flows were lost.
func (x *exporters) stats(data []byte, s *telemetry.Set) {
	const head = recordHeader + 4
	if len(data) < head {
		s.Skip(0, "record of statistics is too short", "")
		return
	}
	n := le.Uint32(data[4:])
	for data = data[head:]; n > 0 && len(data) >= statSize; n, data = n-1, data[statSize:] {
		if failures := le.Uint32(data[4:]); failures > 0 {
			x.failures[uint16(le.Uint32(data))] += uint64(failures)
		}
	}
}

// span widens the time that the flows of the file are of.
func (x *exporters) span(t telemetry.Instant) {
	if !t.Known() {
		return
	}
	if x.first == 0 || t < x.first {
		x.first = t
	}
	x.last = max(x.last, t)
}

// missed tells of exporters whose sequences broke off, once all is read: where in the file is not known.
func (x *exporters) missed(s *telemetry.Set) {
	for _, n := range slices.Sorted(maps.Keys(x.failures)) {
		from := x.known[n]
		s.Miss(telemetry.Missed{
			Kind: telemetry.KindFlow, Exporter: stated(from.addr), Domain: from.id, From: x.first, To: x.last, Records: int64(min(x.failures[n], 1<<40)),
		})
	}
	clear(x.failures)
}
