package observable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the longest text, in bytes, that Parse and ParseAs look at.
const maxText = 16 << 10

// Parse makes a value of s and guesses its kind from its shape, after trimming white space and
// undoing defanging. In this order: CVE, ASN ("AS64496"), JA4, hash by length, community id, URL
// with scheme, prefix, address, e-mail, domain with at least one dot.
//
// Kinds that no shape tells apart are never guessed: JA3, file names, user names, telephone
// numbers, IMSI, IMEI. An address with a port, and a URL without scheme, are errors that say so.
func Parse(s string) (Value, error) {
	text, why := prepare(s)
	if why == "" {
		text, why = refangAll(text)
	}
	if why != "" {
		return Value{}, &ParseError{Text: s, Why: why}
	}
	kind := guess(text)
	if kind == Unknown {
		return Value{}, &ParseError{Text: s, Why: whyUnknown(text)}
	}
	canon, why := canonical(kind, text)
	if why != "" {
		return Value{}, &ParseError{Kind: kind, Text: s, Why: why}
	}
	return Value{kind: kind, text: canon}, nil
}

// ParseAs makes a value of the kind k of s, after trimming white space. Addresses, prefixes,
// domains, URLs and e-mails are refanged as a whole; in a file name only bracketed dots are; the
// other kinds have no defanged form.
//
// It accepts more than Parse where the kind settles what is meant: a single label or a leading dot
// as a domain, a URL without scheme, a bare number as an ASN.
func ParseAs(k Kind, s string) (Value, error) {
	text, why := prepare(s)
	if why == "" {
		switch k { //nolint:exhaustive // the others have no defanged form
		case Addr, Prefix, Domain, URL, Email:
			text, why = refangAll(text)
		}
	}
	if why == "" {
		text, why = canonical(k, text)
	}
	if why != "" {
		return Value{}, &ParseError{Kind: k, Text: s, Why: why}
	}
	return Value{kind: k, text: text}, nil
}

// prepare trims s and refuses what can be no value. The second result is what is wrong, or "".
func prepare(s string) (text, why string) {
	if len(s) > maxText {
		return "", "longer than 16 KiB"
	}
	if !utf8.ValidString(s) {
		return "", "not valid UTF-8"
	}
	text = trim(s)
	if text == "" {
		return "", "empty"
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", "holds control characters"
	}
	return text, ""
}

// trim drops white space and zero-width characters around s.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u2060'
	})
}

// refangAll refangs until nothing changes, so that a canonical form is one.
func refangAll(s string) (text, why string) {
	for range 8 {
		next := trim(Refang(s))
		if next == s {
			return s, ""
		}
		s = next
	}
	return "", "defanged in too many layers"
}

// guess gives the kind that the shape of s suggests.
func guess(s string) Kind {
	switch {
	case hasFoldPrefix(s, "CVE-"):
		return CVE
	case isASN(s):
		return ASN
	case isJA4(s):
		return JA4
	case hashKind(s) != Unknown:
		return hashKind(s)
	case isCommunityID(s):
		return CommunityID
	case schemeLen(s) > 0:
		return URL
	case isPrefix(s):
		return Prefix
	case isAddr(s):
		return Addr
	case strings.Count(s, "@") == 1 && !strings.ContainsAny(s, "/ "):
		return Email
	case looksLikeDomain(s):
		return Domain
	}
	return Unknown
}

// whyUnknown explains to a user why Parse made nothing of s.
func whyUnknown(s string) string {
	if _, _, ok := SplitPort(s); ok {
		return "looks like a host with a port; give the host alone"
	}
	if host, _, ok := strings.Cut(s, "/"); ok && (isAddr(host) || looksLikeDomain(host)) {
		return "looks like a URL without scheme or a prefix with a wrong length; write http:// in front of a URL"
	}
	return "not an address, prefix, domain, URL, hash, e-mail, ASN or CVE"
}

// canonical gives the canonical text of s as a value of kind k, or what is wrong with it.
func canonical(k Kind, s string) (text, why string) {
	switch k {
	case Addr:
		return canonAddr(s)
	case Prefix:
		return canonPrefix(s)
	case Domain:
		return canonDomain(s)
	case URL:
		return canonURL(s)
	case MD5, SHA1, SHA256, SHA512, JA3:
		return canonHash(k, s)
	case Email:
		return canonEmail(s)
	case ASN:
		return canonASN(s)
	case CVE:
		return canonCVE(s)
	case JA4:
		return canonJA4(s)
	case FileName:
		return canonFileName(s)
	case E164:
		return canonE164(s)
	case IMSI:
		return canonIMSI(s)
	case IMEI:
		return canonIMEI(s)
	case UserName:
		return canonUserName(s)
	case CommunityID:
		return canonCommunityID(s)
	case Unknown, numKinds:
	}
	return "", "no such kind of value: " + k.String()
}

// hasFoldPrefix reports whether s begins with prefix, which is ASCII, in any case.
func hasFoldPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
