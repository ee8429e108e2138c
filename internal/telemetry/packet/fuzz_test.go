package packet_test

import (
	"net/netip"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/gopacket/gopacket/layers"

	"stormglass/internal/telemetry/packet"
)

// within reports whether part is a piece of whole.
func within(whole, part []byte) bool {
	if len(part) == 0 {
		return true
	}
	start, at := uintptr(unsafe.Pointer(&whole[0])), uintptr(unsafe.Pointer(&part[0]))
	return at >= start && at+uintptr(len(part)) <= start+uintptr(len(whole))
}

// check holds what must be so for any bytes.
func check(t *testing.T, link packet.Link, data []byte) {
	t.Helper()
	var h, again packet.Headers
	again.N, again.NonIP, again.Truncated = packet.MaxLevels, "left over", true
	err := packet.Decode(link, data, &h)
	if errAgain := packet.Decode(link, data, &again); errAgain != err { //nolint:errorlint // the very same error
		t.Fatalf("%v, then %v", err, errAgain)
	}
	if h.N < 0 || h.N > packet.MaxLevels {
		t.Fatalf("%d levels", h.N)
	}
	if diff := cmp.Diff(h.Levels[:h.N], again.Levels[:again.N], cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Fatalf("not the same twice: %s", diff)
	}
	for i := range h.N {
		l := &h.Levels[i]
		switch {
		case !within(data, l.Payload):
			t.Fatalf("level %d: a payload outside of the frame", i)
		case !l.Src.IsValid() || !l.Dst.IsValid() || l.Src.Is4() != l.Dst.Is4():
			t.Fatalf("level %d: %s > %s", i, l.Src, l.Dst)
		case l.PayloadLength > l.Length:
			t.Fatalf("level %d: payload of %d in a packet of %d", i, l.PayloadLength, l.Length)
		case i > 0 && (l.Tunnel == "" || l.Tunnel != h.Levels[i-1].Carries):
			t.Fatalf("level %d is inside %q, and the one before carries %q", i, l.Tunnel, h.Levels[i-1].Carries)
		case l.HasPorts && l.FragmentOffset != 0:
			t.Fatalf("level %d: ports in a later fragment", i)
		}
	}
	// What is read of the start of a frame is the start of what is read of the whole.
	if h.N > 0 && len(data) > 0 && !h.Truncated && err == nil {
		var cut packet.Headers
		_ = packet.Decode(link, data[:len(data)-1], &cut)
		if cut.N > h.N && !h.Deeper {
			t.Fatalf("%d levels in the frame, %d in less of it", h.N, cut.N)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range [][]byte{
		innerEth, ether("88a8 00c8 8100 e064 0800", inner), ether("8847 0000a140 00000000", innerEth),
		outer(47, put("1000 22eb 00000001 2001 0065 00000000 00000001 0000000000000000", innerEth)),
		outer(17, udp(9, 4789, put("08000000 00007b00", innerEth))), outer(17, udp(9, 6081, put("0100 6558 00007b00 00000000", innerEth))),
		outer(17, udp(2152, 2152, put("34ff 0000 0000007b 0000 00 85 01 0000 00", inner))),
		outer(17, udp(3544, 3544, put("0001 0000 0000000000000000 00 0000 1234 01020304", inner6))),
		ether("8864 1100 0007 002f 0021", inner), ether("86dd", ip6("2001:db8::1", "2001:db8::2", 44, put("11 00 0001 00000063", udp(5000, 53, nil)))),
	} {
		f.Add(uint8(packet.LinkEthernet), data)
	}
	f.Add(uint8(packet.LinkNull), put("02000000", inner))
	f.Add(uint8(packet.LinkSLL2), put("86dd 0000 00000001 0001 00 06 0200000000010000", inner6))
	f.Add(uint8(packet.LinkPPP), put("ff03 0021", inner))
	f.Fuzz(func(t *testing.T, link uint8, data []byte) { check(t, packet.Link(link%12), data) })
}

// TestCaptures holds the same for the frames of others, whole and cut off anywhere.
func TestCaptures(t *testing.T) {
	var h packet.Headers
	eachFrame(t, func(file string, n int, link layers.LinkType, data []byte) {
		if n > 20 {
			return
		}
		ours := packet.LinkOf(uint32(link))
		check(t, ours, data)
		whole := packet.Decode(ours, data, &h)
		levels := h.N
		for cut := range min(len(data), 200) {
			err := packet.Decode(ours, data[:cut:cut], &h)
			if whole == nil && err != nil && link != layers.LinkTypeNull {
				t.Errorf("%s frame %d cut at %d is no longer cut off but wrong: %v", file, n, cut, err)
			}
			if h.N > levels {
				t.Errorf("%s frame %d cut at %d has more levels than the whole", file, n, cut)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"tcp", innerEth},
		{"vlan ipv6", ether("8100 0064 86dd", inner6)},
		{"vxlan", outer(17, udp(9, 4789, put("08000000 00007b00", innerEth)))},
	} {
		b.Run(c.name, func(b *testing.B) {
			var h packet.Headers
			b.ReportAllocs()
			for b.Loop() {
				_ = packet.Decode(packet.LinkEthernet, c.data, &h)
			}
		})
	}
}
