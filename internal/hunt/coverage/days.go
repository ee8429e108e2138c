package coverage

import (
	"slices"

	"stormglass/internal/telemetry"
)

// Days says of which days a rule was asked. Nil says: of all there are.
type Days struct{ has map[telemetry.Day]bool }

// NewDays makes Days of the days given.
func NewDays(days ...telemetry.Day) *Days {
	d := &Days{has: make(map[telemetry.Day]bool, len(days))}
	for _, day := range days {
		d.has[day] = true
	}
	return d
}

// Has reports whether a day is among them.
func (d *Days) Has(day telemetry.Day) bool { return d == nil || d.has[day] }

// Add adds a day.
func (d *Days) Add(day telemetry.Day) { d.has[day] = true }

// Span is a run of days, both ends among them.
type Span struct{ From, To telemetry.Day }

// Spans joins days that follow each other.
func Spans(days []telemetry.Day) (out []Span) {
	sorted := slices.Clone(days)
	slices.Sort(sorted)
	for _, d := range slices.Compact(sorted) {
		if n := len(out); n > 0 && out[n-1].To+1 == d {
			out[n-1].To = d
			continue
		}
		out = append(out, Span{d, d})
	}
	return out
}
