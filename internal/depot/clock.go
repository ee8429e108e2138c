package depot

import (
	"time"

	"stormglass/internal/telemetry"
)

// leap is how many days ahead of the last edit of an earlier run a clock is believed when it comes to removing
// what is over its time. A machine that starts with a wrong clock must not empty the folder: what is over
// by such a clock goes with the next run, when the clock is still there.
const leap = 100

// clock remembers what the time was when a folder was opened.
type clock struct {
	opened time.Time
	before time.Time // of the last edit then, zero when there was none
}

// horizon gives the day by which it is judged whether something is over its time: today, unless the clock has
// leapt.
func (d *Depot) horizon() telemetry.Day {
	today := d.today()
	if d.clock.before.IsZero() {
		return today
	}
	passed := d.now().Sub(d.clock.opened) // by the monotonic clock
	return min(today, telemetry.InstantOf(d.clock.before.Add(passed)).Day()+leap)
}
