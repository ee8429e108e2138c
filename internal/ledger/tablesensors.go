package ledger

import (
	"math/bits"

	"stormglass/internal/hugepage"
)

// sensorLists hold what sensors beyond the first saw of entries' values: each list in one piece whose
// room is a power of two. A list that has outgrown its room moves, and the next of that size takes it.
type sensorLists struct {
	chunks []*[listChunk]Seen
	now    int // chunks that were begun
	used   int // of the one begun last
	free   [listBits + 1]uint32
}

const (
	listBits  = 11
	listChunk = 1 << listBits // also the longest list
	listBytes = listChunk * 32
)

func (l *sensorLists) held() int64 { return int64(len(l.chunks)) * listBytes }

// at gives the list of n at a place; places are numbered from 1.
func (l *sensorLists) at(place uint32, n int) []Seen {
	place--
	from := int(place % listChunk)
	return l.chunks[place/listChunk][from : from+n]
}

// sizeClass gives the power of two in which n find room.
func sizeClass(n int) int { return bits.Len(uint(n - 1)) }

// take gives room for 1<<class sensors. It reports false when that needs a further chunk and fewer
// bytes are free, or when the list would be too long.
func (l *sensorLists) take(class int, bytes int64) (place uint32, ok bool) {
	if class > listBits {
		return 0, false
	}
	if place := l.free[class]; place != 0 {
		l.free[class] = l.at(place, 1)[0].Sensor
		return place, true
	}
	if l.now == 0 || l.used+1<<class > listChunk {
		if l.now == len(l.chunks) {
			if bytes < listBytes {
				return 0, false
			}
			c := new([listChunk]Seen)
			hugepage.Advise(c[:])
			l.chunks = append(l.chunks, c)
		}
		l.giveRest()
		l.now, l.used = l.now+1, 0
	}
	place = uint32((l.now-1)*listChunk + l.used + 1)
	l.used += 1 << class
	return place, true
}

// giveRest frees what is left of the chunk under way.
func (l *sensorLists) giveRest() {
	for l.now > 0 && l.used < listChunk {
		class := bits.Len(uint(listChunk-l.used)) - 1
		l.give(uint32((l.now-1)*listChunk+l.used+1), class)
		l.used += 1 << class
	}
}

// give frees the room of a list.
func (l *sensorLists) give(place uint32, class int) {
	l.at(place, 1)[0].Sensor, l.free[class] = l.free[class], place
}

// reset frees all lists, and the chunks that were never in use.
func (l *sensorLists) reset() {
	l.chunks = cut(l.chunks, l.now)
	l.now, l.used, l.free = 0, 0, [listBits + 1]uint32{}
}

// addSensor adds what a sensor other than the entry's own saw. The sensor becomes the entry's own:
// records come in stretches of one sensor, and then its list is not searched for each of them. It
// reports false, and changes nothing, when the table is full.
func (t *table) addSensor(e *entry, f *Fact) bool {
	own := Seen{Sensor: e.sensor, Records: e.records, Bytes: e.bytes, Packets: e.packets}
	found := Seen{Sensor: f.Sensor}
	if e.others > 0 {
		list := t.sensors.at(e.sensors, int(e.others))
		for i := range list {
			if list[i].Sensor == f.Sensor {
				found, list[i] = list[i], own
				e.see(found, f)
				return true
			}
		}
	}
	if !t.growSensors(e) {
		return false
	}
	t.sensors.at(e.sensors, int(e.others)+1)[e.others] = own
	e.others++
	e.see(found, f)
	t.used.add(f.Sensor)
	return true
}

// see makes a sensor the entry's own, with one fact more.
func (e *entry) see(s Seen, f *Fact) {
	e.sensor = s.Sensor
	e.records, e.bytes, e.packets = addUp(s.Records, f.records()), addUp(s.Bytes, f.Bytes), addUp(s.Packets, f.Packets)
}

// growSensors makes room for one more in an entry's list.
func (t *table) growSensors(e *entry) bool {
	n := int(e.others)
	class := sizeClass(n + 1)
	if n > 0 && sizeClass(n) == class {
		return true
	}
	place, ok := t.sensors.take(class, t.limit-t.held())
	if !ok {
		return false
	}
	if n > 0 {
		copy(t.sensors.at(place, n), t.sensors.at(e.sensors, n))
		t.sensors.give(e.sensors, sizeClass(n))
	}
	e.sensors = place
	return true
}
