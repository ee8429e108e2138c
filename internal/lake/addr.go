package lake

import (
	"encoding/binary"
	"net/netip"
)

// halves takes an address apart. A zone is dropped: it means something on one computer only.
func halves(a netip.Addr) (family, hi, lo uint64) {
	switch {
	case a.Is4():
		b := a.As4()
		return 4, 0, uint64(binary.BigEndian.Uint32(b[:]))
	case a.Is6():
		b := a.As16()
		return 6, binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	}
	return 0, 0, 0
}

// joined is the inverse of halves.
func joined(family, hi, lo uint64) netip.Addr {
	switch family {
	case 4:
		return netip.AddrFrom4([4]byte{byte(lo >> 24), byte(lo >> 16), byte(lo >> 8), byte(lo)})
	case 6:
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], hi)
		binary.BigEndian.PutUint64(b[8:], lo)
		return netip.AddrFrom16(b)
	}
	return netip.Addr{}
}
