package ledger

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"
)

// blockWriter gathers the rows of a block by column.
type blockWriter struct {
	space Space
	rows  int
	first []byte // value of the first row
	last  []byte // value of the last row
	bytes int    // of values

	shared, suffix, marks, days                      []uint64
	values                                           []byte
	firsts, spans, hours, roles, folds, mores        []uint64
	sensorCounts, sensors, records, traffic, packets []uint64
	peerCounts, peerCodes                            []uint64
	peers                                            []byte

	raw, packed []byte
}

// full reports whether no further row with so many sensors may be added.
func (b *blockWriter) full(limit, sensors int) bool {
	return b.rows >= limit || b.bytes >= maxBlockBytes || b.rows > 0 && len(b.sensors)+sensors > MaxSensors
}

func (b *blockWriter) add(r *Row) {
	b.addKey(r)
	b.firsts = append(b.firsts, packFirst(r))
	b.spans = append(b.spans, uint64(r.Last-r.First))
	b.hours = append(b.hours, uint64(r.Hours^likelyHours(r.First, r.Last)))
	b.roles = append(b.roles, uint64(r.Roles))
	b.folds = append(b.folds, r.Values)
	b.mores = append(b.mores, r.More)
	b.sensorCounts = append(b.sensorCounts, uint64(len(r.Sensors)))
	before := uint32(0)
	for _, s := range r.Sensors {
		b.sensors = append(b.sensors, uint64(s.Sensor-before))
		b.records = append(b.records, s.Records)
		b.traffic = append(b.traffic, s.Bytes)
		b.packets = append(b.packets, s.Packets)
		before = s.Sensor
	}
	b.peerCounts = append(b.peerCounts, uint64(len(r.Peers)))
	for i := range r.Peers {
		code, bytes := packPeer(&r.Peers[i])
		b.peerCodes = append(b.peerCodes, code)
		b.peers = append(b.peers, bytes...)
	}
	b.rows++
}

func (b *blockWriter) addKey(r *Row) {
	shared := 0
	if b.rows > 0 {
		shared = sharedPrefix(b.last, r.Value)
	} else {
		b.first = append(b.first[:0], r.Value...)
	}
	b.shared = append(b.shared, uint64(shared))
	b.suffix = append(b.suffix, uint64(len(r.Value)-shared))
	b.values = append(b.values, r.Value[shared:]...)
	b.marks = append(b.marks, packMark(r))
	b.days = append(b.days, zigzag(int64(r.Day)))
	b.last = append(b.last[:0], r.Value...)
	b.bytes += len(r.Value)
}

func packMark(r *Row) uint64 {
	mark := uint64(r.Kind) << 1
	if r.Folded {
		mark |= 1
	}
	return mark
}

// sharedPrefix gives how many bytes a and b begin with in common.
func sharedPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// A block is: number of rows less one, how the parts are written, length of both before compression
// and of the first as written, then the keys and the facts.
const (
	blockHead   = 14
	keysPacked  = 1 << 0
	factsPacked = 1 << 1
	blockFlags  = keysPacked | factsPacked
)

// append appends the block and forgets its rows.
func (b *blockWriter) append(to []byte, z *zstd.Encoder) []byte {
	at := len(to)
	to = append(to, make([]byte, blockHead)...)
	b.raw = b.keys(b.raw[:0])
	keysRaw := len(b.raw)
	to, flags := b.part(to, z, keysPacked)
	keysLen := len(to) - at - blockHead
	b.raw = b.facts(b.raw[:0])
	factsRaw := len(b.raw)
	to, packed := b.part(to, z, factsPacked)
	head := to[at:]
	head[0], head[1] = byte(b.rows-1), flags|packed
	binary.LittleEndian.PutUint32(head[2:], uint32(keysRaw))
	binary.LittleEndian.PutUint32(head[6:], uint32(factsRaw))
	binary.LittleEndian.PutUint32(head[10:], uint32(keysLen))
	b.reset()
	return to
}

// part appends what lies in raw, compressed when that is shorter.
func (b *blockWriter) part(to []byte, z *zstd.Encoder, flag byte) ([]byte, byte) {
	b.packed = z.EncodeAll(b.raw, b.packed[:0])
	if len(b.packed) < len(b.raw) {
		return append(to, b.packed...), flag
	}
	return append(to, b.raw...), 0
}

func (b *blockWriter) keys(to []byte) []byte {
	to = appendColumn(to, b.shared)
	if b.space != Addrs {
		to = appendColumn(to, b.suffix)
	}
	to = appendColumn(to, b.marks)
	to = appendColumn(to, b.days)
	return append(to, b.values...)
}

func (b *blockWriter) facts(to []byte) []byte {
	for _, column := range [][]uint64{
		b.firsts, b.spans, b.hours, b.roles, b.folds, b.mores,
		b.sensorCounts, b.sensors, b.records, b.traffic, b.packets, b.peerCounts, b.peerCodes,
	} {
		to = appendColumn(to, column)
	}
	return append(to, b.peers...)
}

func (b *blockWriter) reset() {
	b.rows, b.bytes = 0, 0
	b.values, b.peers = b.values[:0], b.peers[:0]
	for _, column := range []*[]uint64{
		&b.shared, &b.suffix, &b.marks, &b.days, &b.firsts, &b.spans, &b.hours, &b.roles, &b.folds, &b.mores,
		&b.sensorCounts, &b.sensors, &b.records, &b.traffic, &b.packets, &b.peerCounts, &b.peerCodes,
	} {
		*column = (*column)[:0]
	}
}
