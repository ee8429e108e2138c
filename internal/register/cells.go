package register

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// stated reads what every entry may state.
func (d *document) stated(r row) Entry {
	e := Entry{File: d.name, Line: r.line, Owner: r.one("owner"), Reason: r.one("reason")}
	if c := r.cells["valid_from"]; len(c.texts) > 0 {
		e.From = d.momentOf(c.line, "valid_from", c.texts[0], 0)
	}
	if c := r.cells["valid_until"]; len(c.texts) > 0 {
		e.Until = d.momentOf(c.line, "valid_until", c.texts[0], 24*time.Hour)
		if e.Until != 0 && e.From >= e.Until {
			d.complain(c.line, "valid_until is before valid_from: swap or correct them")
			e.Until = 0
		}
	}
	return e
}

// addrs reads addresses.
func (d *document) addrs(r row, key string) []netip.Addr {
	var out []netip.Addr
	c := r.cells[key]
	for _, s := range c.texts {
		if a, ok := d.addr(c.line, key, s); ok && !slices.Contains(out[max(0, len(out)-64):], a) {
			out = append(out, a)
		}
	}
	return out
}

func (d *document) addr(line int, key, s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil || a.Zone() != "":
		d.complain(line, "%s: %s is no address: write one such as \"192.0.2.1\" or \"2001:db8::1\"", key, quoted(s))
	case a.Is4In6():
		d.complain(line, "%s: %s is IPv4 written as IPv6: write %q", key, quoted(s), a.Unmap())
	case a.IsUnspecified():
		d.complain(line, "%s: %s is nobody's: write the address itself", key, quoted(s))
	default:
		return a, true
	}
	return netip.Addr{}, false
}

// prefixes reads addresses and prefixes; an address is a prefix of its whole length.
func (d *document) prefixesOf(r row, key string) []netip.Prefix {
	var out []netip.Prefix
	c := r.cells[key]
	for _, s := range c.texts {
		if !strings.Contains(s, "/") {
			if a, ok := d.addr(c.line, key, s); ok {
				out = append(out, netip.PrefixFrom(a, a.BitLen()))
			}
		} else if p := d.prefixOf(c.line, s); p.IsValid() {
			out = append(out, p)
		}
	}
	return out
}

// exporters reads address#domain, or an address alone for any domain.
func (d *document) exporters(r row, key string) []Exporter {
	var out []Exporter
	c := r.cells[key]
	for _, s := range c.texts {
		text, domain, one := strings.Cut(s, "#")
		a, ok := d.addr(c.line, key, text)
		if !ok {
			continue
		}
		x := Exporter{Address: a, AnyDomain: !one}
		if one {
			n, err := strconv.ParseUint(domain, 10, 32)
			if err != nil {
				d.complain(c.line, "%s: the observation domain %s is no number from 0 to 4294967295: write one, or leave it out for any", key, quoted(domain))
				continue
			}
			x.Domain = uint32(n)
		}
		out = append(out, x)
	}
	return out
}

// words reads values of which only some are allowed.
func (d *document) words(c cell, what string, allowed []string) []string {
	var out []string
	for _, s := range c.texts {
		if !slices.Contains(allowed, s) {
			d.complain(c.line, "there is no %s %s: use %s", what, quoted(s), strings.Join(allowed, ", "))
		} else if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// named is a name that an entry claims for its time.
type named struct {
	name  string // folded
	entry *Entry
}

// checkNames complains of a name that two entries claim for the same time.
func (d *document) checkNames(what string, names []named) {
	slices.SortStableFunc(names, func(a, b named) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return cmp.Compare(a.entry.From, b.entry.From)
	})
	for i := 1; i < len(names); i++ {
		a, b := names[i-1], names[i]
		if a.name == b.name && a.entry.overlaps(b.entry.Validity) && a.entry != b.entry {
			first, second := min(a.entry.Line, b.entry.Line), max(a.entry.Line, b.entry.Line)
			d.complain(second, "%s %s is stated in line %d for the same time: drop one, or end the older one by valid_until before the newer one's valid_from", what, quoted(b.name), first)
		}
	}
}

// printable reports whether people can read a text: UTF-8 without control characters.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsGraphic(r) || r == utf8.RuneError
	})
}

// folded gives a text as texts are compared: without case.
func folded(s string) string { return strings.ToLower(s) }

// find looks a text up without regard to case. Of ASCII up to 128 bytes it allocates nothing.
func find[V any](m map[string]V, s string) (v V, ok bool) {
	if len(m) == 0 {
		return v, false
	}
	var buf [128]byte
	if len(s) > len(buf) {
		v, ok = m[folded(s)]
		return v, ok
	}
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			v, ok = m[folded(s)]
			return v, ok
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	v, ok = m[string(buf[:len(s)])]
	return v, ok
}
