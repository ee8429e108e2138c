package telemetry

import "time"

// Tenure is how long a sender is known and how often it is heard. Who may send a datagram decides how many senders there
// seem to be; where there is room for so many, Tenure says who gives way to a newcomer. The zero value is a sender that was never heard.
type Tenure struct {
	first, last Instant
	gap         time.Duration // the longest pause of late
}

// Standing is what a sender counts for: the lower give way first.
type Standing uint8

// Standings.
const (
	Unused   Standing = iota // it sent nothing of use, or nothing for a day
	Newcomer                 // not heard for long enough yet
	Silent                   // settled, and silent for longer than is usual for it
	Settled                  // heard for long, with many records, and within its usual time
)

// Bounds of what makes a sender settled, and of how long it may be silent: some routers export what they have every few minutes.
const (
	settledAfter   = 5 * time.Minute
	settledRecords = 64
	leastPause     = 10 * time.Minute
	mostPause      = 6 * time.Hour
	pauses         = 8 // of the usual length
	forgotten      = 24 * time.Hour
)

// Heard notes that something of the sender came.
func (t *Tenure) Heard(at Instant) {
	if !at.Known() {
		return
	}
	if !t.first.Known() {
		t.first = at
	}
	if t.last.Known() && at > t.last {
		t.gap = max(time.Duration(at-t.last), t.gap-t.gap/16)
	}
	t.last = max(t.last, at)
}

// Standing says what a sender counts for that sent so many records of use. Before says that it did in an earlier run of
// the program too.
func (t *Tenure) Standing(records uint64, before bool, now Instant) Standing {
	silence := time.Duration(now - t.last)
	switch {
	case records == 0 && !before, silence > forgotten:
		return Unused
	case before && records == 0:
		return Silent
	case !before && (records < settledRecords || time.Duration(t.last-t.first) < settledAfter):
		return Newcomer
	case silence > min(max(pauses*t.gap, leastPause), mostPause):
		return Silent
	}
	return Settled
}
