package geo

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
)

// Types of MRT records (RFC 6396, section 4; RFC 8050, section 4).
const (
	mrtTableDumpV2 = 13

	mrtIPv4    = 2
	mrtIPv6    = 4
	mrtIPv4Add = 8
	mrtIPv6Add = 10
)

// Limits of a dump.
const (
	maxRecord   = 16 << 20 // bytes of one record
	maxPrefixes = 8_000_000
	maxOrigins  = 64 // different origins of one prefix that are counted
)

// dump is what a dump of routing tables holds.
type dump struct {
	origins func(netip.Prefix, uint32) // called for each prefix
	Records int                        // of prefixes
	Skipped int                        // records that are damaged, or of other sorts
}

var errNoDump = errors.New("it holds no routing table (MRT, TABLE_DUMP_V2)")

// read reads a dump to its end. A damaged record is passed over; an error means that the rest could not be read.
func (d *dump) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	var header [12]byte
	var body []byte
	for {
		if _, err := io.ReadFull(in, header[:]); err != nil {
			if errors.Is(err, io.EOF) && d.Records > 0 {
				return nil
			}
			if errors.Is(err, io.EOF) {
				return errNoDump
			}
			return fmt.Errorf("after %d prefixes: %w", d.Records, err)
		}
		kind, subtype := binary.BigEndian.Uint16(header[4:]), binary.BigEndian.Uint16(header[6:])
		n := binary.BigEndian.Uint32(header[8:])
		if n > maxRecord {
			return fmt.Errorf("after %d prefixes a record of %d bytes: it is damaged, or no MRT", d.Records, n)
		}
		if cap(body) < int(n) {
			body = make([]byte, n, max(int(n), 2*cap(body)))
		}
		body = body[:n]
		if _, err := io.ReadFull(in, body); err != nil {
			return fmt.Errorf("after %d prefixes it ends within a record: %w", d.Records, noEOF(err))
		}
		if err := d.record(kind, subtype, body); err != nil {
			return err
		}
	}
}

// noEOF makes an end of file one that was not expected.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (d *dump) record(kind, subtype uint16, body []byte) error {
	var rib rib
	switch {
	case kind != mrtTableDumpV2:
		d.Skipped++
		return nil
	case subtype == mrtIPv4, subtype == mrtIPv4Add:
		rib = ribOf(body, 4, subtype == mrtIPv4Add)
	case subtype == mrtIPv6, subtype == mrtIPv6Add:
		rib = ribOf(body, 16, subtype == mrtIPv6Add)
	default:
		return nil // the index of peers, multicast, other families
	}
	if !rib.ok {
		d.Skipped++
		return nil
	}
	if d.Records++; d.Records > maxPrefixes {
		return fmt.Errorf("it has over %d prefixes", maxPrefixes)
	}
	if rib.origin != 0 && rib.prefix.Bits() > 0 {
		d.origins(rib.prefix, rib.origin)
	}
	return nil
}

// rib is one record of a prefix.
type rib struct {
	prefix netip.Prefix
	origin uint32 // what most peers say; 0: nobody says
	ok     bool
}

// cursor takes bytes from the front; bad once there were too few.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b) {
		c.bad, c.b = true, nil
		return make([]byte, n)
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) byte() int   { return int(c.take(1)[0]) }
func (c *cursor) uint16() int { return int(binary.BigEndian.Uint16(c.take(2))) }

// ribOf reads a record of a prefix (RFC 6396, section 4.3.2): sequence number, prefix, and what each peer says.
func ribOf(body []byte, bytes int, addPath bool) rib {
	c := &cursor{b: body}
	c.take(4)
	prefix, ok := c.prefix(bytes)
	if !ok {
		return rib{}
	}
	var v votes
	for range c.uint16() {
		c.take(2 + 4) // the peer, and since when
		if addPath {
			c.take(4)
		}
		attributes := c.take(c.uint16())
		if c.bad {
			return rib{}
		}
		v.add(originOf(attributes))
	}
	return rib{prefix, v.most(), !c.bad}
}

func (c *cursor) prefix(bytes int) (netip.Prefix, bool) {
	bits := c.byte()
	if bits > 8*bytes {
		return netip.Prefix{}, false
	}
	var b [16]byte
	copy(b[:], c.take((bits+7)/8))
	a := netip.AddrFrom16(b)
	if bytes == 4 {
		a = netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.PrefixFrom(a, bits).Masked(), !c.bad && (bytes == 4 || !a.Is4In6())
}

// Of attributes and AS_PATH (RFC 4271, section 4.3; numbers of four bytes by RFC 6396, section 4.3.4).
const (
	attributePath     = 2
	attributeExtended = 0x10
	segmentSet        = 1
	segmentSequence   = 2
)

// originOf gives the autonomous system at which a path begins; 0: none is stated, or one of several.
func originOf(attributes []byte) uint32 {
	c := &cursor{b: attributes}
	for len(c.b) > 0 {
		flags, kind := c.byte(), c.byte()
		var n int
		if flags&attributeExtended != 0 {
			n = c.uint16()
		} else {
			n = c.byte()
		}
		value := c.take(n)
		switch {
		case c.bad:
			return 0
		case kind == attributePath:
			return originOfPath(value)
		}
	}
	return 0
}

func originOfPath(path []byte) uint32 {
	c := &cursor{b: path}
	var origin uint32
	for len(c.b) > 0 {
		kind, n := c.byte(), c.byte()
		all := c.take(4 * n)
		switch {
		case c.bad:
			return 0
		case n == 0:
		case kind == segmentSequence, kind == segmentSet && n == 1:
			origin = binary.BigEndian.Uint32(all[4*(n-1):])
		case kind == segmentSet:
			origin = 0
		}
	}
	return origin
}

// votes count how many peers say which origin.
type votes struct {
	origins [maxOrigins]uint32
	counts  [maxOrigins]int
	n       int
}

func (v *votes) add(origin uint32) {
	if origin == 0 {
		return
	}
	for i := range v.n {
		if v.origins[i] == origin {
			v.counts[i]++
			return
		}
	}
	if v.n < maxOrigins {
		v.origins[v.n], v.counts[v.n] = origin, 1
		v.n++
	}
}

// most gives what most say; of several the lowest number.
func (v *votes) most() uint32 {
	var best uint32
	most := 0
	for i := range v.n {
		if v.counts[i] > most || v.counts[i] == most && v.origins[i] < best {
			best, most = v.origins[i], v.counts[i]
		}
	}
	return best
}
