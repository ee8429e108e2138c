package hello

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// What carries a client hello, as JA4 tells it.
const (
	OverTCP  = 't'
	OverQUIC = 'q'
	OverDTLS = 'd'
)

// JA4 gives the fingerprint of the client over a transport.
func (c *Client) JA4(over byte) string {
	b := make([]byte, 0, 36)
	b = append(b, over)
	b = append(b, c.version4()...)
	if slices.Contains(c.Extensions, extServerName) {
		b = append(b, 'd')
	} else {
		b = append(b, 'i')
	}
	b = count4(b, len(c.Ciphers))
	b = count4(b, len(c.Extensions))
	b = append(b, alpn4(c.ALPN)...)
	b = append(b, '_')
	b = hash4(b, hexes(nil, sorted(c.Ciphers)))
	b = append(b, '_')
	return string(hash4(b, c.extensions4()))
}

// extensions4 lists the extensions, save those that go with the place, and then what may sign.
func (c *Client) extensions4() []byte {
	if len(c.Extensions) == 0 {
		return nil
	}
	kept := slices.DeleteFunc(sorted(c.Extensions), func(v uint16) bool { return v == extServerName || v == extALPN })
	text := hexes(nil, kept)
	if len(c.Signatures) > 0 {
		text = hexes(append(text, '_'), c.Signatures)
	}
	return text
}

// version4 tells the highest version that the client offers.
func (c *Client) version4() string {
	v := c.Version
	if len(c.Versions) > 0 {
		v = slices.Max(c.Versions)
	}
	switch v {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	case 0xfeff:
		return "d1"
	case 0xfefd:
		return "d2"
	case 0xfefc:
		return "d3"
	}
	return "00"
}

// count4 writes a number with two digits, 99 for more.
func count4(b []byte, n int) []byte {
	n = min(n, 99)
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// alpn4 gives the first and the last character of the first protocol, of its hexadecimal form when one of them is
// neither letter nor digit.
func alpn4(alpn string) string {
	if alpn == "" {
		return "00"
	}
	if !alnum(alpn[0]) || !alnum(alpn[len(alpn)-1]) {
		alpn = hex.EncodeToString([]byte(alpn))
	}
	return alpn[:1] + alpn[len(alpn)-1:]
}

func alnum(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func sorted(list []uint16) []uint16 {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func hexes(b []byte, list []uint16) []byte {
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, strconv.FormatUint(uint64(v)|1<<16, 16)[1:]...)
	}
	return b
}

// hash4 adds the first half of a digest, or zeros where there is nothing to digest.
func hash4(b, text []byte) []byte {
	if len(text) == 0 {
		return append(b, "000000000000"...)
	}
	sum := sha256.Sum256(text)
	return append(b, hex.EncodeToString(sum[:6])...)
}
