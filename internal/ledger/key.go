package ledger

import (
	"net/netip"
	"strings"

	"stormglass/internal/observable"
)

// AddrKey gives the key of an address; IPv4 is v4-mapped, a zone is dropped.
func AddrKey(a netip.Addr) [16]byte { return a.As16() }

// AddrOf is the inverse of AddrKey.
func AddrOf(key []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(key)
	return a.Unmap()
}

// labelEnd ends every label of a name's key. It sorts below every byte of a label, so that a name
// comes before the names below it and those before its next sibling.
const labelEnd = 0x01

// AppendNameKey appends the key of a domain name: its labels from the last to the first, each ended
// by 0x01: "www.example.com" is "com\x01example\x01www\x01". ASCII letters become small; the name is in A-label form,
// a trailing dot is dropped.
func AppendNameKey(key []byte, name string) []byte {
	name = strings.TrimSuffix(name, ".")
	for end := len(name); end > 0; {
		dot := strings.LastIndexByte(name[:end], '.')
		for i := dot + 1; i < end; i++ {
			c := name[i]
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			key = append(key, c)
		}
		key = append(key, labelEnd)
		end = dot
	}
	return key
}

// NameOf is the inverse of AppendNameKey.
func NameOf(key []byte) string {
	var b strings.Builder
	b.Grow(len(key))
	for end := len(key) - 1; end > 0; {
		start := end
		for start > 0 && key[start-1] != labelEnd {
			start--
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.Write(key[start:end])
		end = start - 1
	}
	return b.String()
}

// AppendTextKey appends the key of a value that is neither an address nor a name: its kind and its
// text. URLs are keyed by observable.URLKey.
func AppendTextKey(key []byte, k observable.Kind, text string) []byte {
	return append(append(key, byte(k)), text...)
}

// TextOf is the inverse of AppendTextKey.
func TextOf(key []byte) (observable.Kind, string) {
	if len(key) == 0 {
		return observable.Unknown, ""
	}
	return observable.Kind(key[0]), string(key[1:])
}
