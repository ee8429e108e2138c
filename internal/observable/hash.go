package observable

import (
	"encoding/base64"
	"strings"
)

// hashKind gives the kind of hash that the length of s means, Unknown when s is no hash. It never
// answers JA3, which looks like MD5.
func hashKind(s string) Kind {
	s, ok := hexDigits(s)
	if !ok {
		return Unknown
	}
	switch len(s) {
	case 32:
		return MD5
	case 40:
		return SHA1
	case 64:
		return SHA256
	case 128:
		return SHA512
	}
	return Unknown
}

// hexDigits gives s in lower case when it is made of hex digits, or of octets with colons between
// them ("AA:BB:...", the way certificate tools print fingerprints; 16 octets or more).
func hexDigits(s string) (string, bool) {
	if len(s) >= 47 && len(s)%3 == 2 && s[2] == ':' {
		octets := make([]byte, 0, 128)
		for i := 0; i < len(s); i += 3 {
			if i > 0 && s[i-1] != ':' {
				return "", false
			}
			octets = append(octets, s[i], s[i+1])
		}
		s = string(octets)
	}
	if !isHex(s) {
		return "", false
	}
	return strings.ToLower(s), true
}

func isHex(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (s[i] < '0' || s[i] > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

func canonHash(k Kind, s string) (text, why string) {
	text, ok := hexDigits(s)
	want := k
	if k == JA3 {
		want = MD5
	}
	if !ok || hashKind(text) != want {
		digits := map[Kind]string{MD5: "32", JA3: "32", SHA1: "40", SHA256: "64", SHA512: "128"}[k]
		return "", "not " + digits + " hex digits, as " + k.String() + " has"
	}
	return text, ""
}

// isJA4 holds s against the shape of the JA4 client fingerprint (github.com/FoxIO-LLC/ja4,
// technical details JA4): t13d1516h2_8daaf6152771_e5627efa2ab1. Other members of the family
// (JA4S, JA4H, JA4X ...) have other shapes and are not accepted.
func isJA4(s string) bool {
	if len(s) != 36 || s[10] != '_' || s[23] != '_' {
		return false
	}
	s = strings.ToLower(s)
	switch s[1:3] {
	case "00", "10", "11", "12", "13", "s1", "s2", "s3", "d1", "d2", "d3":
	default:
		return false
	}
	for _, c := range []byte(s[4:8]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return strings.IndexByte("tqd", s[0]) >= 0 && (s[3] == 'd' || s[3] == 'i') &&
		isAlnum(s[8]) && isAlnum(s[9]) && isHex(s[11:23]) && isHex(s[24:])
}

func canonJA4(s string) (text, why string) {
	if !isJA4(s) {
		return "", "not a JA4 client fingerprint such as t13d1516h2_8daaf6152771_e5627efa2ab1"
	}
	return strings.ToLower(s), ""
}

// isCommunityID holds s against version 1 of the flow hash: "1:" and the base64 of 20 bytes.
func isCommunityID(s string) bool {
	if len(s) != 30 || s[:2] != "1:" {
		return false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s[2:])
	return err == nil && len(b) == 20
}

func canonCommunityID(s string) (text, why string) {
	if !isCommunityID(s) {
		return "", "not a community id such as 1:LQU9qZlK+B5F3KDmev6m5PMibrg="
	}
	return s, ""
}
