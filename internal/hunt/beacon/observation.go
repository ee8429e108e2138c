package beacon

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"stormglass/internal/telemetry"
)

// observation is one record of a pair.
type observation struct {
	at       int64 // seconds since 1970
	size     int64 // bytes sent by the caller; -1 unknown
	port     uint16
	proto    uint8
	answered bool

	cut     bool // it may be a part of a longer conversation, which srcPort tells and lasted continues
	srcPort uint16
	lasted  int64 // seconds

	uid  uint64     // of the connection, for requests by name; 0 unknown
	addr netip.Addr // that the name stood for
}

const (
	flagAnswered = 1 << iota
	flagCut
	flagUID
	flagAddr
)

// append writes an observation.
func (o *observation) append(b []byte) []byte {
	b = append(b, o.flags(), o.proto)
	b = binary.AppendVarint(b, o.at)
	b = binary.AppendVarint(b, o.size)
	b = binary.BigEndian.AppendUint16(b, o.port)
	if o.cut {
		b = binary.BigEndian.AppendUint16(b, o.srcPort)
		b = binary.AppendVarint(b, o.lasted)
	}
	if o.uid != 0 {
		b = binary.BigEndian.AppendUint64(b, o.uid)
	}
	if o.addr.IsValid() {
		a := o.addr.As16()
		b = append(b, a[:]...)
	}
	return b
}

func (o *observation) flags() (f byte) {
	if o.answered {
		f |= flagAnswered
	}
	if o.cut {
		f |= flagCut
	}
	if o.uid != 0 {
		f |= flagUID
	}
	if o.addr.IsValid() {
		f |= flagAddr
	}
	return f
}

// observationOf reads what append wrote, and gives the rest. Not ok: it is damaged.
func observationOf(b []byte) (o observation, rest []byte, ok bool) {
	if len(b) < 2 {
		return o, nil, false
	}
	flags := b[0]
	o.answered, o.cut, o.proto = flags&flagAnswered != 0, flags&flagCut != 0, b[1]
	r := reader{b[2:], true}
	o.at, o.size = r.varint(), r.varint()
	o.port = uint16(r.fixed(2))
	if o.cut {
		o.srcPort = uint16(r.fixed(2))
		o.lasted = r.varint()
	}
	if flags&flagUID != 0 {
		o.uid = r.fixed(8)
	}
	if flags&flagAddr != 0 {
		var a [16]byte
		binary.BigEndian.PutUint64(a[:], r.fixed(8))
		binary.BigEndian.PutUint64(a[8:], r.fixed(8))
		o.addr = netip.AddrFrom16(a).Unmap()
	}
	return o, r.rest, r.ok
}

type reader struct {
	rest []byte
	ok   bool
}

func (r *reader) varint() int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.rest, r.ok = nil, false
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) fixed(bytes int) (n uint64) {
	if len(r.rest) < bytes {
		r.rest, r.ok = nil, false
		return 0
	}
	for _, c := range r.rest[:bytes] {
		n = n<<8 | uint64(c)
	}
	r.rest = r.rest[bytes:]
	return n
}

// observationsOf reads a row.
func observationsOf(b []byte, to []observation) []observation {
	for len(b) > 0 {
		o, rest, ok := observationOf(b)
		if !ok {
			break
		}
		to, b = append(to, o), rest
	}
	return to
}

// inOrder sorts observations, by all that they say: notes come in no order.
func inOrder(list []observation) {
	slices.SortFunc(list, func(a, b observation) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.srcPort, b.srcPort), cmp.Compare(a.size, b.size), cmp.Compare(a.lasted, b.lasted),
			cmp.Compare(a.uid, b.uid), cmp.Compare(a.port, b.port), a.addr.Compare(b.addr))
	})
}

// patience is how long, in seconds, an exporter may take to go on with a conversation that it cut.
const patience = 60

// connections makes connections of sorted observations: requests of one connection are one, and so are parts of a conversation that an
// exporter cut. It works in place.
func connections(list []observation) []observation {
	type going struct {
		at  int   // in out
		end int64 // seconds
	}
	out := list[:0]
	uids, ports := map[uint64]int{}, map[uint16]going{}
	for _, o := range list {
		if o.uid != 0 {
			if at, ok := uids[o.uid]; ok {
				out[at].add(&o)
				continue
			}
		}
		at := len(out) // of the connection that it is, or is a part of
		if o.cut && o.srcPort != 0 && o.proto != 1 && o.proto != 58 {
			end := o.at + o.lasted
			if g, ok := ports[o.srcPort]; ok && o.at <= g.end+patience {
				at, end = g.at, max(g.end, end)
			}
			ports[o.srcPort] = going{at, end}
		}
		if o.uid != 0 {
			uids[o.uid] = at
		}
		if at == len(out) {
			out = append(out, o)
		} else {
			out[at].add(&o)
		}
	}
	return out
}

func (o *observation) add(more *observation) {
	if more.size >= 0 {
		o.size = max(o.size, 0) + more.size
	}
	o.answered = o.answered || more.answered
}

// instant is a time in seconds as an Instant.
func instant(seconds int64) telemetry.Instant { return telemetry.Instant(seconds * 1e9) }
