package listen

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// systems is every way of reading datagrams that this system has.
var systems = map[string]system{
	"own":   {open: openSockets, repeat: newRepeater},
	"plain": {open: openPlain, repeat: newPlainRepeater},
}

// listener is what the tests need of UDP and Stream.
type listener interface {
	Name() string
	Addr() netip.AddrPort
	Run(ctx context.Context) error
	Queues() []<-chan *Block
	Stats() Stats
}

// running is a listener with somebody who takes what it hands over.
type running struct {
	listener
	t      *testing.T
	cancel context.CancelFunc
	ended  chan error

	mu    sync.Mutex
	taken []taken
	seen  *sync.Cond
}

// taken is a copy of a datagram that was handed over.
type taken struct {
	From  netip.AddrPort
	At    telemetry.Instant
	Data  string
	Queue int
}

// run starts a listener and takes everything.
func run(t *testing.T, l listener) *running {
	t.Helper()
	r := start(t, l)
	for i, q := range l.Queues() {
		go func() {
			for b := range q {
				r.mu.Lock()
				for _, d := range b.Datagrams {
					r.taken = append(r.taken, taken{From: d.From, At: d.At, Data: string(d.Data), Queue: i})
				}
				r.seen.Broadcast()
				r.mu.Unlock()
				b.Release()
			}
		}()
	}
	return r
}

// start starts a listener; nobody takes anything.
func start(t *testing.T, l listener) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{listener: l, t: t, cancel: cancel, ended: make(chan error, 1)}
	r.seen = sync.NewCond(&r.mu)
	go func() { r.ended <- l.Run(ctx) }()
	t.Cleanup(func() { cancel() })
	return r
}

// wait waits until n datagrams were taken and gives them.
func (r *running) wait(n int) []taken {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	patience := time.AfterFunc(20*time.Second, func() { r.seen.Broadcast() })
	defer patience.Stop()
	for begun := time.Now(); len(r.taken) < n; r.seen.Wait() {
		if time.Since(begun) > 19*time.Second {
			r.t.Fatalf("%d datagrams were taken, %d are waited for; %+v", len(r.taken), n, r.Stats())
		}
	}
	return append([]taken(nil), r.taken...)
}

// stop ends the listener and gives its counts, the identities of which hold.
func (r *running) stop() Stats {
	r.t.Helper()
	r.cancel()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("Run: %v", err)
		}
	case <-time.After(20 * time.Second):
		r.t.Fatalf("Run does not end; %+v", r.Stats())
	}
	st := r.Stats()
	if st.Datagrams != st.Refused+st.LostQueue+st.Left+st.HandedOver {
		r.t.Errorf("datagrams do not add up: %+v", st)
	}
	if st.Waiting != 0 {
		r.t.Errorf("%d bytes wait in closed queues", st.Waiting)
	}
	return st
}

// eventually waits for something that another goroutine brings about.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for begun := time.Now(); !happened(); time.Sleep(2 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

func listenTo(t *testing.T, sys system, c UDPConfig) *UDP {
	t.Helper()
	if c.Address == "" {
		c.Address = "127.0.0.1:0"
	}
	if c.Name == "" {
		c.Name = "netflow " + c.Address
	}
	u, err := listenUDP(t.Context(), c, sys)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// dial connects to a listener.
func dial(t testing.TB, to netip.AddrPort) *net.UDPConn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "udp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.UDPConn)
}

func local(c net.Conn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

// everySystem runs a test for every way of reading datagrams.
func everySystem(t *testing.T, test func(t *testing.T, sys system)) {
	t.Helper()
	for name, sys := range systems {
		t.Run(name, func(t *testing.T) { test(t, sys) })
	}
}

func TestDatagramsArriveInOrder(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		before := telemetry.InstantOf(time.Now().Add(-time.Second))
		r := run(t, listenTo(t, sys, UDPConfig{}))
		c := dial(t, r.Addr())
		var want []taken
		for i := range 2000 {
			data := fmt.Sprint("datagram ", i)
			if i%10 == 0 {
				data = "" // an empty datagram is one too
			}
			if _, err := c.Write([]byte(data)); err != nil {
				t.Fatal(err)
			}
			want = append(want, taken{From: local(c), Data: data})
		}
		got := r.wait(len(want))
		after := telemetry.InstantOf(time.Now().Add(time.Second))
		for i := range got {
			if got[i].At < before || got[i].At > after {
				t.Fatalf("datagram %d was received at %v", i, got[i].At.Time())
			}
			got[i].At = 0
		}
		if d := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); d != "" {
			t.Errorf("-want +got\n%s", d)
		}
		st := r.stop()
		if st.Datagrams != uint64(len(want)) || st.LostKernel != 0 || st.HandedOver != st.Datagrams {
			t.Errorf("%+v", st)
		}
	})
}

func TestLoneDatagramNeedsNoSecond(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		r := run(t, listenTo(t, sys, UDPConfig{}))
		c := dial(t, r.Addr())
		for i := range 50 {
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], uint32(i))
			c.Write(b[:])
			if got := r.wait(i + 1)[i].Data; got != string(b[:]) {
				t.Fatalf("datagram %d is %x", i, got)
			}
		}
		r.stop()
	})
}

// A listener that may take longer to stop hands over what somebody who is slow takes.
func TestStopWithin(t *testing.T) {
	u, err := ListenUDP(t.Context(), UDPConfig{Name: "test", Address: "127.0.0.1:0", StopWithin: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- u.Run(ctx) }()
	conn, err := new(net.Dialer).DialContext(t.Context(), "udp", u.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const sent = 30
	for range sent {
		if _, err := conn.Write(make([]byte, 60_000)); err != nil {
			t.Fatal(err)
		}
	}
	for u.Stats().Datagrams == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	time.Sleep(stopTime + 500*time.Millisecond) // longer than it would wait of itself
	taken := uint64(0)
	for b := range u.Queues()[0] {
		taken += uint64(len(b.Datagrams))
		b.Release()
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if st := u.Stats(); st.Left != 0 || taken != st.HandedOver || taken+st.LostKernel != sent {
		t.Errorf("taken %d of %d: %+v", taken, sent, st)
	}
}
