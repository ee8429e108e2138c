package nfcapd

import (
	"errors"
	"slices"
)

var errLZO = errors.New("damaged")

// lzoReader walks a block of LZO1X, a run of instructions that each copy octets from before (a match) and
// then up to three that stand in the stream (literals).
type lzoReader struct {
	in   []byte
	out  []byte
	most int
}

// unpackLZO unpacks a bare block of LZO1X, as the Linux kernel's documentation describes the stream.
func unpackLZO(dst, in []byte, most int) ([]byte, error) {
	z := lzoReader{in, dst[:0], most}
	before := 0 // literals that the last instruction copied, 4 for a run of at least four
	if len(in) > 0 && in[0] > 17 {
		n := int(in[0]) - 17
		z.in = in[1:]
		if !z.literals(n) {
			return nil, errLZO
		}
		before = min(n, 4)
	}
	for {
		op, ok := z.octet()
		if !ok {
			return nil, errLZO
		}
		if op < 16 && before == 0 {
			n, ok := z.length(int(op), 15, 3)
			if !ok || !z.literals(n) {
				return nil, errLZO
			}
			before = 4
			continue
		}
		m, ok := z.match(op, before)
		switch {
		case !ok:
			return nil, errLZO
		case m.end:
			if len(z.in) > 0 {
				return nil, errLZO
			}
			return z.out, nil
		case len(z.out)+m.length > z.most:
			return nil, errTooLarge
		case !z.copy(m.distance, m.length) || !z.literals(m.literals):
			return nil, errLZO
		}
		before = m.literals
	}
}

// lzoMatch is what an instruction says to copy.
type lzoMatch struct {
	distance, length, literals int
	end                        bool
}

// match reads the rest of an instruction that copies from before.
func (z *lzoReader) match(op byte, before int) (m lzoMatch, ok bool) {
	switch {
	case op >= 64:
		high, ok := z.octet()
		return lzoMatch{distance: int(high)<<3 + int(op>>2)&7 + 1, length: int(op>>5) + 1, literals: int(op & 3)}, ok
	case op >= 16:
		return z.far(op)
	}
	high, ok := z.octet()
	m = lzoMatch{distance: int(high)<<2 + int(op>>2)&3 + 1, length: 2, literals: int(op & 3)}
	if before == 4 {
		m.distance, m.length = m.distance+2048, 3
	}
	return m, ok
}

// far reads the rest of an instruction with a distance of 14 bits.
func (z *lzoReader) far(op byte) (m lzoMatch, ok bool) {
	near := op >= 32
	if near {
		m.length, ok = z.length(int(op&31), 31, 2)
	} else {
		m.length, ok = z.length(int(op&7), 7, 2)
	}
	if !ok || len(z.in) < 2 {
		return m, false
	}
	word := int(le.Uint16(z.in))
	z.in = z.in[2:]
	m.distance, m.literals = word>>2+1, word&3
	if !near {
		m.distance = word>>2 + int(op&8)<<11 + 16384
		m.end = m.distance == 16384
	}
	return m, true
}

// length completes a length: nil bits mean that it goes on in the next octets, of which each nil one counts 255.
func (z *lzoReader) length(bits, most, plus int) (int, bool) {
	if bits > 0 {
		return bits + plus, true
	}
	for n := most + plus; n <= z.most; n += 255 {
		op, ok := z.octet()
		if !ok {
			return 0, false
		}
		if op > 0 {
			return n + int(op), true
		}
	}
	return 0, false
}

func (z *lzoReader) octet() (byte, bool) {
	if len(z.in) == 0 {
		return 0, false
	}
	b := z.in[0]
	z.in = z.in[1:]
	return b, true
}

func (z *lzoReader) literals(n int) bool {
	if n > len(z.in) || len(z.out)+n > z.most {
		return false
	}
	z.out = append(z.out, z.in[:n]...)
	z.in = z.in[n:]
	return true
}

// copy repeats what was written before; the two may overlap.
func (z *lzoReader) copy(distance, n int) bool {
	from := len(z.out) - distance
	if from < 0 {
		return false
	}
	z.out = slices.Grow(z.out, n)
	for n > 0 {
		run := min(n, len(z.out)-from)
		z.out = append(z.out, z.out[from:from+run]...)
		n, from = n-run, from+run
	}
	return true
}
