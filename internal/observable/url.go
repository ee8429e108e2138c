package observable

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// defaultPorts are the ports that a canonical URL leaves out (IANA service names).
var defaultPorts = map[string]string{
	"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21", "ftps": "990", "ldap": "389",
	"ldaps": "636", "ssh": "22", "sftp": "22",
}

// schemeLen gives the length of the scheme (RFC 3986 section 3.1) of s when "://" follows it, else 0.
func schemeLen(s string) int {
	i := strings.Index(s, "://")
	if i < 2 || i > 20 {
		return 0
	}
	for j := range i {
		c := s[j]
		if c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.' {
			if j == 0 {
				return 0
			}
		} else if !isAlnum(c) {
			return 0
		}
	}
	return i
}

// canonURL brings a URL to its canonical form. It does not use net/url, which refuses URLs that
// malware and scanners really send (stray percent signs) and rewrites paths.
func canonURL(s string) (text, why string) {
	scheme, rest := "", s
	if n := schemeLen(s); n > 0 {
		scheme, rest = strings.ToLower(s[:n]), s[n+3:]
	} else if strings.Contains(s, "://") {
		return "", "not a URL: wrong scheme"
	}
	rest = strings.TrimPrefix(rest, "//")
	if i := strings.IndexByte(rest, '#'); i >= 0 {
		rest = rest[:i]
	}
	rest = strings.TrimRightFunc(rest, unicode.IsSpace)
	if strings.ContainsFunc(rest, unicode.IsSpace) {
		return "", "not a URL: it holds a space"
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	user, host, port, why := splitAuthority(authority)
	if why != "" {
		return "", why
	}
	if scheme == "" {
		scheme = "http"
		if port == "443" {
			scheme = "https"
		}
	}
	if port != "" && port != defaultPorts[scheme] {
		host += ":" + port
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return scheme + "://" + user + host + path, ""
}

// splitAuthority takes an authority apart: userinfo with its "@", canonical host, port.
func splitAuthority(s string) (user, host, port, why string) {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		user, s = s[:i+1], s[i+1:]
	}
	host = s
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		host, port = s[:i], s[i+1:]
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return "", "", "", "not a URL: wrong port"
		}
		port = strconv.FormatUint(n, 10)
	}
	if host == "" {
		return "", "", "", "not a URL: it has no host"
	}
	host, why = urlHost(host)
	return user, host, port, why
}

// urlHost gives the canonical host of a URL: a name in A-labels, an IPv4 address, also when written
// as one number, in octal or in hexadecimal as URL clients accept, or IPv6 in brackets.
func urlHost(s string) (host, why string) {
	if s[0] == '[' {
		a, ok := readAddr(s)
		if !ok {
			return "", "not a URL: what stands in brackets is not an IPv6 address"
		}
		if a.Is4() {
			return a.String(), ""
		}
		return "[" + a.String() + "]", ""
	}
	host, why = hostName(s)
	if why != "" {
		return "", "not a URL: host: " + why
	}
	if endsInNumber(host) {
		a, ok := looseAddr(host)
		if !ok {
			return "", "not a URL: the host is neither a name nor an address"
		}
		host = a.String()
	}
	return host, ""
}

// looseAddr reads an IPv4 address as the WHATWG URL standard does ("IPv4 parser").
func looseAddr(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var v uint64
	for i, p := range parts {
		n, ok := looseNumber(p)
		room := 1
		if i == len(parts)-1 {
			room = 5 - len(parts)
		}
		if !ok || n >= 1<<(8*room) {
			return netip.Addr{}, false
		}
		v = v<<(8*room) | n
	}
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), true
}

// looseNumber reads a decimal, octal (0...) or hexadecimal (0x...) number of up to 32 bits.
func looseNumber(s string) (uint64, bool) {
	base := 10
	switch {
	case hasFoldPrefix(s, "0x"):
		s, base = s[2:], 16
		if s == "" {
			return 0, true
		}
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	n, err := strconv.ParseUint(s, base, 32)
	return n, err == nil
}

// URLKey gives the part of a canonical URL that is compared: host, port when it is not the
// scheme's default, path and query. Scheme and userinfo are left out, since a log often knows
// neither. The result shares the memory of its argument.
func URLKey(canonical string) string {
	_, rest, ok := strings.Cut(canonical, "://")
	if !ok {
		rest = canonical
	}
	end := strings.IndexByte(rest, '/')
	if end < 0 {
		end = len(rest)
	}
	return rest[strings.LastIndexByte(rest[:end], '@')+1:]
}
