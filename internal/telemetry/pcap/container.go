package pcap

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"

	"stormglass/internal/telemetry"
)

// The limits of capture files. Neither format has any; the longest packets are those that a network card is to
// cut up, and pcap's own snapshot length is 256 KiB.
const (
	maxFrame      = 256 << 10
	maxPassed     = 64 << 20 // a longer block or packet is no length but damage
	maxInterfaces = 4096
	readSize      = 128 << 10
)

// What ends the reading of a capture.
var (
	errCut     = errors.New("cut off in the middle of a packet")
	errMagic   = errors.New("no capture file")
	errVersion = errors.New("a version of the capture format that is not known")
	errLength  = errors.New("a length beyond any sense")
	errBlock   = errors.New("a block that contradicts itself")
	errSection = errors.New("a section without its byte order")
)

// The reasons for which a packet of a capture is left out.
const (
	reasonLong        = "packet longer than 256 KiB"
	reasonNoInterface = "packet of an interface that the capture does not describe"
	reasonBlock       = "block of a packet shorter than it says"
	reasonInterfaces  = "more interfaces than are kept"
	noticeBlock       = "blocks that hold no packet: not kept"
)

// frame is one packet as it stands in the capture. Its data is valid until the next one.
type frame struct {
	number uint64 // from 1, as analysers count them
	at     telemetry.Instant
	link   uint32
	data   []byte
	length uint32 // on the wire
}

// capture reads a capture file. Packets that cannot be given are told to lose and passed over.
type capture struct {
	in     *bufio.Reader
	order  binary.ByteOrder
	ng     bool
	number uint64
	buf    []byte
	lose   func(number uint64, reason, detail string)
	pass   func(number uint64, reason string)

	// of pcap
	header int // octets before each packet
	link   uint32
	clock  clock

	// of the section of pcapng that is being read
	interfaces []iface
}

// clock says how the times of an interface are counted.
type clock struct {
	perSecond uint64 // units
	offset    int64  // seconds to add
}

// instant turns a count of units into a time; unknown when that lies outside 1970 to 2200.
func (c clock) instant(units uint64) telemetry.Instant {
	sec, rest := units/c.perSecond, units%c.perSecond
	const most = 1 << 34 // seconds; far beyond 2200
	if sec > most || c.offset > most || c.offset < -most {
		return 0
	}
	hi, lo := bits.Mul64(rest, 1e9)
	nanos, _ := bits.Div64(hi, lo, c.perSecond) // rest is below perSecond, so hi is too
	return seconds(int64(sec)+c.offset, nanos)
}

// Sniff reports whether a source begins like a capture file.
func Sniff(head []byte) bool {
	if len(head) < 12 {
		return false
	}
	order, _, ok := magic(head)
	switch {
	case ok:
		return order.Uint16(head[4:]) == 2
	case binary.BigEndian.Uint32(head) == blockSection:
		return sectionOrder(head[8:]) != nil
	}
	return false
}

// open reads what stands before the first packet.
func open(r io.Reader, lose func(uint64, string, string), pass func(uint64, string)) (*capture, error) {
	c := &capture{in: bufio.NewReaderSize(r, readSize), lose: lose, pass: pass}
	head, err := c.in.Peek(4)
	if err != nil {
		return nil, ending(err)
	}
	if binary.BigEndian.Uint32(head) == blockSection {
		c.ng = true
		return c, nil
	}
	return c, c.fileHeader()
}

// next gives the next packet; io.EOF after the last one.
func (c *capture) next(f *frame) error {
	if c.ng {
		return c.nextBlock(f)
	}
	return c.nextRecord(f)
}

// take reads n octets, which the caller has bounded, into the capture's buffer. Memory follows what is there.
func (c *capture) take(n int) ([]byte, error) {
	const step = 64 << 10
	c.buf = c.buf[:0]
	for len(c.buf) < n {
		have, more := len(c.buf), min(n-len(c.buf), step)
		c.buf = slices.Grow(c.buf, more)[:have+more]
		if _, err := io.ReadFull(c.in, c.buf[have:]); err != nil {
			return nil, cut(err)
		}
	}
	return c.buf, nil
}

// skip passes over n octets.
func (c *capture) skip(n int64) error {
	if n > maxPassed {
		return fmt.Errorf("%w: %d octets", errLength, n)
	}
	_, err := io.CopyN(io.Discard, c.in, n)
	return cut(err)
}

// cut names the end of a file in the middle of something; other errors are the reader's.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

// ending is cut for the first octets of a file.
func ending(err error) error {
	if errors.Is(err, io.EOF) {
		return errMagic
	}
	return err
}
