package hops

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// session is one login from one machine to another.
type session struct {
	from, to   netip.Addr
	begin, end int64 // ns since 1970
	port       uint16
}

func sessionOf(b []byte) (s session, ok bool) {
	var n int
	if s.begin, n = binary.Varint(b); n <= 0 {
		return s, false
	}
	b = b[n:]
	if s.end, n = binary.Varint(b); n <= 0 || len(b) != n+2 {
		return s, false
	}
	s.port = binary.BigEndian.Uint16(b[n:])
	return s, true
}

// joined sorts sessions of a pair and makes one of those that follow each other closely.
func joined(list []session) []session {
	slices.SortFunc(list, func(a, b session) int {
		return cmp.Or(cmp.Compare(a.port, b.port), cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && out[n-1].port == s.port && s.begin <= out[n-1].end+patience {
			out[n-1].end = max(out[n-1].end, s.end)
			continue
		}
		out = append(out, s)
	}
	return out
}
