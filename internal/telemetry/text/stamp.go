package text

import (
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// form is the shape of a time.
type form uint8

const (
	formSyslog form = iota // Jan  2 03:04:05, with or without a year, and 2006 Jan  2 03:04:05
	formISO                // 2006-01-02T03:04:05
	formOther
)

// stamp is a time as written.
type stamp struct {
	t       telemetry.Instant
	form    form
	hasYear bool
	zoned   bool
	unset   bool // the device says its clock is not set or not synchronised

	yearFirst bool // 2006 Jan  2 03:04:05
}

func (t *stamp) doubt() time.Duration {
	switch {
	case !t.hasYear || t.unset:
		return 24 * time.Hour
	case !t.zoned:
		return telemetry.NoZoneDoubt
	}
	return 0
}

// stampAt reads a time at the start of s and gives how many bytes it took. One bracket may stand
// around the time, and one mark of a clock that is not set before it.
func (h *header) stampAt(s string) (stamp, int) {
	at, bracket, unset := 0, false, false
	for ; at < len(s); at++ {
		if c := s[at]; c == '[' && !bracket {
			bracket = true
		} else if (c == '*' || c == '.') && !unset {
			unset = true
		} else {
			break
		}
	}
	t, n := h.bareStamp(s[at:])
	if n == 0 {
		return stamp{}, 0
	}
	t.unset = unset
	n += at
	if !bracket {
		return t, n
	}
	if !strings.HasPrefix(s[n:], "]") {
		return stamp{}, 0
	}
	return t, n + 1
}

// bareStamp reads a time that nothing stands around.
func (h *header) bareStamp(s string) (stamp, int) {
	if len(s) < 13 {
		return stamp{}, 0
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9':
		return numbered(s)
	case c >= 'A' && c <= 'Z':
		return h.named(s)
	}
	return stamp{}, 0
}

// named reads Jan  2 [2006] 03:04:05[.678] [ZONE] and Tue Jan  2 03:04:05 [ZONE] 2006.
func (h *header) named(s string) (stamp, int) {
	t := stamp{form: formSyslog}
	at, weekday := 0, false
	month := monthAt(s)
	if month == 0 && len(s) > 20 && s[3] == ' ' && isWeekday(s[:3]) {
		at, weekday = 4, true
		month = monthAt(s[4:])
	}
	if month == 0 {
		return t, 0
	}
	at += 3
	day, n := dayAt(s[at:])
	if n == 0 {
		return t, 0
	}
	at += n
	year := 0
	if y, ok := yearAt(s[at:]); ok {
		year, at = y, at+5
	}
	clock, n := telemetry.ParseClock(s[at:])
	if n < 8 {
		return t, 0
	}
	at += n
	offset, zoned, n := zoneAt(s[at:])
	at += n
	if weekday && year == 0 && len(s) >= at+5 && s[at] == ' ' {
		if y, ok := yearOf(s[at+1:]); ok {
			year, at = y, at+5
		}
	}
	t.zoned, t.hasYear = zoned, year != 0
	if t.hasYear {
		t.t = telemetry.Civil(year, month, day, clock-offset)
		return t, at
	}
	// At most eight years lie between two 29ths of February.
	for y := h.maxYear; y > h.maxYear-10; y-- {
		if t.t = telemetry.Civil(y, month, day, clock-offset); t.t.Known() && t.t <= h.latest {
			return t, at
		}
	}
	t.t = 0
	return t, at
}

// numbered reads the forms that begin with a digit.
func numbered(s string) (stamp, int) {
	if t, n, zoned := telemetry.ParseISO8601(s); n > 0 {
		st := stamp{t: t, form: formOther, hasYear: true, zoned: zoned}
		if s[10] != ' ' {
			st.form = formISO
		}
		if !zoned && len(s) > n+5 && s[n] == ' ' {
			if offset, m := telemetry.ParseZone(s[n+1:]); m > 3 {
				st.t, st.zoned = t-telemetry.Instant(offset), true
				if st.t < 0 {
					st.t = 0
				}
				n += 1 + m
			} else if m == 1 {
				st.zoned, n = true, n+2
			}
		}
		return st, n
	}
	year, ok := yearOf(s)
	if ok {
		return yearFirst(s, year)
	}
	if t, n := webTime(s); n > 0 {
		return t, n
	}
	return epoch(s)
}

// yearFirst reads 2006 Jan  2 03:04:05, 2006-Jan- 2 03:04:05, 2006/01/02 03:04:05 and 2006-1-2
// 03:04:05.
func yearFirst(s string, year int) (stamp, int) {
	t := stamp{form: formSyslog, hasYear: true}
	sep := s[4]
	t.yearFirst = sep == ' '
	if sep != ' ' && sep != '-' && sep != '/' {
		return t, 0
	}
	var at int
	month := monthAt(s[5:])
	if month > 0 {
		at = 8
	} else {
		n := digits(s[5:])
		if n == 0 || n > 2 || sep == ' ' {
			return t, 0
		}
		month, _ = small(s[5 : 5+n])
		at, t.form = 5+n, formOther
	}
	if at >= len(s) || s[at] != sep {
		return t, 0
	}
	day, n := dayAt(" " + s[at+1:min(len(s), at+5)])
	if n == 0 {
		return t, 0
	}
	at += n
	clock, n := telemetry.ParseClock(s[at:])
	if n < 8 {
		return t, 0
	}
	at += n
	for at+1 < len(s) && s[at] == '.' && s[at+1]-'0' <= 9 { // Huawei counts on: 33.270.1
		at += 1 + digits(s[at+1:])
	}
	offset, zoned, n := zoneAt(s[at:])
	t.zoned = zoned
	t.t = telemetry.Civil(year, month, day, clock-offset)
	return t, at + n
}

// webTime reads 02/Jan/2006:03:04:05 +0000.
func webTime(s string) (stamp, int) {
	if len(s) < 20 || s[2] != '/' || s[6] != '/' || s[11] != ':' {
		return stamp{}, 0
	}
	day, ok1 := small(s[:2])
	month := monthAt(s[3:])
	year, ok2 := yearOf(s[7:])
	clock, n := telemetry.ParseClock(s[12:])
	if !ok1 || !ok2 || month == 0 || n < 8 {
		return stamp{}, 0
	}
	t := stamp{form: formOther, hasYear: true}
	at := 12 + n
	offset, zoned, n := zoneAt(s[at:])
	t.zoned = zoned
	t.t = telemetry.Civil(year, month, day, clock-offset)
	return t, at + n
}

// epoch reads seconds since 1970 with decimals, as squid and Zeek write them.
func epoch(s string) (stamp, int) {
	n := digits(s)
	if n != 10 || s[10] != '.' {
		return stamp{}, 0
	}
	n += 1 + digits(s[11:])
	if n < 14 || n < len(s) && s[n] != ' ' && s[n] != '\t' {
		return stamp{}, 0
	}
	return stamp{t: telemetry.ParseEpoch(s[:n]), form: formOther, hasYear: true, zoned: true}, n
}
