package receive

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"stormglass/internal/telemetry"
)

// frameDatagrams is the kind of a frame of the log: datagrams that one listener received together.
// docs/format/received.md has the bytes.
const frameDatagrams = 1

// Block is datagrams that one listener received together, in the order of their arrival.
type Block struct {
	Listener  string // names the decoder too
	Datagrams []telemetry.Datagram
}

// appendBlock writes a block as the payload of a frame.
func appendBlock(dst []byte, b *Block) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(b.Listener)))
	dst = append(dst, b.Listener...)
	for i := range b.Datagrams {
		d := &b.Datagrams[i]
		addr := d.From.Addr().AsSlice() // without a zone: it names an interface of the day
		dst = append(dst, byte(len(addr)))
		dst = append(dst, addr...)
		dst = binary.BigEndian.AppendUint16(dst, d.From.Port())
		dst = binary.BigEndian.AppendUint64(dst, uint64(d.At))
		dst = binary.AppendUvarint(dst, uint64(len(d.Data)))
		dst = append(dst, d.Data...)
	}
	return dst
}

var errFrame = errors.New("a frame of the log of what arrived is not as it was written")

// parseBlock reads the payload of a frame, which is exactly what appendBlock writes of the block. The block shares its
// memory.
func parseBlock(payload []byte) (*Block, error) {
	r := frameReader{rest: payload}
	b := &Block{Listener: string(r.text())}
	for len(r.rest) > 0 && !r.bad {
		var d telemetry.Datagram
		from := r.address()
		head := r.take(2 + 8)
		if r.bad {
			break
		}
		d.From = netip.AddrPortFrom(from, binary.BigEndian.Uint16(head))
		d.At = telemetry.Instant(binary.BigEndian.Uint64(head[2:]))
		d.Data = r.text()
		b.Datagrams = append(b.Datagrams, d)
	}
	if r.bad {
		return nil, errFrame
	}
	return b, nil
}

// frameReader takes a payload apart.
type frameReader struct {
	rest []byte
	bad  bool
}

func (r *frameReader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *frameReader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// address reads an address behind its length. A sender without one has length 0.
func (r *frameReader) address() netip.Addr {
	b := r.take(uint64(r.byte()))
	a, ok := netip.AddrFromSlice(b)
	if !ok && len(b) != 0 {
		r.bad = true
	}
	return a
}

// text reads bytes behind their number, which is written as short as can be.
func (r *frameReader) text() []byte {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || size > 1 && r.rest[size-1] == 0 {
		r.bad = true
		return nil
	}
	r.rest = r.rest[size:]
	return r.take(n)
}
