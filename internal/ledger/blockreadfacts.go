package ledger

import (
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// facts reads the facts of a block: what its rows hold besides their keys.
type facts struct {
	packed []byte // as written; nil once they were read
	rawLen int
	zstd   bool
	raw    []byte

	firsts, spans, hours, roles, folds, mores column
	sensors, records, traffic, packets        column
	codes                                     column
	peers                                     []byte
	sensorEnds, peerEnds, peerBytes           []uint32 // of each row

	rowSensors []Seen
	rowPeers   []Peer
}

// set takes the facts of the next block as they were written.
func (f *facts) set(data []byte, rawLen int, packed bool) {
	f.packed, f.rawLen, f.zstd = data, rawLen, packed
}

// read finds the columns. Called again for the same block it does nothing.
func (f *facts) read(rows int, z *zstd.Decoder) (what string) {
	if f.packed == nil {
		return ""
	}
	var ok bool
	if f.raw, ok = unpack(f.raw, f.packed, f.rawLen, f.zstd, z); !ok {
		return "facts of a block that cannot be decompressed"
	}
	r := reader{b: f.raw}
	for _, c := range []*column{&f.firsts, &f.spans, &f.hours, &f.roles, &f.folds, &f.mores} {
		*c = r.column(rows)
	}
	if !f.readSensors(&r, rows) || !f.readPeers(&r, rows) || r.bad {
		return "facts of a block that end early or late"
	}
	f.packed = nil
	return ""
}

// readEnds reads how many of something each row has, at most limit together.
func readEnds(r *reader, ends []uint32, rows int, limit uint64) ([]uint32, bool) {
	counts := r.column(rows)
	ends = slices.Grow(ends[:0], rows)
	total := uint64(0)
	for i := range rows {
		n := counts.at(i)
		if r.bad || n > limit || total+n > limit {
			return ends, false
		}
		total += n
		ends = append(ends, uint32(total))
	}
	return ends, true
}

func (f *facts) readSensors(r *reader, rows int) (ok bool) {
	if f.sensorEnds, ok = readEnds(r, f.sensorEnds, rows, MaxSensors); !ok {
		return false
	}
	n := int(f.sensorEnds[rows-1])
	f.sensors, f.records = r.column(n), r.column(n)
	f.traffic, f.packets = r.column(n), r.column(n)
	return true
}

// readPeers reads the codes of peers and finds the bytes of each row's.
func (f *facts) readPeers(r *reader, rows int) (ok bool) {
	if f.peerEnds, ok = readEnds(r, f.peerEnds, rows, MaxPeers*maxBlockRows); !ok {
		return false
	}
	f.codes = r.column(int(f.peerEnds[rows-1]))
	f.peers = r.b
	f.peerBytes = slices.Grow(f.peerBytes[:0], rows)
	at, peer := uint32(0), 0
	for i := range rows {
		for ; peer < int(f.peerEnds[i]); peer++ {
			size := peerSize(f.codes.at(peer))
			if size == 0 {
				return false
			}
			at += size
		}
		f.peerBytes = append(f.peerBytes, at)
	}
	return int(at) == len(f.peers)
}

// row adds the facts of row i to its key.
func (f *facts) row(i int, r *Row) (what string) {
	hours, roles := f.hours.at(i), f.roles.at(i)
	if hours > uint64(allHours) || roles > math.MaxUint8 || f.spans.at(i) > uint64(maxSecond) {
		return "times, hours or roles out of range"
	}
	r.First = unpackFirst(f.firsts.at(i), int64(r.Day))
	r.Last = r.First + int64(f.spans.at(i))
	if r.First < 0 || r.Last > maxSecond {
		return "a time out of range"
	}
	r.Hours = uint32(hours) ^ likelyHours(r.First, r.Last)
	r.Roles, r.Values, r.More = uint8(roles), f.folds.at(i), f.mores.at(i)
	r.Peers = f.peersOf(i)
	var ok bool
	if r.Sensors, ok = f.sensorsOf(i); !ok {
		return "a sensor out of range"
	}
	return ""
}

// sensorsOf gives the sensors of row i; nil when it has none.
func (f *facts) sensorsOf(i int) (sensors []Seen, ok bool) {
	from, to := span(f.sensorEnds, i)
	if from == to {
		return nil, true
	}
	f.rowSensors = f.rowSensors[:0]
	sensor := uint64(0)
	for j := from; j < to; j++ {
		step := f.sensors.at(j)
		if step > math.MaxUint32-sensor {
			return nil, false
		}
		sensor += step
		f.rowSensors = append(f.rowSensors, Seen{
			Sensor: uint32(sensor), Records: f.records.at(j), Bytes: f.traffic.at(j), Packets: f.packets.at(j),
		})
	}
	return f.rowSensors, true
}

// peersOf gives the peers of row i; nil when it has none.
func (f *facts) peersOf(i int) []Peer {
	from, to := span(f.peerEnds, i)
	if from == to {
		return nil
	}
	f.rowPeers = f.rowPeers[:0]
	start, end := span(f.peerBytes, i)
	r := reader{b: f.peers[start:end]}
	for j := from; j < to; j++ {
		f.rowPeers = append(f.rowPeers, unpackPeer(f.codes.at(j), &r))
	}
	return f.rowPeers
}

// span gives what of something that lies row by row is row i's.
func span(ends []uint32, i int) (from, to int) {
	if i > 0 {
		from = int(ends[i-1])
	}
	return from, int(ends[i])
}
