package lake

import (
	"net/netip"
	"strings"
)

// wanted reports whether a text in a column can hold a wanted value.
func (p *plan) wanted(h holds, s string) bool {
	switch h {
	case holdsAddr:
		return p.wantedAddr(s)
	case holdsHost:
		return p.wantedHost(s)
	case holdsDigest:
		return p.wantedDigest(s)
	case holdsNothing:
		return false
	case holdsText:
	}
	return true
}

func (p *plan) wantedAddr(s string) bool {
	if !p.ranges && !p.sketch.has(s) {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err != nil || p.hasAddr(a)
}

func (p *plan) hasAddr(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if _, ok := p.addrs[a]; ok {
		return true
	}
	return p.ranges && p.prefixes.Contains(a)
}

// wantedHost knows plain names and addresses; whatever else stands in the text could be anything.
func (p *plan) wantedHost(s string) bool {
	digits := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '.' || c >= '0' && c <= '9':
		case c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '_' || c == '*':
			digits = false
		default: // a port, brackets, IPv6, other scripts
			return p.oddHost(s)
		}
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "*."), ".")
	if digits {
		a, err := netip.ParseAddr(s)
		return err != nil && s != "" || err == nil && p.hasAddr(a)
	}
	return p.hasName(s)
}

func (p *plan) oddHost(s string) bool {
	a, err := netip.ParseAddr(s)
	return err != nil || p.hasAddr(a)
}

// hasName looks for a name and every name it lies below.
func (p *plan) hasName(s string) bool {
	if len(p.domains) == 0 {
		return false
	}
	s = strings.ToLower(s)
	for {
		if _, ok := p.domains[s]; ok {
			return true
		}
		i := strings.IndexByte(s, '.')
		if i < 0 {
			return false
		}
		s = s[i+1:]
	}
}

// wantedDigest compares in lower case; text of other form than hashes and fingerprints have could
// be anything.
func (p *plan) wantedDigest(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c == ':' && i > 1 || c <= ' ' || c >= 0x7f {
			return true
		}
	}
	if !p.sketch.has(s) {
		return false
	}
	_, ok := p.digests[strings.ToLower(s)]
	return ok
}
