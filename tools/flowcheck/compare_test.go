package flowcheck

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"math/bits"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// ours is a flow of ours beside a record of the peer.
type ours struct {
	flow   *telemetry.Flow
	pairs  []telemetry.Pair
	record *peerRecord
}

func number(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// told reports whether a pair has one of these texts.
func (o *ours) told(texts ...string) bool {
	return slices.ContainsFunc(o.pairs, func(p telemetry.Pair) bool {
		_, named, _ := strings.Cut(p.Text, "=")
		return slices.Contains(texts, p.Text) || p.Field == telemetry.FieldOther && slices.Contains(texts, named)
	})
}

// toldNumber is told for what stands in a typed field or not.
func (o *ours) toldNumber(b []byte, typed ...uint64) bool {
	return len(b) <= 8 && slices.Contains(typed, number(b)) || o.toldBytes(b)
}

// toldBytes reports whether a pair tells of bytes, in any of the forms that elements have.
func (o *ours) toldBytes(b []byte) bool {
	texts := []string{hex.EncodeToString(b), text(b), hex.EncodeToString([]byte(text(b)))}
	if len(b) <= 8 {
		n := number(b)
		signed := int64(n<<(64-8*len(b))) >> (64 - 8*len(b))
		texts = append(texts, strconv.FormatUint(n, 10), strconv.FormatInt(signed, 10), strconv.FormatBool(n == 1),
			instant(time.Unix(int64(min(n, 1<<40)), 0)), instant(time.UnixMilli(int64(min(n, 1<<48)))))
	}
	if len(b) > 1 && len(b) <= 9 {
		texts = append(texts, fmt.Sprintf("%d:%d", b[0], number(b[1:])))
	}
	switch len(b) {
	case 3:
		texts = append(texts, fmt.Sprintf("%d-%d-%d", number(b)>>4, number(b)>>1&7, number(b)&1))
	case 4:
		texts = append(texts, strconv.FormatFloat(float64(math.Float32frombits(uint32(number(b)))), 'g', -1, 64))
	case 6:
		texts = append(texts, net.HardwareAddr(b).String())
	case 8:
		texts = append(texts, strconv.FormatFloat(math.Float64frombits(number(b)), 'g', -1, 64), ntp(b, 0), ntp(b, 0x7ff))
	case 12:
		texts = append(texts, fmt.Sprintf("%x-%x-%x", b[:4], b[4:8], b[8:]))
	}
	if a, ok := netip.AddrFromSlice(b); ok {
		texts = append(texts, a.Unmap().String())
	}
	return o.told(texts...)
}

func text(b []byte) string { return string(bytes.TrimRight(b, "\x00")) }

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func ntp(b []byte, without uint64) string {
	n := number(b) &^ without
	return instant(time.Unix(int64(n>>32)-2208988800, int64(n&0xffffffff*1e9>>32)))
}

// scaled is a count as we state it.
func (o *ours) scaled(b []byte) uint64 {
	hi, lo := bits.Mul64(number(b), uint64(max(o.flow.Sampling, 1)))
	if hi != 0 || lo > math.MaxInt64 || len(b) <= 8 && number(b) > math.MaxInt64 {
		return math.MaxInt64
	}
	return lo
}

// has reports whether the record has an element of IANA that is not nil.
func (o *ours) has(ids ...uint16) bool {
	return slices.ContainsFunc(o.record.fields, func(f peerField) bool {
		return f.pen == 0 && slices.Contains(ids, f.id) && len(f.value) > 0
	})
}

// differs gives the elements of a record that we state otherwise, or not at all.
func (o *ours) differs() (all []string) {
	for _, f := range o.record.fields {
		if !o.agrees(f) {
			all = append(all, fmt.Sprintf("element %d.%d is %x", f.pen, f.id, f.value))
		}
	}
	if o.flow.Domain != o.record.domain {
		all = append(all, fmt.Sprintf("domain %d", o.record.domain))
	}
	return all
}

func (o *ours) agrees(f peerField) bool {
	b := f.value
	if len(bytes.Trim(b, "\x00")) == 0 {
		return o.agreesOnNil(f)
	}
	if f.pen == 29305 {
		return o.agreesOnReverse(f)
	}
	if f.pen != 0 {
		return o.toldBytes(b)
	}
	return o.agreesOnIANA(f.id, b)
}

// agreesOnNil reports whether no other value stands where a record says nil.
func (o *ours) agreesOnNil(f peerField) bool {
	flow := o.flow
	if f.pen != 0 || len(f.value) == 0 || o.several([]uint16{f.id}) {
		return true
	}
	switch f.id {
	case 1, 2: // what left the exporter counts instead, or nothing was counted
		return true
	case 4:
		return flow.Proto == 0 || o.has(313, 315, 104)
	case 7:
		return flow.SrcPort == 0 || o.has(180, 182, 313, 315, 104)
	case 16:
		return flow.SrcAS == 0
	case 17:
		return flow.DstAS == 0
	}
	return true
}

func (o *ours) agreesOnReverse(f peerField) bool {
	switch f.id {
	case 1, 85, 352:
		return o.toldNumber(f.value) || o.flow.DstBytes == o.scaled(f.value)
	case 2, 86:
		return o.toldNumber(f.value) || o.flow.DstPackets == o.scaled(f.value)
	}
	return o.toldBytes(f.value)
}

func (o *ours) agreesOnIANA(id uint16, b []byte) bool {
	f := o.flow
	addr, _ := netip.AddrFromSlice(b)
	addr = addr.Unmap()
	switch id {
	case 210, 313, 315, 104, 312, 103, 409, 102:
		return true // padding, and sampled packets with what belongs to them
	case 60:
		return o.has(8, 12, 27, 28) || o.toldBytes(b)
	case 1, 85, 352, 231, 23, 171:
		return o.toldNumber(b) || f.SrcBytes == o.scaled(b)
	case 2, 86, 298, 24, 172:
		return o.toldNumber(b) || f.SrcPackets == o.scaled(b)
	case 232:
		return o.toldNumber(b) || f.DstBytes == o.scaled(b)
	case 299:
		return o.toldNumber(b) || f.DstPackets == o.scaled(b)
	case 8, 27:
		return f.Src == addr || o.toldBytes(b)
	case 12, 28:
		return f.Dst == addr || o.toldBytes(b)
	case 15, 62:
		return f.NextHop == addr || o.toldBytes(b)
	case 225, 281, 40001:
		return f.NATSrc == addr || o.toldBytes(b)
	case 226, 282, 40002:
		return f.NATDst == addr || o.toldBytes(b)
	case 6:
		return uint8(number(b))&^f.TCPFlags == 0
	case 61:
		return o.toldNumber(b, uint64(f.Direction)-1)
	case 32, 139:
		return o.toldNumber(b, uint64(f.ICMPType)<<8|uint64(f.ICMPCode))
	case 95:
		return o.toldBytes(b)
	case 96, 56701:
		return f.Service == text(b) || o.toldBytes(b)
	case 34, 50, 305, 306, 309, 310, 311:
		return f.Sampling > 0 || !utf8.Valid(b) || o.has(34, 50, 305, 309, 311)
	}
	if known, ok := o.agreesOnTime(id, b); known {
		return ok
	}
	return o.toldNumber(b, o.typed(id)...)
}

// typed gives the field that holds a number.
func (o *ours) typed(id uint16) []uint64 {
	f := o.flow
	switch id {
	case 4:
		return []uint64{uint64(f.Proto)}
	case 5:
		return []uint64{uint64(f.TOS)}
	case 7, 180, 182:
		return []uint64{uint64(f.SrcPort)}
	case 11, 181, 183:
		return []uint64{uint64(f.DstPort), uint64(f.ICMPType)<<8 | uint64(f.ICMPCode)}
	case 10:
		return []uint64{uint64(f.InIf)}
	case 14:
		return []uint64{uint64(f.OutIf)}
	case 16:
		return []uint64{uint64(f.SrcAS)}
	case 17:
		return []uint64{uint64(f.DstAS)}
	case 9, 29:
		return []uint64{uint64(f.SrcMask)}
	case 13, 30:
		return []uint64{uint64(f.DstMask)}
	case 58, 243:
		return []uint64{uint64(f.SrcVLAN)}
	case 59, 254:
		return []uint64{uint64(f.DstVLAN)}
	case 176, 178:
		return []uint64{uint64(f.ICMPType)}
	case 177, 179:
		return []uint64{uint64(f.ICMPCode)}
	case 227, 40003:
		return []uint64{uint64(f.NATSrcPort)}
	case 228, 40004:
		return []uint64{uint64(f.NATDstPort)}
	}
	return nil
}

var (
	starts = []uint16{22, 150, 152, 154, 156, 158, 160}
	ends   = []uint16{21, 151, 153, 155, 157, 159, 161, 162, 322, 323, 324, 325}
)

// several reports whether a record has more than one of these elements.
func (o *ours) several(ids []uint16) bool {
	n := 0
	for _, f := range o.record.fields {
		if f.pen == 0 && len(f.value) > 0 && slices.Contains(ids, f.id) {
			n++
		}
	}
	return n > 1
}

// agreesOnTime checks elements of times where they are the only ones; tests of the decoder hold the others.
func (o *ours) agreesOnTime(id uint16, b []byte) (known, ok bool) {
	f, n := o.flow, int64(min(number(b[max(0, len(b)-8):]), 1<<62))
	start := f.Occurred
	if f.Stated.Known() {
		start = f.Stated
	}
	switch {
	case slices.Contains(starts, id) && o.several(starts), slices.Contains(ends, id) && (o.several(starts) || o.several(ends)):
		return true, true
	case id == 22 && o.record.version == 10, id == 21 && o.record.version == 10:
		return true, o.toldBytes(b) || start.Known()
	case id == 22:
		ms := o.record.uptimeAt(n)
		return true, start.Time().UnixMilli() == ms || ms <= 0 || o.toldBytes(b)
	case id == 150:
		return true, start.Time().Unix() == n || n > 7258118400
	case id == 152:
		return true, start.Time().UnixMilli() == n || n > 7258118400000 || o.toldBytes(b)
	case id == 21:
		return true, o.ends(start, o.record.uptimeAt(n)) || o.toldBytes(b)
	case id == 153:
		return true, o.ends(start, n)
	}
	return slices.Contains(starts, id) || slices.Contains(ends, id), true
}

// uptimeAt turns an uptime into milliseconds since 1970.
func (r *peerRecord) uptimeAt(n int64) int64 {
	return int64(r.seconds)*1000 + int64(min(r.nanos, 1e9-1)/1e6) + int64(int32(uint32(n)-r.uptime))
}

// ends reports whether a flow ends when it should, in milliseconds: unless it would end before it starts, or is of a
// time that we do not believe.
func (o *ours) ends(start telemetry.Instant, ms int64) bool {
	f := o.flow
	end := start.Time().Add(f.Duration).UnixMilli()
	far := telemetry.Instant(ms)*1e6 > f.Received+telemetry.Instant(5*time.Minute) && f.Received.Known()
	return end == ms || ms <= start.Time().UnixMilli() || !start.Known() || f.Doubt > 0 || far || ms > 7258118400000
}
