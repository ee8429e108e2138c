package coverage

import (
	"slices"

	"stormglass/internal/telemetry"
)

// Line is one device and one sort of record over the hours of a survey.
type Line struct {
	Sort
	Records     uint64
	Hours       [NumStates]int    // how many hours are in which state
	First, Last telemetry.Instant // begin of the first and of the last hour with records; zero when there are none
	// Sampling is the coarsest rate at which flows were sampled, one packet in so many; 0 when none is stated.
	Sampling uint32
	// Unstated counts hours with flows of an exporter that stated no rate, not even that it does not sample.
	Unstated int

	// Holed is how many of the hours in which records came are known to lack others that were lost.
	Holed int

	from       int          // hour of the survey's begin
	states     []State      // by hour since then; nil when all are absent
	holed      map[int]bool // hours since then
	came, lost []uint32     // records of the kind by hour since then, of a device of which some are known to be lost; else nil
}

// Ever reports whether any record of the sort came.
func (l *Line) Ever() bool { return l.Records > 0 }

// At gives the state of an hour, counted from the begin of the survey.
func (l *Line) At(hour int) State {
	if hour < 0 || hour >= len(l.states) {
		return Absent
	}
	return l.states[hour]
}

// AssessedHours counts the hours that were looked at on some days (nil: on all), and calls each with the days of which any were.
func (l *Line) AssessedHours(days *Days, each func(day telemetry.Day)) (hours int) {
	for i := 0; i < len(l.states); {
		day := telemetry.Day((l.from + i) / 24)
		end := min(len(l.states), (int(day)+1)*24-l.from)
		n := 0
		if days.Has(day) {
			for _, s := range l.states[i:end] {
				if s.Assessed() {
					n++
				}
			}
		}
		if n > 0 && each != nil {
			each(day)
		}
		hours += n
		i = end
	}
	return hours
}

// hole notes that others were lost in an hour in which records came.
func (l *Line) hole(h int) {
	if l.holed == nil {
		l.holed = map[int]bool{}
	}
	l.holed[h] = true
	l.Holed++
}

// Strip gives the states over the survey in so many parts, in each the best thing that can be said of any of its hours, but Partly where
// more can be said of some hours than of others.
func (l *Line) Strip(parts int) []State {
	if len(l.states) == 0 || parts <= 0 {
		return slices.Repeat([]State{Absent}, max(parts, 0))
	}
	parts = min(parts, len(l.states))
	out := make([]State, parts)
	for i := range out {
		from, to := i*len(l.states)/parts, (i+1)*len(l.states)/parts
		out[i] = slices.Min(l.states[from:to])
		if out[i].Assessed() && (slices.Contains(l.states[from:to], Gap) || l.anyHoled(from, to)) {
			out[i] = Partly
		}
	}
	return out
}

// HoledAt reports whether others were lost in an hour in which records came, counted from the begin of the survey.
func (l *Line) HoledAt(h int) bool { return l.holed[h] }

func (l *Line) anyHoled(from, to int) bool {
	for h := from; h < to && len(l.holed) > 0; h++ {
		if l.holed[h] {
			return true
		}
	}
	return false
}

// judge fills the states: heard says in which hours the device sent anything of the kind, whole in which nothing was lost and somebody was
// heard.
func (l *Line) judge(got []uint32, heard, whole func(hour int) bool) {
	l.states = make([]State, len(got))
	begun := l.Unswitched()
	for h, n := range got {
		begun = begun || n > 0
		s := Gap
		switch {
		case n > 0:
			s = Seen
		case !begun:
			s = Absent
		case whole(h) && (heard(h-1) || heard(h) || heard(h+1)):
			s = Silent
		}
		l.states[h] = s
		l.Hours[s]++
	}
}
