package observable

import "fmt"

// Kind is the closed list of value kinds that Stormglass knows. Numbers are written to disk:
// kinds are only added, at the end.
type Kind uint8

// The kinds of value.
const (
	Unknown     Kind = iota
	Addr             // IPv4 or IPv6 address; v4-mapped IPv6 is IPv4
	Prefix           // network prefix, masked
	Domain           // domain name, A-label form, no trailing dot
	URL              // absolute URL with scheme
	MD5              // 32 hex digits
	SHA1             // 40 hex digits
	SHA256           // 64 hex digits
	SHA512           // 128 hex digits
	Email            // mailbox address
	ASN              // autonomous system number, "AS64496"
	CVE              // "CVE-2023-20198"
	JA3              // TLS client fingerprint, 32 hex digits; also used for JA3S
	JA4              // TLS client fingerprint of the JA4 family, "t13d1516h2_8daaf6152771_e5627efa2ab1"
	FileName         // base name of a file
	E164             // telephone number, "+" and up to 15 digits
	IMSI             // 14 or 15 digits
	IMEI             // 15 digits with check digit, or 14 without, or 16 (IMEISV)
	UserName         // account name
	CommunityID      // flow hash, "1:" and base64 (github.com/corelight/community-id-spec)
	numKinds
)

var kindNames = [numKinds]string{
	"unknown", "address", "prefix", "domain", "url", "md5", "sha1", "sha256", "sha512", "email", "asn", "cve",
	"ja3", "ja4", "filename", "e164", "imsi", "imei", "username", "community-id",
}

// String gives the kind's name as users write it.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind is the inverse of Kind.String.
func ParseKind(s string) (Kind, error) {
	for k, n := range kindNames {
		if n == s {
			return Kind(k), nil
		}
	}
	return Unknown, fmt.Errorf("unknown kind of value %q", s)
}

// Kinds lists every kind but Unknown.
func Kinds() []Kind {
	ks := make([]Kind, 0, numKinds-1)
	for k := Addr; k < numKinds; k++ {
		ks = append(ks, k)
	}
	return ks
}

// Subscriber reports whether values of the kind identify a subscriber, and so must never be shown in clear.
func (k Kind) Subscriber() bool { return k == E164 || k == IMSI || k == IMEI }
