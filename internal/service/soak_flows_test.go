package service

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// The flows of these tests are told apart by their count of bytes, which is a number of the test's own.
const (
	numberedTemplate = 300
	numberedUptime   = 600_000 // milliseconds; the flows are of the second before
	numberedSize     = 33
)

// numberedFields are the fields of a flow in NetFlow version 9: element (RFC 3954, section 8) and length.
var numberedFields = [...][2]uint16{{8, 4}, {12, 4}, {7, 2}, {11, 2}, {4, 1}, {2, 4}, {1, 8}, {22, 4}, {21, 4}}

// numbered is a router that exports numbered flows from an address of its own.
type numbered struct {
	conn     *net.UDPConn
	sequence uint32
	each     int                  // flows in a datagram
	once     bool                 // tells its template in the first datagram alone
	next     uint64               // number of the next flow
	times    map[uint64]time.Time // when the datagram was sent that begins with a flow; nil: it is not noted
}

// newNumbered makes a router at an address of loopback, whose first flow has a number.
func newNumbered(t testing.TB, from string, to netip.AddrPort, each int, first uint64) *numbered {
	t.Helper()
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(from)}, net.UDPAddrFromAddrPort(to))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &numbered{conn: conn, each: each, next: first}
}

// send sends a datagram: the template and the next flows. It says whether somebody listened, as far as that is known.
func (n *numbered) send(t testing.TB) bool {
	t.Helper()
	_, err := n.conn.Write(numberedDatagram(n.sequence, n.next, n.each, !n.once || n.sequence == 0))
	if errors.Is(err, syscall.ECONNREFUSED) { // the answer to the datagram before; this one was not sent
		return false
	}
	if err != nil {
		t.Error(err)
		return false
	}
	if n.times != nil {
		n.times[n.next] = time.Now()
	}
	n.sequence++
	n.next += uint64(n.each)
	return true
}

func numberedDatagram(sequence uint32, first uint64, flows int, withTemplate bool) []byte {
	be := binary.BigEndian
	b := make([]byte, 0, 1500)
	b = be.AppendUint16(b, 9)
	b = be.AppendUint16(b, uint16(1+flows))
	b = be.AppendUint32(b, numberedUptime)
	b = be.AppendUint32(b, uint32(time.Now().Unix()))
	b = be.AppendUint32(b, sequence)
	b = be.AppendUint32(b, 7) // source id
	if withTemplate {
		b = appendTemplate(b, numberedTemplate, numberedFields[:])
	}
	b = be.AppendUint16(b, numberedTemplate)
	b = be.AppendUint16(b, uint16(4+flows*numberedSize))
	for i := range flows {
		number := first + uint64(i)
		b = be.AppendUint32(b, 0x0a000000+uint32(number)%50_000)
		b = be.AppendUint32(b, 0x40000000+uint32(number*2654435761)%200_000)
		b = be.AppendUint16(b, 40_000)
		b = be.AppendUint16(b, 443)
		b = append(b, 6)
		b = be.AppendUint32(b, 9)
		b = be.AppendUint64(b, number)
		b = be.AppendUint32(b, numberedUptime-900)
		b = be.AppendUint32(b, numberedUptime-100)
	}
	return b
}

// appendTemplate adds a set of one template.
func appendTemplate(b []byte, id uint16, fields [][2]uint16) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(b, 0)
	b = be.AppendUint16(b, uint16(8+4*len(fields)))
	b = be.AppendUint16(b, id)
	b = be.AppendUint16(b, uint16(len(fields)))
	for _, f := range fields {
		b = be.AppendUint16(b, f[0])
		b = be.AppendUint16(b, f[1])
	}
	return b
}

// numberedOf gives the numbers of the flows in such a datagram, none when it is another.
func numberedOf(data []byte) (numbers []uint64) {
	const head = 20 + 8 + 4*len(numberedFields) + 4
	if len(data) < head || binary.BigEndian.Uint16(data[head-4:]) != numberedTemplate {
		return nil
	}
	for rest := data[head:]; len(rest) >= numberedSize; rest = rest[numberedSize:] {
		numbers = append(numbers, binary.BigEndian.Uint64(rest[17:]))
	}
	return numbers
}

// keptNumbers gives how often each numbered flow is in a data folder, by commits.
func keptNumbers(t testing.TB, data string) map[uint64]int {
	t.Helper()
	return keptOf(t, data, func(string) bool { return true })
}

// keptOf is keptNumbers of the sensors that are wanted.
func keptOf(t testing.TB, data string, wanted func(sensor string) bool) map[uint64]int {
	t.Helper()
	for {
		kept, err := readKept(data, wanted)
		if errors.Is(err, depot.ErrChanged) { // beside a writer
			continue
		}
		if err != nil {
			t.Fatalf("rows of %s: %v", data, err)
		}
		return kept
	}
}

func readKept(data string, wanted func(sensor string) bool) (_ map[uint64]int, err error) {
	v, err := depot.OpenView(context.Background(), data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	kept := map[uint64]int{}
	err = v.Rows(context.Background(), depot.Wanted{}, func(b *telemetry.Batch) error {
		if b.Kind != telemetry.KindFlow {
			return nil
		}
		for i := range b.Flow {
			if n := b.Flow[i].SrcBytes; n != telemetry.NoCount && wanted(b.Source.Sensor) {
				kept[n]++
			}
		}
		return nil
	})
	if err == nil && len(v.Damaged) > 0 {
		err = fmt.Errorf("damaged: %v", v.Damaged)
	}
	return kept, err
}
