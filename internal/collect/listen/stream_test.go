package listen

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/certfile"
	"stormglass/internal/certfile/certtest"
	"stormglass/internal/fault"
)

func listenStream(t *testing.T, c StreamConfig) *Stream {
	t.Helper()
	if c.Address == "" {
		c.Address = "127.0.0.1:0"
	}
	s, err := ListenStream(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func dialTCP(t *testing.T, to netip.AddrPort) *net.TCPConn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

// closedByPeer waits until the other side closes a connection.
func closedByPeer(t *testing.T, c net.Conn) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, err := c.Read(make([]byte, 1))
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the connection is not closed: %v", err)
	}
}

func texts(ts []taken) []string {
	var out []string
	for _, t := range ts {
		out = append(out, t.Data)
	}
	return out
}

// stopStream ends a listener whose connections must all be accounted for.
func stopStream(t *testing.T, r *running) Stats {
	t.Helper()
	st := r.stop()
	if st.Open != 0 {
		t.Errorf("%d connections are open after the end", st.Open)
	}
	if most := int64(keepFree * blockMemory); st.Memory > most {
		t.Errorf("%d bytes are held after the end, at most %d may be", st.Memory, most)
	}
	return st
}

func TestMessagesOfAStream(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{Name: "syslog"}))
	c := dialTCP(t, r.Addr())
	io.WriteString(c, "<34>a\n6 <34>b\n<34>c\n9 ")
	r.wait(3)
	io.WriteString(c, "<34>")
	io.WriteString(c, "ddddd<34>e")
	c.Close()
	got := r.wait(5)
	if d := cmp.Diff([]string{"<34>a", "<34>b", "<34>c", "<34>ddddd", "<34>e"}, texts(got)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if from := c.LocalAddr().(*net.TCPAddr).AddrPort(); got[0].From != from {
		t.Errorf("from %s, want %s", got[0].From, from)
	}
	if since := time.Since(got[0].At.Time()); since < 0 || since > time.Minute {
		t.Errorf("received at %v", got[0].At.Time())
	}
	if st := stopStream(t, r); st.Datagrams != 5 || st.Cut != 0 || st.Accepted != 1 || st.Malformed != 0 || st.Bytes != 36 {
		t.Errorf("%+v", st)
	}
}

// TestManySenders: each sender's messages come whole and in order.
func TestManySenders(t *testing.T) {
	const senders, each = 20, 2000
	r := run(t, listenStream(t, StreamConfig{Queue: 1}))
	var group sync.WaitGroup
	for s := range senders {
		c := dialTCP(t, r.Addr())
		group.Go(func() {
			for i := range each {
				if m := fmt.Sprintf("%d:%d", s, i); i%2 == 0 {
					fmt.Fprintf(c, "<%s\n", m)
				} else {
					fmt.Fprintf(c, "%d <%s", len(m)+1, m)
				}
			}
			c.Close()
		})
	}
	group.Wait()
	next := make([]int, senders)
	for _, d := range r.wait(senders * each) {
		var s, i int
		if _, err := fmt.Sscanf(d.Data, "<%d:%d", &s, &i); err != nil || i != next[s] {
			t.Fatalf("%q where %d is next (%v)", d.Data, next[s], err)
		}
		next[s]++
	}
	if st := stopStream(t, r); st.Datagrams != senders*each || st.LostQueue+st.Left+st.Cut != 0 {
		t.Errorf("%+v", st)
	}
}

// TestSendersWait: when nobody takes, senders are made to wait, and nothing is lost when somebody takes again.
func TestSendersWait(t *testing.T) {
	s := listenStream(t, StreamConfig{Queue: 1})
	r := start(t, s)
	const senders, each = 4, 40000
	line := strings.Repeat("x", 200) + "\n"
	var group sync.WaitGroup
	for range senders {
		c := dialTCP(t, r.Addr())
		group.Go(func() {
			for range each {
				io.WriteString(c, line)
			}
			c.Close()
		})
	}
	eventually(t, "a full queue", func() bool {
		st := r.Stats()
		return st.Waiting > (leastBlocks-1)*blockDatagrams*200
	})
	if st := r.Stats(); st.Memory > leastBlocks*blockMemory+senders*(readSize+2*keepBuffer) || st.LostQueue != 0 {
		t.Errorf("%+v", st)
	}
	n := 0
	for b := range s.Queues()[0] {
		n += len(b.Datagrams)
		b.Release()
		if n == senders*each {
			group.Wait()
			r.cancel()
		}
	}
	if st := stopStream(t, r); st.HandedOver != senders*each || st.Left != 0 {
		t.Errorf("%+v", st)
	}
}

// TestStopWhileSendersWait: with nobody who takes, what was read is counted as left, within the time for stopping.
func TestStopWhileSendersWait(t *testing.T) {
	r := start(t, listenStream(t, StreamConfig{Queue: 1}))
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 8 {
		c := dialTCP(t, r.Addr())
		group.Go(func() {
			for ctx.Err() == nil {
				if _, err := io.WriteString(c, "<34>nobody takes this\n"); err != nil {
					return
				}
			}
		})
	}
	eventually(t, "a full queue", func() bool { return r.Stats().Waiting > 3*blockDatagrams*20 })
	st := stopStream(t, r)
	cancel()
	group.Wait()
	if st.Left == 0 || st.HandedOver != 0 || st.Left != st.Datagrams {
		t.Errorf("%+v", st)
	}
}

// TestStopReadsWhatWasSent: what has arrived before the end is taken in, also by a slow taker.
func TestStopReadsWhatWasSent(t *testing.T) {
	s := listenStream(t, StreamConfig{Queue: 1})
	r := start(t, s)
	c := dialTCP(t, r.Addr())
	const sent = 5000
	var all bytes.Buffer
	for i := range sent {
		fmt.Fprintf(&all, "<34>%d\n", i)
	}
	eventually(t, "the connection", func() bool { return r.Stats().Open == 1 })
	io.WriteString(c, "<34>half a message") // it waits in the framing
	eventually(t, "half a message", func() bool { return r.Stats().Bytes == 18 })
	io.WriteString(c, "\n"+all.String()+"<34>half")
	r.cancel()
	n := 0
	for b := range s.Queues()[0] {
		n += len(b.Datagrams)
		time.Sleep(2 * time.Millisecond)
		b.Release()
	}
	if st := stopStream(t, r); n != sent+2 || st.HandedOver != sent+2 || st.Left != 0 || st.Cut != 1 || st.IdleClosed != 0 {
		t.Errorf("%d of %d taken: %+v", n, sent+2, st)
	}
}

func TestEndlessLine(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{Message: 1000}))
	c := dialTCP(t, r.Addr())
	for range 500 {
		c.Write(bytes.Repeat([]byte("x"), 100_000))
	}
	eventually(t, "the bytes", func() bool { return r.Stats().Bytes == 50_000_000 })
	if st := r.Stats(); st.Memory > keepFree*blockMemory+readSize+2*keepBuffer || st.Datagrams != 0 {
		t.Errorf("%+v", st)
	}
	io.WriteString(c, "\n<34>next\n")
	if d := cmp.Diff([]string{strings.Repeat("x", 1000), "<34>next"}, texts(r.wait(2))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if st := stopStream(t, r); st.Cut != 1 || st.Datagrams != 2 {
		t.Errorf("%+v", st)
	}
}

func TestFramingThatIsWrong(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{}))
	for _, stream := range []string{"10000000000 <34>a", "0 <34>a", "<34>a\n00 "} {
		c := dialTCP(t, r.Addr())
		io.WriteString(c, stream)
		closedByPeer(t, c)
	}
	r.wait(1)
	if st := stopStream(t, r); st.Malformed != 3 || st.Datagrams != 1 || st.Accepted != 3 {
		t.Errorf("%+v", st)
	}
}

func TestConnectionThatIsReset(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{}))
	c := dialTCP(t, r.Addr())
	io.WriteString(c, "<34>whole\n<34>ha")
	r.wait(1)
	c.SetLinger(0)
	c.Close()
	r.wait(2)
	if st := stopStream(t, r); st.Cut != 1 || st.Datagrams != 2 {
		t.Errorf("%+v", st)
	}
}

func TestIdleConnection(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{Idle: 50 * time.Millisecond}))
	c := dialTCP(t, r.Addr())
	io.WriteString(c, "<34>a\n<34>b")
	closedByPeer(t, c)
	r.wait(2)
	eventually(t, "the end of the connection", func() bool { return r.Stats().Open == 0 })
	if st := stopStream(t, r); st.IdleClosed != 1 || st.Cut != 1 {
		t.Errorf("%+v", st)
	}
}

func TestLimitsOfConnections(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{Connections: 30, PerSender: 20}))
	const flood = 200
	first := dialTCP(t, r.Addr())
	eventually(t, "the connection", func() bool { return r.Stats().Open == 1 })
	for range flood {
		dialTCP(t, r.Addr())
	}
	eventually(t, "the end of the flood", func() bool {
		st := r.Stats()
		return st.Accepted+st.TurnedAway == flood+1
	})
	if st := r.Stats(); st.Open != 20 || st.Accepted != 20 {
		t.Errorf("of one sender: %+v", st)
	}
	// Another sender is let in all the same, as far as all may be.
	for range flood {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
		c, err := d.DialContext(t.Context(), "tcp", r.Addr().String())
		if err != nil {
			t.Skip("this system has one loopback address")
		}
		defer c.Close()
	}
	eventually(t, "the end of the second flood", func() bool {
		st := r.Stats()
		return st.Accepted+st.TurnedAway == 2*flood+1
	})
	if st := r.Stats(); st.Open != 30 {
		t.Errorf("of two senders: %+v", st)
	}
	io.WriteString(first, "<34>still here\n")
	r.wait(1)
	// A connection that ends makes room.
	first.Close()
	eventually(t, "room", func() bool { return r.Stats().Open == 29 })
	dialTCP(t, r.Addr())
	eventually(t, "another connection", func() bool { return r.Stats().Open == 30 })
	stopStream(t, r)
}

func TestStreamAllowList(t *testing.T) {
	r := run(t, listenStream(t, StreamConfig{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}))
	c := dialTCP(t, r.Addr())
	closedByPeer(t, c)
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	allowed, err := d.DialContext(t.Context(), "tcp", r.Addr().String())
	if err != nil {
		t.Skip("this system has one loopback address")
	}
	defer allowed.Close()
	io.WriteString(allowed, "<34>a\n")
	r.wait(1)
	if st := stopStream(t, r); st.RefusedConnections != 1 || st.Accepted != 1 || st.Refused != 0 {
		t.Errorf("%+v", st)
	}
}

func TestSyslogOverTLS(t *testing.T) {
	pki := certtest.New(t)
	config, err := serverTLS(pki, "ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, listenStream(t, StreamConfig{TLS: config}))
	client := pki.Client()
	dialTLS := func(config *tls.Config) (*tls.Conn, error) {
		c, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", r.Addr().String())
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { c.Close() })
		return c.(*tls.Conn), nil
	}
	c, err := dialTLS(client)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, "5 <34>a5 <34>b<34>a line all the same\n20 <34>cut by ")
	r.wait(3)
	c.NetConn().Close() // no farewell
	if d := cmp.Diff([]string{"<34>a", "<34>b", "<34>a line all the same", "<34>cut by "}, texts(r.wait(4))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	// Without a certificate, and without TLS, nobody comes in.
	stranger := client.Clone()
	stranger.Certificates = nil
	if c, err := dialTLS(stranger); err == nil {
		closedByPeer(t, c) // TLS 1.3 tells the client late
	}
	plain := dialTCP(t, r.Addr())
	io.WriteString(plain, "<34>not secret\n")
	closedByPeer(t, plain)
	old := client.Clone()
	old.MaxVersion = tls.VersionTLS11
	if _, err := dialTLS(old); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	eventually(t, "the failures", func() bool { return r.Stats().HandshakesFailed == 3 })
	if st := stopStream(t, r); st.Cut != 1 || st.Datagrams != 4 || st.Accepted != 4 {
		t.Errorf("%+v", st)
	}
}

// TestHalfOpenTLS: connections that never finish their handshake are closed after its time, and do not keep the
// listener from stopping.
func TestHalfOpenTLS(t *testing.T) {
	pki := certtest.New(t)
	config, err := serverTLS(pki, "")
	if err != nil {
		t.Fatal(err)
	}
	s := listenStream(t, StreamConfig{TLS: config})
	s.handshakeTime = 100 * time.Millisecond
	r := run(t, s)
	var half []net.Conn
	for i := range 20 {
		c := dialTCP(t, r.Addr())
		c.Write([]byte{22, 3, 1, 2, 0, 1}[:i%6]) // the beginning of a hello, or nothing
		half = append(half, c)
	}
	for _, c := range half {
		closedByPeer(t, c)
	}
	eventually(t, "the ends", func() bool { return r.Stats().Open == 0 })
	if st := r.Stats(); st.HandshakesFailed != 20 || st.IdleClosed != 0 {
		t.Errorf("%+v", st)
	}
	stopStream(t, r)

	// Stopping does not wait for handshakes, and they have not failed.
	s = listenStream(t, StreamConfig{TLS: config})
	s.handshakeTime = time.Hour
	r = run(t, s)
	for range 20 {
		dialTCP(t, r.Addr())
	}
	eventually(t, "the connections", func() bool { return r.Stats().Open == 20 })
	if st := stopStream(t, r); st.HandshakesFailed != 0 {
		t.Errorf("%+v", st)
	}
}

func TestRefusedStreams(t *testing.T) {
	taken := listenStream(t, StreamConfig{})
	for name, c := range map[string]StreamConfig{
		"message":     {Message: blockBytes + 1},
		"connections": {Connections: -1},
		"idle":        {Idle: -1},
		"network":     {Allow: make([]netip.Prefix, 1)},
		"address":     {Address: "nowhere"},
	} {
		c.Name = name
		if c.Address == "" {
			c.Address = "127.0.0.1:0"
		}
		if _, err := ListenStream(t.Context(), c); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ListenStream(t.Context(), StreamConfig{Address: taken.Addr().String()}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a port that is taken: %v", err)
	}
}

// serverTLS is that of a server which takes clients of an authority only, when one is named.
func serverTLS(p *certtest.PKI, authorities string) (*tls.Config, error) {
	f := certfile.Files{Certificate: p.File("server.pem"), Key: p.File("server.key")}
	if authorities != "" {
		f.Authorities = p.File(authorities)
	}
	return certfile.Server(f, certfile.Options{Clients: tls.RequireAndVerifyClientCert, NoResumption: true})
}
