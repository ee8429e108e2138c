package scan

import "net/netip"

// Class is the kind of a token.
type Class uint8

// The classes of token.
const (
	Addr   Class = iota + 1 // IPv4 or IPv6 address
	Prefix                  // network prefix
	Domain                  // domain name with at least one dot
	URL                     // URL with scheme
	Hash                    // 32, 40, 64 or 128 hex digits
	Email                   // mailbox address
	JA4                     // TLS client fingerprint
)

var classNames = [...]string{"none", "addr", "prefix", "domain", "url", "hash", "email", "ja4"}

// String gives the name of the class, for tests and messages.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "class?"
}

// Token is one observable found in a text.
type Token struct {
	Class      Class
	Start, End int // span in the text as written, in bytes, without port, zone and brackets

	// Addr is the address of an Addr or a Prefix, and of a URL whose host is an address; unmapped,
	// without zone. In a Prefix it keeps its host bits.
	Addr netip.Addr
	Bits int    // prefix length
	Port uint16 // port written after an address or host, 0 when none

	// Text is the value: the span, or its refanged form when Fanged; case as written.
	Text []byte
	// HostStart and HostEnd bound the host part of a URL (without port and brackets) or an Email
	// within Text.
	HostStart, HostEnd int
	// Fanged tells that the text was defanged. Start and End then hold the whole defanged text.
	Fanged bool
}
