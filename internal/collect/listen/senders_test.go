package listen

import (
	"net/netip"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

// TestSendersAreThoseOfThePrefixes: what is allowed is what one of the prefixes contains.
func TestSendersAreThoseOfThePrefixes(t *testing.T) {
	// Few bits vary, so that prefixes contain each other and addresses are at their edges.
	addr := rapid.Custom(func(t *rapid.T) netip.Addr {
		bits := rapid.Uint8().Draw(t, "bits")
		switch rapid.IntRange(0, 2).Draw(t, "family") {
		case 0:
			return netip.AddrFrom4([4]byte{bits & 0x80, 0, bits & 0x70, bits & 0x0f})
		case 1:
			return netip.AddrFrom16([16]byte{10: 0xff, 11: 0xff, 12: bits & 0x80, 14: bits & 0x70, 15: bits & 0x0f})
		}
		return netip.AddrFrom16([16]byte{bits & 0x80, 7: bits & 0x70, 15: bits & 0x0f})
	})
	prefix := rapid.Custom(func(t *rapid.T) netip.Prefix {
		a := addr.Draw(t, "address")
		least := 0
		if a.Is4In6() {
			least = 96
		}
		return netip.PrefixFrom(a, rapid.IntRange(least, a.BitLen()).Draw(t, "length"))
	})
	rapid.Check(t, func(t *rapid.T) {
		allow := rapid.SliceOfN(prefix, 1, 12).Draw(t, "allow")
		a := addr.Draw(t, "sender").Unmap()
		want := slices.ContainsFunc(allow, func(p netip.Prefix) bool {
			if p.Addr().Is4In6() {
				return a.Is4() && netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96).Contains(a)
			}
			return p.Contains(a)
		})
		if got := newSenders(allow).allow(a); got != want {
			t.Errorf("%s among %s: %v, want %v", a, allow, got, want)
		}
	})
	if !newSenders(nil).allow(netip.MustParseAddr("192.0.2.1")) {
		t.Error("no list allows nobody")
	}
}

func TestSizesAreTrue(t *testing.T) {
	if size := unsafe.Sizeof(telemetry.Datagram{}); size != datagramMemory && unsafe.Sizeof(uintptr(0)) == 8 {
		t.Errorf("a datagram takes %d bytes", size)
	}
	if blockBytes < 2*65536 {
		t.Error("two of the longest datagrams do not fit into a block")
	}
}

// TestNoAllocationForADatagram: what passes through a queue costs one small allocation a block, and none a datagram.
func TestNoAllocationForADatagram(t *testing.T) {
	q := newQueue(1<<20, &counts{})
	ds := make([]telemetry.Datagram, 64)
	for i := range ds {
		ds[i] = telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.1:1"), At: 1, Data: make([]byte, 1400)}
	}
	allow := newSenders([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")})
	per := testing.AllocsPerRun(100, func() {
		for i := range ds {
			if !allow.allow(ds[i].From.Addr()) {
				t.Fatal("not allowed")
			}
		}
		if q.put(ds) != 0 {
			t.Fatal("dropped")
		}
		m, _ := q.take()
		q.free(m)
	})
	if per != 0 {
		t.Errorf("%v allocations for 64 datagrams", per)
	}
}
