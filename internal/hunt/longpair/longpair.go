// Package longpair finds pairs of a machine of the operator and an address outside that keep talking: in over 80 % of the hours of a
// week, both ways, mostly little and at regular gaps. That is what a quiet channel looks like, and also what clocks, routing and
// monitoring look like: rules tell them apart by port and register.
//
// It is an analyser (package analyse); docs/analysers.md says what its records hold.
package longpair

import (
	"encoding/binary"
	"hash/fnv"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Analyser looks for pairs that keep talking.
type Analyser struct{}

// Days is how many days are looked at together.
const Days = 7

// Name implements analyse.Analyser.
func (Analyser) Name() string { return "longpair" }

// Kinds implements analyse.Analyser.
func (Analyser) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindFlow} }

// Bounds implements analyse.Analyser.
func (Analyser) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 2, Days: Days, Keep: true, Values: 1 << 14, Evict: 4, Rows: 8 << 20}
}

// Which way something was sent.
const (
	sentOut = 1 << iota
	sentIn
	weOpened
	overTCP // at the port that was called
)

// Note implements analyse.Analyser. A key is the address outside, ours, and what saw them; the value begin and end (seconds), bytes, the
// port that was called, and which way something was sent.
func (Analyser) Note(n *analyse.Notes, b *telemetry.Batch) {
	var key, value []byte
	for i := range b.Flow {
		f := &b.Flow[i]
		src, dst := n.Own(&f.Ends)
		if src == dst || !f.Src.IsGlobalUnicast() || !f.Dst.IsGlobalUnicast() || f.Answered == telemetry.Unanswered || f.Answered == telemetry.Refused ||
			n.Subscriber(&f.Ends, f.Occurred) {
			continue
		}
		ours, theirs := f.Src.As16(), f.Dst.As16()
		if dst {
			ours, theirs = theirs, ours
		}
		key = append(append(key[:0], theirs[:]...), ours[:]...)
		key = sensorOf(b, f, key)
		begin := int64(f.Occurred) / 1e9
		value = binary.AppendVarint(value[:0], begin)
		value = binary.AppendUvarint(value, uint64(max(0, int64(f.Duration)/1e9)))
		value = binary.AppendUvarint(value, known(f.SrcBytes)+known(f.DstBytes))
		value = binary.BigEndian.AppendUint16(value, portOf(f))
		value = append(value, ways(f, src))
		n.Put(f.Occurred, key, value)
	}
}

// sensorOf ends the key with what saw the flow: two routers on the way tell of the same conversation.
func sensorOf(b *telemetry.Batch, f *telemetry.Flow, key []byte) []byte {
	h := fnv.New32a()
	if b.Source != nil {
		_, _ = h.Write([]byte(b.Source.Sensor)) // it never fails
	}
	if f.Exporter.IsValid() {
		a := f.Exporter.As16()
		_, _ = h.Write(binary.BigEndian.AppendUint32(a[:], f.Domain)) // as above
	}
	return h.Sum(key)
}

const tcp = 6

func known(n uint64) uint64 {
	if n > 1<<60 { // NoCount too
		return 0
	}
	return n
}

// portOf gives the port that was called: of a record of one direction the lower one, as nobody can tell better.
func portOf(f *telemetry.Flow) uint16 {
	if f.OneWay && f.SrcPort != 0 {
		return min(f.SrcPort, f.DstPort)
	}
	return f.DstPort
}

// ways says which way something was sent; weSent: the source is ours.
func ways(f *telemetry.Flow, weSent bool) (w byte) {
	fromSrc, fromDst := byte(sentOut), byte(sentIn)
	if !weSent {
		fromSrc, fromDst = fromDst, fromSrc
	}
	w = fromSrc
	if !f.OneWay && (f.Answered == telemetry.Answered || f.DstBytes != telemetry.NoCount && f.DstBytes > 0) {
		w |= fromDst
	}
	if weSent && !f.OneWay {
		w |= weOpened
	}
	if f.Proto == tcp {
		w |= overTCP
	}
	return w
}

// noted is a note as it was put.
type noted struct {
	begin, lasted int64
	bytes         uint64
	port          uint16
	ways          byte
}

func notedOf(b []byte) (x noted, ok bool) {
	var n int
	if x.begin, n = binary.Varint(b); n <= 0 {
		return x, false
	}
	b = b[n:]
	lasted, n := binary.Uvarint(b)
	if n <= 0 {
		return x, false
	}
	x.lasted, b = int64(lasted), b[n:]
	if x.bytes, n = binary.Uvarint(b); n <= 0 || len(b) != n+3 {
		return x, false
	}
	x.port, x.ways = binary.BigEndian.Uint16(b[n:]), b[n+2]
	return x, true
}
