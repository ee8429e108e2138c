package pcap

import "slices"

// Bounds of what is put together of one direction of a TCP conversation, and of all of them. TLS says what is read
// of it in far less than that.
const (
	maxStream  = 128 << 10 // octets from its start
	maxWindow  = 96 << 10  // held at a time: more than the longest record of TLS and message of DNS, and a segment
	maxIslands = 8         // parts that wait for those before them
	maxHeld    = 128 << 20 // of all conversations, with what is known of them
)

// intake puts the octets of one direction together.
type intake struct {
	base    uint32 // sequence number of the first octet
	begun   bool
	done    bool
	at      int    // the octets before it were consumed
	buf     []byte // from at on
	ready   int    // how much of buf is there without a hole
	islands []island
}

// island is a part of buf behind a hole.
type island struct{ from, to int }

// start says where the stream begins.
func (in *intake) start(seq uint32) { in.base, in.begun = seq, true }

// place gives where a segment lies from at on, without what was consumed before. It is not ok when nothing is left,
// beyond says that it lies further on than is put together.
func (in *intake) place(seq uint32, data []byte) (off int, rest []byte, ok, beyond bool) {
	off = int(int32(seq - in.base - uint32(in.at)))
	if off < 0 {
		data = data[min(-off, len(data)):]
		off = 0
	}
	if off > 0 && off+len(data) > maxWindow {
		return 0, nil, false, true
	}
	return off, data, len(data) > 0, false
}

// put takes in a segment at its place; what is there already stays as it came first. It gives by how many octets
// the buffer grew.
func (in *intake) put(off int, data []byte) (grown int, ok bool) {
	end := off + len(data)
	if end > len(in.buf) {
		grown = end - len(in.buf)
		in.buf = slices.Grow(in.buf, grown)[:end]
	}
	if off <= in.ready {
		if end > in.ready {
			in.fill(in.ready, data[in.ready-off:])
			in.ready = end
		}
		in.join()
		return grown, true
	}
	if len(in.islands) == maxIslands {
		in.buf = in.buf[:len(in.buf)-grown]
		return 0, false
	}
	in.fill(off, data)
	in.islands = append(in.islands, island{off, end})
	return grown, true
}

// fill writes what is not there yet.
func (in *intake) fill(off int, data []byte) {
	if len(in.islands) == 0 {
		copy(in.buf[off:], data)
		return
	}
	for i := range data {
		if !in.covered(off + i) {
			in.buf[off+i] = data[i]
		}
	}
}

func (in *intake) covered(i int) bool {
	for _, l := range in.islands {
		if i >= l.from && i < l.to {
			return true
		}
	}
	return false
}

// join takes in the islands that the ready part has reached.
func (in *intake) join() {
	for again := true; again; {
		again = false
		in.islands = slices.DeleteFunc(in.islands, func(l island) bool {
			if l.from > in.ready {
				return false
			}
			if l.to > in.ready {
				in.ready, again = l.to, true
			}
			return true
		})
	}
}

// consume drops the first n ready octets.
func (in *intake) consume(n int) {
	if n == 0 {
		return
	}
	in.at += n
	in.buf = append(in.buf[:0], in.buf[n:]...)
	in.ready -= n
	for i := range in.islands {
		in.islands[i].from -= n
		in.islands[i].to -= n
	}
}
