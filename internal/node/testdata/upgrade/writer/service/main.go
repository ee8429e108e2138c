// Command writer has the service of bff7d7d take in datagrams of NetFlow 9: "fold" takes in a template and data and stops as
// told, "tail" takes in data that need the template of before and is killed.
package main

import (
	"context"
	"encoding/binary"
	"log"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/node"
	"stormglass/internal/telemetry"
)

var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// fields of the template: source and destination, ports, protocol, bytes, packets, first and last (RFC 3954, section 8).
var fields = [][2]uint16{{8, 4}, {12, 4}, {7, 2}, {11, 2}, {4, 1}, {1, 4}, {2, 4}, {22, 4}, {21, 4}}

// packet is a datagram of NetFlow 9, with a template when told so, and a flow to each of some addresses.
func packet(n int, template bool, to ...byte) telemetry.Datagram {
	at := start.Add(time.Duration(n) * time.Minute)
	var u16 = binary.BigEndian.AppendUint16
	var u32 = binary.BigEndian.AppendUint32
	count := len(to)
	if template {
		count++
	}
	b := u16(u16(nil, 9), uint16(count))
	b = u32(u32(u32(u32(b, 3_600_000), uint32(at.Unix())), uint32(n+1)), 7)
	if template {
		b = u16(u16(u16(u16(b, 0), uint16(8+4*len(fields))), 256), uint16(len(fields)))
		for _, f := range fields {
			b = u16(u16(b, f[0]), f[1])
		}
	}
	set := u16(nil, 256)
	var data []byte
	for i, last := range to {
		data = append(data, 10, 0, 0, byte(n%9+1), 203, 0, 113, last)
		data = append(u16(u16(data, 50000), 443), 6)
		data = u32(u32(u32(u32(data, uint32(1000+10*n+i)), 2), 3_590_000), 3_595_000)
	}
	for len(data)%4 != 0 {
		data = append(data, 0)
	}
	b = append(append(b, u16(set, uint16(4+len(data)))...), data...)
	return telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.1:4000"), At: telemetry.InstantOf(at), Data: b}
}

// socket hands on what main makes up.
type socket chan *listen.Block

func (socket) Name() string                     { return "netflow 192.0.2.10:2055" }
func (s socket) Queues() []<-chan *listen.Block { return []<-chan *listen.Block{s} }

func (s socket) Run(ctx context.Context) error {
	<-ctx.Done()
	close(s)
	return nil
}

func main() {
	ctx, stop := context.WithCancel(context.Background())
	k, err := node.OpenKeeper(ctx, os.Args[1], "upgrade")
	check(err)
	in := make(socket)
	s, err := node.NewService(ctx, k, node.ServiceConfig{Listeners: []node.Listener{in}, FoldEvery: time.Hour, HastenEvery: time.Hour}, slog.New(slog.DiscardHandler))
	check(err)
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	fold := os.Args[2] == "fold"
	for n := range 10 {
		d := packet(n, n == 0, byte(100+n), byte(120+n))
		if !fold {
			d = packet(10+n, false, byte(140+n), 66)
		}
		in <- &listen.Block{Datagrams: []telemetry.Datagram{d}}
	}
	for s.State().Waiting < 10 {
		time.Sleep(10 * time.Millisecond)
	}
	if !fold {
		time.Sleep(time.Second) // longer than it takes to sync the log
		os.Exit(0)              // as if killed
	}
	stop()
	check(<-done)
	check(k.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
