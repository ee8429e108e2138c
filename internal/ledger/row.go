package ledger

import (
	"bytes"
	"cmp"
	"math"
	"math/bits"
	"slices"

	"stormglass/internal/telemetry"
)

// Space is a sort of key with segments of its own. Numbers are written to disk.
type Space uint8

// The spaces.
const (
	Addrs  Space = iota // addresses: 16 bytes, IPv4 as v4-mapped IPv6
	Names               // domain names: reversed labels, each ended by 0x01
	Texts               // every other kind of value: its observable.Kind, then its text
	Spaces              // how many there are
)

// String gives the space's name, as in the ledger's folders.
func (s Space) String() string {
	if s < Spaces {
		return [...]string{"addrs", "names", "texts"}[s]
	}
	return "invalid"
}

// Row is what is kept of one value in one kind of record on one day. Value, Folded, Kind and Day are
// its key, in which order rows are sorted (Value, Folded, Day, Kind).
type Row struct {
	Value  []byte
	Folded bool // stands for values that were not kept one by one: *.registrable, a /24, a /48
	Day    telemetry.Day
	Kind   telemetry.Kind

	First, Last int64  // Unix seconds, rounded down; 0 when no record had a time
	Hours       uint32 // bit h: met in hour h of the day, UTC
	Roles       uint8  // union of hunt.Roles
	Values      uint64 // of a folded row: how often a row was folded into it; else 0
	Sensors     []Seen // by sensor, ascending
	Peers       []Peer // the smallest four, ascending
	More        uint64 // sketch of all peers, once there were more than four; else 0
}

// Seen is what one sensor saw of a row's value.
type Seen struct {
	Sensor  uint32 // number of its name in the dictionary of the data folder
	Records uint64
	Bytes   uint64 // both directions, over records that state them
	Packets uint64
}

// MaxPeers is how many peers a row names.
const MaxPeers = 4

// PeerKind says what a peer's bytes are. Numbers are written to disk and give the order of peers.
type PeerKind uint8

// The kinds of peer.
const (
	PeerAddr  PeerKind = iota + 1 // an address in clear, 16 bytes
	PeerName                      // a device or source by name: its number in the dictionary, 4 bytes big endian, then zeros
	PeerToken                     // a subscriber's address as a token, 16 bytes
)

// Peer is the operator's end of what a value was met in. The zero Peer is none.
type Peer struct {
	Kind  PeerKind
	Bytes [16]byte
}

func comparePeers(a, b Peer) int {
	if a.Kind != b.Kind {
		return cmp.Compare(a.Kind, b.Kind)
	}
	return bytes.Compare(a.Bytes[:], b.Bytes[:])
}

// bit gives the peer's bit in a sketch of 64.
func (p Peer) bit() uint64 {
	// FNV-1a over kind and bytes, then a finalizer: the format fixes this function.
	h := uint64(14695981039346656037)
	h = (h ^ uint64(p.Kind)) * 1099511628211
	for _, b := range p.Bytes {
		h = (h ^ uint64(b)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return 1 << (h & 63)
}

// Records gives the number of records, over all sensors.
func (r *Row) Records() uint64 {
	var n uint64
	for i := range r.Sensors {
		n += r.Sensors[i].Records
	}
	return n
}

// Largest gives bytes and packets of the sensor that saw most bytes: two sensors may have seen the
// same conversation, so theirs are never added.
func (r *Row) Largest() Seen { return LargestOf(r.Sensors) }

// LargestOf gives the one of several sensors that saw most bytes, then packets, then records.
func LargestOf(sensors []Seen) Seen {
	var most Seen
	for i, s := range sensors {
		if i == 0 || cmp.Or(cmp.Compare(s.Bytes, most.Bytes), cmp.Compare(s.Packets, most.Packets), cmp.Compare(s.Records, most.Records)) > 0 {
			most = s
		}
	}
	return most
}

// PeerCount gives the number of distinct peers: exact up to four, an estimate by linear counting
// above, and 300 when the sketch is full ("300 or more").
func (r *Row) PeerCount() int { return CountPeers(len(r.Peers), r.More) }

// CountPeers is Row.PeerCount for peers gathered over several rows.
func CountPeers(exact int, more uint64) int {
	const full = 300
	if more == 0 {
		return exact
	}
	zeros := 64 - bits.OnesCount64(more)
	if zeros == 0 {
		return full
	}
	return max(MaxPeers+1, min(full, int(math.Round(-64*math.Log(float64(zeros)/64)))))
}

// AddPeer adds a peer to a set of peers and its sketch. It is Combine's part for peers; whoever sums
// up rows uses it too.
func AddPeer(peers []Peer, more uint64, p Peer) ([]Peer, uint64) {
	if p.Kind == 0 {
		return peers, more
	}
	at, found := slices.BinarySearchFunc(peers, p, comparePeers)
	if found {
		return peers, more
	}
	if more == 0 && len(peers) == MaxPeers {
		for _, q := range peers {
			more |= q.bit()
		}
	}
	if more != 0 {
		more |= p.bit()
	}
	if at == MaxPeers {
		return peers, more
	}
	if len(peers) == MaxPeers {
		peers = peers[:MaxPeers-1]
	}
	return slices.Insert(peers, at, p), more
}

// CombinePeers joins two sets of peers with their sketches.
func CombinePeers(a []Peer, aMore uint64, b []Peer, bMore uint64) ([]Peer, uint64) {
	if aMore == 0 && bMore != 0 { // the sketch of a must hold a's own peers
		for _, q := range a {
			aMore |= q.bit()
		}
	}
	for _, p := range b {
		a, aMore = AddPeer(a, aMore, p)
	}
	return a, aMore | bMore
}

// AddSeen adds what a sensor saw.
func AddSeen(sensors []Seen, s Seen) []Seen {
	at, found := slices.BinarySearchFunc(sensors, s.Sensor, func(x Seen, id uint32) int { return cmp.Compare(x.Sensor, id) })
	if !found {
		return slices.Insert(sensors, at, s)
	}
	x := &sensors[at]
	x.Records, x.Bytes, x.Packets = addUp(x.Records, s.Records), addUp(x.Bytes, s.Bytes), addUp(x.Packets, s.Packets)
	return sensors
}

// addUp adds and stops at the largest number.
func addUp(a, b uint64) uint64 {
	if a+b < a {
		return math.MaxUint64
	}
	return a + b
}

// Combine adds to r what o holds of the same key. It is commutative, associative and has the row
// without facts as its neutral element.
func (r *Row) Combine(o *Row) {
	r.First, r.Last = Span(r.First, r.Last, o.First, o.Last)
	r.Hours |= o.Hours
	r.Roles |= o.Roles
	r.Values = addUp(r.Values, o.Values)
	for _, s := range o.Sensors {
		r.Sensors = AddSeen(r.Sensors, s)
	}
	r.Peers, r.More = CombinePeers(r.Peers, r.More, o.Peers, o.More)
}

// Span widens first and last by another span; 0 is unknown and counts for nothing.
func Span(first, last, first2, last2 int64) (int64, int64) {
	if first == 0 || first2 != 0 && first2 < first {
		first = first2
	}
	return first, max(last, last2)
}

// Compare orders rows by their keys.
func (r *Row) Compare(o *Row) int {
	return cmp.Or(
		bytes.Compare(r.Value, o.Value),
		compareBools(r.Folded, o.Folded),
		cmp.Compare(r.Day, o.Day),
		cmp.Compare(r.Kind, o.Kind),
	)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Clone gives a copy that shares no memory with r.
func (r *Row) Clone() *Row {
	c := *r
	c.Value, c.Sensors, c.Peers = slices.Clone(r.Value), slices.Clone(r.Sensors), slices.Clone(r.Peers)
	return &c
}
