package nfcapd

import (
	"fmt"
	"slices"

	"stormglass/internal/telemetry"
)

// maxExtensions bounds the extensions of one map of layout 1, which has 48 different ones.
const maxExtensions = 64

// Flags of a flow of layout 1.
const (
	flag1IPv6      = 1
	flag1Packets64 = 2
	flag1Bytes64   = 4
	flag1Event     = 64
	flag1Sampled   = 128
)

// extensionMap takes a list of extensions: flows of layout 1 name the list that says what they hold.
func (d *Decoder) extensionMap(data []byte, s *telemetry.Set) {
	if len(data) < 8 {
		s.Skip(0, "extension map is too short", "")
		return
	}
	var ids []uint16
	for b := data[8:]; len(b) >= 2 && le.Uint16(b) != 0; b = b[2:] {
		if len(ids) == maxExtensions {
			s.Skip(0, "extension map is too long", fmt.Sprintf("map of %d octets", len(data)))
			return
		}
		ids = append(ids, le.Uint16(b))
	}
	id := le.Uint16(data[4:])
	if !slices.Equal(d.maps[id], ids) || ids == nil {
		d.maps[id] = ids
	}
}

// readFlowV0 and readFlowV1 read the two flows of layout 1, whose headers differ.
func readFlowV0(d *Decoder, r *record, data []byte) string {
	if len(data) < 28 {
		return "flow record is too short"
	}
	r.exporter = uint16(data[5])
	return d.flowV1(r, data, uint16(data[4]), data[28:])
}

func readFlowV1(d *Decoder, r *record, data []byte) string {
	if len(data) < 32 {
		return "flow record is too short"
	}
	r.exporter = le.Uint16(data[28:])
	return d.flowV1(r, data, le.Uint16(data[4:]), data[32:])
}

// flowV1 reads what the two have in common, and what follows as the extension map says.
func (d *Decoder) flowV1(r *record, data []byte, flags uint16, rest []byte) string {
	ids, ok := d.maps[le.Uint16(data[6:])]
	if !ok {
		return "extension map of a flow is not known"
	}
	f := r.flow
	r.first = uint64(le.Uint32(data[12:]))*1000 + uint64(le.Uint16(data[8:]))
	r.last = uint64(le.Uint32(data[16:]))*1000 + uint64(le.Uint16(data[10:]))
	r.isEvent, r.sampled = flags&flag1Event != 0, flags&flag1Sampled != 0
	r.number(fieldForwarding, uint64(data[20]))
	f.TCPFlags, f.Proto, f.TOS = data[21], data[22], data[23]
	f.SrcPort, f.DstPort = le.Uint16(data[24:]), le.Uint16(data[26:])
	c := cursor{rest: rest}
	if flags&flag1IPv6 != 0 {
		f.Src, f.Dst = addr6(c.take(16)), addr6(c.take(16))
	} else {
		f.Src, f.Dst = addr4(c.take(4)), addr4(c.take(4))
	}
	f.SrcPackets = c.count(flags&flag1Packets64 != 0)
	f.SrcBytes = c.count(flags&flag1Bytes64 != 0)
	if c.short {
		return "flow record is too short"
	}
	return r.extensionsV1(ids, c.rest)
}

// extensionsV1 reads the extensions of a flow of layout 1. One that is not known has no known size either.
func (r *record) extensionsV1(ids []uint16, rest []byte) string {
	for i, id := range ids {
		if int(id) >= len(extensionsV1) || extensionsV1[id].read == nil {
			r.skip("extension is not known, nor is what follows it", fmt.Sprintf("extension %d of layout 1, %d more", id, len(ids)-i-1))
			return ""
		}
		x := &extensionsV1[id]
		if len(rest) < x.octets {
			return "flow record ends before its extensions"
		}
		x.read(r, rest[:x.octets])
		rest = rest[x.octets:]
	}
	if len(rest) >= recordHeader { // less is padding
		r.skip("octets after the last extension of a record", fmt.Sprintf("%d octets", len(rest)))
	}
	return ""
}

// cursor takes pieces off a record; what is not there is nil, and noted.
type cursor struct {
	rest  []byte
	short bool
}

var nothing [16]byte

func (c *cursor) take(n int) []byte {
	if len(c.rest) < n {
		c.rest, c.short = nil, true
		return nothing[:n]
	}
	b := c.rest[:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) count(wide bool) uint64 {
	if wide {
		return le.Uint64(c.take(8))
	}
	return uint64(le.Uint32(c.take(4)))
}
