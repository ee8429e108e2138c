package pcap_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/pcap"
)

var answers = map[telemetry.Answer]string{
	telemetry.AnswerUnknown: "unknown", telemetry.Answered: "answered", telemetry.Unanswered: "unanswered", telemetry.Refused: "refused",
}

// brief tells of conversations what the tests compare.
func brief(c *capture) string {
	var lines []string
	for i := range c.flows {
		f := &c.flows[i]
		lines = append(lines, fmt.Sprintf("%s:%d > %s:%d %d %s %s %q %d/%d %d/%d", f.Src, f.SrcPort, f.Dst, f.DstPort, f.Proto, f.State,
			answers[f.Answered], f.Service, f.SrcBytes, f.DstBytes, f.SrcPackets, f.DstPackets))
	}
	return strings.Join(lines, "\n")
}

func (w *wire) open(seq, ack uint32) *wire {
	return w.tcp(here, there, "S", seq-1, 0, "").tcp(there, here, "SA", ack-1, seq, "").tcp(here, there, "A", seq, ack, "")
}

func TestConversations(t *testing.T) {
	const tcp = "192.0.2.10:40000 > 198.51.100.20:443 6 "
	for _, c := range []struct {
		name string
		make func(w *wire)
		want string
	}{
		{"closed by both", func(w *wire) {
			w.open(100, 200).tcp(here, there, "A", 100, 200, "hello").tcp(there, here, "FA", 200, 105, "bye!").tcp(here, there, "FA", 105, 205, "").tcp(there, here, "A", 205, 106, "")
		}, tcp + `SF answered "" 5/4 4/3`},
		{"open", func(w *wire) { w.open(100, 200) }, tcp + `S1 answered "" 0/0 2/1`},
		{"asked in vain", func(w *wire) { w.tcp(here, there, "S", 99, 0, "").tcp(here, there, "S", 99, 0, "") }, tcp + `S0 unanswered "" 0/0 2/0`},
		{"refused", func(w *wire) { w.tcp(here, there, "S", 99, 0, "").tcp(there, here, "RA", 0, 100, "") }, tcp + `REJ refused "" 0/0 1/1`},
		{"refused twice", func(w *wire) {
			w.tcp(here, there, "S", 99, 0, "").tcp(there, here, "RA", 0, 100, "").tcp(here, there, "S", 99, 0, "").tcp(there, here, "RA", 0, 100, "")
		}, tcp + `REJ refused "" 0/0 1/1` + "\n" + tcp + `REJ refused "" 0/0 1/1`},
		{"broken off by the responder", func(w *wire) { w.open(100, 200).tcp(here, there, "A", 100, 200, "x").tcp(there, here, "R", 200, 0, "") }, tcp + `RSTR answered "" 1/0 3/2`},
		{"broken off by the originator", func(w *wire) { w.open(100, 200).tcp(here, there, "R", 100, 0, "") }, tcp + `RSTO answered "" 0/0 3/1`},
		{"a scan that takes itself back", func(w *wire) { w.tcp(here, there, "S", 99, 0, "").tcp(here, there, "R", 100, 0, "") }, tcp + `RSTOS0 unanswered "" 0/0 2/0`},
		{"asked and closed", func(w *wire) { w.tcp(here, there, "S", 99, 0, "").tcp(here, there, "F", 100, 0, "") }, tcp + `SH unanswered "" 0/0 2/0`},
		{"closed by one", func(w *wire) { w.open(100, 200).tcp(here, there, "FA", 100, 200, "") }, tcp + `S2 answered "" 0/0 3/1`},
		{"closed by the other", func(w *wire) { w.open(100, 200).tcp(there, here, "FA", 200, 100, "") }, tcp + `S3 answered "" 0/0 2/2`},
		{"from the middle", func(w *wire) { w.tcp(there, here, "A", 200, 100, "abc").tcp(here, there, "A", 100, 203, "de") }, tcp + `OTH answered "" 2/3 1/1`},
		{"answer first", func(w *wire) { w.tcp(there, here, "SA", 199, 100, "").tcp(here, there, "A", 100, 200, "") }, tcp + `S1 answered "" 0/0 1/1`},
		{"sent twice, and a part missed", func(w *wire) {
			w.open(100, 200).tcp(here, there, "A", 100, 200, "hello").tcp(here, there, "A", 100, 200, "hello").tcp(here, there, "A", 205+100, 200, "x")
		}, tcp + `S1 answered "" 206/0 5/1`},
		{"numbers that cannot be", func(w *wire) {
			w.open(100, 200).tcp(here, there, "A", 100, 200, "hello").tcp(here, there, "A", 1<<30, 200, "again").tcp(there, here, "A", 200, 1<<30+1<<29, "")
		}, tcp + `S1 answered "" 10/0 4/2`},
		{"silent for too long", func(w *wire) {
			w.udp("192.0.2.1:1000", "192.0.2.2:2000", []byte("a")).pass(time.Minute+time.Second).udp("192.0.2.1:1000", "192.0.2.2:2000", []byte("bc"))
		}, `192.0.2.1:1000 > 192.0.2.2:2000 17 S0 unanswered "" 1/0 1/0` + "\n" + `192.0.2.1:1000 > 192.0.2.2:2000 17 S0 unanswered "" 2/0 1/0`},
		{"an answer of UDP", func(w *wire) {
			w.udp("192.0.2.1:1000", "192.0.2.2:2000", []byte("a")).udp("192.0.2.2:2000", "192.0.2.1:1000", []byte("bc"))
		}, `192.0.2.1:1000 > 192.0.2.2:2000 17 SF answered "" 1/2 1/1`},
		{"refused by ICMP", func(w *wire) {
			w.udp("192.0.2.1:1000", "192.0.2.2:2000", []byte("a"))
			w.send(ip(netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.1"), layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: 0x0303}, gopacket.Payload(w.frames[0].data))
		}, `192.0.2.1:1000 > 192.0.2.2:2000 17 S0 refused "" 1/0 1/0` + "\n" + `192.0.2.2:3 > 192.0.2.1:3 1 OTH unknown "" 29/0 1/0`},
		{"ping", func(w *wire) {
			a, b := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
			w.send(ip(a, b, layers.IPProtocolICMPv6), &layers.ICMPv6{TypeCode: 0x8000}, gopacket.Payload("1234ping"))
			w.send(ip(b, a, layers.IPProtocolICMPv6), &layers.ICMPv6{TypeCode: 0x8100}, gopacket.Payload("1234ping"))
		}, `2001:db8::1:128 > 2001:db8::2:129 58 OTH answered "" 4/4 1/1`},
		{"a greeting", func(w *wire) { w.open(100, 200).tcp(there, here, "A", 200, 100, "SSH-2.0-x\r\n") }, tcp + `S1 answered "ssh" 0/11 2/2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t)
			c.make(w)
			got := laws(t, w.pcap())
			if got.err != nil {
				t.Fatal(got.err)
			}
			if diff := cmp.Diff(c.want, brief(got)); diff != "" {
				t.Fatalf("-want +got\n%s", diff)
			}
		})
	}
}

func TestTunnels(t *testing.T) {
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	x, y := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("198.51.100.9")
	w := newWire(t)
	udp := func(s, d layers.UDPPort) *layers.UDP { return &layers.UDP{SrcPort: s, DstPort: d} }
	w.send(ip(a, b, layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeIPv4}, ip(x, y, layers.IPProtocolUDP), udp(1, 2), gopacket.Payload("in"))
	w.send(ip(b, a, layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeIPv4}, ip(y, x, layers.IPProtocolUDP), udp(2, 1), gopacket.Payload("out"))
	w.send(ip(a, b, layers.IPProtocolIPv4), ip(x, y, layers.IPProtocolUDP), udp(3, 4), gopacket.Payload("in"))
	w.send(ip(a, b, layers.IPProtocolESP), gopacket.Payload("\x00\x00\x00\x07\x00\x00\x00\x01sealed"))
	w.send(ip(a, b, layers.IPProtocolUDP), udp(5000, 4789), &layers.VXLAN{ValidIDFlag: true, VNI: 77}, &layers.Ethernet{
		SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4,
	}, ip(x, y, layers.IPProtocolUDP), udp(5, 6), gopacket.Payload("in"))
	c := laws(t, w.pcap())
	want := `192.0.2.1:0 > 192.0.2.2:0 47 OTH answered "gre" 30/31 1/1
203.0.113.7:1 > 198.51.100.9:2 17 SF answered "" 2/3 1/1
192.0.2.1:0 > 192.0.2.2:0 4 OTH unknown "ipip" 30/0 1/0
203.0.113.7:3 > 198.51.100.9:4 17 S0 unanswered "" 2/0 1/0
192.0.2.1:0 > 192.0.2.2:0 50 OTH unknown "esp" 6/0 1/0
192.0.2.1:5000 > 192.0.2.2:4789 17 S0 unanswered "vxlan" 68/0 1/0
203.0.113.7:5 > 198.51.100.9:6 17 S0 unanswered "" 2/0 1/0`
	if diff := cmp.Diff(want, brief(c)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	all := strings.Join(c.records, "\n")
	for _, pair := range []string{"gre 192.0.2.1 > 192.0.2.2", "ipip 192.0.2.1 > 192.0.2.2", "vxlan 192.0.2.1 > 192.0.2.2 77"} {
		if n := strings.Count(all, `stormglass.tunnel="`+pair+`"`); n != 1 {
			t.Errorf("%d records through %q\n%s", n, pair, all)
		}
	}
}

// TestTableIsBounded ends the oldest conversations when there are too many, and says so.
func TestTableIsBounded(t *testing.T) {
	w := newWire(t)
	for i := range 100 {
		w.udp(fmt.Sprintf("192.0.2.1:%d", 1000+i), "192.0.2.2:2000", []byte("a"))
	}
	d := pcap.New(nil)
	d.SetMaxFlows(10)
	c := read(t, d, bytes.NewReader(w.pcap()))
	if len(c.flows) != 100 || !strings.Contains(c.problems, "passed conversations ended early: too many at a time 90 ") {
		t.Fatalf("%d conversations\n%s", len(c.flows), c.problems)
	}
	for i := range c.flows {
		if c.flows[i].SrcPort != uint16(1000+i) {
			t.Fatalf("conversation %d is of port %d", i, c.flows[i].SrcPort)
		}
	}
}

// ports2055 takes every datagram to port 2055 for an export.
type ports2055 struct{ seen []string }

func (p *ports2055) Datagram(to netip.AddrPort, d *telemetry.Datagram, s *telemetry.Set) bool {
	if to.Port() != 2055 {
		return false
	}
	p.seen = append(p.seen, fmt.Sprintf("%s > %s %s %s", d.From, to, d.At.Time().Format(time.TimeOnly), d.Data))
	b, i := s.Append(telemetry.KindEvent)
	b.Event[i].Raw = telemetry.View(d.Data)
	s.Lines++
	s.Read++
	return true
}

func TestExports(t *testing.T) {
	w := newWire(t).udp("192.0.2.1:1000", "192.0.2.2:2055", []byte("one")).udp("192.0.2.1:1000", "192.0.2.2:2056", []byte("not")).
		udp("[2001:db8::1]:1000", "[2001:db8::2]:2055", []byte("two"))
	var p ports2055
	c := read(t, pcap.New(&p), bytes.NewReader(w.pcap()))
	want := []string{"192.0.2.1:1000 > 192.0.2.2:2055 12:00:00 one", "[2001:db8::1]:1000 > [2001:db8::2]:2055 12:00:00 two"}
	if diff := cmp.Diff(want, p.seen); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if all := strings.Join(c.records, "\n"); len(c.flows) != 3 || !strings.Contains(all, `Raw="one"`) || !strings.Contains(all, `Raw="two"`) {
		t.Errorf("%d conversations\n%s", len(c.flows), all)
	}
}
