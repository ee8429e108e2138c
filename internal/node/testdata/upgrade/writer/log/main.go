// Command writer has the log of what arrived written as the program of 90a07f6 did, which had no sockets yet: "fold" takes
// datagrams in and commits them, "tail" takes some in and is killed.
package main

import (
	"context"
	"encoding/binary"
	"log"
	"net/netip"
	"os"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/receive"
	"stormglass/internal/telemetry"
)

// v5 reads as much of NetFlow 5 as the packets below hold: that commit had no decoder yet.
type v5 struct{}

func (v5) Decode(d *telemetry.Datagram, s *telemetry.Set) {
	for b := d.Data[24:]; len(b) >= 48; b = b[48:] {
		batch, i := s.Append(telemetry.KindFlow)
		f := &batch.Flow[i]
		f.Occurred, f.Received = d.At, d.At
		f.Src, f.Dst = netip.AddrFrom4([4]byte(b)), netip.AddrFrom4([4]byte(b[4:]))
		f.SrcPort, f.DstPort, f.Proto = binary.BigEndian.Uint16(b[32:]), binary.BigEndian.Uint16(b[34:]), b[38]
		f.SrcBytes, f.SrcPackets = uint64(binary.BigEndian.Uint32(b[20:])), uint64(binary.BigEndian.Uint32(b[16:]))
	}
}

var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// packet is a datagram of NetFlow 5 with a flow to each of some addresses.
func packet(n int, to ...byte) telemetry.Datagram {
	at := start.Add(time.Duration(n) * time.Minute)
	b := make([]byte, 24, 24+48*len(to))
	binary.BigEndian.PutUint16(b, 5)
	binary.BigEndian.PutUint16(b[2:], uint16(len(to)))
	binary.BigEndian.PutUint32(b[4:], 3_600_000)
	binary.BigEndian.PutUint32(b[8:], uint32(at.Unix()))
	for i, last := range to {
		r := make([]byte, 48)
		copy(r, []byte{10, 0, 0, byte(n%9 + 1)})
		copy(r[4:], []byte{203, 0, 113, last})
		binary.BigEndian.PutUint32(r[16:], 2)
		binary.BigEndian.PutUint32(r[20:], uint32(1000+10*n+i))
		binary.BigEndian.PutUint32(r[24:], 3_590_000)
		binary.BigEndian.PutUint32(r[28:], 3_595_000)
		binary.BigEndian.PutUint16(r[32:], 50000)
		binary.BigEndian.PutUint16(r[34:], 443)
		r[38] = 6
		b = append(b, r...)
	}
	return telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.1:4000"), At: telemetry.InstantOf(at), Data: b}
}

func main() {
	ctx := context.Background()
	d, err := depot.Open(ctx, os.Args[1], depot.Options{})
	check(err)
	fsys, err := disk.Dir(os.Args[1])
	check(err)
	p, err := receive.Open(receive.Config{Depot: d, FS: fsys, Kinds: map[string]receive.Kind{"netflow": {New: func() receive.Decoder { return v5{} }}}})
	check(err)
	_, err = p.Replay(ctx)
	check(err)
	if os.Args[2] == "fold" {
		for n := range 10 {
			check(p.Take(ctx, &receive.Block{Listener: "netflow 192.0.2.10:2055", Datagrams: []telemetry.Datagram{packet(n, byte(100+n), byte(120+n))}}))
		}
		check(p.Close(ctx))
		check(d.Close())
		return
	}
	for n := 10; n < 20; n++ {
		check(p.Take(ctx, &receive.Block{Listener: "netflow 192.0.2.10:2055", Datagrams: []telemetry.Datagram{packet(n, byte(130+n), 66)}}))
	}
	os.Exit(0) // as if killed: what the file holds is there, and nothing was closed
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
