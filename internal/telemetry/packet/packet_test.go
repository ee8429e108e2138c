package packet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry/packet"
)

const (
	outerText  = "203.0.113.1 > 203.0.113.2"
	innerText  = "192.0.2.1:40000 > 198.51.100.2:22 6 flags 18 payload hello/5"
	inner6Text = "[2001:db8::1]:5000 > [2001:db8::2]:53 17 payload dns/3"
)

// describe writes a level in one line: what is not zero.
func describe(l *packet.Level) string {
	var b strings.Builder
	if l.Tunnel != "" {
		fmt.Fprintf(&b, "%s(%d): ", l.Tunnel, l.TunnelID)
	}
	if l.HasPorts {
		src, dst := l.Src.String(), l.Dst.String()
		if l.Src.Is6() {
			src, dst = "["+src+"]", "["+dst+"]"
		}
		fmt.Fprintf(&b, "%s:%d > %s:%d %d", src, l.SrcPort, dst, l.DstPort, l.Proto)
	} else {
		fmt.Fprintf(&b, "%s > %s %d", l.Src, l.Dst, l.Proto)
	}
	for _, part := range []struct {
		name  string
		value any
		show  bool
	}{
		{"flags", fmt.Sprintf("%02x", l.TCPFlags), l.TCPFlags != 0},
		{"icmp", fmt.Sprintf("%d/%d", l.ICMPType, l.ICMPCode), l.HasICMP},
		{"vlan", fmt.Sprintf("%d.%d of %d", l.VLAN, l.InnerVLAN, l.VLANs), l.VLANs != 0},
		{"mpls", fmt.Sprintf("%d of %d", l.MPLS, l.Labels), l.Labels != 0},
		{"final", l.Final, l.Final.IsValid()},
		{"fragment", fmt.Sprintf("%d more %t id %d", l.FragmentOffset, l.MoreFragments, l.FragmentID), l.Fragment},
		{"auth", "", l.Auth},
		{"carries", l.Carries, l.Carries != ""},
	} {
		if part.show {
			fmt.Fprintf(&b, " %s %v", part.name, part.value)
		}
	}
	if l.Carries == "" && len(l.Payload) < 10 {
		fmt.Fprintf(&b, " payload %s/%d", l.Payload, l.PayloadLength)
	}
	return b.String()
}

func describeAll(h *packet.Headers, err error) string {
	var lines []string
	for i := range h.N {
		lines = append(lines, describe(&h.Levels[i]))
	}
	if h.NonIP != "" {
		lines = append(lines, "holds "+h.NonIP)
	}
	if h.Truncated {
		lines = append(lines, "truncated")
	}
	if h.Deeper {
		lines = append(lines, "deeper")
	}
	if err != nil {
		lines = append(lines, "error "+err.Error())
	}
	return strings.Join(lines, "\n")
}

func TestDecode(t *testing.T) {
	ext := func(next byte, body string) []byte { return put(fmt.Sprintf("%02x", next), unhex(body)) }
	for _, c := range []struct {
		name string
		link packet.Link
		data []byte
		want string
	}{
		{"tcp", packet.LinkEthernet, innerEth, innerText},
		{"padding is no payload", packet.LinkEthernet, append(append([]byte{}, innerEth...), 0, 0, 0, 0), innerText},
		{"udp over ipv6", packet.LinkEthernet, ether("86dd", inner6), inner6Text},
		{"vlan", packet.LinkEthernet, ether("8100 0064 0800", inner), strings.Replace(innerText, " payload", " vlan 100.0 of 1 payload", 1)},
		{"qinq", packet.LinkEthernet, ether("88a8 00c8 8100 e064 0800", inner), strings.Replace(innerText, " payload", " vlan 200.100 of 2 payload", 1)},
		{"snap", packet.LinkEthernet, ether("0035 aaaa03 000000 0800", inner), innerText},
		{"spanning tree", packet.LinkEthernet, ether("0003", unhex("424203")), "holds stp"},
		{"arp", packet.LinkEthernet, ether("0806", unhex("0001")), "holds arp"},
		{"lldp in a vlan", packet.LinkEthernet, ether("8100 0064 88cc", nil), "holds lldp"},
		{"backbone bridge", packet.LinkEthernet, ether("88e7 00000005", innerEth), "pbb(5): " + innerText},
		{"mpls, two labels", packet.LinkEthernet, ether("8847 0000a040 0000b140", inner), strings.Replace(innerText, " payload", " mpls 10 of 2 payload", 1)},
		{"mpls, explicit null", packet.LinkEthernet, ether("8847 00000140", inner), strings.Replace(innerText, " payload", " mpls 0 of 1 payload", 1)},
		{"mpls, ipv6", packet.LinkEthernet, ether("8847 00002140", inner6), strings.Replace(inner6Text, " payload", " mpls 2 of 1 payload", 1)},
		{"mpls, pseudowire with control word", packet.LinkEthernet, ether("8847 0000a140 00000000", innerEth), "eompls(10): " + strings.Replace(innerText, " payload", " mpls 10 of 1 payload", 1)},
		{"mpls, pseudowire without", packet.LinkEthernet, ether("8847 0000a140", innerEth), "eompls(10): " + strings.Replace(innerText, " payload", " mpls 10 of 1 payload", 1)},
		{"mpls, something else", packet.LinkEthernet, ether("8847 0000a140", unhex("f5000000")), "error MPLS payload of no known kind"},
		{"mpls, no bottom", packet.LinkMPLS, make([]byte, 400), "error MPLS label stack without a bottom"},
		{"pppoe", packet.LinkEthernet, ether("8864 1100 0007 002f 0021", inner), "pppoe(7): " + innerText},
		{"ppp", packet.LinkPPP, put("ff03 0021", inner), innerText},
		{"ppp, short protocol", packet.LinkPPP, put("21", inner), innerText},
		{"ppp, negotiation", packet.LinkPPP, put("ff03 c021", nil), "holds ppp"},
		{"cisco hdlc", packet.LinkHDLC, put("0f00 0800", inner), innerText},
		{"loopback, host order", packet.LinkNull, put("02000000", inner), innerText},
		{"loopback, network order", packet.LinkNull, put("0000001e", inner6), inner6Text},
		{"loopback, unknown family", packet.LinkNull, put("00000063", inner6), "error unknown address family of a loopback frame"},
		{"cooked", packet.LinkSLL, put("0000 0001 0006 0200000000010000 0800", inner), innerText},
		{"cooked 2", packet.LinkSLL2, put("86dd 0000 00000001 0001 00 06 0200000000010000", inner6), inner6Text},
		{"ip by itself", packet.LinkIP, inner6, inner6Text},
		{"no ip", packet.LinkIP, unhex("f0"), "error neither IPv4 nor IPv6"},
		{"no link", packet.LinkUnknown, inner, "error unknown link type"},

		{"icmp", packet.LinkIP, ip4("192.0.2.1", "192.0.2.2", 1, unhex("0304 0000 00000000 01")), "192.0.2.1 > 192.0.2.2 1 icmp 3/4 payload \x01/1"},
		{"icmpv6", packet.LinkIP, ip6("2001:db8::1", "2001:db8::2", 58, unhex("8700 0000 00000000")), "2001:db8::1 > 2001:db8::2 58 icmp 135/0 payload /0"},
		{"sctp", packet.LinkIP, ip4("192.0.2.1", "192.0.2.2", 132, unhex("0b59 0b5a 00000000 00000000 01")), "192.0.2.1:2905 > 192.0.2.2:2906 132 payload \x01/1"},
		{"options", packet.LinkIP, put("4600 001c 0007 0000 4011 0000 c0000201 c0000202 94040000", udp(1, 2, nil))[:28], "192.0.2.1:1 > 192.0.2.2:2 17 payload /0\nerror a header is longer than the packet it stands in"},
		{"fragment, first", packet.LinkIP, put("4500 001c 0007 2000 4011 0000 c0000201 c0000202", udp(1, 2, nil)), "192.0.2.1:1 > 192.0.2.2:2 17 fragment 0 more true id 7 payload /0"},
		{"fragment, later", packet.LinkIP, put("4500 001c 0007 0003 4011 0000 c0000201 c0000202", udp(1, 2, nil)), "192.0.2.1 > 192.0.2.2 17 fragment 24 more false id 7 payload \x00\x01\x00\x02\x00\x08\x00\x00/8"},
		{"extension headers", packet.LinkIP, ip6("2001:db8::1", "2001:db8::2", 0, put(
			"3c 00 010400000000  11 00 010400000000", udp(5000, 53, []byte("dns")))), inner6Text},
		{
			"ipv6 fragment, first", packet.LinkIP, ip6("2001:db8::1", "2001:db8::2", 44, put("11 00 0001 00000063", udp(5000, 53, []byte("dns")))),
			"[2001:db8::1]:5000 > [2001:db8::2]:53 17 fragment 0 more true id 99 payload dns/3",
		},
		{
			"ipv6 fragment, later", packet.LinkIP, ip6("2001:db8::1", "2001:db8::2", 44, put("11 00 0008 00000063", []byte("rest"))),
			"2001:db8::1 > 2001:db8::2 17 fragment 8 more false id 99 payload rest/4",
		},
		{
			"segment routing", packet.LinkIP, ip6("2001:db8::1", "2001:db8::a", 43, append(
				ext(17, "04 04 01 01 00 0000 20010db8000000000000000000000002 20010db800000000000000000000000a"), udp(5000, 53, []byte("dns"))...)),
			"[2001:db8::1]:5000 > [2001:db8::a]:53 17 final 2001:db8::2 payload dns/3",
		},
		{
			"authentication header", packet.LinkIP, ip4("192.0.2.1", "192.0.2.2", 51, put("11 04 0000 00000001 00000001 000000000000000000000000", udp(1, 2, nil))),
			"192.0.2.1:1 > 192.0.2.2:2 17 auth  payload /0",
		},
		{"esp", packet.LinkEthernet, outer(50, unhex("00000001 00000002 aabb")), outerText + " 50 carries esp"},

		{"gre", packet.LinkEthernet, outer(47, put("2000 0800 00000007", inner)), outerText + " 47 carries gre\ngre(7): " + innerText},
		{"gre, all fields", packet.LinkEthernet, outer(47, put("b000 86dd 00000000 00000007 00000001", inner6)), outerText + " 47 carries gre\ngre(7): " + inner6Text},
		{"gre, bridged", packet.LinkEthernet, outer(47, put("0000 6558", innerEth)), outerText + " 47 carries gre\ngre(0): " + innerText},
		{"gre, keep-alive", packet.LinkEthernet, outer(47, unhex("0000 0000")), outerText + " 47 carries gre"},
		{"gre, something else", packet.LinkEthernet, outer(47, unhex("0000 1234 00")), outerText + " 47 carries gre\nholds other"},
		{"pptp", packet.LinkEthernet, outer(47, put("3081 880b 0030 0007 00000001 00000001 ff03 0021", inner)), outerText + " 47 carries pptp\npptp(7): " + innerText},
		{"erspan 1", packet.LinkEthernet, outer(47, put("0000 88be", innerEth)), outerText + " 47 carries erspan\nerspan(0): " + innerText},
		{"erspan 2", packet.LinkEthernet, outer(47, put("1000 88be 00000001 1001 0065 00000000", innerEth)), outerText + " 47 carries erspan\nerspan(101): " + innerText},
		{"erspan 3", packet.LinkEthernet, outer(47, put("1000 22eb 00000001 2001 0065 00000000 00000001 0000000000000000", innerEth)), outerText + " 47 carries erspan\nerspan(101): " + innerText},
		{"ipip", packet.LinkEthernet, outer(4, inner), outerText + " 4 carries ipip\nipip(0): " + innerText},
		{"6in4", packet.LinkEthernet, outer(41, inner6), outerText + " 41 carries 6in4\n6in4(0): " + inner6Text},
		{"4in6", packet.LinkIP, ip6("2001:db8::a", "2001:db8::b", 4, inner), "2001:db8::a > 2001:db8::b 4 carries 4in6\n4in6(0): " + innerText},
		{"vxlan", packet.LinkEthernet, outer(17, udp(9, 4789, put("08000000 00007b00", innerEth))), "203.0.113.1:9 > 203.0.113.2:4789 17 carries vxlan\nvxlan(123): " + innerText},
		{"vxlan, not", packet.LinkEthernet, outer(17, udp(9, 4789, put("08000000 00007b00", unhex("01020304050607080910111208004f")))), "203.0.113.1:9 > 203.0.113.2:4789 17"},
		{"geneve with options", packet.LinkEthernet, outer(17, udp(9, 6081, put("0100 6558 00007b00 00000000", innerEth))), "203.0.113.1:9 > 203.0.113.2:6081 17 carries geneve\ngeneve(123): " + innerText},
		{"gtp with an extension", packet.LinkEthernet, outer(17, udp(2152, 2152, put("34ff 0000 0000007b 0000 00 85 01 0000 00", inner))), "203.0.113.1:2152 > 203.0.113.2:2152 17 carries gtp\ngtp(123): " + innerText},
		{"gtp, echo", packet.LinkEthernet, outer(17, udp(2152, 2152, put("3001 0000 0000007b", nil))), "203.0.113.1:2152 > 203.0.113.2:2152 17 payload 0\x01\x00\x00\x00\x00\x00{/8"},
		{"teredo", packet.LinkEthernet, outer(17, udp(3544, 3544, put("0000 1234 01020304", inner6))), "203.0.113.1:3544 > 203.0.113.2:3544 17 carries teredo\nteredo(0): " + inner6Text},

		{"cut in the payload", packet.LinkEthernet, innerEth[:len(innerEth)-3], strings.Replace(innerText, "hello", "he", 1) + "\ntruncated"},
		{"cut in tcp", packet.LinkEthernet, innerEth[:14+20+14], "192.0.2.1:40000 > 198.51.100.2:22 6 flags 18 payload /5\ntruncated"},
		{"cut before the ports", packet.LinkEthernet, innerEth[:14+20], "192.0.2.1 > 198.51.100.2 6 payload /25\ntruncated"},
		{"cut in ip", packet.LinkEthernet, innerEth[:14+19], "truncated"},
		{"cut inside vxlan", packet.LinkEthernet, outer(17, udp(9, 4789, put("08000000 00007b00", innerEth)))[:60], "203.0.113.1:9 > 203.0.113.2:4789 17 carries vxlan\ntruncated"},
		{"short tcp", packet.LinkIP, ip4("192.0.2.1", "192.0.2.2", 6, unhex("0001 0002")), "192.0.2.1:1 > 192.0.2.2:2 6 payload /0\nerror a header is longer than the packet it stands in"},
		{"ipv4 header length", packet.LinkIP, append([]byte{0x44}, inner[1:]...), "error IPv4 header shorter than 20 bytes"},
		{"ipv4 total length", packet.LinkIP, put("4500 0013", inner[4:]), "error IPv4 total length below its header length"},
		{"tcp header length", packet.LinkIP, ip4("192.0.2.1", "192.0.2.2", 6, unhex("0001 0002 00000000 00000000 4002 0000 00000000")), "192.0.2.1:1 > 192.0.2.2:2 6 flags 02\nerror TCP header shorter than 20 bytes"},
		{"udp length", packet.LinkIP, ip4("192.0.2.1", "192.0.2.2", 17, unhex("0001 0002 0007 0000")), "192.0.2.1:1 > 192.0.2.2:2 17 payload /0\nerror UDP length below 8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var h packet.Headers
			err := packet.Decode(c.link, c.data, &h)
			if diff := cmp.Diff(c.want, describeAll(&h, err)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestLevels holds that tunnels in tunnels end at the limit and say so.
func TestLevels(t *testing.T) {
	data := inner
	for range 3 * packet.MaxLevels {
		data = ip4("203.0.113.1", "203.0.113.2", 4, data)
	}
	var h packet.Headers
	if err := packet.Decode(packet.LinkIP, data, &h); err != nil || h.N != packet.MaxLevels || !h.Deeper {
		t.Errorf("%d levels, deeper %t, %v", h.N, h.Deeper, err)
	}
	if len(h.Inner()) != packet.MaxLevels-1 || h.Outer() != &h.Levels[0] || h.Innermost() != &h.Levels[h.N-1] {
		t.Error("outer, inner and innermost are not the levels in their order")
	}
	// VLAN tags cost nothing but a step each, and those are counted too.
	tags := ether(strings.Repeat("8100 0001", 200)+"0800", inner)
	if err := packet.Decode(packet.LinkEthernet, tags, &h); !errors.Is(err, packet.ErrHeaders) || h.N != 0 {
		t.Errorf("200 tags: %d levels, %v", h.N, err)
	}
}

// TestReuse holds that nothing of one frame is left in the next.
func TestReuse(t *testing.T) {
	var used, fresh packet.Headers
	frames := [][]byte{
		ether("88a8 00c8 8100 e064 0800", outer(47, put("2000 0800 00000007", inner))[14:]),
		ether("8847 0000a140 00000000", innerEth),
		ether("0806", unhex("0001")),
		innerEth[:30],
		ether("86dd", inner6),
	}
	for _, data := range frames {
		fresh = packet.Headers{}
		errFresh := packet.Decode(packet.LinkEthernet, data, &fresh)
		errUsed := packet.Decode(packet.LinkEthernet, data, &used)
		if diff := cmp.Diff(describeAll(&fresh, errFresh), describeAll(&used, errUsed)); diff != "" {
			t.Errorf("-fresh +used\n%s", diff)
		}
		if used.HasMAC != fresh.HasMAC || used.EtherType != fresh.EtherType {
			t.Error("the Ethernet header of another frame")
		}
	}
}

// TestAllocations holds that a frame costs no memory.
func TestAllocations(t *testing.T) {
	var h packet.Headers
	data := outer(17, udp(9, 4789, put("08000000 00007b00", innerEth)))
	if n := testing.AllocsPerRun(100, func() { _ = packet.Decode(packet.LinkEthernet, data, &h) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
