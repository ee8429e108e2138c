package observable

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// names maps names as browsers do (UTS 46, non-transitional), but keeps what DNS carries and
// browsers refuse: underscores and hyphens in odd places.
var names = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
)

// canonDomain gives a name in lower-case A-labels. A name that is already ASCII is taken as DNS
// carried it, invalid Punycode included. A leading "*." or "." is dropped.
func canonDomain(s string) (text, why string) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "*"), ".")
	text, why = hostName(s)
	if why != "" {
		return "", why
	}
	if endsInNumber(text) {
		if isAddr(text) {
			return "", "an address, not a domain name"
		}
		return "", "not a domain name: its last label is a number"
	}
	return text, ""
}

// hostName is canonDomain without the rules for wild cards and numbers.
func hostName(s string) (text, why string) {
	text = s
	if !isASCII(s) {
		var err error
		if text, err = names.ToASCII(s); err != nil {
			return "", "not a domain name: " + strings.TrimPrefix(err.Error(), "idna: ")
		}
	}
	text = strings.ToLower(strings.TrimSuffix(text, "."))
	if why := checkName(text); why != "" {
		return "", why
	}
	return text, ""
}

// checkName holds an ASCII name against RFC 1035 section 2.3.4, with underscores allowed.
func checkName(s string) (why string) {
	if len(s) > 253 {
		return "not a domain name: longer than 253 characters"
	}
	label := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			if label == 0 {
				return "not a domain name: empty label"
			}
			label = 0
			continue
		case !isHostByte(c):
			return "not a domain name: it holds " + quoteByte(c)
		}
		if label++; label > 63 {
			return "not a domain name: a label is longer than 63 characters"
		}
	}
	if label == 0 {
		return "not a domain name: empty label"
	}
	return ""
}

func quoteByte(c byte) string {
	if c == ' ' {
		return "a space"
	}
	return Printable(string(rune(c)))
}

// looksLikeDomain tells whether s, of unknown kind, is meant as a domain: it has a dot, and its
// last label could be a top-level domain.
func looksLikeDomain(s string) bool {
	s = strings.TrimPrefix(s, "*.")
	text, why := hostName(s)
	if why != "" {
		return false
	}
	i := strings.LastIndexByte(text, '.')
	if i < 0 || strings.HasPrefix(text, "-") {
		return false
	}
	last := text[i+1:]
	if strings.HasPrefix(last, "xn--") {
		return len(last) > 4
	}
	for j := range len(last) {
		if last[j] < 'a' || last[j] > 'z' {
			return false
		}
	}
	return len(last) >= 2
}

// endsInNumber follows the WHATWG URL standard's "ends in a number": such a host is an address or nothing.
func endsInNumber(s string) bool {
	last := s[strings.LastIndexByte(s, '.')+1:]
	for i := range len(last) {
		if last[i] < '0' || last[i] > '9' {
			_, ok := looseNumber(last)
			return ok
		}
	}
	return last != ""
}

// isHostByte reports whether c stands in labels of names as found in DNS.
func isHostByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
