package report

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// seenVerdicts is the order in which verdicts are counted and listed.
var seenVerdicts = [...]seen.Verdict{seen.Seen, seen.NotExact, seen.NotSeen, seen.NotAssessed, seen.NotHeld, seen.NotKept, seen.NoValue}

func verdictWord(v seen.Verdict) string {
	return [...]string{"not seen", "seen", "not exact", "not kept", "no value", "not held", "unreadable"}[v]
}

func verdictStyle(v seen.Verdict) style {
	switch v {
	case seen.Seen:
		return bold
	case seen.NotExact, seen.NotKept, seen.NoValue, seen.NotHeld, seen.NotAssessed:
		return warn
	case seen.NotSeen:
	}
	return dim
}

// answerText is an answer in a sentence. What was not met was not met on the days that are held: no
// answer reads as "never".
func answerText(a *seen.Answer, w *seen.Window) string {
	switch a.Verdict {
	case seen.Seen:
		return "met in " + count(a.Records, "record") + seenOn(a, w)
	case seen.NotExact:
		return "it may have been met: " + reasonText(a) + "; otherwise " + notMetText(w)
	case seen.NotKept, seen.NotHeld, seen.NotAssessed:
		return "nothing can be said of it: " + reasonText(a)
	case seen.NoValue:
		return "not looked for: " + reasonText(a)
	case seen.NotSeen:
	}
	return notMetText(w)
}

// reasonText says why an answer is neither yes nor no.
func reasonText(a *seen.Answer) string {
	if a.Verdict == seen.NoValue {
		return prose(noValueText(a))
	}
	return name(a.Why)
}

func seenOn(a *seen.Answer, w *seen.Window) string {
	if d := datedDays(a); len(d) > 0 {
		return " on " + number(len(d)) + " of the " + count(w.Held, "day") + " held"
	}
	return " without a time"
}

// notMetText says where a value was looked for in vain.
func notMetText(w *seen.Window) string {
	s, far := "not met on the "+count(w.Held, "day")+" held", ""
	if ledgerDamaged(w) {
		far = ", as far as they could be read"
	}
	switch {
	case w.Held == 0 && w.Undated:
		s = "not met in the records without a time, and no day is held: nothing can be said of any"
	case w.Held == 0 && (w.Since != 0 || w.Until != 0):
		return "no day of the time asked for is held: nothing can be said of it"
	case w.Held == 0:
		return "no day is held: nothing can be said of it"
	case len(w.Missing) > 0:
		return s + " of " + spanOfDays(w.First, w.Last) + far + "; " + count(len(w.Missing), "day") + " missing"
	default:
		s += " (" + spanOfDays(w.First, w.Last) + ")"
	}
	return s + far
}

// ledgerDamaged reports whether a part of the ledger could not be read: records that could not be do
// not change what is known of a value.
func ledgerDamaged(w *seen.Window) bool {
	return slices.ContainsFunc(w.Damaged, func(h depot.Hole) bool { return ledgerSpace(h.Kind) != "" })
}

// ledgerSpace names what a part of the ledger holds; empty for a kind of record.
func ledgerSpace(kind string) string {
	switch kind {
	case "addrs":
		return "addresses"
	case "names":
		return "names"
	case "texts":
		return "values of other kinds"
	}
	return ""
}

// datedDays gives the days of an answer that are days.
func datedDays(a *seen.Answer) []telemetry.Day {
	var out []telemetry.Day
	for _, d := range a.Days {
		if d.Day > 0 {
			out = append(out, d.Day)
		}
	}
	return out
}

// hoursOf counts the hours in which a value was met.
func hoursOf(a *seen.Answer) int {
	n := 0
	for _, d := range a.Days {
		n += bits.OnesCount32(d.Hours & allHours)
	}
	return n
}

const (
	hoursADay = 24
	allHours  = 1<<hoursADay - 1
)

// hourText writes the hours of a day, the first one first, as one character each.
func hourText(hours uint32, on, off string) string {
	var b strings.Builder
	for h := range hoursADay {
		if hours>>h&1 == 1 {
			b.WriteString(on)
		} else {
			b.WriteString(off)
		}
	}
	return b.String()
}

func spanOfDays(first, last telemetry.Day) string {
	if first == last {
		return first.String()
	}
	return first.String() + " to " + last.String()
}

// dayRanges writes days in order as stretches, of which it shows some: "2026-11-02 to 2026-11-04,
// 2026-11-07 and 3 more".
func dayRanges(days []telemetry.Day, most int) string {
	var out []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j]+1 && days[i] > 0 {
			j++
		}
		out = append(out, spanOfDays(days[i], days[j]))
		i = j + 1
	}
	return listed(out, most)
}

func unixText(t time.Time) string {
	if t.IsZero() {
		return "no record has a time"
	}
	return t.UTC().Format(secondForm) + " UTC"
}

// askedKind names the kind of a question, with what it covers.
func askedKind(q *seen.Question) string {
	k := q.Value.Kind()
	switch {
	case k == observable.Domain && q.Exact:
		return "domain, without the names below it"
	case k == observable.Domain:
		return "domain, with the names below it"
	}
	return k.String()
}

// withText names the operator's ends.
func withText(a *seen.Answer) string {
	s := strings.Join(names(a.Peers), ", ")
	if a.PeerCount > len(a.Peers) {
		return joined(" and ", s, "further") + " (about " + count(a.PeerCount, "system") + " in all)"
	}
	return s
}

// volumeText gives what the sensor that saw most bytes saw; what several saw is never added up.
func volumeText(a *seen.Answer) string {
	l := a.Largest()
	if l.Bytes == 0 && l.Packets == 0 {
		return ""
	}
	s := bytesText(l.Bytes)
	if l.Packets > 0 {
		s += " in " + count(l.Packets, "packet")
	}
	s += " by sensor " + cutText(name(l.Name), maxName)
	if n := len(a.Sensors); n > 1 {
		s += " (largest of " + count(n, "sensor") + ", which may have seen the same)"
	}
	return s
}

// belowText names the values with most records among those that a question covers.
func belowText(a *seen.Answer) string {
	if len(a.Values) == 0 || a.ValueCount == 1 && a.Values[0].Value == a.Value {
		return ""
	}
	noun, about := "value", ""
	if a.Value.Kind() == observable.Domain {
		noun = "name"
	}
	if a.Estimated {
		about = "about "
	}
	list := make([]string, len(a.Values))
	for i, v := range a.Values {
		list[i] = cutText(seenShown(v.Value), maxName) + " " + number(v.Records)
	}
	s := about + count(a.ValueCount, noun)
	if a.ValueCount > len(list) {
		s += ", most records"
	}
	return s + ": " + strings.Join(list, ", ")
}

func foldText(f *seen.Fold) string {
	return f.Day.String() + ": " + prose(f.As) + " stands for " + count(f.Values, "value") + ", not kept one by one"
}

// lostRows says of which days the records are no longer held, a line for each reason and kind.
func lostRows(a *seen.Answer) []string {
	type group struct {
		why  string
		kind telemetry.Kind
	}
	var order []group
	days := map[group][]telemetry.Day{}
	for _, l := range a.RowsLost {
		g := group{l.Why, l.Kind}
		if days[g] == nil {
			order = append(order, g)
		}
		days[g] = append(days[g], l.Day)
	}
	out := make([]string, len(order))
	for i, g := range order {
		out[i] = kindWord(g.kind, false) + " of " + dayRanges(days[g], tableRanges) + ": " + name(g.why)
	}
	return out
}
