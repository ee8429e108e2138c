package service

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// attack is what is done to a service by those who can reach its ports. Its methods go on until the context ends.
type attack struct {
	t    *testing.T
	wg   sync.WaitGroup
	sent map[netip.AddrPort]*atomic.Uint64 // datagrams, by where they went

	connections atomic.Uint64
}

func newAttack(t *testing.T, udp ...netip.AddrPort) *attack {
	a := &attack{t: t, sent: map[netip.AddrPort]*atomic.Uint64{}}
	for _, to := range udp {
		a.sent[to] = &atomic.Uint64{}
	}
	return a
}

// each begins what is done again and again, from n goroutines, with a pause between.
func (a *attack) each(ctx context.Context, n int, pause time.Duration, do func(ctx context.Context, rng *rand.Rand)) {
	for i := range n {
		a.wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 77))
			for ctx.Err() == nil {
				do(ctx, rng)
				select {
				case <-ctx.Done():
				case <-time.After(pause):
				}
			}
		})
	}
}

// datagrams sends from an address of loopback that nobody is at.
func (a *attack) datagrams(to netip.AddrPort, rng *rand.Rand, all ...[]byte) {
	from := &net.UDPAddr{IP: net.IPv4(127, byte(2+rng.IntN(100)), byte(rng.IntN(256)), byte(1+rng.IntN(250)))}
	conn, err := net.DialUDP("udp4", from, net.UDPAddrFromAddrPort(to))
	if err != nil {
		a.t.Error(err)
		return
	}
	defer conn.Close()
	for _, b := range all {
		if _, err := conn.Write(b); err == nil {
			a.sent[to].Add(1)
		}
	}
}

// forged is an exporter that never was: templates that nobody needs, and data whose template does not come.
func forged(rng *rand.Rand) (all [][]byte) {
	be := binary.BigEndian
	for n := range 4 {
		b := be.AppendUint16(nil, 9)
		b = be.AppendUint16(b, 30)
		b = be.AppendUint32(b, numberedUptime)
		b = be.AppendUint32(b, uint32(time.Now().Unix()))
		b = be.AppendUint32(b, rng.Uint32())
		b = be.AppendUint32(b, rng.Uint32()) // source id
		for range 20 {
			fields := make([][2]uint16, 1+rng.IntN(10))
			for i := range fields {
				fields[i] = [2]uint16{uint16(rng.IntN(400)), uint16(1 + rng.IntN(16))}
			}
			b = appendTemplate(b, uint16(256+rng.IntN(60_000)), fields)
		}
		if n%2 == 1 {
			b = be.AppendUint16(b, uint16(256+rng.IntN(60_000)))
			b = be.AppendUint16(b, 604)
			b = append(b, make([]byte, 600)...)
		}
		all = append(all, b)
	}
	return all
}

// garbage is bytes of any length, half of them with the beginning of something.
func garbage(rng *rand.Rand, longest int) []byte {
	b := make([]byte, rng.IntN(longest))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	begins := []string{"\x00\x09\x00\x1e", "\x00\x0a\xff\xff", "\x00\x05\x00\x1e", "\x00\x00\x00\x05\x00\x00\x00\x01", "<13>1 2026-11-20T10:00:00Z ", "16\x03\x01", "999999999 "}
	if rng.IntN(2) == 0 {
		copy(b, begins[rng.IntN(len(begins))])
	}
	return b
}

// open connects, from an address that only attackers have: limits go by addresses. Nobody is angry when it is refused.
func (a *attack) open(ctx context.Context, to netip.AddrPort) net.Conn {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 3, 1)}}
	conn, err := d.DialContext(ctx, "tcp4", to.String())
	if err != nil {
		return nil
	}
	a.connections.Add(1)
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn
}

// endless sends a line that does not end.
func (a *attack) endless(ctx context.Context, to netip.AddrPort) {
	conn := a.open(ctx, to)
	if conn == nil {
		return
	}
	defer conn.Close()
	part := make([]byte, 64<<10)
	for i := range part {
		part[i] = 'x'
	}
	for ctx.Err() == nil {
		if _, err := conn.Write(part); err != nil {
			return
		}
	}
}

// half connects, sends a part of what would come first, and waits.
func (a *attack) half(ctx context.Context, to netip.AddrPort, part string) {
	conn := a.open(ctx, to)
	if conn == nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(part))
	select {
	case <-ctx.Done():
	case <-time.After(2 * time.Second):
	}
}

// drip sends a request byte by byte, and reads nothing of the answer.
func (a *attack) drip(ctx context.Context, to netip.AddrPort, token string) {
	conn := a.open(ctx, to)
	if conn == nil {
		return
	}
	defer conn.Close()
	request := fmt.Sprintf("POST /api/v1/ingest?name=slow HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\n{\"@timestamp\":\"2026", to, token)
	for i := range len(request) {
		if _, err := conn.Write([]byte(request[i : i+1])); err != nil || ctx.Err() != nil {
			return
		}
		if i > len(request)-40 {
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// unread asks for a great deal, at once, and reads nothing.
func (a *attack) unread(ctx context.Context, to netip.AddrPort, token string) {
	conn := a.open(ctx, to)
	if conn == nil {
		return
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(1024)
	for range 200 {
		if _, err := fmt.Fprintf(conn, "GET /api/v1/openapi.json HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", to, token); err != nil {
			return
		}
	}
	<-ctx.Done()
}
