package pcap

import (
	"encoding/binary"
	"fmt"
	"time"

	"stormglass/internal/telemetry"
)

// The magic numbers of pcap, in the byte order of whoever captured.
const (
	magicMicros   = 0xa1b2c3d4
	magicNanos    = 0xa1b23c4d
	magicModified = 0xa1b2cd34 // with eight further octets before each packet (Kuznetzov)
)

// magic reads the first four octets of a pcap file.
func magic(head []byte) (order binary.ByteOrder, value uint32, ok bool) {
	for _, o := range [...]binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch v := o.Uint32(head); v {
		case magicMicros, magicNanos, magicModified:
			return o, v, true
		}
	}
	return nil, 0, false
}

// fileHeader reads the 24 octets that a pcap file begins with. The snapshot length is not relied on: writers
// state 0, and a forger what he likes.
func (c *capture) fileHeader() error {
	head, err := c.take(24)
	if err != nil {
		return errMagic
	}
	order, value, ok := magic(head)
	if !ok {
		return errMagic
	}
	c.order = order
	if major := order.Uint16(head[4:]); major != 2 {
		return fmt.Errorf("%w: %d.%d", errVersion, major, order.Uint16(head[6:]))
	}
	c.link = order.Uint32(head[20:]) & 0xffff // above it the length of a frame check sequence
	c.header, c.clock.perSecond = 16, 1e6
	switch value {
	case magicNanos:
		c.clock.perSecond = 1e9
	case magicModified:
		c.header = 24
	}
	return nil
}

func (c *capture) nextRecord(f *frame) error {
	for {
		if _, err := c.in.Peek(1); err != nil {
			return err
		}
		head, err := c.take(c.header)
		if err != nil {
			return err
		}
		c.number++
		o := c.order
		sec, part := o.Uint32(head), uint64(o.Uint32(head[4:]))
		size, length := o.Uint32(head[8:]), o.Uint32(head[12:])
		if size > maxFrame {
			if err := c.skip(int64(size)); err != nil {
				return err
			}
			c.lose(c.number, reasonLong, "")
			continue
		}
		data, err := c.take(int(size))
		if err != nil {
			return err
		}
		at := telemetry.Instant(0)
		if part < c.clock.perSecond {
			at = seconds(int64(sec), part*(1e9/c.clock.perSecond))
		}
		*f = frame{number: c.number, at: at, link: c.link, data: data, length: max(length, size)}
		return nil
	}
}

// seconds makes a time of seconds since 1970 and nanoseconds; unknown outside 1970 to 2200.
func seconds(sec int64, nanos uint64) telemetry.Instant {
	return telemetry.InstantOf(time.Unix(sec, int64(nanos)))
}
