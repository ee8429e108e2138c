package unheard

import (
	"encoding/binary"
	mathbits "math/bits"
	"net/netip"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/logged"
	"stormglass/internal/telemetry"
)

// Silence tells of devices that wrote to their log every hour, and then nothing for some hours in which others did.
type Silence struct{}

const silenceDays = 15

// Name implements analyse.Analyser.
func (Silence) Name() string { return "silence" }

// Kinds implements analyse.Analyser.
func (Silence) Kinds() []telemetry.Kind {
	return []telemetry.Kind{telemetry.KindEvent, telemetry.KindFlow}
}

// Bounds implements analyse.Analyser. A steady device has a note an hour at least: what has fewer than four goes first.
func (Silence) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: silenceDays, Keep: true, Values: 65_536, Evict: 4, Rows: 8 << 20, Known: known}
}

// spoke is a device on a day.
type spoke struct {
	key string
	day telemetry.Day
}

// heard is in which of its hours something was heard: a bit for each.
type heard struct {
	log, flow uint32
	name      string // as its log writes it
}

// Note implements analyse.Analyser. A key is the device; a value the hours of its log and of its flows in the batch, and its name. One note
// a batch: the lines themselves are too many.
func (Silence) Note(n *analyse.Notes, b *telemetry.Batch) {
	seen := map[spoke]*heard{}
	if b.Kind == telemetry.KindFlow {
		flowsHeard(n, b, seen)
	} else {
		logsHeard(n, b, seen)
	}
	var value []byte
	for s, h := range seen {
		value = binary.AppendUvarint(binary.AppendUvarint(value[:0], uint64(h.log)), uint64(h.flow))
		value = analyse.AppendText(value, h.name)
		for bits := h.log | h.flow; bits != 0; bits &= bits - 1 { // a note an hour, so that a steady device has many
			at := int64(s.day)*day + int64(mathbits.TrailingZeros32(bits))*hour
			n.Put(telemetry.Instant(max(at, int64(s.day)*day+1)), []byte(s.key), value)
			value = []byte{0, 0, 0}
		}
	}
}

func logsHeard(n *analyse.Notes, b *telemetry.Batch, seen map[spoke]*heard) {
	for i := range b.Event {
		e := &b.Event[i]
		if e.Host == "" || !e.Occurred.Known() {
			continue
		}
		if l := logged.Read(b, e); l.Reported || !logged.Spoke(n.Registers, b, e) { // another machine tells of it, or writes in its name
			continue
		}
		id, stated := logged.Device(n.Registers, e.Host, e.Occurred)
		if id == "" {
			continue
		}
		h := hoursOf(seen, spoke{keyOf(id, stated), e.Occurred.Day()})
		h.log |= bitOf(e.Occurred)
		if name := logged.Name(e.Host); h.name == "" || name < h.name {
			h.name = name
		}
	}
}

func flowsHeard(n *analyse.Notes, b *telemetry.Batch, seen map[spoke]*heard) {
	var last *heard
	var exporter netip.Addr
	var domain uint32
	var hourNow int64
	for i := range b.Flow {
		f := &b.Flow[i]
		if !f.Exporter.IsValid() || !f.Occurred.Known() {
			continue
		}
		at := int64(f.Occurred) / hour
		if f.Exporter == exporter && f.Domain == domain && at == hourNow {
			continue // mostly: as the one before
		}
		exporter, domain, hourNow = f.Exporter, f.Domain, at
		d, ok := n.Registers.DeviceExporting(f.Exporter, f.Domain, f.Occurred)
		if !ok {
			continue
		}
		last = hoursOf(seen, spoke{keyOf(d.ID, true), f.Occurred.Day()})
		last.flow |= bitOf(f.Occurred)
	}
}

func hoursOf(seen map[spoke]*heard, s spoke) *heard {
	h := seen[s]
	if h == nil {
		h = &heard{}
		seen[s] = h
	}
	return h
}

func bitOf(at telemetry.Instant) uint32 { return 1 << (int64(at) % day / hour) }

const allDay = 1<<24 - 1

// Extract implements analyse.Analyser. A row is the hours of the day. Where not all notes are held they count as heard: nobody is called
// silent because he said too much, or because others took his room.
func (Silence) Extract(d *analyse.Day, g *analyse.Group) {
	var sum heard
	for b := range g.Values {
		h, ok := heardOf(b)
		if !ok {
			continue
		}
		sum.log, sum.flow = sum.log|h.log, sum.flow|h.flow
		if h.name != "" && (sum.name == "" || h.name < sum.name) {
			sum.name = h.name
		}
	}
	if g.More > 0 || g.Partial {
		sum.log = allDay
	}
	row := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(sum.log)), uint64(sum.flow))
	d.Row(g.Key, analyse.AppendText(row, sum.name))
}

func heardOf(b []byte) (h heard, ok bool) {
	v := analyse.ValueOf(b)
	h = heard{uint32(v.Uint() & allDay), uint32(v.Uint() & allDay), v.Text()}
	return h, v.OK()
}
