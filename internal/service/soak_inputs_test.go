package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stormglass/internal/web/api"
)

// daily is what reaches a service on any day, but for flows.
type daily struct {
	t    *testing.T
	s    *Service
	at   client
	logs string

	lines, exchanged, asked atomic.Uint64
}

// every does something until the context ends.
func every(ctx context.Context, pause time.Duration, do func(n uint64)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for n := uint64(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		do(n)
	}
}

func (d *daily) dial(ctx context.Context, network string, to net.Addr, secure *tls.Config) net.Conn {
	conn, err := new(net.Dialer).DialContext(ctx, network, to.String())
	if err != nil {
		d.t.Error(err)
		return nil
	}
	if secure != nil {
		conn = tls.Client(conn, secure)
	}
	return conn
}

// stream writes what say gives, until the context ends.
func (d *daily) stream(ctx context.Context, conn net.Conn, pause time.Duration, say func(n uint64) []byte) {
	if conn == nil {
		return
	}
	defer conn.Close()
	failed := false
	every(ctx, pause, func(n uint64) {
		if _, err := conn.Write(say(n)); err != nil && !failed {
			failed = true
			d.t.Errorf("%s to %s: %v", conn.LocalAddr().Network(), conn.RemoteAddr(), err)
		}
	})
}

// samples are those of sFlow 5: a sampled IPv4 header of each.
func (d *daily) samples(ctx context.Context) {
	d.stream(ctx, d.dial(ctx, "udp", net.UDPAddrFromAddrPort(d.s.bound()[1].Addr()), nil), 2*time.Millisecond, func(n uint64) []byte {
		be := binary.BigEndian
		var b []byte
		words := func(all ...uint32) {
			for _, w := range all {
				b = be.AppendUint32(b, w)
			}
		}
		words(5, 1, 0xc0000207, 0, uint32(n), uint32(n), 5) // version, agent 192.0.2.7, sequence, uptime, samples
		for i := range uint32(5) {
			words(1, 32+8+32, uint32(n)*5+i, 3, 1000, 0, 0, 1, 2, 1)
			words(3, 32, 64, 6, 0x0a000000+uint32(n)%50_000, 0x40000000+(uint32(n)*5+i)*7919%200_000, 40_000, 443, 0x10, 0)
		}
		return b
	})
}

func message(host string, n uint64) string {
	return fmt.Sprintf("<13>1 %s %s app - - - login %d of user%d from 198.51.%d.%d", time.Now().UTC().Format(time.RFC3339), host, n, n%500, n/250%250, n%250)
}

func (d *daily) syslogUDP(ctx context.Context) {
	d.stream(ctx, d.dial(ctx, "udp", net.UDPAddrFromAddrPort(d.s.bound()[2].Addr()), nil), time.Millisecond, func(n uint64) []byte { return []byte(message("udp", n)) })
}

func (d *daily) syslogTCP(ctx context.Context) {
	d.stream(ctx, d.dial(ctx, "tcp", net.TCPAddrFromAddrPort(d.s.bound()[3].Addr()), nil), time.Millisecond, func(n uint64) []byte { return []byte(message("tcp", n) + "\n") })
}

func (d *daily) syslogTLS(ctx context.Context) {
	pem, err := os.ReadFile(d.s.cfg.Collect.SyslogTLS[0].Cert)
	if err != nil {
		d.t.Error(err)
		return
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	conn := d.dial(ctx, "tcp", net.TCPAddrFromAddrPort(d.s.bound()[4].Addr()), &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
	d.stream(ctx, conn, time.Millisecond, func(n uint64) []byte {
		m := message("tls", n)
		return fmt.Appendf(nil, "%d %s", len(m), m)
	})
}

const zeekHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n" +
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n" +
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n"

// zeek writes a log that grows, and begins a new one each half minute, as Zeek does each hour.
func (d *daily) zeek(ctx context.Context) {
	every(ctx, 200*time.Millisecond, func(n uint64) {
		f, err := os.OpenFile(filepath.Join(d.logs, fmt.Sprintf("conn.%d.log", n/150)), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			d.t.Error(err)
			return
		}
		defer f.Close()
		if n%150 == 0 {
			_, _ = f.WriteString(zeekHeader)
		}
		now := float64(time.Now().UnixMilli()) / 1000
		for i := range 200 {
			fmt.Fprintf(f, "%.3f\tC%d\t10.1.%d.%d\t40000\t64.0.%d.%d\t443\ttcp\tssl\t1.5\t100\t2000\tSF\n", now, n*200+uint64(i), n%250, i, n/250%250, i)
		}
	})
}

func (d *daily) handIn(ctx context.Context) {
	every(ctx, 500*time.Millisecond, func(n uint64) { //nolint:contextcheck // a request that was begun is ended
		var in api.Ingested
		line := fmt.Sprintf(`{"@timestamp":"%s","source":{"ip":"10.0.0.1","bytes":%d},"destination":{"ip":"198.51.100.9","port":443},"network":{"transport":"tcp"},"event":{"dataset":"made.up","category":"network"}}`+"\n", time.Now().UTC().Format(time.RFC3339), handedIn+d.lines.Load())
		if code := d.at.do(http.MethodPost, fmt.Sprintf("/api/v1/ingest?name=line-%d", n), line, &in); code != http.StatusOK || in.Records != 1 {
			d.t.Errorf("hand a line in: %d, %+v", code, in)
			return
		}
		d.lines.Add(1)
	})
}

// ask asks what people and monitoring ask.
func (d *daily) ask(ctx context.Context) {
	paths := []string{"/readyz", "/api/v1/status", "/api/v1/findings?limit=50", "/api/v1/seen?value=64.0.0.1&value=198.51.1.1&value=203.0.113.9", "/api/v1/intel"}
	every(ctx, 100*time.Millisecond, func(n uint64) { //nolint:contextcheck // a request that was begun is ended
		if code := d.at.do(http.MethodGet, paths[n%uint64(len(paths))], "", nil); code != http.StatusOK {
			d.t.Errorf("%s: %d", paths[n%uint64(len(paths))], code)
		}
		d.asked.Add(1)
	})
}

// exchange puts a list in force in the place of the one before.
func (d *daily) exchange(ctx context.Context) {
	every(ctx, 10*time.Second, func(n uint64) { //nolint:contextcheck // a request that was begun is ended
		list := fmt.Appendf(nil, "64.0.0.%d\n198.51.0.%d\n", n%250, n%250)
		for i := range uint64(2000) {
			list = fmt.Appendf(list, "203.%d.%d.%d\n", n%250, i/250, i%250)
		}
		if code := d.at.do(http.MethodPost, fmt.Sprintf("/api/v1/intel?name=list-%d.txt", n), string(list), nil); code/100 != 2 {
			d.t.Errorf("add intelligence: %d", code)
		}
		var all struct {
			Files []struct{ File, ID string }
		}
		d.at.do(http.MethodGet, "/api/v1/intel", "", &all)
		if len(all.Files) == 0 {
			d.t.Error("no intelligence is in force")
		}
		for _, f := range all.Files {
			if strings.Contains(f.File, fmt.Sprintf("list-%d.txt", n)) {
				continue
			}
			if code := d.at.do(http.MethodDelete, "/api/v1/intel/"+f.ID, "", nil); code/100 != 2 {
				d.t.Errorf("take %s out of force: %d", f.File, code)
			}
			d.exchanged.Add(1)
		}
	})
}

// check sees that what was acknowledged is kept, and that all of it went on.
func (d *daily) check() {
	kept := keptNumbers(d.t, d.s.cfg.Data)
	for n := range d.lines.Load() {
		if kept[handedIn+n] != 1 {
			d.t.Errorf("line %d was acknowledged and is kept %d times", n, kept[handedIn+n])
		}
	}
	for _, l := range d.s.bound() {
		if taken(d.s, l) == 0 {
			d.t.Errorf("%s took nothing in", l.Name())
		}
	}
	if d.s.running.Load().State().Watched.TakenIn == 0 || d.lines.Load() == 0 || d.asked.Load() == 0 {
		d.t.Errorf("%d lines, %d questions, watched %+v", d.lines.Load(), d.asked.Load(), d.s.running.Load().State().Watched)
	}
	d.t.Logf("%d lines handed in, %d questions, intelligence exchanged %d times", d.lines.Load(), d.asked.Load(), d.exchanged.Load())
}
