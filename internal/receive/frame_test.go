package receive

import (
	"bytes"
	"testing"
	"unsafe"

	"stormglass/internal/telemetry"
)

// What parses is exactly what appendBlock writes; garbage neither panics nor has memory made for it that the payload does
// not answer for.
func FuzzParseBlock(f *testing.F) {
	f.Add(appendBlock(nil, blockOf(1, 2, 3)))
	f.Add(appendBlock(nil, &Block{Listener: "syslog /run/socket", Datagrams: []telemetry.Datagram{{At: 1, Data: []byte("from nobody")}}}))
	f.Add([]byte{})
	f.Add([]byte{3, 'a', 'b'})
	f.Add([]byte{0x81, 0, 'a'})
	f.Add([]byte{1, 'a', 4, 1, 2, 3, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{1, 'a', 5, 1, 2, 3, 4, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0})
	f.Fuzz(func(t *testing.T, payload []byte) {
		b, err := parseBlock(payload)
		if err != nil {
			if b != nil {
				t.Fatal("a block beside an error")
			}
			return
		}
		if again := appendBlock(nil, b); !bytes.Equal(again, payload) {
			t.Fatalf("%x was read, and written as %x", payload, again)
		}
		const least = 1 + 2 + 8 + 1 // bytes of a datagram
		if n := len(b.Datagrams); n*least > len(payload) || cap(b.Datagrams) > 2*n+1 {
			t.Fatalf("room for %d datagrams, %d of them used, out of %d bytes", cap(b.Datagrams), n, len(payload))
		}
		for i := range b.Datagrams {
			if d := b.Datagrams[i].Data; len(d) > 0 && !within(d, payload) {
				t.Fatalf("the content of datagram %d does not lie in the payload", i)
			}
		}
	})
}

// within reports whether a part lies in the memory of the whole, and cannot grow out of itself.
func within(part, whole []byte) bool {
	from, start := uintptr(unsafe.Pointer(&part[0])), uintptr(unsafe.Pointer(&whole[0]))
	return from >= start && from+uintptr(len(part)) <= start+uintptr(len(whole)) && cap(part) == len(part)
}
