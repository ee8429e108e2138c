package text

import (
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

func numericZone(s string) (offset time.Duration, n int) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return 0, 0
	}
	return telemetry.ParseZone(s)
}

// special reads the headers of those who keep time and name elsewhere.
func (h *header) special() {
	switch {
	case strings.HasPrefix(h.rest, "date="):
		h.fortinet()
	case strings.HasPrefix(h.rest, "CISE_"):
		h.ise()
	case h.n == 0:
		h.bracketed()
	}
}

// fortinet reads date=2006-01-02 time=03:04:05 devname=NAME eventtime=1136189045000000000 tz="+0100": the clock is local, tz says how
// far from UTC, and versions without tz count in eventtime.
func (h *header) fortinet() {
	s := h.rest
	date, rest, _ := strings.Cut(s[len("date="):], " ")
	clock, _, _ := strings.Cut(rest, " ")
	clock, ok := strings.CutPrefix(clock, "time=")
	if !ok || len(date) != 10 || h.n == len(h.stamps) {
		return
	}
	both := [24]byte{10: 'T'}
	copy(both[:], date)
	n := 11 + copy(both[11:], clock)
	t, used, _ := telemetry.ParseISO8601(string(both[:n]))
	if used == 0 {
		return
	}
	st := stamp{t: t, form: formOther, hasYear: true}
	head, _, _ := strings.Cut(s, " type=") // behind it stand names that somebody chose
	if offset, m := telemetry.ParseZone(value(head, " tz=")); m > 0 {
		st.t, st.zoned = t-telemetry.Instant(offset), true
	} else if at := telemetry.ParseEpochAny(value(head, " eventtime=")); at.Known() && time.Duration(at-t).Abs() <= telemetry.NoZoneDoubt {
		st.t, st.zoned = at, true
	}
	h.stamps[h.n] = st
	h.n++
	if name := value(s, " devname="); name != "" && h.host == "" {
		h.host = name
	}
}

// value gives the value of key=value or key="value" in a line.
func value(s, key string) string {
	i := strings.Index(s[:min(len(s), 512)], key)
	if i < 0 {
		return ""
	}
	s = s[i+len(key):]
	if strings.HasPrefix(s, `"`) {
		v, _, _ := strings.Cut(s[1:], `"`)
		return v
	}
	v, _, _ := strings.Cut(s, " ")
	return v
}

// ise reads CISE_CATEGORY ID TOTAL SEGMENT 2006-01-02 03:04:05.678 +00:00: the time of the event.
func (h *header) ise() {
	s := h.rest
	for range 4 {
		_, after, ok := strings.Cut(s, " ")
		if !ok {
			return
		}
		s = after
	}
	if len(s) < 13 || s[0]-'0' > 9 || h.n == len(h.stamps) {
		return
	}
	if t, n := numbered(s); n > 0 {
		h.stamps[h.n] = t
		h.n++
	}
}

// bracketed looks for the time of web servers' logs: after the client, in brackets.
func (h *header) bracketed() {
	i := strings.IndexByte(h.rest[:min(len(h.rest), 256)], '[')
	if i < 0 {
		return
	}
	if t, n := h.stampAt(h.rest[i+1:]); n > 0 && t.form == formOther {
		h.stamps[0], h.n = t, 1
	}
}

// rfc5424 reads VERSION TIME HOST APP PROCID MSGID and structured data after a priority. Who is loose takes it without the
// structured data that the form demands.
func (h *header) rfc5424(loose bool) bool {
	s, ok := strings.CutPrefix(h.rest, "1 ")
	if !ok {
		return false
	}
	var words [5]string
	for i := range words {
		word, after, ok := strings.Cut(s, " ")
		if !ok {
			return false
		}
		words[i], s = word, after
	}
	text, origin, ok := structured(s)
	if !ok && !loose {
		return false
	}
	if words[0] != "-" {
		t, n, zoned := telemetry.ParseISO8601(words[0])
		if n == 0 || n != len(words[0]) {
			return false
		}
		h.stamps[0], h.n = stamp{t: t, form: formISO, hasYear: true, zoned: zoned}, 1
	}
	if words[1] != "-" {
		h.host = words[1]
	}
	if ok {
		h.origin = origin
		h.data = s[:len(s)-len(text)]
	}
	h.rest = strings.TrimPrefix(strings.TrimLeft(text, " "), "\ufeff")
	h.named5424(words[2], words[3], words[4])
	return true
}
