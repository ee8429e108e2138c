package pcap

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The blocks of pcapng that are read.
const (
	blockSection   = 0x0a0d0d0a // the same in both byte orders
	blockInterface = 1
	blockPacketOld = 2
	blockSimple    = 3
	blockPacket    = 6
)

// The options of an interface that are read.
const (
	optionEnd        = 0
	optionResolution = 9
	optionOffset     = 14
)

// iface is what a section says of an interface.
type iface struct {
	link  uint32
	snap  uint32
	clock clock
}

// sectionOrder reads the byte-order magic of a section; nil when it is none.
func sectionOrder(b []byte) binary.ByteOrder {
	switch {
	case len(b) < 4:
	case binary.BigEndian.Uint32(b) == 0x1a2b3c4d:
		return binary.BigEndian
	case binary.LittleEndian.Uint32(b) == 0x1a2b3c4d:
		return binary.LittleEndian
	}
	return nil
}

// nextBlock reads blocks up to the next packet.
func (c *capture) nextBlock(f *frame) error {
	for {
		kind, size, err := c.blockHead()
		if err != nil {
			return err
		}
		if !kept(kind) || size > maxFrame+1024 {
			if err := c.overlook(kind, size); err != nil {
				return err
			}
			continue
		}
		body, err := c.take(size + 4)
		if err != nil {
			return err
		}
		if total := c.order.Uint32(body[size:]); total != uint32(size+12) {
			return fmt.Errorf("%w: it is %d octets at its start, %d at its end", errBlock, size+12, total)
		}
		ok, err := c.block(kind, body[:size], f)
		if ok || err != nil {
			return err
		}
	}
}

// blockHead reads the type of a block and the length of its body. A section states its byte order first.
func (c *capture) blockHead() (kind uint32, size int, err error) {
	if _, err := c.in.Peek(1); err != nil {
		return 0, 0, err
	}
	head, err := c.take(8)
	if err != nil {
		return 0, 0, err
	}
	if binary.BigEndian.Uint32(head) == blockSection {
		length := [4]byte(head[4:])
		peek, err := c.in.Peek(4)
		if err != nil {
			return 0, 0, cut(err)
		}
		if c.order = sectionOrder(peek); c.order == nil {
			return 0, 0, errSection
		}
		copy(c.buf[4:8], length[:])
	}
	kind, total := c.order.Uint32(c.buf), c.order.Uint32(c.buf[4:])
	if total < 12 || total%4 != 0 || total > math.MaxInt32 {
		return 0, 0, fmt.Errorf("%w: %d octets", errBlock, total)
	}
	return kind, int(total) - 12, nil
}

func kept(kind uint32) bool {
	switch kind {
	case blockSection, blockInterface, blockPacketOld, blockSimple, blockPacket:
		return true
	}
	return false
}

// overlook passes over a block that is not read.
func (c *capture) overlook(kind uint32, size int) error {
	if err := c.skip(int64(size) + 4); err != nil {
		return err
	}
	switch kind {
	case blockPacketOld, blockSimple, blockPacket:
		c.number++
		c.lose(c.number, reasonLong, "")
	case blockSection, blockInterface:
		return fmt.Errorf("%w: %d octets", errLength, size)
	default:
		c.pass(c.number, noticeBlock)
	}
	return nil
}

// block reads a block's body; ok when it gave a packet.
func (c *capture) block(kind uint32, b []byte, f *frame) (ok bool, err error) {
	switch kind {
	case blockSection:
		if len(b) < 16 {
			return false, errBlock
		}
		if major := c.order.Uint16(b[4:]); major != 1 {
			return false, fmt.Errorf("%w: %d.%d", errVersion, major, c.order.Uint16(b[6:]))
		}
		c.interfaces = c.interfaces[:0]
		return false, nil
	case blockInterface:
		return false, c.addInterface(b)
	}
	c.number++
	if kind == blockSimple {
		return c.simple(b, f), nil
	}
	return c.packet(kind, b, f), nil
}

func (c *capture) addInterface(b []byte) error {
	if len(b) < 8 {
		return errBlock
	}
	if len(c.interfaces) == maxInterfaces {
		c.lose(c.number, reasonInterfaces, "")
		return nil
	}
	i := iface{link: uint32(c.order.Uint16(b)), snap: c.order.Uint32(b[4:]), clock: clock{perSecond: 1e6}}
	for b = b[8:]; len(b) >= 4; {
		code, size := c.order.Uint16(b), int(c.order.Uint16(b[2:]))
		if b = b[4:]; code == optionEnd || len(b) < size {
			break
		}
		switch {
		case code == optionResolution && size == 1:
			i.clock.perSecond = resolution(b[0])
		case code == optionOffset && size == 8:
			i.clock.offset = int64(c.order.Uint64(b))
		}
		b = b[min(len(b), (size+3)&^3):]
	}
	c.interfaces = append(c.interfaces, i)
	return nil
}

// resolution reads if_tsresol: a power of ten, or of two with the high bit. One beyond what 64 bits count is
// taken for the finest there is, which makes its times unknown or wrong as its writer made them.
func resolution(b byte) uint64 {
	if b&0x80 != 0 {
		return 1 << min(b&0x7f, 63)
	}
	n := uint64(1)
	for range min(b, 19) {
		n *= 10
	}
	return n
}

// packet reads an enhanced packet block, or the packet block that came before it: in that one the interface is of
// two octets, with a count of lost packets behind it.
func (c *capture) packet(kind uint32, b []byte, f *frame) bool {
	if len(b) < 20 {
		c.lose(c.number, reasonBlock, "")
		return false
	}
	n := c.order.Uint32(b)
	if kind == blockPacketOld {
		n = uint32(c.order.Uint16(b))
	}
	if uint64(n) >= uint64(len(c.interfaces)) {
		c.lose(c.number, reasonNoInterface, "")
		return false
	}
	i := &c.interfaces[n]
	units := uint64(c.order.Uint32(b[4:]))<<32 | uint64(c.order.Uint32(b[8:]))
	size, length := c.order.Uint32(b[12:]), c.order.Uint32(b[16:])
	return c.give(b[20:], size, frame{at: i.clock.instant(units), link: i.link, length: length}, f)
}

// simple reads a simple packet block: of the first interface, without a time, and cut at its snapshot length.
func (c *capture) simple(b []byte, f *frame) bool {
	switch {
	case len(b) < 4:
		c.lose(c.number, reasonBlock, "")
		return false
	case len(c.interfaces) == 0:
		c.lose(c.number, reasonNoInterface, "")
		return false
	}
	i := &c.interfaces[0]
	length := c.order.Uint32(b)
	size := length
	if i.snap != 0 {
		size = min(size, i.snap)
	}
	return c.give(b[4:], size, frame{link: i.link, length: length}, f)
}

func (c *capture) give(b []byte, size uint32, with frame, f *frame) bool {
	switch {
	case uint64(size) > uint64(len(b)):
		c.lose(c.number, reasonBlock, "")
		return false
	case size > maxFrame:
		c.lose(c.number, reasonLong, "")
		return false
	}
	*f = with
	f.number, f.data, f.length = c.number, b[:size], max(with.length, size)
	return true
}
