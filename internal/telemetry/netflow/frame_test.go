package netflow_test

import (
	"slices"
	"testing"
)

// ipv4 makes a packet of IPv4 without checksum.
func ipv4(proto byte, src, dst byte, payload []byte) []byte {
	return slices.Concat([]byte{0x45, 0xb8}, u16(uint16(20+len(payload)), 1, 0), []byte{64, proto, 0, 0, 192, 0, 2, src, 198, 51, 100, dst}, payload)
}

// TestFrames reads the starts of packets that exporters pass on.
func TestFrames(t *testing.T) {
	tcp := slices.Concat(u16(1025, 443), u32(1, 2), []byte{0x50, 0x02}, u16(100, 0, 0))
	ethernet := slices.Concat([]byte{0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2}, u16(0x8100, 0x2005, 0x0800))
	gre := slices.Concat(u16(0, 0x0800), ipv4(17, 3, 4, u16(5000, 53, 8, 0)))
	varied := func(element uint16, b []byte, more ...field) []byte {
		fields := append([]field{{element, 0xffff}}, more...)
		return ipfixMessage(0, 0, template10(256, fields...), data(256, []byte{byte(len(b))}, b, u16(700, 1)[:4*len(more)]))
	}
	const ends = "192.0.2.1:1025 > 198.51.100.2:443 proto=6 octets=40 packets=1 oneway=true flags=2"
	const macs = "sourceMacAddress=00:00:5e:00:53:02 destinationMacAddress=00:00:5e:00:53:01"
	for _, c := range []struct {
		name        string
		packet      []byte
		want, pairs string
		problem     string
	}{
		{"IP", varied(313, ipv4(6, 1, 2, tcp)), ends + " tos=184", "", ""},
		{"Ethernet with a VLAN", varied(315, slices.Concat(ethernet, ipv4(6, 1, 2, tcp))), ends + " vlan=5>0 tos=184", macs, ""},
		{
			"Ethernet of Cisco's v9",
			v9Packet(0, 0, template9(256, field{104, 58}), data(256, ethernet, ipv4(6, 1, 2, tcp))), ends + " vlan=5>0 tos=184", macs, "",
		},
		{
			"a tunnel", varied(313, ipv4(47, 1, 2, gre)),
			"192.0.2.1:0 > 198.51.100.2:0 proto=47 octets=52 packets=1 oneway=true service=gre tos=184", "tunnel.inner=192.0.2.3:5000 > 198.51.100.4:53 udp", "",
		},
		{
			"a tunnel of ICMP", varied(313, ipv4(47, 1, 2, slices.Concat(u16(0, 0x0800), ipv4(1, 3, 4, []byte{8, 0, 0, 0, 0, 1, 0, 1})))),
			"192.0.2.1:0 > 198.51.100.2:0 proto=47 octets=52 packets=1 oneway=true service=gre tos=184", "tunnel.inner=192.0.2.3 > 198.51.100.4 icmp", "",
		},
		{
			"a tunnel of what has no name", varied(313, ipv4(4, 1, 2, ipv4(89, 3, 4, make([]byte, 4)))),
			"192.0.2.1:0 > 198.51.100.2:0 proto=4 octets=44 packets=1 oneway=true service=ipip tos=184", "tunnel.inner=192.0.2.3 > 198.51.100.4 89", "",
		},
		{
			"no IP", varied(315, slices.Concat(ethernet[:12], u16(0x0806), make([]byte, 28))),
			"invalid AddrPort > invalid AddrPort packets=1 oneway=true service=arp", macs, "",
		},
		{
			"what contradicts itself", varied(313, append([]byte{0x41}, ipv4(6, 1, 2, tcp)[1:]...)),
			"invalid AddrPort > invalid AddrPort packets=1 oneway=true", "", "sampled frame: IPv4 header shorter than 20 bytes",
		},
		{
			"what starts in the middle", ipfixMessage(0, 0, template10(256, field{409, 2}, field{315, 4}), data(256, u16(8), []byte{1, 2, 3, 4})),
			"invalid AddrPort > invalid AddrPort oneway=true", "dataLinkFrameSection=01020304", "",
		},
		{
			"what is no Ethernet", ipfixMessage(0, 0, template10(256, field{408, 2}, field{315, 4}), data(256, u16(2), []byte{8, 2, 3, 4})),
			"invalid AddrPort > invalid AddrPort oneway=true", "dataLinkFrameSection=08020304", "",
		},
		{
			"ends that the record states apart",
			ipfixMessage(0, 0, template10(256, field{8, 4}, field{12, 4}, field{2, 4}, field{1, 4}, field{313, 40}),
				data(256, []byte{203, 0, 113, 1, 203, 0, 113, 2}, u32(7, 700), ipv4(6, 1, 2, tcp))),
			"203.0.113.1:0 > 203.0.113.2:0 octets=700 packets=7 oneway=true", "", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(c.packet)
			if got := flowText(one(t, s)); got != c.want || extra(s, 0) != c.pairs {
				t.Errorf("flow is %s and %q, not\n%s and %q", got, extra(s, 0), c.want, c.pairs)
			}
			if got := problems(s); c.problem == "" && len(got) > 0 || c.problem != "" && !slices.Equal(got, []string{c.problem}) {
				t.Errorf("problems are %q", got)
			}
		})
	}
}
