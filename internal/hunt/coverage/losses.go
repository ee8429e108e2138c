package coverage

import "stormglass/internal/telemetry"

// Losses are hours that were seen with gaps: records came, and others were lost.
type Losses struct {
	Hours int
	Lost  uint64 // records, at least; 0: nobody knows how many
	Of    uint64 // records that came in these hours, and those lost
}

// Add adds those of somebody else.
func (l *Losses) Add(o Losses) {
	l.Hours, l.Lost, l.Of = l.Hours+o.Hours, l.Lost+o.Lost, l.Of+o.Of
}

// lossAt gives one more than the records of an hour that are known to be lost, of a row that counts these; not some: none are.
func (r *Row) lossAt(h int) (n uint32, some bool) {
	if r.Hours[h] == 0 && r.Sampling[h] == 0 {
		return 0, false
	}
	return more(r.Hours[h], 1), true
}

// lossesOf counts hours from the hour begin on. What is lost of an hour is as lossAt gives it.
func lossesOf(begin int, came, lost []uint32, days *Days) (out Losses) {
	for h, n := range lost {
		if n == 0 || !at(came, h) || !days.Has(telemetry.Day((begin+h)/24)) {
			continue
		}
		out.Hours++
		out.Lost += uint64(n - 1)
		out.Of += uint64(n-1) + uint64(came[h])
	}
	return out
}

// Losses tells of hours of some days (nil: of all) in which records came of the device, and others were lost that are known to be of it.
func (l *Line) Losses(days *Days) Losses { return lossesOf(l.from, l.came, l.lost, days) }
