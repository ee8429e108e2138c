package longpair

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/beacon"
)

// hours are those of a week from the begin of a day on: a conversation may last beyond its day.
type hours [Days * 24 / 8]byte

const hour = 60 * 60 // seconds

func (h *hours) set(n int64) {
	if 0 <= n && n < Days*24 {
		h[n/8] |= 1 << (n % 8)
	}
}

func (h *hours) has(n int) bool { return n >= 0 && n < Days*24 && h[n/8]&(1<<(n%8)) != 0 }

// span gives the first and the last of the hours, of which there is one at least.
func (h *hours) span() (first, last int) {
	first = -1
	for n := range Days * 24 {
		if h.has(n) {
			last = n
			if first < 0 {
				first = n
			}
		}
	}
	return max(first, 0), last
}

func (h *hours) count() int {
	n := 0
	for _, b := range h {
		n += bits.OnesCount8(b)
	}
	return n
}

// minHours is in how many hours of a day a pair was active, for the day to have a row. A pair that is active in 80 % of the hours of a
// week lacks 33 of 168: days with fewer are at most one or two of the seven.
const minHours = 4

// row is a day of a pair.
type row struct {
	active      hours
	connections uint64
	bytes       uint64
	regular     uint64 // in thousandths: how even the times between its begins are; noRegular where they are too few
	interval    uint64 // seconds, between begins, the median
	port        uint16
	ways        byte
}

// noRegular stands for: too few connections to tell.
const noRegular = 1001

// Extract implements analyse.Analyser.
func (Analyser) Extract(d *analyse.Day, g *analyse.Group) {
	var list []noted
	for v := range g.Values {
		if x, ok := notedOf(v); ok {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b noted) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.lasted, b.lasted), cmp.Compare(a.port, b.port), cmp.Compare(a.bytes, b.bytes))
	})
	called := calls{}
	r := row{connections: uint64(len(list)) + g.More, regular: noRegular}
	times := make([]int64, 0, len(list))
	start := int64(d.Day) * 24 * hour
	for _, x := range list {
		times = append(times, x.begin)
		for at := x.begin - x.begin%hour; at <= x.begin+x.lasted && at < start+Days*24*hour; at += hour {
			r.active.set((at - start) / hour)
		}
		r.bytes += x.bytes
		r.ways |= x.ways &^ overTCP
		called[service{x.port, x.ways & overTCP}]++
	}
	for h := range int64(24) {
		if g.More > 0 && g.Hours>>h&1 != 0 { // of what was only counted too
			r.active.set(h)
		}
	}
	if r.active.count() < minHours {
		return
	}
	most := called.most()
	r.port = most.port
	r.ways |= most.tcp
	if regular, interval, ok := beacon.Regular(times); ok {
		r.regular, r.interval = uint64(regular*1000), uint64(interval)
	}
	d.Row(g.Key, r.append(nil))
}

func (r *row) append(b []byte) []byte {
	b = append(b, r.active[:]...)
	for _, n := range [...]uint64{r.connections, r.bytes, r.regular, r.interval} {
		b = binary.AppendUvarint(b, n)
	}
	return append(binary.BigEndian.AppendUint16(b, r.port), r.ways)
}

func rowOf(b []byte) (r row, ok bool) {
	if len(b) < len(r.active) {
		return r, false
	}
	b = b[copy(r.active[:], b):]
	for _, to := range [...]*uint64{&r.connections, &r.bytes, &r.regular, &r.interval} {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return r, false
		}
		*to, b = n, b[size:]
	}
	if len(b) != 3 {
		return r, false
	}
	r.port, r.ways = binary.BigEndian.Uint16(b), b[2]
	return r, true
}

// service is what was called.
type service struct {
	port uint16
	tcp  byte // overTCP, or 0
}

// calls counts how often services were called.
type calls map[service]uint64

// most gives the service that was called most often: were it that of the first conversation, one at the port of a service that rules leave
// out would hide all others. Of those called as often it is the lowest.
func (c calls) most() (best service) {
	most := uint64(0)
	for s, n := range c {
		if n > most || n == most && (s.port < best.port || s.port == best.port && s.tcp < best.tcp) {
			best, most = s, n
		}
	}
	return best
}
