package coverage

import (
	"slices"
	"strings"

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

// String writes the span: "2026-09-01 to 2026-09-30", or its one day.
func (s Span) String() string {
	if s.From == s.To {
		return s.From.String()
	}
	return s.From.String() + " to " + s.To.String()
}

// SpansText writes the first spans, at most so many, and says how many are left.
func SpansText(spans []Span, most int) (text string, more int) {
	parts := make([]string, min(len(spans), most))
	for i := range parts {
		parts[i] = spans[i].String()
	}
	return strings.Join(parts, ", "), len(spans) - len(parts)
}
