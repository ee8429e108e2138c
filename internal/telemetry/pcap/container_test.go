package pcap_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"stormglass/internal/telemetry/pcap"
)

// datagram is one packet with UDP from 192.0.2.1:1000 to 192.0.2.2:2000.
func datagram(t testing.TB) []byte {
	return newWire(t).udp("192.0.2.1:1000", "192.0.2.2:2000", []byte("a")).frames[0].data
}

const rawIP = 101

// classic writes a pcap file with one packet at 1772366400.5.
func classic(o binary.AppendByteOrder, magic, fraction uint32, further int, packet []byte) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(b, 2)
	b = o.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = o.AppendUint32(b, 1<<32-1) // a snapshot length that nobody is to believe
	b = o.AppendUint32(b, rawIP)
	b = o.AppendUint32(b, 1772366400)
	b = o.AppendUint32(b, fraction)
	b = o.AppendUint32(b, uint32(len(packet)))
	b = o.AppendUint32(b, uint32(len(packet)))
	b = append(b, make([]byte, further)...)
	return append(b, packet...)
}

// ng writes blocks of pcapng.
type ng struct {
	o binary.AppendByteOrder
	b []byte
}

func (n *ng) block(kind uint32, body []byte) *ng {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	n.b = n.o.AppendUint32(n.b, kind)
	n.b = n.o.AppendUint32(n.b, uint32(len(body)+12))
	n.b = append(n.b, body...)
	n.b = n.o.AppendUint32(n.b, uint32(len(body)+12))
	return n
}

func (n *ng) section() *ng {
	b := n.o.AppendUint32(nil, 0x1a2b3c4d)
	b = n.o.AppendUint16(b, 1)
	b = n.o.AppendUint16(b, 0)
	return n.block(0x0a0d0d0a, append(b, 255, 255, 255, 255, 255, 255, 255, 255))
}

func (n *ng) iface(options ...byte) *ng {
	b := n.o.AppendUint16(nil, rawIP)
	b = n.o.AppendUint32(append(b, 0, 0), 0)
	return n.block(1, append(b, options...))
}

// packet writes an enhanced packet block with a time of so many units.
func (n *ng) packet(iface uint32, units uint64, data []byte) *ng {
	b := n.o.AppendUint32(nil, iface)
	b = n.o.AppendUint32(b, uint32(units>>32))
	b = n.o.AppendUint32(b, uint32(units))
	b = n.o.AppendUint32(b, uint32(len(data)))
	b = n.o.AppendUint32(b, uint32(len(data)))
	return n.block(6, append(b, data...))
}

func TestContainers(t *testing.T) {
	p := datagram(t)
	le, be := binary.LittleEndian, binary.BigEndian
	const half = 1772366400500000
	old := func(o binary.AppendByteOrder) []byte { // the packet block before the enhanced one
		b := o.AppendUint16(nil, 0)
		b = o.AppendUint16(b, 3) // packets lost
		b = o.AppendUint32(b, half>>32)
		b = o.AppendUint32(b, half&0xffffffff)
		b = o.AppendUint32(b, uint32(len(p)))
		return append(o.AppendUint32(b, uint32(len(p))), p...)
	}
	offset := append([]byte{9, 0, 1, 0, 3, 0, 0, 0, 14, 0, 8, 0}, le.AppendUint64(nil, 1772366400)...)
	for _, c := range []struct {
		name string
		data []byte
		at   string // of the conversation, empty when it has no time
		err  string
		lost string
	}{
		{"pcap", classic(le, 0xa1b2c3d4, 5e5, 0, p), "12:00:00.5", "", ""},
		{"of the other byte order", classic(be, 0xa1b2c3d4, 5e5, 0, p), "12:00:00.5", "", ""},
		{"of nanoseconds", classic(le, 0xa1b23c4d, 5e8, 0, p), "12:00:00.5", "", ""},
		{"with longer headers", classic(be, 0xa1b2cd34, 5e5, 8, p), "12:00:00.5", "", ""},
		{"with a fraction that is none", classic(le, 0xa1b2c3d4, 1e6, 0, p), "", "", ""},
		{"cut off", append(classic(le, 0xa1b2c3d4, 5e5, 0, p), 1, 2, 3), "12:00:00.5", "cut off", ""},
		{"pcapng", (&ng{o: le}).section().iface().packet(0, half, p).b, "12:00:00.5", "", ""},
		{"pcapng of the other byte order", (&ng{o: be}).section().iface().packet(0, half, p).b, "12:00:00.5", "", ""},
		{"of milliseconds, counted from an offset", (&ng{o: le}).section().iface(offset...).packet(0, 500, p).b, "12:00:00.5", "", ""},
		{"of parts of two", (&ng{o: le}).section().iface(9, 0, 1, 0, 0x81, 0, 0, 0).packet(0, 2*1772366400+1, p).b, "12:00:00.5", "", ""},
		{"in the year 2500", (&ng{o: le}).section().iface().packet(0, 16725225600e6, p).b, "", "", ""},
		{"a simple packet", (&ng{o: le}).section().iface().block(3, append(le.AppendUint32(nil, uint32(len(p))), p...)).b, "", "", ""},
		{"an old packet", (&ng{o: be}).section().iface().block(2, old(be)).b, "12:00:00.5", "", ""},
		{"other blocks between", (&ng{o: le}).section().block(4, nil).iface().block(5, make([]byte, 300<<10)).packet(0, half, p).b, "12:00:00.5", "", ""},
		{"a second section", (&ng{o: be, b: (&ng{o: le}).section().iface().iface().b}).section().iface().packet(0, half, p).b, "12:00:00.5", "", ""},
		{"an interface of another section", (&ng{o: le}).section().iface().packet(0, half, p).section().packet(0, half, p).b, "12:00:00.5", "", "an interface that the capture does not describe 1"},
		{"a packet longer than its block", (&ng{o: le}).section().iface().packet(0, half, p).block(3, le.AppendUint32(nil, 1<<31)).b, "12:00:00.5", "", "shorter than it says 1"},
		{"a packet too long", (&ng{o: le}).section().iface().packet(0, half, p).packet(0, half, make([]byte, 300<<10)).b, "12:00:00.5", "", "longer than 256 KiB 1"},
		{"a block of no length", append((&ng{o: le}).section().iface().packet(0, half, p).b, 6, 0, 0, 0, 0, 0, 0, 0), "12:00:00.5", "contradicts itself", ""},
		{"a block of odd length", append((&ng{o: le}).section().iface().packet(0, half, p).b, 6, 0, 0, 0, 33, 0, 0, 0), "12:00:00.5", "contradicts itself", ""},
		{"a block of two lengths", append((&ng{o: le}).section().iface().packet(0, half, p).b, 1, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0), "12:00:00.5", "contradicts itself", ""},
		{"a block beyond any sense", append((&ng{o: le}).section().iface().packet(0, half, p).b, 6, 0, 0, 0, 0xfc, 0xff, 0xff, 0x7f), "12:00:00.5", "beyond any sense", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !pcap.Sniff(c.data) {
				t.Fatal("not taken for a capture")
			}
			got := laws(t, c.data)
			if c.err == "" && got.err != nil || c.err != "" && (got.err == nil || !strings.Contains(got.err.Error(), c.err)) {
				t.Errorf("error %v", got.err)
			}
			if !strings.Contains(got.problems, c.lost) || c.lost == "" && strings.Contains(got.problems, "packet ") {
				t.Errorf("problems %s", got.problems)
			}
			if len(got.flows) != 1 {
				t.Fatalf("%d conversations; %v\n%s", len(got.flows), got.err, got.problems)
			}
			at := ""
			if got.flows[0].Occurred.Known() {
				at = got.flows[0].Occurred.Time().Format("15:04:05.999999999")
			}
			if at != c.at {
				t.Errorf("time %q, want %q", at, c.at)
			}
		})
	}
}

// TestLengthsAllocateNothing reads headers that promise more than is there.
func TestLengthsAllocateNothing(t *testing.T) {
	long := classic(binary.LittleEndian, 0xa1b2c3d4, 0, 0, nil)
	binary.LittleEndian.PutUint32(long[32:], 60<<20)
	block := (&ng{o: binary.LittleEndian}).section().b
	block = append(block, 1, 0, 0, 0, 0, 0, 4, 0, 1, 1, 1, 1)
	for _, data := range [][]byte{long, block} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		read(t, pcap.New(nil), bytes.NewReader(data))
		runtime.ReadMemStats(&after)
		size := after.TotalAlloc - before.TotalAlloc
		if size > 2<<20 {
			t.Errorf("%d octets allocated", size)
		}
	}
}
