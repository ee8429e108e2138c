package habit

import (
	"time"

	"stormglass/internal/telemetry"
)

// profile is when an account was used in the days before one: of each day a bit for each hour (UTC).
type profile struct {
	days map[telemetry.Day]uint32
	day  telemetry.Day // that is told of
}

// weekday gives the day of the week; 1970-01-01 was a Thursday.
func weekday(d telemetry.Day) time.Weekday { return time.Weekday((int(d)%7 + 11) % 7) }

// known reports whether so much is known of the account that an hour can be said not to be its own.
func (p profile) known() bool {
	if len(p.days) < enoughDays {
		return false
	}
	for d := range p.days {
		if d <= p.day-learnDays {
			return true
		}
	}
	return false
}

// usual reports whether an hour of the day that is told of is one in which the account is used: it was, in this hour of the week or one
// beside it; or the day is one of its days of work, and on two others it was used about this hour.
func (p profile) usual(hour int) bool {
	near, others, same, used := about(hour), 0, 0, 0
	for d := p.day - hoursDays + 1; d < p.day; d++ {
		bits, ok := p.days[d]
		if weekday(d) == weekday(p.day) {
			if bits&near != 0 || hour == 0 && p.days[d-1]>>23&1 != 0 || hour == 23 && p.days[d+1]&1 != 0 {
				return true
			}
			if p.seenBy(d) {
				same++
			}
			if ok {
				used++
			}
		} else if bits&near != 0 {
			others++
		}
	}
	return others >= 2 && used > 0 && used*2 >= same
}

// seenBy reports whether the account was used on a day or one before it.
func (p profile) seenBy(day telemetry.Day) bool {
	for d := range p.days {
		if d <= day {
			return true
		}
	}
	return false
}

// about gives the bits of an hour and those beside it.
func about(hour int) uint32 { return uint32(7) << hour >> 1 & (1<<24 - 1) }
