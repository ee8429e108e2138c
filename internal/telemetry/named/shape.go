package named

import (
	"net/netip"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// shapes takes out, wherever it stands, what can only be somebody's: hardware addresses and client identifiers, addresses, numbers, quoted
// texts, names with a realm. What was kept stays.
func (f *finder) shapes() {
	f.quoted()
	for i := f.from; i < len(f.s); {
		if isSeparator(f.s[i]) {
			i++
			continue
		}
		end := i
		for end < len(f.s) && !isSeparator(f.s[end]) {
			end++
		}
		f.shape(i, end)
		i = end
	}
}

// isSeparator reports whether a byte stands between words.
func isSeparator(c byte) bool { return c <= ' ' || strings.IndexByte(`"'()[]{}<>,;=|`, c) >= 0 }

// shape looks at a word.
func (f *finder) shape(start, end int) {
	for end > start && strings.IndexByte(".:!?*", f.s[end-1]) >= 0 && !strings.HasSuffix(f.s[start:end], "::") {
		end--
	}
	if start == end || f.isMarked(start, end, taken|kept) {
		return
	}
	if who := shapeOf(f.s[start:end]); who != "" {
		f.note(start, end, who)
		return
	}
	for _, prefix := range [...]string{"id:", "hw:", "tel:", "sip:", "imsi-", "ip:", "mac:"} { // id:01:00:00:5e:00:53:01
		if rest, ok := strings.CutPrefix(f.s[start:end], prefix); ok {
			if who := shapeOf(rest); who != "" {
				f.note(start+len(prefix), end, who)
			}
		}
	}
	if at := strings.LastIndexByte(f.s[start:end], '/'); at >= 0 { // LPF/eth0/00:00:5e:00:53:01
		for from := start; from < end; {
			to := end
			if n := strings.IndexByte(f.s[from:end], '/'); n >= 0 {
				to = from + n
			}
			if who := shapeOf(f.s[from:to]); who != "" && (to == end || !isBits(f.s[to+1:end])) {
				f.note(from, to, who)
			}
			from = to + 1
		}
	}
}

// isBits reports whether what stands behind a slash is the length of a network's prefix.
func isBits(s string) bool { return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == "" }

// shapeOf gives who a word stands for by its shape alone; empty: nobody.
func shapeOf(s string) string {
	if mac := hardware(s); mac != "" {
		return mac
	}
	if octets := octetsOf(s); len(octets) > 12 {
		return named("duid-", octets)
	}
	if a := telemetry.ParseAddr(s); a.IsValid() {
		if a.IsUnspecified() || a.IsLoopback() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
			return ""
		}
		return ofAddr(a)
	}
	if p, err := netip.ParsePrefix(s); err == nil && p.Bits() > 0 && (p.Addr().Is6() && p.Bits() >= 40 || p.IsSingleIP()) {
		return observable.Prefix.String() + ":" + p.Masked().String() // of IPv6 a prefix is one subscriber's
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return ofAddr(a.Addr())
	}
	if a, ok := observable.Reversed(strings.ToLower(strings.TrimSuffix(s, "."))); ok {
		return ofAddr(a)
	}
	if at := strings.IndexByte(s, '@'); at > 0 && at < len(s)-1 {
		return named("", s)
	}
	digits := strings.TrimPrefix(s, "+")
	if len(digits) >= leastNumber && strings.Trim(digits, "0123456789") == "" && s != infinite {
		return named("", s)
	}
	return ""
}

const (
	leastNumber = 8            // digits of a telephone's or subscriber's number
	infinite    = "4294967295" // how long a lease is for that has no end
)

// hardware gives who has a hardware address, also one whose octets are written without leading zeros.
func hardware(s string) string {
	if len(s) < 11 || len(s) > 17 {
		return ""
	}
	if octets := octetsOf(s); len(octets) == 12 {
		s = octets
	}
	kind, who := lease.Hardware(s)
	if who == "" {
		return ""
	}
	return kind.String() + ":" + who
}

// octetsOf gives the digits of octets in hexadecimal between colons, each with two; empty when it is none.
func octetsOf(s string) string {
	if strings.Count(s, ":") < 5 {
		return ""
	}
	var out strings.Builder
	for octet := range strings.SplitSeq(s, ":") {
		if len(octet) == 0 || len(octet) > 2 || strings.Trim(octet, "0123456789abcdefABCDEF") != "" {
			return ""
		}
		if len(octet) == 1 {
			out.WriteByte('0')
		}
		out.WriteString(strings.ToLower(octet))
	}
	return out.String()
}

// quoted takes out what stands in quotes. A quote in it has a backslash, or another character than a blank on both sides.
func (f *finder) quoted() {
	for i := f.from; i < len(f.s); i++ {
		q := f.s[i]
		if q != '"' && q != '\'' || q == '\'' && i > 0 && !isSeparator(f.s[i-1]) {
			continue
		}
		end := f.closing(i+1, q)
		if !f.isMarked(i+1, end, kept) {
			f.take(i+1, end)
		}
		i = end
	}
}

// closing gives where quotes end: at the end of the line when they do not.
func (f *finder) closing(i int, q byte) int {
	for ; i < len(f.s); i++ {
		switch {
		case f.s[i] == '\\':
			i++
		case f.s[i] == q && (q == '"' || i+1 == len(f.s) || isSeparator(f.s[i+1]) || strings.IndexByte(".:", f.s[i+1]) >= 0):
			return i
		}
	}
	return len(f.s)
}

// behind gives where each place begins at which a text ends, that a word does not go on before it.
func (f *finder) behind(text string, each func(at int)) {
	for i := f.from; ; {
		n := strings.Index(f.s[i:], text)
		if n < 0 {
			return
		}
		start := i + n
		i = start + len(text)
		if start == f.from || !isWordByte(f.s[start-1]) {
			each(i)
		}
	}
}

func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c-'0' <= 9 || c == '_' || c == '-'
}

// word gives the end of the word at i.
func (f *finder) word(i int) int {
	if n := strings.IndexByte(f.s[i:], ' '); n >= 0 {
		return i + n
	}
	return len(f.s)
}

// keepAddr lets the address stay that stands behind a text.
func (f *finder) keepAddr(before ...string) {
	for _, text := range before {
		f.behind(text, func(at int) {
			if end := f.word(at); telemetry.ParseAddr(strings.Trim(f.s[at:end], "().,:;")).IsValid() {
				f.keep(at, end)
			}
		})
	}
}
