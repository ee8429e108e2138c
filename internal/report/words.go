package report

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/observable/scan"
	"stormglass/internal/telemetry"
)

// shown gives a value for people: masked when it identifies a subscriber, defanged, printable.
func shown(v observable.Value) string {
	if v.Kind().Subscriber() {
		return observable.Mask(v)
	}
	return observable.Printable(v.Defang())
}

// prose gives running text from outside for people: defanged, printable.
func prose(s string) string { return observable.Printable(observable.Defang(s)) }

// name gives a name from outside for people. Names of organisations, actors and files are full of
// dots, so they are defanged only when they hold what looks like a link.
func name(s string) string {
	if strings.Contains(s, "://") {
		return prose(s)
	}
	return observable.Printable(s)
}

// maxName bounds names that stand in lists, in characters.
const maxName = 80

func names(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = cutText(name(s), maxName)
	}
	return out
}

// seenText gives a value as it stood in a record, defanged.
func seenText(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		return observable.OfAddr(a).Defang()
	}
	return prose(s)
}

// lineOf gives a line of a log with the values in it defanged, and nothing else changed: not every
// dot is one of a name.
func lineOf(s string) string {
	var b strings.Builder
	var sc scan.Scanner
	sc.Reset([]byte(s))
	end := 0
	for sc.Next() {
		t := sc.Token()
		if t.Class == scan.Hash || t.Class == scan.JA4 || t.Fanged {
			continue
		}
		b.WriteString(s[end:t.Start])
		b.WriteString(observable.Defang(s[t.Start:t.End]))
		end = t.End
	}
	b.WriteString(s[end:])
	return observable.Printable(b.String())
}

// fieldLine writes the fields of a sample in a line.
func fieldLine(fields []hunt.SampleField) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = observable.Printable(f.Name) + "=" + lineOf(f.Value)
	}
	return strings.Join(parts, " ")
}

// number writes a count with thousands separators.
func number[T int | uint64](n T) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes a count with its noun, "1 file", "34 files".
func count[T int | uint64](n T, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + plural(noun)
}

func plural(noun string) string {
	switch {
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ay"):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(noun, "ss"):
		return noun + "es"
	}
	return noun + "s"
}

// bytesText writes a number of bytes in decimal units: "1.2 GB".
func bytesText(n uint64) string {
	if n < 1000 {
		return count(n, "byte")
	}
	f, unit := float64(n)/1000, 0
	for f >= 999.95 && unit < len("kMGTPE")-1 {
		f /= 1000
		unit++
	}
	return strconv.FormatFloat(f, 'f', 1, 64) + " " + "kMGTPE"[unit:unit+1] + "B"
}

const (
	minuteForm = "2006-01-02 15:04"
	secondForm = "2006-01-02 15:04:05"
)

// secondText writes a time in UTC to the second; the zone is said by whoever calls.
func secondText(i telemetry.Instant) string {
	if !i.Known() {
		return "no time"
	}
	return i.Time().Format(secondForm)
}

// spanText writes a span to the minute, with its zone: "2026-11-18 00:00 to 2026-11-20 23:59 UTC".
func spanText(first, last telemetry.Instant) string {
	if !first.Known() || !last.Known() {
		return ""
	}
	return first.Time().Format(minuteForm) + " to " + last.Time().Format(minuteForm) + " UTC"
}

// timeText writes when a sample happened, with its doubt.
func timeText(i telemetry.Instant, doubt time.Duration) string {
	if !i.Known() {
		return "no time"
	}
	s := secondText(i) + " UTC"
	if doubt > 0 {
		s += " ±" + durationText(doubt)
	}
	return s
}

// durationText writes a length of time to two digits or so: "350 ms", "3.2 s", "12 min", "14 h", "3 days".
func durationText(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < time.Hour:
		return strconv.FormatInt(int64(d/time.Minute), 10) + " min"
	case d < 48*time.Hour:
		return strconv.FormatInt(int64(d/time.Hour), 10) + " h"
	}
	return strconv.FormatInt(int64(d/(24*time.Hour)), 10) + " days"
}

// endText writes one end of a conversation. Every address but the subject's is defanged.
func endText(a netip.Addr, port uint16, subject netip.Addr) string {
	if !a.IsValid() {
		return "?"
	}
	s := a.String()
	if a != subject {
		s = observable.OfAddr(a).Defang()
	}
	switch {
	case port == 0:
		return s
	case a.Is4():
		return s + ":" + strconv.Itoa(int(port))
	}
	return s + " port " + strconv.Itoa(int(port))
}

// endsText writes a conversation: "10.0.0.1:51234 -> 203[.]0[.]113[.]9:443 tcp".
func endsText(e *telemetry.Ends, subject netip.Addr) string {
	if !e.Src.IsValid() && !e.Dst.IsValid() {
		return ""
	}
	s := endText(e.Src, e.SrcPort, subject) + " -> " + endText(e.Dst, e.DstPort, subject)
	if p := protoText(e.Proto); p != "" {
		s += " " + p
	}
	return s
}

// protoText names an IANA protocol number.
func protoText(p uint8) string {
	switch p {
	case 0:
		return ""
	case 1:
		return "icmp"
	case 6:
		return "tcp"
	case 17:
		return "udp"
	case 47:
		return "gre"
	case 50:
		return "esp"
	case 58:
		return "ipv6-icmp"
	case 132:
		return "sctp"
	}
	return fmt.Sprintf("protocol %d", p)
}

// cutText bounds a text to n characters.
func cutText(s string, n int) string {
	at, chars := 0, 0
	for i := range s {
		if chars == n-1 {
			at = i
		}
		if chars == n {
			return s[:at] + "…"
		}
		chars++
	}
	return s
}

// listed joins at most n texts and says how many more there are.
func listed(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:n], ", ") + " and " + number(len(list)-n) + " more"
}
