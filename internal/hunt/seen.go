package hunt

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// maxName is the longest domain name, in bytes (RFC 1035).
const maxName = 253

// nameSeen gives a name as it is observed, "" when nothing hunted could match it.
func nameSeen(s string) string {
	s = strings.TrimSuffix(s, ".")
	start, end := len(s), len(s) // of the longest proper name at the end; where the label being read ends
	for i := len(s) - 1; i >= -1; i-- {
		if i >= 0 && s[i] != '.' {
			if s[i] <= ' ' || s[i] == 0x7f {
				break
			}
			continue
		}
		if i+1 == end || len(s)-i-1 > maxName {
			break
		}
		start, end = i+1, i
	}
	if start == 0 {
		if strings.IndexByte(s, '.') < 0 && !allHost(s) { // such a name is only hunted as the host of a URL
			return ""
		}
		return s
	}
	rest := s[start:]
	for len(rest)+len("*.") > maxName {
		rest = rest[strings.IndexByte(rest, '.')+1:]
	}
	if strings.IndexByte(rest, '.') < 0 {
		return ""
	}
	return "*." + rest
}

func allHost(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// cutQuery stands for a query that is too long; no URL that is hunted holds a space.
const cutQuery = "? …"

// urlSeen gives the key of a URL as it is observed: whole, or, when it is too long to be hunted, with
// its query cut off, since one without a query may be hunted; "" when that is too long too.
func urlSeen(key string) string {
	if len(key) <= maxObserved {
		return key
	}
	if at := strings.IndexByte(key[:maxObserved], '?'); at >= 0 {
		return key[:at] + cutQuery
	}
	return ""
}

// couldBe reports whether a text may equal a hunted value of a kind.
func couldBe(k observable.Kind, s string) bool {
	switch k { //nolint:exhaustive // texts of the other kinds have no fixed form
	case observable.MD5, observable.JA3:
		return len(s) == 32 && allHex(s)
	case observable.SHA1:
		return len(s) == 40 && allHex(s)
	case observable.SHA256:
		return len(s) == 64 && allHex(s)
	case observable.SHA512:
		return len(s) == 128 && allHex(s)
	case observable.JA4:
		return len(s) == 36 && s[10] == '_' && s[23] == '_'
	}
	return s != "" && len(s) <= maxObserved
}

func allHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// PrefixKey writes a network prefix so that those within another are one range of texts: "4" and 8 hex
// digits or "6" and 32, a slash, and the length in two or three digits: "4c0000200/24".
func PrefixKey(p netip.Prefix) string {
	p = p.Masked()
	b := make([]byte, 0, 40)
	family, digits := byte('4'), 2
	if p.Addr().Is6() {
		family, digits = '6', 3
	}
	b = append(b, family)
	b = hex.AppendEncode(b, p.Addr().AsSlice())
	b = append(b, '/')
	length := strconv.Itoa(p.Bits())
	for range digits - len(length) {
		b = append(b, '0')
	}
	return string(append(b, length...))
}

// PrefixOfKey is the inverse of PrefixKey.
func PrefixOfKey(key string) (netip.Prefix, bool) {
	addr, length, ok := strings.Cut(key, "/")
	if !ok || addr == "" {
		return netip.Prefix{}, false
	}
	raw, err := hex.DecodeString(addr[1:])
	bits, err2 := strconv.Atoi(length)
	a, ok := netip.AddrFromSlice(raw)
	if err != nil || err2 != nil || !ok {
		return netip.Prefix{}, false
	}
	p := netip.PrefixFrom(a, bits)
	return p, p.IsValid() && PrefixKey(p) == key
}

// PrefixKeys gives the range [from, to) that holds the keys of a prefix and of all within it, and no
// others.
func PrefixKeys(p netip.Prefix) (from, to string) {
	p = p.Masked()
	last := p.Addr().AsSlice()
	for bit := p.Bits(); bit < 8*len(last); bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	end, _ := netip.AddrFromSlice(last)
	return PrefixKey(p), PrefixKey(netip.PrefixFrom(end, end.BitLen())) + "\x00"
}

// Meets reports whether an observed value is what an indicator names, and which part of the indicator
// it is: the rules by which the engine matches, for one value with one other.
func Meets(indicator observable.Value, kind observable.Kind, addr netip.Addr, text string) (intel.Part, bool) {
	switch indicator.Kind() { //nolint:exhaustive // the others are themselves alone
	case observable.Addr:
		return intel.Exact, kind == observable.Addr && addr == indicator.Addr()
	case observable.Prefix:
		return meetsPrefix(indicator.Prefix(), kind, addr, text)
	case observable.Domain:
		return meetsDomain(indicator.String(), kind, text)
	case observable.URL:
		return meetsURL(observable.URLKey(indicator.String()), kind, text)
	}
	return intel.Exact, kind == indicator.Kind() && text == indicator.String()
}

func meetsPrefix(p netip.Prefix, kind observable.Kind, addr netip.Addr, text string) (intel.Part, bool) {
	switch kind { //nolint:exhaustive // the others are not in a network
	case observable.Addr:
		return intel.CoveringPrefix, p.Contains(addr)
	case observable.Prefix:
		q, ok := PrefixOfKey(text)
		if !ok || q.Bits() < p.Bits() || !p.Contains(q.Addr()) {
			return 0, false
		}
		if q == p {
			return intel.Exact, true
		}
		return intel.CoveringPrefix, true
	}
	return 0, false
}

func meetsDomain(name string, kind observable.Kind, text string) (intel.Part, bool) {
	switch {
	case kind != observable.Domain || strings.IndexByte(name, '.') < 0:
		return 0, false
	case text == name:
		return intel.Exact, true
	}
	above, ok := strings.CutSuffix(text, name)
	return intel.Parent, ok && strings.HasSuffix(above, ".")
}

func meetsURL(key string, kind observable.Kind, text string) (intel.Part, bool) {
	switch kind { //nolint:exhaustive // the others are no URL and no host of one
	case observable.URL:
		if text == key {
			return intel.Exact, true
		}
		path, _, query := strings.Cut(text, "?")
		return intel.WithoutQuery, query && path == key
	case observable.Domain:
		host, root := strings.CutSuffix(key, "/")
		return intel.HostOfURL, root && !strings.ContainsAny(host, "/:?[") && host == text
	}
	return 0, false
}
