package hello

import (
	"crypto/md5" //nolint:gosec // JA3 is defined by MD5; nothing rests on its strength
	"encoding/hex"
	"strconv"
)

// JA3 gives the fingerprint of the client.
func (c *Client) JA3() string {
	b := make([]byte, 0, 512)
	b = strconv.AppendUint(b, uint64(c.Version), 10)
	b = append(b, ',')
	b = decimals(b, c.Ciphers)
	b = append(b, ',')
	b = decimals(b, c.Extensions)
	b = append(b, ',')
	b = decimals(b, c.Groups)
	b = append(b, ',')
	b = decimals(b, c.PointFormats)
	return digest(b)
}

// JA3S gives the fingerprint of the server's answer.
func (h *Server) JA3S() string {
	b := make([]byte, 0, 128)
	b = strconv.AppendUint(b, uint64(h.Version), 10)
	b = append(b, ',')
	b = strconv.AppendUint(b, uint64(h.Cipher), 10)
	b = append(b, ',')
	b = decimals(b, h.Extensions)
	return digest(b)
}

func decimals[N uint8 | uint16](b []byte, list []N) []byte {
	for i, v := range list {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	return b
}

func digest(b []byte) string {
	sum := md5.Sum(b) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}
