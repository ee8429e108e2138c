package simulate

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"
)

// capture writes a capture file: pcap with microseconds (draft-ietf-opsawg-pcap), frames of Ethernet with IPv4 and UDP.
type capture struct {
	file *os.File
	out  *bufio.Writer
	id   uint16
}

const (
	pcapMagic   = 0xa1b2c3d4
	pcapHeader  = 24
	frameHeader = 14 + 20 + 8 // Ethernet, IPv4, UDP
)

func createCapture(path string) (*capture, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c := &capture{file: f, out: bufio.NewWriterSize(f, 1<<16)}
	le := binary.LittleEndian
	h := le.AppendUint32(nil, pcapMagic)
	h = le.AppendUint16(h, 2)
	h = le.AppendUint16(h, 4)
	h = append(h, make([]byte, 8)...) // time zone, accuracy
	h = le.AppendUint32(h, 65535)
	h = le.AppendUint32(h, 1) // Ethernet
	if _, err := c.out.Write(h); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return c, nil
}

// datagram is one UDP datagram of IPv4.
type datagram struct {
	at       time.Time
	from, to netip.AddrPort
	data     []byte
}

func (c *capture) write(d *datagram) error {
	le, be := binary.LittleEndian, binary.BigEndian
	n := uint32(frameHeader + len(d.data))
	b := le.AppendUint32(make([]byte, 0, 16+n), uint32(d.at.Unix()))
	b = le.AppendUint32(b, uint32(d.at.Nanosecond()/1000))
	b = le.AppendUint32(le.AppendUint32(b, n), n)
	b = append(b, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 1)
	b = be.AppendUint16(b, etherIPv4)
	c.id++
	length := uint16(8 + len(d.data))
	b = appendIPv4(b, d.from.Addr(), d.to.Addr(), protoUDP, 20+length, c.id)
	udp := len(b)
	b = be.AppendUint16(b, d.from.Port())
	b = be.AppendUint16(b, d.to.Port())
	b = be.AppendUint16(b, length)
	b = append(append(b, 0, 0), d.data...)
	be.PutUint16(b[udp+6:], udpChecksum(d.from.Addr(), d.to.Addr(), b[udp:]))
	_, err := c.out.Write(b)
	return err
}

// udpChecksum sums a UDP datagram with its pseudo header (RFC 768).
func udpChecksum(src, dst netip.Addr, udp []byte) uint16 {
	pseudo := append(append(make([]byte, 0, 12), src.AsSlice()...), dst.AsSlice()...)
	pseudo = append(pseudo, 0, protoUDP)
	pseudo = binary.BigEndian.AppendUint16(pseudo, uint16(len(udp)))
	sum := ^onesSum(uint32(onesSum(0, pseudo)), udp)
	if sum == 0 {
		return 0xffff // 0 says that there is none
	}
	return sum
}

func (c *capture) close() error { return errors.Join(c.out.Flush(), c.file.Close()) }

// captured reads back a file that a capture wrote; it is no reader of others.
type captured struct {
	file *os.File
	in   *bufio.Reader
}

func openCaptured(path string) (*captured, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	c := &captured{file: f, in: bufio.NewReaderSize(f, 1<<16)}
	var h [pcapHeader]byte
	if _, err := io.ReadFull(c.in, h[:]); err != nil || binary.LittleEndian.Uint32(h[:]) != pcapMagic {
		return nil, errors.Join(fmt.Errorf("%s is no capture that simulate wrote", path), f.Close())
	}
	return c, nil
}

// next gives the next datagram, or io.EOF.
func (c *captured) next() (*datagram, error) {
	var h [16]byte
	if _, err := io.ReadFull(c.in, h[:]); err != nil {
		return nil, err
	}
	le, be := binary.LittleEndian, binary.BigEndian
	n := le.Uint32(h[8:])
	if n < frameHeader || n > 65535 {
		return nil, fmt.Errorf("frame of %d bytes in %s", n, c.file.Name())
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.in, b); err != nil {
		return nil, fmt.Errorf("%s is cut off: %w", c.file.Name(), err)
	}
	ip, udp := b[14:34], b[34:42]
	end := func(addr, port []byte) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(addr)), be.Uint16(port))
	}
	return &datagram{
		at:   time.Unix(int64(le.Uint32(h[:])), int64(le.Uint32(h[4:]))*1000).UTC(),
		from: end(ip[12:16], udp), to: end(ip[16:20], udp[2:]), data: b[frameHeader:],
	}, nil
}

func (c *captured) close() error { return c.file.Close() }
