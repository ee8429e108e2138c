package coverage

import (
	"math"

	"stormglass/internal/telemetry"
)

// mostLost is over how many hours one loss may spread: a damaged time must not make years a gap.
const mostLost = 7 * 24

// What Row.Sampling says of an hour of a row that counts what was lost: that records may have been lost in it, or that nobody knows how many.
const (
	lossCounted = 1
	lossUnknown = 2
)

// Lost notes that about n records of a kind (0: nobody knows how many) were lost, or could not be read, between one time and another: of one
// exporter or host, or of anybody whom a sensor heard. They may be of each hour of it, and count in equal parts.
func (c *Counter) Lost(kind telemetry.Kind, who Speaker, from, to telemetry.Instant, n uint64) {
	if !to.Known() {
		return
	}
	if !from.Known() || from > to {
		from = to
	}
	hours := Hour(to) - Hour(from) + 1
	if hours > mostLost {
		hours, from = mostLost, to-(mostLost-1)*hour
	}
	mark := uint32(lossCounted)
	if n == 0 {
		mark = lossUnknown
	}
	each, more := n/uint64(hours), n%uint64(hours)
	for h := range hours {
		part := each
		if uint64(hours-h) <= more { // the last hours first: that is when it was told of
			part++
		}
		c.record(who, Sort{kind, lost}, from+telemetry.Instant(h)*hour, uint32(min(part, math.MaxUint32)), mark)
	}
}

// missed notes what a sender's numbers tell to be missing. What came late after all is taken back as far as it was counted here: of what a
// commit counted before too much is called lost.
func (c *Counter) missed(m *telemetry.Missed) {
	who := Speaker{Exporter: m.Exporter.Unmap().WithZone(""), Domain: m.Domain}
	if !m.Exporter.IsValid() {
		who = Speaker{}
	}
	if m.Records >= 0 {
		c.Lost(m.Kind, who, m.From, m.To, uint64(m.Records))
		return
	}
	left := uint32(min(-m.Records, math.MaxUint32))
	for _, at := range []telemetry.Instant{m.To, m.To - hour} {
		if r := c.rows[place{who.kept(), Sort{m.Kind, lost}, at.Day()}]; r != nil && at.Known() {
			h := Hour(at) % 24
			back := min(left, r.Hours[h])
			r.Hours[h], left = r.Hours[h]-back, left-back
			if r.Hours[h] == 0 && r.Sampling[h] == lossCounted {
				r.Sampling[h] = 0
			}
		}
	}
}
