package hello

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"
)

// What is wrong with a message.
var (
	ErrClient      = errors.New("TLS client hello not understood")
	ErrServer      = errors.New("TLS server hello not understood")
	ErrCertificate = errors.New("TLS certificate message not understood")
)

// The extensions that are read.
const (
	extServerName   = 0
	extGroups       = 10
	extPointFormats = 11
	extSignatures   = 13
	extALPN         = 16
	extVersions     = 43
)

// Client is a client hello. Its lists are in the order of the message, with the values of GREASE (RFC 8701) left
// out. It is meant to be used again and again.
type Client struct {
	Version      uint16 // of the message itself, which TLS 1.3 leaves at 1.2
	Versions     []uint16
	Ciphers      []uint16
	Extensions   []uint16
	Groups       []uint16
	PointFormats []uint8
	Signatures   []uint16
	ServerName   string
	ALPN         string // the first protocol asked for
}

// Parse reads the body of a client hello, without the four octets of its header.
func (c *Client) Parse(body []byte) error {
	*c = Client{
		Versions: c.Versions[:0], Ciphers: c.Ciphers[:0], Extensions: c.Extensions[:0],
		Groups: c.Groups[:0], PointFormats: c.PointFormats[:0], Signatures: c.Signatures[:0],
	}
	s := cryptobyte.String(body)
	var session, ciphers, compression cryptobyte.String
	if !s.ReadUint16(&c.Version) || !s.Skip(32) || !s.ReadUint8LengthPrefixed(&session) ||
		!s.ReadUint16LengthPrefixed(&ciphers) || !s.ReadUint8LengthPrefixed(&compression) {
		return ErrClient
	}
	if !list(ciphers, &c.Ciphers) {
		return ErrClient
	}
	if s.Empty() {
		return nil
	}
	var extensions cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&extensions) || !s.Empty() {
		return ErrClient
	}
	for !extensions.Empty() {
		var kind uint16
		var data cryptobyte.String
		if !extensions.ReadUint16(&kind) || !extensions.ReadUint16LengthPrefixed(&data) || !c.extension(kind, data) {
			return ErrClient
		}
	}
	return nil
}

func (c *Client) extension(kind uint16, data cryptobyte.String) bool {
	if grease(kind) {
		return true
	}
	c.Extensions = append(c.Extensions, kind)
	var in cryptobyte.String
	switch kind {
	case extServerName:
		return c.serverName(data)
	case extGroups:
		return data.ReadUint16LengthPrefixed(&in) && list(in, &c.Groups)
	case extPointFormats:
		if !data.ReadUint8LengthPrefixed(&in) {
			return false
		}
		c.PointFormats = append(c.PointFormats, in...)
	case extSignatures:
		return data.ReadUint16LengthPrefixed(&in) && list(in, &c.Signatures)
	case extVersions:
		return data.ReadUint8LengthPrefixed(&in) && list(in, &c.Versions)
	case extALPN:
		var first cryptobyte.String
		if !data.ReadUint16LengthPrefixed(&in) || !in.ReadUint8LengthPrefixed(&first) {
			return false
		}
		c.ALPN = string(first)
	}
	return true
}

// serverName reads the first host name of the list; an empty extension names none.
func (c *Client) serverName(data cryptobyte.String) bool {
	var names cryptobyte.String
	if data.Empty() {
		return true
	}
	if !data.ReadUint16LengthPrefixed(&names) {
		return false
	}
	for !names.Empty() {
		var kind uint8
		var name cryptobyte.String
		if !names.ReadUint8(&kind) || !names.ReadUint16LengthPrefixed(&name) {
			return false
		}
		if kind == 0 && c.ServerName == "" {
			c.ServerName = visible(name)
		}
	}
	return true
}

// list reads numbers of two octets.
func list(s cryptobyte.String, to *[]uint16) bool {
	if len(s)%2 != 0 {
		return false
	}
	for !s.Empty() {
		var v uint16
		if !s.ReadUint16(&v) {
			return false
		}
		if !grease(v) {
			*to = append(*to, v)
		}
	}
	return true
}

// grease reports whether a number is one of those that mean nothing (RFC 8701).
func grease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// visible writes what is no printable ASCII as \xNN.
func visible(b []byte) string {
	const digits = "0123456789abcdef"
	plain := true
	for _, c := range b {
		plain = plain && c > ' ' && c < 0x7f
	}
	if plain {
		return string(b)
	}
	var out []byte
	for _, c := range b {
		if c > ' ' && c < 0x7f {
			out = append(out, c)
		} else {
			out = append(out, '\\', 'x', digits[c>>4], digits[c&15])
		}
	}
	return string(out)
}
