package telemetry

import (
	"math"
	"time"
)

// ParseSeconds reads a decimal number of seconds ("60", "0.001358", "-1.5", "1.5e-05") as
// nanoseconds, exactly: no floating point is involved, and digits after the ninth decimal are
// rounded half up. Numbers beyond the range of time.Duration are refused.
func ParseSeconds(s string) (time.Duration, bool) {
	d, ok := parseDecimal(s)
	return time.Duration(d), ok
}

// ParseEpoch reads decimal seconds since 1970. A number that is no time of the years 1970 to 2200
// gives the zero Instant.
func ParseEpoch(s string) Instant {
	n, ok := parseDecimal(s)
	if !ok || n < int64(minInstant) || n > int64(maxInstant) {
		return 0
	}
	return Instant(n)
}

// ParseEpochAny reads a count since 1970 whose unit shows in its magnitude: seconds (with
// decimals if need be), milliseconds, microseconds or nanoseconds. The bounds lie in the year
// 5138 of one unit and in 1973 of the next.
func ParseEpochAny(s string) Instant {
	whole := 0
	for whole < len(s) && s[whole] >= '0' && s[whole] <= '9' {
		whole++
	}
	if whole <= 11 {
		return ParseEpoch(s)
	}
	n, ok := ParseUint(s[:whole])
	if !ok {
		return 0
	}
	unit := uint64(1)
	switch {
	case whole <= 14:
		unit = 1e6
	case whole <= 17:
		unit = 1e3
	}
	if n > uint64(maxInstant)/unit {
		return 0
	}
	return Instant(n * unit)
}

// parseDecimal reads a decimal number, times 1e9.
func parseDecimal(s string) (int64, bool) {
	i, neg := 0, false
	if len(s) > 0 && s[0] == '-' {
		i, neg = 1, true
	}
	var n int64
	digits := i
	for ; i < len(s); i++ {
		d := int64(s[i] - '0')
		if s[i] < '0' || d > 9 {
			break
		}
		if n > 922337202 { // the next digit may be one too many
			return slowDecimal(s)
		}
		n = n*10 + d
	}
	if i == digits {
		return 0, false
	}
	scale := int64(1e9)
	if i < len(s) && s[i] == '.' {
		i++
		first := i
		for ; i < len(s) && scale > 1; i++ {
			d := int64(s[i] - '0')
			if s[i] < '0' || d > 9 {
				break
			}
			n, scale = n*10+d, scale/10
		}
		if i == first {
			return 0, false
		}
	}
	if i < len(s) {
		return slowDecimal(s) // an exponent, more decimals, or no number at all
	}
	n *= scale
	if neg {
		n = -n
	}
	return n, true
}

// slowDecimal reads what parseDecimal leaves: digits, decimals and an exponent, digit by digit.
func slowDecimal(s string) (int64, bool) {
	d, ok := splitDecimal(s)
	if !ok {
		return 0, false
	}
	var n int64
	keep := d.point + 9 // digits that lie at or above the ninth decimal
	if keep < 0 {
		return 0, true
	}
	for i := range keep {
		if n > (math.MaxInt64-9)/10 {
			return 0, false
		}
		n *= 10
		if i < d.n {
			n += int64(d.digits[i] - '0')
		} else if n == 0 {
			break
		}
	}
	if keep < d.n && d.digits[keep] >= '5' {
		n++
	}
	if d.neg {
		n = -n
	}
	return n, true
}

// decimal is a number as 0.DIGITS times ten to the power of point.
type decimal struct {
	digits [40]byte
	n      int
	point  int
	neg    bool
}

func splitDecimal(s string) (d decimal, ok bool) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		d.neg = s[i] == '-'
		i++
	}
	seen, dot := 0, false
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && !dot {
			dot = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		seen++
		if !dot {
			d.point++
		}
		switch {
		case c == '0' && d.n == 0:
			d.point-- // a leading zero has no weight
		case d.n < len(d.digits):
			d.digits[d.n] = c
			d.n++
		}
	}
	if seen == 0 {
		return d, false
	}
	if i == len(s) {
		return d, true
	}
	e, ok := exponent(s[i:])
	d.point += e
	return d, ok
}

func exponent(s string) (int, bool) {
	if len(s) < 2 || s[0]|0x20 != 'e' {
		return 0, false
	}
	s = s[1:]
	neg := s[0] == '-'
	if neg || s[0] == '+' {
		s = s[1:]
	}
	n, ok := ParseUint(s)
	if !ok || n > 400 {
		return 0, false
	}
	if neg {
		return -int(n), true
	}
	return int(n), true
}

// ParseISO8601 reads a date and time at the start of s: 2006-01-02T15:04:05 with a space instead
// of the T and slashes instead of the dashes if need be, decimals after a point or a comma, and a zone Z, +hh:mm, +hhmm or +hh. It
// gives how many bytes it took, 0 when s starts with no such time, and whether a zone was there;
// without one the time is read as UTC. A time outside 1970 to 2200 is taken but not Known.
func ParseISO8601(s string) (t Instant, n int, zoned bool) {
	if len(s) < 16 || s[4] != '-' && s[4] != '/' || s[7] != s[4] || s[13] != ':' || s[10] != 'T' && s[10] != ' ' && s[10] != 't' {
		return 0, 0, false
	}
	year, ok1 := twoDigits(s[0:])
	low, ok2 := twoDigits(s[2:])
	month, ok3 := twoDigits(s[5:])
	day, ok4 := twoDigits(s[8:])
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return 0, 0, false
	}
	nanos, used := ParseClock(s[11:])
	if used == 0 {
		return 0, 0, false
	}
	n = 11 + used
	offset, used, bad := parseZone(s[n:])
	if bad {
		return 0, 0, false
	}
	return Civil(year*100+low, month, day, nanos-offset), n + used, used > 0
}

// ParseClock reads hh:mm, hh:mm:ss or hh:mm:ss with decimals at the start of s, as the time since
// midnight; n is 0 when there is none. A 60th second is the first of the next minute.
func ParseClock(s string) (d time.Duration, n int) {
	if len(s) < 5 || s[2] != ':' {
		return 0, 0
	}
	h, ok1 := twoDigits(s)
	m, ok2 := twoDigits(s[3:])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, 0
	}
	d, n = time.Duration(h*3600+m*60)*time.Second, 5
	if len(s) < 8 || s[5] != ':' {
		return d, n
	}
	sec, ok := twoDigits(s[6:])
	if !ok || sec > 60 {
		return 0, 0
	}
	d, n = d+time.Duration(sec)*time.Second, 8
	if len(s) > 9 && (s[8] == '.' || s[8] == ',') && s[9] >= '0' && s[9] <= '9' {
		unit, fraction, end := time.Duration(1e8), time.Duration(0), 9
		for ; end < len(s) && s[end] >= '0' && s[end] <= '9'; end++ {
			fraction += time.Duration(s[end]-'0') * unit
			unit /= 10
		}
		if s[8] == '.' || end == len(s) || !nextCell(s[end], end-9) {
			d, n = d+fraction, end
		}
	}
	return d, n
}

// nextCell reports whether digits behind a comma are the next value of a table, by what follows them,
// and no fraction of a second: "10:54:25,2013-11-07", "10:54:25,192.0.2.1".
func nextCell(after byte, digits int) bool {
	switch after {
	case '-', '/':
		return digits == 4 // a year; after a fraction it would be a zone
	case '.', ':', ',':
		return true
	}
	return false
}

// parseZone reads Z, +hh:mm, +hhmm or +hh; bad is a zone nobody has (hostile-input.md H21).
func parseZone(s string) (offset time.Duration, n int, bad bool) {
	if len(s) == 0 {
		return 0, 0, false
	}
	if s[0] == 'Z' || s[0] == 'z' {
		return 0, 1, false
	}
	if s[0] != '+' && s[0] != '-' || len(s) < 3 {
		return 0, 0, false
	}
	h, ok := twoDigits(s[1:])
	if !ok {
		return 0, 0, false
	}
	m, n := 0, 3
	rest := s[3:]
	if len(rest) > 2 && rest[0] == ':' {
		rest, n = rest[1:], 4
	}
	if v, ok := twoDigits(rest); ok {
		m, n = v, n+2
	} else {
		n = 3
	}
	if h > 14 || m > 59 {
		return 0, 0, true
	}
	offset = time.Duration(h*60+m) * time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, n, false
}

// ParseZone reads a numeric zone or Z at the start of s; n is 0 when there is none, or one that
// nobody has.
func ParseZone(s string) (offset time.Duration, n int) {
	offset, n, _ = parseZone(s)
	return offset, n
}

func twoDigits(s string) (int, bool) {
	if len(s) < 2 {
		return 0, false
	}
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// Civil gives the instant that lies d after midnight, UTC, of a day of the calendar; the zero
// Instant when there is no such day or it lies outside 1970 to 2200.
func Civil(year, month, day int, d time.Duration) Instant {
	if year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0
	}
	// Days since 1970-03-01 of a calendar whose years start in March, so that leap days come last.
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	days := y*365 + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 1 - 719468
	t := int64(days)*86400e9 + int64(d)
	if t < int64(minInstant) || t > int64(maxInstant) {
		return 0
	}
	return Instant(t)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
