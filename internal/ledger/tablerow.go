package ledger

import (
	"encoding/binary"
	"slices"

	"stormglass/internal/telemetry"
)

// Bits of what a row in a run has.
const (
	rowFolded = 1 << iota
	rowTimes
	rowMore
)

// appendRow appends a row of a run: what it has, how many bytes of the value before it begins with,
// the rest of its value, and its facts. Times are relative to the section's day.
func appendRow(b, last []byte, day telemetry.Day, r *Row) []byte {
	var has byte
	if r.Folded {
		has |= rowFolded
	}
	if r.First != 0 {
		has |= rowTimes
	}
	if r.More != 0 {
		has |= rowMore
	}
	shared := sharedPrefix(last, r.Value)
	b = append(b, has, byte(r.Kind), r.Roles, byte(len(r.Peers)))
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(r.Value)-shared))
	b = append(b, r.Value[shared:]...)
	b = binary.AppendVarint(b, int64(r.Day-day))
	b = binary.AppendUvarint(b, uint64(r.Hours))
	if r.Folded {
		b = binary.AppendUvarint(b, r.Values)
	}
	if r.First != 0 {
		b = binary.AppendVarint(b, r.First-int64(day)*secondDay)
		b = binary.AppendUvarint(b, uint64(r.Last-r.First))
	}
	b = binary.AppendUvarint(b, uint64(len(r.Sensors)))
	for _, s := range r.Sensors {
		b = binary.AppendUvarint(b, uint64(s.Sensor))
		b = binary.AppendUvarint(b, s.Records)
		b = binary.AppendUvarint(b, s.Bytes)
		b = binary.AppendUvarint(b, s.Packets)
	}
	for i := range r.Peers {
		b = append(append(b, byte(r.Peers[i].Kind)), r.Peers[i].Bytes[:]...)
	}
	if r.More != 0 {
		b = binary.LittleEndian.AppendUint64(b, r.More)
	}
	return b
}

// row reads the next row of the frame; its slices are valid until the next call. It reports false
// when the frame does not hold one.
func (s *runRows) row(r *Row) bool {
	head := s.rest.bytes(4)
	if head == nil {
		return false
	}
	has, peers := head[0], int(head[3])
	*r = Row{Folded: has&rowFolded != 0, Kind: telemetry.Kind(head[1]), Roles: head[2]}
	if peers > MaxPeers || !s.readValue() {
		return false
	}
	r.Value = s.value
	r.Day = s.day + telemetry.Day(unzigzag(s.rest.uvarint()))
	r.Hours = uint32(s.rest.uvarint())
	if r.Folded {
		r.Values = s.rest.uvarint()
	}
	if has&rowTimes != 0 {
		r.First = unzigzag(s.rest.uvarint()) + int64(s.day)*secondDay
		r.Last = r.First + int64(s.rest.uvarint())
	}
	if !s.readSensors() {
		return false
	}
	r.Sensors = s.sense
	for i := range peers {
		s.peers[i].Kind = PeerKind(s.rest.byte())
		copy(s.peers[i].Bytes[:], s.rest.bytes(addrLen))
	}
	r.Peers = s.peers[:peers]
	if has&rowMore != 0 {
		if b := s.rest.bytes(8); b != nil {
			r.More = binary.LittleEndian.Uint64(b)
		}
	}
	return !s.rest.bad
}

func (s *runRows) readValue() bool {
	shared, n := s.rest.uvarint(), s.rest.uvarint()
	if shared > uint64(len(s.value)) {
		return false
	}
	s.value = append(s.value[:shared], s.rest.bytes(n)...)
	return !s.rest.bad
}

func (s *runRows) readSensors() bool {
	n := s.rest.uvarint()
	if n > uint64(len(s.rest.b)) { // each takes four bytes
		return false
	}
	s.sense = slices.Grow(s.sense[:0], int(n))
	for range n {
		s.sense = append(s.sense, Seen{
			Sensor: uint32(s.rest.uvarint()), Records: s.rest.uvarint(), Bytes: s.rest.uvarint(), Packets: s.rest.uvarint(),
		})
	}
	return !s.rest.bad
}
