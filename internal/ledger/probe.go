package ledger

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Probe is a question to segments of a space: the rows of one value, or of a range of values. In a
// segment with folds it also asks for the folded row that covers the value, or the beginning of the range.
type Probe struct {
	Space    Space
	From, To []byte // To is not used when Exact
	Exact    bool   // the value From; else the values from From up to and without To; a nil To is no bound
	Bare     bool   // asks for no folded row that covers
}

// Days is a window of days, inclusive. Undated rows (day 0) lie in it when From is 0 or less.
type Days struct{ From, To telemetry.Day }

// has reports whether the window holds a day.
func (d Days) has(day telemetry.Day) bool { return d.From <= day && day <= d.To }

// meets reports whether the window holds a day of the segment's.
func (d Days) meets(i *Info) bool { return d.From <= i.LastDay && i.FirstDay <= d.To }

// AddrProbe asks for an address.
func AddrProbe(a netip.Addr) Probe {
	k := AddrKey(a)
	return Probe{Space: Addrs, From: k[:], Exact: true}
}

// mappedBits is how many bits stand in front of an IPv4 address in its key.
const mappedBits = 96

// PrefixProbes asks for the addresses of a prefix. An IPv6 prefix that holds the v4-mapped block, as
// ::/0 does, is asked for without it: IPv4 addresses lie in IPv4 prefixes only.
func PrefixProbes(p netip.Prefix) []Probe {
	if !p.IsValid() {
		return nil
	}
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += mappedBits
	}
	from := AddrKey(p.Masked().Addr())
	whole := Probe{Space: Addrs, From: from[:], To: after(from, bits)}
	if p.Addr().Is4() || p.Bits() >= mappedBits || [12]byte(from[:12]) != maskTo(mapped, p.Bits()) {
		return []Probe{whole}
	}
	low := [16]byte{10: 0xff, 11: 0xff}
	return []Probe{
		{Space: Addrs, From: whole.From, To: low[:]},
		{Space: Addrs, From: after(low, mappedBits), To: whole.To, Bare: true}, // what covers it lies in the first
	}
}

// maskTo clears all but the first bits of b.
func maskTo(b [12]byte, bits int) [12]byte {
	for i := range b {
		keep := min(8, max(0, bits-8*i))
		b[i] &= ^byte(0xff >> keep)
	}
	return b
}

// after gives the first key that is past the prefix of so many bits; nil when there is none.
func after(key [16]byte, bits int) []byte {
	for i := bits - 1; i >= 0; i-- {
		key[i/8] ^= 0x80 >> (i % 8)
		if key[i/8]&(0x80>>(i%8)) != 0 {
			return key[:]
		}
	}
	return nil
}

// NameProbe asks for a domain name alone.
func NameProbe(name string) Probe {
	return Probe{Space: Names, From: AppendNameKey(nil, name), Exact: true}
}

// NameTreeProbe asks for a domain name and all names below it.
func NameTreeProbe(name string) Probe {
	from := AppendNameKey(nil, name)
	return Probe{Space: Names, From: from, To: next(from)}
}

// next gives the first key that does not begin with key; nil when there is none.
func next(key []byte) []byte {
	for n := len(key); n > 0; n-- {
		if key[n-1] < 0xff {
			to := append([]byte(nil), key[:n]...)
			to[n-1]++
			return to
		}
	}
	return nil
}

// TextProbe asks for a value that is neither an address nor a name, in its canonical form. A URL is
// given as observable.URLKey writes it.
func TextProbe(k observable.Kind, text string) Probe {
	return Probe{Space: Texts, From: AppendTextKey(nil, k, text), Exact: true}
}

// URLProbes asks for a URL, given as observable.URLKey writes it, and, when it has no query, for the same
// with any query, as the index of indicators does.
func URLProbes(key string) []Probe {
	probes := []Probe{TextProbe(observable.URL, key)}
	if !strings.Contains(key, "?") {
		from := AppendTextKey(nil, observable.URL, key+"?")
		probes = append(probes, Probe{Space: Texts, From: from, To: next(from)})
	}
	return probes
}

// Lengths of what addresses fold to, in bytes.
const (
	foldIPv4 = 15 // a /24
	foldIPv6 = 6  // a /48
)

// FoldOf gives the value of the folded row that stands for a value: the network address of the /24 or
// /48 of an address, the registrable domain of a name (a public suffix has none). Texts do not
// fold. The key of a name shares memory with value.
func FoldOf(space Space, value []byte) (key []byte, ok bool) {
	switch space {
	case Addrs:
		if len(value) != addrLen {
			return nil, false
		}
		n := foldIPv6
		if [12]byte(value[:12]) == mapped {
			n = foldIPv4
		}
		key = make([]byte, addrLen)
		copy(key, value[:n])
		return key, true
	case Names:
		name := NameOf(value)
		domain, err := publicsuffix.EffectiveTLDPlusOne(name)
		if err != nil {
			return nil, false
		}
		return value[:len(domain)+1], true
	default:
		return nil, false
	}
}
