package ledger

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"

	"stormglass/internal/hugepage"
	"stormglass/internal/telemetry"
)

// table gathers rows in memory, up to a bound in bytes. Millions of rows cost the garbage collector
// nothing: they lie in chunks that hold no pointers. It is used by one goroutine.
type table struct {
	space   Space
	limit   int64 // bytes
	maxRows int   // 0 is no bound; tests set it

	slots   []uint64 // open addressing: 32 bits of the hash, then the entry's number plus 1; 0 is free
	entries pool[entry]
	sensors sensorLists
	peers   pool[otherPeers]
	arena   arena
	order   []item // as many again, behind them, are for sorting
	bound   int    // of entries, before there must be more slots
	used    names  // not emptied by reset
}

// entry is a row. What most rows have once lies in it, the rest in pools.
type entry struct {
	key                     [16]byte // an address; or of a value in the arena: 8 bytes where, 4 bytes length
	records, bytes, packets uint64
	day                     telemetry.Day
	first, last             uint32 // seconds into the day; of day 0 nothing
	hours                   uint32 // and in the lowest byte the kind of record
	sensor                  uint32
	sensors                 uint32 // where the list of the others is
	peers                   uint32 // in the pool: all peers, the one below included; 0 when that is all
	others                  uint16 // how many other sensors
	roles                   uint8
	peer                    [1]Peer // an array, so that it can be had as a slice
}

func (e *entry) kind() telemetry.Kind { return telemetry.Kind(e.hours) }

const (
	minSlots  = 1 << 10
	slotBytes = 8
	hourShift = 8
)

func newTable(space Space, limit int64) *table {
	return &table{space: space, limit: limit}
}

// held gives the bytes of memory that the table keeps, in use or not, without used. What sorting needs
// is counted with the entries, before it is there.
func (t *table) held() int64 {
	return int64(len(t.slots))*slotBytes + t.entries.held() + int64(t.entries.capacity())*2*itemBytes +
		t.sensors.held() + t.peers.held() + t.arena.held()
}

// moment is when a fact was: its day and the second in it. Without a day there is no second.
type moment struct {
	day    telemetry.Day
	second uint32
}

func momentOf(at telemetry.Instant) moment {
	if at <= 0 {
		return moment{}
	}
	s := int64(at) / 1e9
	day := s / secondDay
	if day == 0 || day > int64(maxDay) {
		return moment{}
	}
	return moment{day: telemetry.Day(day), second: uint32(s - day*secondDay)}
}

// add adds a fact whose hash has this mark. It reports false, and adds nothing, when the table is full.
func (t *table) add(mark uint32, value []byte, at moment, f *Fact) bool {
	if !t.ready(len(value)) {
		return false
	}
	mask := uint32(len(t.slots) - 1)
	for pos := mark & mask; ; pos = (pos + 1) & mask {
		slot := t.slots[pos]
		if slot == 0 {
			t.slots[pos] = uint64(mark)<<32 | uint64(t.begin(value, at, f))
			return true
		}
		if uint32(slot>>32) != mark {
			continue
		}
		if e := t.entries.at(uint32(slot)); e.day == at.day && e.kind() == f.Kind && t.is(e, value) {
			return t.update(e, at, f)
		}
	}
}

// markOf gives 32 bits of the hash of an entry's key.
func markOf(seed maphash.Seed, value []byte, day telemetry.Day, kind telemetry.Kind) uint32 {
	h := maphash.Bytes(seed, value) ^ (uint64(day)<<8|uint64(kind))*0x9e3779b97f4a7c15
	return uint32(h * 0xff51afd7ed558ccd >> 32)
}

// is reports whether an entry has the value.
func (t *table) is(e *entry, value []byte) bool {
	if t.space == Addrs {
		return e.key == [16]byte(value)
	}
	return bytes.Equal(t.value(e), value)
}

// value gives an entry's value, in the table's memory.
func (t *table) value(e *entry) []byte {
	if t.space == Addrs {
		return e.key[:]
	}
	return t.arena.at(binary.LittleEndian.Uint64(e.key[:8]), int(binary.LittleEndian.Uint32(e.key[8:])))
}

// begin makes an entry of its first fact and gives its number plus 1.
func (t *table) begin(value []byte, at moment, f *Fact) uint32 {
	n := t.entries.take()
	e := t.entries.at(n)
	*e = entry{
		day: at.day, first: at.second, last: at.second, hours: at.hour() | uint32(f.Kind), roles: f.Roles,
		sensor: f.Sensor, records: f.records(), bytes: f.Bytes, packets: f.Packets, peer: [1]Peer{f.Peer},
	}
	if t.space == Addrs {
		e.key = [16]byte(value)
	} else {
		binary.LittleEndian.PutUint64(e.key[:8], t.arena.add(value))
		binary.LittleEndian.PutUint32(e.key[8:], uint32(len(value)))
	}
	t.used.add(f.Sensor)
	t.used.addPeer(&f.Peer)
	return n
}

// hour gives the moment's bit in an entry's hours.
func (m moment) hour() uint32 {
	if m.day == 0 {
		return 0
	}
	return 1 << (hourShift + m.second/3600)
}

// update adds a fact to an entry. It reports false, and changes nothing, when the table is full.
func (t *table) update(e *entry, at moment, f *Fact) bool {
	if e.sensor == f.Sensor {
		e.records, e.bytes, e.packets = addUp(e.records, f.records()), addUp(e.bytes, f.Bytes), addUp(e.packets, f.Packets)
	} else if !t.addSensor(e, f) {
		return false
	}
	e.first, e.last = min(e.first, at.second), max(e.last, at.second)
	e.hours |= at.hour()
	e.roles |= f.Roles
	if e.peers != 0 || f.Peer != e.peer[0] {
		t.addPeer(e, f.Peer)
	}
	return true
}

// ready makes room for a new entry with a value of n bytes and for further peers. It reports
// false when that would pass the bound.
func (t *table) ready(n int) bool {
	if t.entries.room() && t.peers.room() &&
		(t.space == Addrs || t.arena.room(n)) && t.entries.used < t.bound {
		return true
	}
	return t.grow(n)
}

func (t *table) grow(n int) bool {
	if t.entries.used >= t.bound && !t.growSlots() {
		return false
	}
	free := t.limit - t.held()
	switch {
	case t.space != Addrs && !t.arena.room(n):
		if free < arenaChunk {
			return false
		}
		t.arena.grow()
		return t.ready(n)
	case !t.entries.room():
		return free >= t.entries.cost()+chunkLen*2*itemBytes && t.entries.grow() && t.ready(n)
	case !t.peers.room():
		return free >= t.peers.cost() && t.peers.grow() && t.ready(n)
	}
	return true
}

// growSlots doubles the slots.
func (t *table) growSlots() bool {
	if t.maxRows > 0 && t.bound >= t.maxRows {
		return false
	}
	n := max(minSlots, 2*len(t.slots))
	if t.held()+int64(n)*slotBytes > t.limit {
		return false
	}
	slots, mask := make([]uint64, n), uint32(n-1)
	hugepage.Advise(slots)
	for _, slot := range t.slots {
		if slot == 0 {
			continue
		}
		pos := uint32(slot>>32) & mask
		for slots[pos] != 0 {
			pos = (pos + 1) & mask
		}
		slots[pos] = slot
	}
	t.slots, t.bound = slots, n/4*3
	if t.maxRows > 0 {
		t.bound = min(t.bound, t.maxRows)
	}
	return true
}

// reset empties the table. It keeps the memory that was in use.
func (t *table) reset() {
	clear(t.slots)
	t.entries.reset()
	t.sensors.reset()
	t.peers.reset()
	t.arena.reset()
	if cap(t.order) > 2*t.entries.capacity() {
		t.order = nil
	}
}

// release empties the table and lets its memory go.
func (t *table) release() {
	*t = table{space: t.space, limit: t.limit, maxRows: t.maxRows, used: t.used}
}
