package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"stormglass/internal/telemetry"
)

// NetFlow version 5: the oldest form, and the smallest work for a collector.
const (
	packetFlows = 30
	headBytes   = 24
	flowBytes   = 48
	packetsRate = 10_000 // a second, so that nothing is lost
)

// nfcapd gives every n-th flow to nfcapd over loopback. Each window's flows that no shorter window has
// go into a folder of their own; then links put the windows together.
func (b *bench) nfcapd(ctx context.Context) error {
	every := max(1, b.flows/b.nfdump)
	g := newGenerator(b.since(days), days, b.flows)
	for i := len(windows) - 1; i >= 0; i-- {
		until := b.since(0)
		if i > 0 {
			until = b.since(windows[i-1])
		}
		part := filepath.Join(b.nfdumpDir(), "part-"+strconv.Itoa(windows[i]))
		if err := collect(ctx, part, g, until, every, b.flows-g.made); err != nil {
			return err
		}
		for _, n := range windows[i:] {
			if err := link(part, filepath.Join(b.nfdumpDir(), strconv.Itoa(n)), windows[i]); err != nil {
				return err
			}
		}
	}
	head("days", "what nfdump -I tells")
	for _, n := range windows {
		out, err := process("", "nfdump", "-I", "-R", filepath.Join(b.nfdumpDir(), strconv.Itoa(n)))
		if err != nil {
			return err
		}
		flows, _, _ := strings.Cut(out[max(0, strings.Index(out, "Flows: ")):], "\n")
		row(n, flows)
	}
	return nil
}

// collect runs nfcapd while flows of days before until are sent to it.
func collect(ctx context.Context, dir string, g *generator, until telemetry.Day, every, left int64) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	const port = "29995"
	c := exec.CommandContext(ctx, "nfcapd", "-w", dir, "-b", "127.0.0.1", "-p", port, "-B", "4000000", "-t", "86400")
	if err := c.Start(); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, c.Process.Signal(syscall.SIGTERM), c.Wait())
	}()
	time.Sleep(time.Second) // until it listens
	conn, err := new(net.Dialer).DialContext(ctx, "udp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	defer conn.Close()
	e := exporter{conn: conn, started: time.Now()}
	var f flow
	for ; left > 0; left-- {
		g.next(&f)
		if g.made%every == 0 {
			if err := e.add(&f); err != nil {
				return err
			}
		}
		if g.at(g.made).Day() >= until {
			break
		}
	}
	err = e.send()
	time.Sleep(time.Second) // until it has read what the socket holds
	return err
}

// exporter sends flows in packets.
type exporter struct {
	conn    net.Conn
	buf     []byte
	sent    uint32
	packets int
	started time.Time
}

func (e *exporter) add(f *flow) error {
	at := f.at.Time()
	if len(e.buf) == 0 { // the clock of the device stands at one hour when the first flow of a packet began
		h := make([]byte, headBytes, headBytes+packetFlows*flowBytes)
		binary.BigEndian.PutUint16(h, 5)
		binary.BigEndian.PutUint32(h[4:], 3_600_000)
		binary.BigEndian.PutUint32(h[8:], uint32(at.Unix()))
		binary.BigEndian.PutUint32(h[12:], uint32(at.Nanosecond()))
		binary.BigEndian.PutUint32(h[16:], e.sent)
		e.buf = h
	}
	var r [flowBytes]byte
	binary.BigEndian.PutUint32(r[0:], f.src)
	binary.BigEndian.PutUint32(r[4:], f.dst)
	binary.BigEndian.PutUint16(r[12:], f.in)
	binary.BigEndian.PutUint16(r[14:], f.out)
	binary.BigEndian.PutUint32(r[16:], f.packets)
	binary.BigEndian.PutUint32(r[20:], f.octets)
	binary.BigEndian.PutUint32(r[24:], 3_600_000-f.lastsMillisecond)
	binary.BigEndian.PutUint32(r[28:], 3_600_000)
	binary.BigEndian.PutUint16(r[32:], f.sport)
	binary.BigEndian.PutUint16(r[34:], f.dport)
	r[37], r[38] = f.flags, f.proto
	e.buf = append(e.buf, r[:]...)
	if e.sent++; e.sent%packetFlows != 0 {
		return nil
	}
	return e.send()
}

func (e *exporter) send() error {
	if len(e.buf) == 0 {
		return nil
	}
	binary.BigEndian.PutUint16(e.buf[2:], uint16((len(e.buf)-headBytes)/flowBytes))
	_, err := e.conn.Write(e.buf)
	e.buf = nil
	if e.packets++; e.packets%100 == 0 {
		time.Sleep(time.Until(e.started.Add(time.Duration(e.packets) * time.Second / packetsRate)))
	}
	return err
}

func link(from, to string, part int) error {
	entries, err := os.ReadDir(from)
	err = errors.Join(err, os.MkdirAll(to, 0o700))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "nfcapd.2") {
			err = errors.Join(err, os.Link(filepath.Join(from, e.Name()), filepath.Join(to, fmt.Sprintf("%s%02d", e.Name(), part))))
		}
	}
	return err
}

// nfdumpSeen looks for addresses with nfdump's list filter, and prints nothing of what it finds.
func (b *bench) nfdumpSeen(filter string, n int) error {
	_, err := process("", "nfdump", "-q", "-R", filepath.Join(b.nfdumpDir(), strconv.Itoa(n)), "-o", "null", "-f", filter)
	return err
}
