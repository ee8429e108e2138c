package sflow

import (
	"encoding/binary"
	"net/netip"
)

// xdr reads RFC 4506 from bytes of others. Once something is not there it is short, and gives zeros.
type xdr struct {
	rest  []byte
	short bool
}

func (x *xdr) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(x.rest)) {
		x.rest, x.short = nil, true
		return nil
	}
	b := x.rest[:n]
	x.rest = x.rest[n:]
	return b
}

func (x *xdr) u32() uint32 {
	if b := x.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (x *xdr) skip(n uint32) { x.bytes(n) }

// opaque reads a length, so many bytes, and what fills them up to four.
func (x *xdr) opaque() []byte {
	n := x.u32()
	b := x.bytes(n)
	if pad := -n & 3; pad != 0 && !x.short {
		x.rest = x.rest[min(int(pad), len(x.rest)):] // some agents leave it out at the end
	}
	return b
}

// addr reads a kind of address and the address; the zero Addr for the kind "unknown".
func (x *xdr) addr() netip.Addr {
	switch x.u32() {
	case 0:
		return netip.Addr{}
	case 1:
		return x.ip4()
	case 2:
		return x.ip6()
	}
	x.short = true // nobody can tell how long it is
	return netip.Addr{}
}

func (x *xdr) ip4() netip.Addr {
	if b := x.bytes(4); b != nil {
		return netip.AddrFrom4([4]byte(b))
	}
	return netip.Addr{}
}

func (x *xdr) ip6() netip.Addr {
	if b := x.bytes(16); b != nil {
		return netip.AddrFrom16([16]byte(b))
	}
	return netip.Addr{}
}

// list reads how many numbers follow. A count of more than are left is short.
func (x *xdr) list() uint32 {
	n := x.u32()
	if uint64(n)*4 > uint64(len(x.rest)) {
		x.rest, x.short = nil, true
		return 0
	}
	return n
}
