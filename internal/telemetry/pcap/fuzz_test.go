package pcap_test

import (
	"encoding/binary"
	"testing"
)

// FuzzRead reads what may be a capture and checks the laws on it.
func FuzzRead(f *testing.F) {
	p := datagram(f)
	f.Add(classic(binary.LittleEndian, 0xa1b2c3d4, 5e5, 0, p))
	f.Add(classic(binary.BigEndian, 0xa1b2cd34, 5e5, 8, p))
	f.Add((&ng{o: binary.LittleEndian}).section().iface(9, 0, 1, 0, 3, 0, 0, 0).packet(0, 500, p).b)
	f.Add((&ng{o: binary.BigEndian}).section().iface().block(5, nil).packet(0, 500, p).section().packet(0, 500, p).b)
	const get = "GET /a HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
	f.Add(newWire(f).talk(">"+get, "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").pcap())
	f.Add(newWire(f).talk(">CONNECT a:1 HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\n", ">\x16\x03\x01\x00\x04\x01\x00\x00\x00", "<\x16\x03\x01\x00\x04\x02\x00\x00\x00").pcap())
	f.Add(newWire(f).udp("192.0.2.10:5000", "192.0.2.53:53", message(f, 7, "www.example.com.", false)).
		udp("192.0.2.53:53", "192.0.2.10:5000", message(f, 7, "www.example.com.", true, "www.example.com. 60 IN A 198.51.100.1")).pcap())
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<16 {
			laws(t, data)
		}
	})
}

// FuzzSegments has a conversation say what it likes in segments that overlap and come in any order: each octet of
// plan tells where the next one begins and how long it is. The laws hold, and what is said in order is read in full.
func FuzzSegments(f *testing.F) {
	f.Add("GET /a HTTP/1.1\r\nHost: www.example.com\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", []byte{0x10, 0x81, 0x33, 0xf0})
	f.Add("\x16\x03\x01\x00\x06\x01\x00\x00\x02\x03\x03", "\x16\x03\x03\x00\x04\x02\x00\x00\x00", []byte{0x44, 0x14, 0xff})
	f.Fuzz(func(t *testing.T, up, down string, plan []byte) {
		if len(up) > 4096 || len(down) > 4096 || len(plan) > 64 {
			return
		}
		w := newWire(t).open(100, 200)
		for i, p := range plan {
			text, from, to, base, ack := up, here, there, uint32(100), uint32(200)
			if i%2 == 1 {
				text, from, to, base, ack = down, there, here, 200, 100
			}
			at := len(text) * int(p>>4) / 16
			w.tcp(from, to, "A", base+uint32(at), ack, text[at:min(len(text), at+int(p&15)*len(text)/8)])
		}
		w.tcp(here, there, "A", 100, 200, up).tcp(there, here, "A", 200, 100, down)
		laws(t, w.pcap())
	})
}
