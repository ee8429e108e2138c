package habit

import (
	"strings"
	"testing"
)

// each is a use of another account on each of some days: so much is learned.
func each(from, to int) (out []used) {
	for d := from; d < to; d++ {
		out = append(out, login(d, 9, 0, "op-cara", "192.0.2.30"))
	}
	return out
}

// TestFirstSeenByHand: day 80 is told of; 60 days back is day 20. A pair that was last used on day 20 is known, one of day 19 is new, and its
// account was used on none of the days 20 to 79.
func TestFirstSeenByHand(t *testing.T) {
	r := run(t, FirstSeen{}, append(each(0, 81),
		login(20, 9, 0, "op-ben", "192.0.2.77"), login(80, 9, 0, "op-ben", "192.0.2.77"),
		login(19, 9, 0, "op-dan", "192.0.2.78"), login(80, 9, 0, "op-dan", "192.0.2.78"), login(80, 9, 5, "op-dan", "192.0.2.78"),
	))
	var last []string
	for _, line := range told(r, "user.name", "stormglass.firstseen.what", "stormglass.firstseen.days", "stormglass.firstseen.uses") {
		if line[:10] == "2025-03-27" { // 2025-01-06 and 80 days: 25 in January, 28 in February, 27 in March
			last = append(last, line)
		}
	}
	same(t, last, "2025-03-27T09:00 192.0.2.78 op-dan pair 0 2")
}

// TestLearnedByHand: 14 days must lie between the first use of anybody and the day that is told of, and a third of those 14 must have uses: with
// five (15 of 14 thirds) it tells, with four (12) it is blind, and with the first 13 days back it warms up until that is 14.
func TestLearnedByHand(t *testing.T) {
	news := login(14, 10, 0, "op-ben", "192.0.2.77")
	for _, c := range []struct {
		name    string
		days    []int
		told    int
		blind   int
		warming string
	}{
		{"five days of fourteen", []int{0, 3, 6, 9, 12}, 1, 0, "2025-01-20"},
		{"four", []int{0, 4, 8, 12}, 0, 1, "2025-01-20"},
		{"thirteen days back", []int{1, 2, 3, 4, 5, 6, 7, 8}, 0, 0, "2025-01-21"},
	} {
		list := []used{news}
		for _, d := range c.days {
			list = append(list, login(d, 9, 0, "op-cara", "192.0.2.30"))
		}
		r := run(t, FirstSeen{}, list)
		if len(r.Records) != c.told || r.Account.Blind != c.blind || r.Account.Warming.String() != c.warming {
			t.Errorf("%s: told %v, blind on %d days, warming until %s; want %d, %d, %s", c.name, told(r, "user.name"), r.Account.Blind, r.Account.Warming, c.told, c.blind, c.warming)
		}
	}
}

// TestOverlapByHand: uses from one source at 10:00 and 10:10 are one stretch, as no more than ten minutes are between, and one at 10:05 from
// elsewhere meets it at 10:05. With 10:00 and 10:11 there are two stretches of one moment each, and 10:05 meets none.
func TestOverlapByHand(t *testing.T) {
	for second, want := range map[int]string{10: "2025-01-06T10:05 192.0.2.77 192.0.2.78", 11: ""} {
		r := run(t, FirstSeen{}, []used{login(0, 10, 0, "op-ben", "192.0.2.77"), login(0, 10, second, "op-ben", "192.0.2.77"), login(0, 10, 5, "op-ben", "192.0.2.78")})
		if got := strings.Join(told(r, "stormglass.firstseen.other"), ", "); got != want {
			t.Errorf("10:00 and 10:%d: %q, want %q", second, got, want)
		}
	}
}

// TestHoursByHand: day 56 is a Monday, its eight weeks are days 0 to 55, with Mondays 0, 7, … 49. op-ben works at 9 on Tuesdays, Wednesdays and
// Thursdays, day 1 on, so that on Mondays from day 7 on, seven of them, he was known. About 9 he was used on two other days at least. On how many
// Mondays at 13 decides whether Monday is a day of his work: four are half of seven or more (8 ≥ 7), three are not (6 < 7). 13 is no hour beside 9.
//
// He was used on 3 · 8 days, and three Mondays are 27. An account with five days of use is known enough, with four it is not.
func TestHoursByHand(t *testing.T) {
	work := func(mondays int) (out []used) {
		for d := range 56 {
			if w := d % 7; 1 <= w && w <= 3 {
				out = append(out, login(d, 9, 0, "op-ben", "192.0.2.31"))
			}
		}
		for n := range mondays {
			out = append(out, login(7+7*n, 13, 0, "op-ben", "192.0.2.31"))
		}
		return append(out, login(56, 9, 30, "op-ben", "192.0.2.31"))
	}
	for mondays, want := range map[int][]string{
		4: nil,
		3: {"2025-03-03T09:30 192.0.2.31 op-ben monday 9 1 27"},
		0: {"2025-03-03T09:30 192.0.2.31 op-ben monday 9 1 24"},
	} {
		var last []string
		for _, line := range told(run(t, Hours{}, work(mondays)), "user.name", "stormglass.hours.weekday", "stormglass.hours.hour", "stormglass.hours.length", "stormglass.hours.days") {
			if line[:10] == "2025-03-03" {
				last = append(last, line)
			}
		}
		same(t, last, want...)
	}
	for days, want := range map[int]int{5: 1, 4: 0} {
		list := each(0, 57)
		for n := range days {
			list = append(list, login(30+n, 9, 0, "op-few", "192.0.2.31"))
		}
		list = append(list, login(56, 3, 0, "op-few", "192.0.2.31"))
		n := 0
		for _, line := range told(run(t, Hours{}, list), "user.name") {
			if line == "2025-03-03T03:00 192.0.2.31 op-few" {
				n++
			}
		}
		if n != want {
			t.Errorf("used on %d days: told %d times, want %d", days, n, want)
		}
	}
}
