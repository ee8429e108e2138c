package lake

import (
	"encoding/binary"
	"math/bits"

	"stormglass/internal/telemetry"
)

// Decoders of Parquet's encodings. Each fills exactly what it is asked for, from bytes that it does
// not trust; none allocates by a number it reads.

// load8 reads eight bytes, as zero where b ends.
func load8(b []byte, at int) uint64 {
	if at+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[at:])
	}
	var v uint64
	for i := 0; at+i < len(b) && i < 8; i++ {
		v |= uint64(b[at+i]) << (8 * i)
	}
	return v
}

// hybrid decodes the run length and bit packing hybrid into dst.
func hybrid[T uint8 | uint32](dst []T, src []byte, width int) error {
	if width < 0 || width > 32 {
		return damaged("values of %d bits", width)
	}
	for len(dst) > 0 {
		head, n := binary.Uvarint(src)
		if n <= 0 {
			return damaged("runs end early")
		}
		src = src[n:]
		var err error
		if head&1 == 0 {
			dst, src, err = repeated(dst, src, head>>1, width)
		} else {
			dst, src, err = unpack(dst, src, head>>1, width)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func repeated[T uint8 | uint32](dst []T, src []byte, count uint64, width int) ([]T, []byte, error) {
	size := (width + 7) / 8
	if size > len(src) || count == 0 {
		return nil, nil, damaged("a run is empty or ends early")
	}
	var v uint64
	for i := range size {
		v |= uint64(src[i]) << (8 * i)
	}
	if width < 64 && v>>width != 0 || uint64(T(v)) != v {
		return nil, nil, damaged("a run of a value that is too large")
	}
	n := int(min(count, uint64(len(dst))))
	for i := range dst[:n] {
		dst[i] = T(v)
	}
	return dst[n:], src[size:], nil
}

func unpack[T uint8 | uint32](dst []T, src []byte, groups uint64, width int) ([]T, []byte, error) {
	if groups == 0 || groups > maxPageSlots/8+1 || int(groups)*width > len(src) {
		return nil, nil, damaged("a packed run is empty or ends early")
	}
	n := min(8*int(groups), len(dst))
	mask := uint64(1)<<width - 1
	i, at := 0, 0
	for safe := len(src) - 8; i < n && at>>3 <= safe; i++ {
		dst[i] = T(binary.LittleEndian.Uint64(src[at>>3:]) >> (at & 7) & mask)
		at += width
	}
	for ; i < n; i++ {
		dst[i] = T(load8(src, at>>3) >> (at & 7) & mask)
		at += width
	}
	return dst[n:], src[int(groups)*width:], nil
}

// differences decodes DELTA_BINARY_PACKED into dst and gives what follows in src.
func differences(dst []uint64, src []byte) ([]byte, error) {
	r := varints{b: src}
	block, minis, total, first := r.uvarint(), r.uvarint(), r.uvarint(), r.varint()
	if r.bad || minis == 0 || block == 0 || block > 1<<16 || minis > 1<<10 || block%minis != 0 || block/minis%32 != 0 {
		return nil, damaged("differences begin wrongly")
	}
	if total != uint64(len(dst)) {
		return nil, damaged("%d values where %d are due", total, len(dst))
	}
	if len(dst) == 0 {
		return r.b, nil
	}
	v := uint64(first)
	dst[0] = v
	dst = dst[1:]
	per := int(block / minis)
	for len(dst) > 0 {
		least := uint64(r.varint())
		if r.bad || uint64(len(r.b)) < minis {
			return nil, damaged("differences end early")
		}
		widths := r.b[:minis]
		r.b = r.b[minis:]
		for _, w := range widths {
			if len(dst) == 0 {
				break
			}
			size := per * int(w) / 8
			if w > 64 || size > len(r.b) {
				return nil, damaged("differences of %d bits end early", w)
			}
			n := min(per, len(dst))
			v = addDifferences(dst[:n], r.b, int(w), least, v)
			dst, r.b = dst[n:], r.b[size:]
		}
	}
	return r.b, nil
}

func addDifferences(dst []uint64, b []byte, width int, least, v uint64) uint64 {
	if width == 0 {
		for i := range dst {
			v += least
			dst[i] = v
		}
		return v
	}
	mask := ^uint64(0) >> (64 - width)
	at := 0
	for i := range dst {
		d := load8(b, at>>3) >> (at & 7)
		if over := at&7 + width - 64; over > 0 {
			d |= load8(b, at>>3+8) << (width - over)
		}
		v += least + d&mask
		dst[i] = v
		at += width
	}
	return v
}

// varints reads varints until one is bad.
type varints struct {
	b   []byte
	bad bool
}

func (r *varints) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *varints) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// plainTexts decodes PLAIN byte arrays into dst, which share the memory of src.
func plainTexts(dst []string, src []byte) error {
	for i := range dst {
		if len(src) < 4 {
			return damaged("texts end early")
		}
		n := binary.LittleEndian.Uint32(src)
		if n > maxTextBytes || int(n) > len(src)-4 {
			return damaged("a text of %d bytes where %d are left", n, len(src)-4)
		}
		dst[i] = telemetry.View(src[4 : 4+n])
		src = src[4+n:]
	}
	if len(src) > 0 {
		return damaged("%d bytes are left after the last text", len(src))
	}
	return nil
}

// lengthTexts decodes DELTA_LENGTH_BYTE_ARRAY into dst, which share the memory of src.
func lengthTexts(dst []string, src []byte, lengths []uint64) error {
	src, err := differences(lengths, src)
	if err != nil {
		return err
	}
	for i, n := range lengths {
		if n > maxTextBytes || n > uint64(len(src)) {
			return damaged("a text of %d bytes where %d are left", n, len(src))
		}
		dst[i] = telemetry.View(src[:n])
		src = src[n:]
	}
	if len(src) > 0 {
		return damaged("%d bytes are left after the last text", len(src))
	}
	return nil
}

// plainNumbers decodes PLAIN numbers of size bytes into dst.
func plainNumbers(dst []uint64, src []byte, size int) error {
	if len(src) != size*len(dst) {
		return damaged("%d bytes for %d numbers", len(src), len(dst))
	}
	if size == 4 {
		for i := range dst {
			dst[i] = uint64(binary.LittleEndian.Uint32(src[4*i:]))
		}
		return nil
	}
	for i := range dst {
		dst[i] = binary.LittleEndian.Uint64(src[8*i:])
	}
	return nil
}

// plainBits decodes PLAIN truth values into dst.
func plainBits(dst []uint64, src []byte) error {
	if len(src) != (len(dst)+7)/8 {
		return damaged("%d bytes for %d truth values", len(src), len(dst))
	}
	for i := range dst {
		dst[i] = uint64(src[i/8] >> (i % 8) & 1)
	}
	return nil
}

// levelWidth gives the bits of a level of at most n.
func levelWidth(n uint8) int { return bits.Len8(n) }
