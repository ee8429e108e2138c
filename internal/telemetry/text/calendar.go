package text

import (
	"strings"
	"time"
)

// monthAt gives the month whose English name's first three letters begin s, 0 when there is none.
func monthAt(s string) int {
	if len(s) < 3 {
		return 0
	}
	switch s[:3] {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

func isWeekday(s string) bool {
	switch s {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}

// dayAt reads a space, the day of a month in one or two places, and a space.
func dayAt(s string) (day, n int) {
	if len(s) < 3 || s[0] != ' ' {
		return 0, 0
	}
	n = 1
	if s[1] == ' ' {
		n = 2
	}
	d := digits(s[n:])
	if d == 0 || d > 2 || n+d >= len(s) || s[n+d] != ' ' && s[n+d] != ',' {
		return 0, 0
	}
	day, _ = small(s[n : n+d])
	return day, n + d + 1
}

// yearAt reads a year of this age and the space after it.
func yearAt(s string) (int, bool) {
	if len(s) < 5 || s[4] != ' ' {
		return 0, false
	}
	return yearOf(s)
}

// yearOf reads a year of this age.
func yearOf(s string) (int, bool) {
	if len(s) < 4 || s[0] != '1' && s[0] != '2' || digits(s[:4]) != 4 {
		return 0, false
	}
	y := int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
	return y, y >= 1970 && y < 2200
}

// small reads a number of one or two digits.
func small(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, len(s) > 0
}

// zones are the names of zones that mean one offset wherever they are used, in minutes. Those that
// several countries use (CST, IST, BST, AST) are left out: they are read over and leave a doubt.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120, "EET": 120, "EEST": 180,
	"MSK": 180, "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"AKST": -540, "AKDT": -480, "HST": -600, "JST": 540, "KST": 540, "SGT": 480, "HKT": 480, "AEST": 600, "AEDT": 660,
	"NZST": 720, "NZDT": 780,
}

// zoneAt reads a zone at the start of s, after a space or none: +01:00, UTC, UTC+07:30. A name
// counts only with a colon, a space and a bracket's or the line's end after it.
func zoneAt(s string) (offset time.Duration, zoned bool, n int) {
	if s == "" {
		return 0, false, 0
	}
	at := 0
	if s[0] == ' ' {
		at = 1
	}
	name := at
	for at < len(s) && at-name < 5 && s[at] >= 'A' && s[at] <= 'Z' {
		at++
	}
	if numeric, used := numericZone(s[at:]); used > 0 {
		if at == name || s[name:at] == "UTC" || s[name:at] == "GMT" {
			return numeric, true, at + used
		}
		return 0, false, 0
	}
	if at == name {
		return 0, false, 0
	}
	minutes, ok := zones[s[name:at]]
	ended := at == len(s) || s[at] == ':' || s[at] == ']'
	if !ok {
		// Some other name of a zone, if a colon follows at once: HOST would have none here. Names of zones end in T, or else a code
		// follows; LOGIN: is a program.
		if at < len(s) && s[at] == ':' && at-name >= 2 && name == 1 && (s[at-1] == 'T' || strings.HasPrefix(s[at:], ": %")) {
			return 0, false, at
		}
		return 0, false, 0
	}
	if !ended && s[at] != ' ' {
		return 0, false, 0
	}
	return time.Duration(minutes) * time.Minute, true, at
}
