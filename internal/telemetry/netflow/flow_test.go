package netflow_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// flowText writes what a flow states, without what has the value of nil.
func flowText(f *telemetry.Flow) string {
	var b strings.Builder
	put := func(name string, value, null any) {
		if value != null {
			fmt.Fprintf(&b, " %s=%v", name, value)
		}
	}
	fmt.Fprintf(&b, "%v > %v", netip.AddrPortFrom(f.Src, f.SrcPort), netip.AddrPortFrom(f.Dst, f.DstPort))
	put("proto", f.Proto, uint8(0))
	for _, n := range []struct {
		name  string
		value uint64
	}{{"octets", f.SrcBytes}, {"packets", f.SrcPackets}, {"back", f.DstBytes}, {"packetsback", f.DstPackets}} {
		put(n.name, n.value, telemetry.NoCount)
	}
	put("oneway", f.OneWay, false)
	put("answered", f.Answered, telemetry.AnswerUnknown)
	put("for", f.Duration, time.Duration(0))
	put("flags", f.TCPFlags, uint8(0))
	put("icmp", fmt.Sprint(f.ICMPType, ".", f.ICMPCode), "0.0")
	put("service", f.Service, "")
	put("state", f.State, "")
	e := &f.Export
	put("domain", e.Domain, uint32(0))
	put("rate", e.Sampling, uint32(0))
	put("in", e.InIf, uint32(0))
	put("out", e.OutIf, uint32(0))
	put("as", fmt.Sprint(e.SrcAS, ">", e.DstAS), "0>0")
	put("hop", e.NextHop, netip.Addr{})
	put("nat", fmt.Sprint(netip.AddrPortFrom(e.NATSrc, e.NATSrcPort), ">", netip.AddrPortFrom(e.NATDst, e.NATDstPort)), "invalid AddrPort>invalid AddrPort")
	put("vlan", fmt.Sprint(e.SrcVLAN, ">", e.DstVLAN), "0>0")
	put("mask", fmt.Sprint(e.SrcMask, ">", e.DstMask), "0>0")
	put("tos", e.TOS, uint8(0))
	put("direction", e.Direction, telemetry.DirectionUnknown)
	return b.String()
}

func TestV5(t *testing.T) {
	p := v5Packet(100, 1<<14|10, v5Record(3, 1500, uptime-5000, uptime-1000), v5Record(1, 40, uptime, uptime))
	d := netflow.New(netflow.NewTemplates(netflow.Limits{}))
	s := decodeWith(d, noon+telemetry.Instant(time.Second), p)
	if len(flows(s)) != 2 || len(s.Problems.List) > 0 || s.Lines != 2 || s.Read != 2 {
		t.Fatalf("%d flows, problems %v, %d of %d read", len(flows(s)), s.Problems.List, s.Read, s.Lines)
	}
	f := &flows(s)[0]
	want := "192.0.2.10:1025 > 198.51.100.20:443 proto=6 octets=15000 packets=30 oneway=true for=4s flags=27 domain=3 rate=10" +
		" in=3 out=4 as=64496>64497 hop=203.0.113.1 mask=24>16 tos=8"
	if got := flowText(f); got != want {
		t.Errorf("flow is\n%s, not\n%s", got, want)
	}
	if f.Occurred != noon-5e9 || f.Received != noon+1e9 || f.Stated != 0 || f.Doubt != 0 || f.Exporter != router.Addr() {
		t.Errorf("occurred %v, received %v, stated %v, doubt %v, from %v", f.Occurred.Time(), f.Received.Time(), f.Stated, f.Doubt, f.Exporter)
	}
}

// TestFields reads one element at a time.
func TestFields(t *testing.T) {
	mac := []byte{0, 0, 0x5e, 0, 0x53, 1}
	v6 := netip.MustParseAddr("2001:db8::9")
	six := v6.AsSlice()
	for _, c := range []struct {
		id   uint16
		data []byte
		want string // what is added to the record of the other elements, or a pair
	}{
		{4, []byte{17}, "proto=17"},
		{5, []byte{0xb8}, "tos=184"},
		{6, u16(0x0112), "flags=18"},
		{6, []byte{2}, "flags=2"},
		{1, []byte{1, 0, 0}, "octets=65536"},
		{1, u64(1 << 63), "octets=9223372036854775807"},
		{2, u32(7), "packets=7"},
		{85, u32(9), "octets=9"},
		{86, u32(9), "packets=9"},
		{352, u32(9), "octets=9"},
		{23, u32(11), "octets=11"},
		{24, u32(2), "packets=2"},
		{7, u16(99), ":99 >"},
		{11, u16(99), ":99 oneway"},
		{181, u16(53), ":53 oneway"},
		{7, u32(70000), "!sourceTransportPort=70000"},
		{10, u16(5), "in=5"},
		{14, u32(6), "out=6"},
		{16, u16(64500), "as=64500>0"},
		{17, u32(4200000000), "as=0>4200000000"},
		{15, []byte{203, 0, 113, 7}, "hop=203.0.113.7"},
		{62, six, "hop=2001:db8::9"},
		{15, u32(0), ""},
		{58, u16(12), "vlan=12>0"},
		{243, u16(13), "vlan=13>0"},
		{59, u16(14), "vlan=0>14"},
		{254, u16(15), "vlan=0>15"},
		{9, []byte{24}, "mask=24>0"},
		{30, []byte{64}, "mask=0>64"},
		{61, []byte{0}, "direction=1"},
		{61, []byte{1}, "direction=2"},
		{32, u16(0x0301), "icmp=3.1"},
		{139, u16(0x8000), "icmp=128.0"},
		{176, []byte{11}, "icmp=11.0"},
		{179, []byte{4}, "icmp=0.4"},
		{225, []byte{203, 0, 113, 5}, "nat=203.0.113.5:0>invalid AddrPort"},
		{282, six, "nat=invalid AddrPort>[2001:db8::9]:0"},
		{231, u32(5), "octets=5"},
		{298, u32(5), "packets=5"},
		{56, mac, "!sourceMacAddress=00:00:5e:00:53:01"},
		{80, mac, "!destinationMacAddress=00:00:5e:00:53:01"},
		{56, make([]byte, 6), ""},
		{70, []byte{0, 0x06, 0x4b}, "!mplsTopLabelStackSection=100-5-1"},
		{18, []byte{203, 0, 113, 8}, "!bgpNextHopIPv4Address=203.0.113.8"},
		{63, six, "!bgpNextHopIPv6Address=2001:db8::9"},
		{89, []byte{64}, "!forwardingStatus=64"},
		{136, []byte{3}, "!flowEndReason=3"},
		{234, u32(7), "!ingressVRFID=7"},
		{371, []byte("carol\x00\x00"), "!userName=carol"},
		{371, []byte{'a', 0x1b, 'b'}, "!userName=611b62"},
		{95, []byte{3, 0, 0, 53}, "!applicationId=3:53"},
		{96, []byte("dns\x00"), "service=dns"},
		{351, u64(77), "!layer2SegmentId=77"},
		{276, []byte{1}, "!dataRecordsReliability=true"},
		{31000, []byte{1, 2}, "!0.31000=258"},
		{31001, make([]byte, 9), ""},
		{31001, []byte{9, 1, 1, 1, 1, 1, 1, 1, 1}, "!0.31001=090101010101010101"},
		{40000, []byte("dave"), "!userName=dave"},
		{33000, slices.Concat(u32(1, 2, 3)), "!asaIngressAclId=00000001-00000002-00000003"},
		{230, []byte{4}, "state=NAT44 session created"},
		{233, []byte{3}, "state=denied"},
		{311, []byte{0x3f, 0xe0, 0, 0, 0, 0, 0, 0}, "rate=2"},
	} {
		p := v9Packet(0, 0, template9(256, field{8, 4}, field{12, 4}, field{c.id, uint16(len(c.data))}),
			data(256, []byte{192, 0, 2, 10, 198, 51, 100, 20}, c.data))
		s := decode(p)
		f := one(t, s)
		got := flowText(f)
		if pair, ok := strings.CutPrefix(c.want, "!"); ok {
			if extra(s, 0) != pair {
				t.Errorf("element %d of %x: pairs are %q, not %q", c.id, c.data, extra(s, 0), pair)
			}
			continue
		}
		if !strings.Contains(got, c.want) || c.want == "" && got != "192.0.2.10:0 > 198.51.100.20:0 oneway=true" {
			t.Errorf("element %d of %x: %s, not %q", c.id, c.data, got, c.want)
		}
		if c.id != 230 && c.id != 233 && extra(s, 0) != "" {
			t.Errorf("element %d of %x: pairs %q", c.id, c.data, extra(s, 0))
		}
	}
}

// TestRecords reads records of several elements.
func TestRecords(t *testing.T) {
	ends := []field{{8, 4}, {12, 4}}
	addrs := []byte{192, 0, 2, 10, 198, 51, 100, 20}
	const ends4 = "192.0.2.10:0 > 198.51.100.20:0"
	six := slices.Concat(netip.MustParseAddr("2001:db8::1").AsSlice(), netip.MustParseAddr("2001:db8::2").AsSlice())
	enterprise := func(id uint16, length uint16, pen uint32) []byte {
		return slices.Concat(u16(id|0x8000, length), u32(pen))
	}
	for _, c := range []struct {
		name   string
		packet []byte
		want   string
		pairs  string
	}{
		{
			"both families, one used",
			v9Packet(0, 0, template9(256, field{8, 4}, field{12, 4}, field{27, 16}, field{28, 16}), data(256, make([]byte, 8), six)),
			"[2001:db8::1]:0 > [2001:db8::2]:0 oneway=true", "",
		},
		{
			"mapped addresses",
			v9Packet(0, 0, template9(256, field{27, 16}, field{28, 16}), data(256, netip.MustParseAddr("::ffff:192.0.2.3").AsSlice(), six[16:])),
			"192.0.2.3:0 > [2001:db8::2]:0 oneway=true", "",
		},
		{
			"fields without bytes",
			v9Packet(0, 0, template9(256, field{8, 4}, field{7, 0}, field{12, 4}, field{11, 2}), data(256, addrs, u16(80))),
			"192.0.2.10:0 > 198.51.100.20:80 oneway=true", "",
		},
		{
			"ICMP in the port",
			v9Packet(0, 0, template9(256, append(ends, field{4, 1}, field{11, 2})...), data(256, addrs, []byte{1}, u16(0x0303))),
			ends4 + " proto=1 oneway=true icmp=3.3", "",
		},
		{
			"two octet counts: the one since the last record counts",
			v9Packet(0, 0, template9(256, append(ends, field{85, 4}, field{1, 4})...), data(256, addrs, u32(900, 100))),
			ends4 + " octets=100 oneway=true", "octetTotalCount=900",
		},
		{
			"what left is kept beside what came in",
			v9Packet(0, 0, template9(256, append(ends, field{1, 4}, field{23, 4})...), data(256, addrs, u32(100, 90))),
			ends4 + " octets=100 oneway=true", "postOctetDeltaCount=90",
		},
		{
			"texts of any length, and an enterprise nobody knows",
			ipfixMessage(0, 7, set(2, u16(256, 5), fieldsOf(ends), u16(371, 0xffff), enterprise(12, 0xffff, 64999), u16(82, 0xffff)),
				data(256, addrs, []byte{3, 'b', 'o', 'b', 255, 0, 2, 0xfe, 0xff, 0})),
			ends4 + " oneway=true domain=7", "userName=bob 64999.12=65279",
		},
		{
			"a conversation of both directions",
			ipfixMessage(0, 0, set(2, u16(256, 6), fieldsOf(ends), u16(1, 4, 2, 4), enterprise(1, 4, 29305), enterprise(2, 4, 29305)),
				data(256, addrs, u32(100, 2, 3000, 4))),
			ends4 + " octets=100 packets=2 back=3000 packetsback=4 answered=1", "",
		},
		{
			"a conversation that nobody answered",
			ipfixMessage(0, 0, set(2, u16(256, 6), fieldsOf(ends), u16(1, 4, 2, 4), enterprise(1, 4, 29305), enterprise(2, 4, 29305)),
				data(256, addrs, u32(100, 2, 0, 0))),
			ends4 + " octets=100 packets=2 back=0 packetsback=0 answered=2", "",
		},
		{
			"a session that a firewall ends",
			v9Packet(0, 0, template9(256, append(ends, field{233, 1}, field{231, 4}, field{232, 4}, field{323, 8}, field{152, 8})...),
				data(256, addrs, []byte{2}, u32(70, 900), u64(uint64(noon/1e6), uint64(noon/1e6)-1500))),
			ends4 + " octets=70 back=900 answered=1 for=1.5s state=deleted", "firewallEvent=2",
		},
		{
			"a session that begins: nothing was counted",
			v9Packet(0, 0, template9(256, append(ends, field{233, 1}, field{231, 4}, field{232, 4})...), data(256, addrs, []byte{1}, u32(0, 0))),
			ends4 + " state=created", "firewallEvent=1",
		},
		{
			"a session that was denied",
			v9Packet(0, 0, template9(256, append(ends, field{233, 1}, field{33002, 2})...), data(256, addrs, []byte{3}, u16(1001))),
			ends4 + " answered=2 state=denied", "firewallEvent=3 asaExtendedFirewallEvent=1001",
		},
		{
			"a translation",
			ipfixMessage(0, 0, template10(256, append(ends, field{230, 1}, field{225, 4}, field{227, 2}, field{226, 4}, field{228, 2})...),
				data(256, addrs, []byte{4, 203, 0, 113, 9}, u16(4000), []byte{198, 51, 100, 20}, u16(443))),
			ends4 + " state=NAT44 session created nat=203.0.113.9:4000>198.51.100.20:443", "natEvent=4",
		},
		{
			"a rate that the record states",
			v9Packet(0, 0, template9(256, append(ends, field{1, 4}, field{34, 4})...), data(256, addrs, u32(100, 8))),
			ends4 + " octets=800 oneway=true rate=8", "",
		},
		{
			"counts up to the largest",
			v9Packet(0, 0, template9(256, append(ends, field{1, 8}, field{34, 4})...), data(256, addrs, u64(1<<62), u32(8))),
			ends4 + " octets=9223372036854775807 oneway=true rate=8", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(c.packet)
			f := one(t, s)
			if diff := cmp.Diff(c.want, flowText(f)); diff != "" {
				t.Errorf("flow (-want +got):\n%s", diff)
			}
			if extra(s, 0) != c.pairs || len(s.Problems.List) > 0 {
				t.Errorf("pairs %q, not %q; problems %v", extra(s, 0), c.pairs, s.Problems.List)
			}
		})
	}
}
