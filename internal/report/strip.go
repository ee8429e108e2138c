package report

import (
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// The drawing of a strip, in its own units.
const (
	stripWidth  = 720
	stripHeight = 40
	stripBars   = 120 // at most; more days share bars
)

// strip is a finding's records per day over the days that were searched, as bars.
type strip struct {
	Width, Height int
	Bars          []bar
	From, To      string
	Label         string // the whole in words
	Scale         string // what the highest bar stands for
}

type bar struct {
	X, Y, W, H string
	Title      string
}

// stripOf draws a finding; nil when none of its records has a time.
func stripOf(f *hunt.Finding, v *verdict) *strip {
	if !f.First.Known() {
		return nil
	}
	from, to := f.First.Day(), f.Last.Day()
	if v.first.Known() {
		from, to = min(from, v.first.Day()), max(to, v.last.Day())
	}
	days := int(to-from) + 1
	per := (days + stripBars - 1) / stripBars
	sums := make([]uint64, (days+per-1)/per)
	met := 0
	for i := range f.Days {
		d := &f.Days[i]
		if d.Day == 0 || d.Day < from || d.Day > to {
			continue
		}
		met++
		sums[int(d.Day-from)/per] += d.Records
	}
	var top uint64
	for _, n := range sums {
		top = max(top, n)
	}
	s := &strip{Width: stripWidth, Height: stripHeight, From: from.String(), To: to.String()}
	s.Label = "Records per day: met on " + count(met, "day") + " of the " + number(days) + " searched, " + s.From + " to " + s.To
	s.Scale = "Highest bar: " + count(top, "record")
	if per > 1 {
		s.Scale += " in " + number(per) + " days"
	}
	for i, n := range sums {
		if n > 0 {
			s.Bars = append(s.Bars, barOf(i, len(sums), n, top, from+telemetry.Day(i*per), per))
		}
	}
	return s
}

func barOf(i, of int, n, top uint64, day telemetry.Day, per int) bar {
	slot := float64(stripWidth) / float64(of)
	gap := min(slot/5, 2)
	width := min(slot-gap, 40)
	height := max(float64(stripHeight)*float64(n)/float64(top), 3)
	b := bar{
		X: dot1(float64(i)*slot + (slot-width)/2), Y: dot1(stripHeight - height), W: dot1(width), H: dot1(height),
		Title: day.String() + ": " + count(n, "record"),
	}
	if per > 1 {
		b.Title = "from " + b.Title
	}
	return b
}

func dot1(f float64) string { return fmt.Sprintf("%.1f", f) }
