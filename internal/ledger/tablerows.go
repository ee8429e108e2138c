package ledger

import (
	"cmp"
	"slices"
)

// tableRows reads sorted items of a table as rows.
type tableRows struct {
	t       *table
	items   []item
	sensors []Seen
	touched uint64
}

// How far ahead parts of the table are touched, so that they have come from memory when their turn is.
const (
	entryAhead = 16
	listAhead  = 8
)

// Next implements rows.
func (s *tableRows) Next(r *Row) bool {
	if len(s.items) == 0 {
		return false
	}
	s.touch()
	e := s.t.entries.at(s.items[0].entry)
	s.items = s.items[1:]
	s.sensors = append(s.sensors[:0], Seen{Sensor: e.sensor, Records: e.records, Bytes: e.bytes, Packets: e.packets})
	if e.others > 0 {
		s.sensors = append(s.sensors, s.t.sensors.at(e.sensors, int(e.others))...)
		slices.SortFunc(s.sensors, func(a, b Seen) int { return cmp.Compare(a.Sensor, b.Sensor) })
	}
	*r = Row{Value: s.t.value(e), Day: e.day, Kind: e.kind(), Hours: e.hours >> hourShift, Roles: e.roles, Sensors: s.sensors}
	r.Peers, r.More = s.t.peersOf(e)
	if e.day != 0 {
		r.First = int64(e.day)*secondDay + int64(e.first)
		r.Last = int64(e.day)*secondDay + int64(e.last)
	}
	return true
}

// touch touches what later rows need. In order of value, each entry is somewhere else.
func (s *tableRows) touch() {
	if len(s.items) <= entryAhead {
		return
	}
	far, near := s.t.entries.at(s.items[entryAhead].entry), s.t.entries.at(s.items[listAhead].entry)
	s.touched += uint64(far.key[0]) + uint64(far.roles)
	if near.others > 0 {
		s.touched += s.t.sensors.at(near.sensors, 1)[0].Records
	}
	if near.peers != 0 {
		s.touched += s.t.peers.at(near.peers).more
	}
}

// Err implements rows: memory does not fail.
func (s *tableRows) Err() error { return nil }
