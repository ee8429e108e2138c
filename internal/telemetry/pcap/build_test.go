package pcap_test

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// wire collects made-up packets of one capture.
type wire struct {
	t      testing.TB
	now    time.Time
	frames []frame
}

type frame struct {
	at   time.Time
	data []byte
}

func newWire(t testing.TB) *wire {
	return &wire{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

// pass lets time go by.
func (w *wire) pass(d time.Duration) *wire {
	w.now = w.now.Add(d)
	return w
}

// send adds a frame of the layers given, a millisecond after the one before.
func (w *wire) send(list ...gopacket.SerializableLayer) *wire {
	w.t.Helper()
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, list...); err != nil {
		w.t.Fatal(err)
	}
	w.frames = append(w.frames, frame{w.now, bytes.Clone(b.Bytes())})
	return w.pass(time.Millisecond)
}

// ip makes the header of a packet between two ends.
func ip(src, dst netip.Addr, proto layers.IPProtocol) gopacket.SerializableLayer {
	if src.Is4() {
		return &layers.IPv4{Version: 4, TTL: 64, Protocol: proto, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	}
	return &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: proto, SrcIP: net.IP(src.AsSlice()), DstIP: net.IP(dst.AsSlice())}
}

func (w *wire) udp(src, dst string, payload []byte) *wire {
	w.t.Helper()
	s, d := netip.MustParseAddrPort(src), netip.MustParseAddrPort(dst)
	return w.send(ip(s.Addr(), d.Addr(), layers.IPProtocolUDP),
		&layers.UDP{SrcPort: layers.UDPPort(s.Port()), DstPort: layers.UDPPort(d.Port())}, gopacket.Payload(payload))
}

// tcp adds a packet with the flags named by letters ("SA").
func (w *wire) tcp(src, dst, flags string, seq, ack uint32, payload string) *wire {
	w.t.Helper()
	s, d := netip.MustParseAddrPort(src), netip.MustParseAddrPort(dst)
	h := &layers.TCP{SrcPort: layers.TCPPort(s.Port()), DstPort: layers.TCPPort(d.Port()), Seq: seq, Ack: ack, Window: 1000}
	for _, f := range flags {
		switch f {
		case 'S':
			h.SYN = true
		case 'A':
			h.ACK = true
		case 'F':
			h.FIN = true
		case 'R':
			h.RST = true
		}
	}
	return w.send(ip(s.Addr(), d.Addr(), layers.IPProtocolTCP), h, gopacket.Payload(payload))
}

// pcap gives the capture as a file of raw IP.
func (w *wire) pcap() []byte {
	w.t.Helper()
	var out bytes.Buffer
	to := pcapgo.NewWriterNanos(&out)
	if err := to.WriteFileHeader(1<<18, layers.LinkTypeRaw); err != nil {
		w.t.Fatal(err)
	}
	for _, f := range w.frames {
		if err := to.WritePacket(gopacket.CaptureInfo{Timestamp: f.at, CaptureLength: len(f.data), Length: len(f.data)}, f.data); err != nil {
			w.t.Fatal(err)
		}
	}
	return out.Bytes()
}

const (
	here  = "192.0.2.10:40000"
	there = "198.51.100.20:443"
)
