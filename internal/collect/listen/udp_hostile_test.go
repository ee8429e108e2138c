package listen

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stormglass/internal/fault"
)

func TestLongestDatagrams(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		r := run(t, listenTo(t, sys, UDPConfig{}))
		c := dial(t, r.Addr())
		var want []string
		for i := range 40 {
			want = append(want, strings.Repeat(string(rune('a'+i%26)), 65507-i), "", strconv.Itoa(i))
			for _, data := range want[3*i:] {
				if _, err := c.Write([]byte(data)); err != nil {
					t.Fatal(err)
				}
			}
			r.wait(len(want)) // so that the buffer of the kernel is not what is tested
		}
		for i, got := range r.wait(len(want)) {
			if got.Data != want[i] {
				t.Fatalf("datagram %d: %d bytes, want %d", i, len(got.Data), len(want[i]))
			}
		}
		r.stop()
	})
}

// readerMemory is the most that a socket has for reading, bytes.
const readerMemory = 5 << 20

// flood sends from several sockets until it is stopped, which gives how many datagrams were sent.
func flood(t *testing.T, to netip.AddrPort, sockets, size int) (stop func() uint64) {
	t.Helper()
	var group sync.WaitGroup
	var n atomic.Uint64
	var stopped atomic.Bool
	for range sockets {
		c := dial(t, to)
		group.Go(func() {
			data := make([]byte, size)
			for !stopped.Load() {
				if _, err := c.Write(data); err == nil {
					n.Add(1)
				}
			}
		})
	}
	return func() uint64 {
		stopped.Store(true)
		group.Wait()
		return n.Load()
	}
}

// TestFloodThatNobodyTakes: all is counted, memory stays bounded, and what was received first is what is left.
func TestFloodThatNobodyTakes(t *testing.T) {
	for _, size := range []int{0, 1400, 60000} {
		everySystem(t, func(t *testing.T, sys system) {
			const queue = 8 * blockMemory
			r := start(t, listenTo(t, sys, UDPConfig{Queue: queue, Buffer: 1 << 20}))
			stop := flood(t, r.Addr(), 2, size)
			eventually(t, "a full queue", func() bool { return r.Stats().LostQueue > 5000 })
			want := stop()
			st := r.Stats()
			if most := int64(queue + readerMemory); st.Memory > most {
				t.Errorf("%d bytes are held, at most %d may be", st.Memory, most)
			}
			if st.Waiting > queue {
				t.Errorf("%d bytes wait, at most %d may", st.Waiting, queue)
			}
			// Nothing is sent any more, so all that the kernel has is read before the end.
			st = r.stop()
			if st.KernelKnown && st.Datagrams+st.LostKernel != want {
				t.Errorf("%d datagrams were sent: %+v", want, st)
			}
			if st.Datagrams > want || st.HandedOver != 0 || st.Left == 0 || st.LostQueue == 0 {
				t.Errorf("%d datagrams were sent: %+v", want, st)
			}
		})
	}
}

// TestKernelLossIsExact: what is lost since nobody reads yet is known to the datagram.
func TestKernelLossIsExact(t *testing.T) {
	u := listenTo(t, systems["own"], UDPConfig{Buffer: 64 << 10})
	if !u.Stats().KernelKnown {
		t.Skip("this system does not tell what it drops")
	}
	c := dial(t, u.Addr())
	const sent = 5000
	for range sent {
		if _, err := c.Write(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	before := u.Stats().LostKernel
	if before == 0 || before >= sent {
		t.Fatalf("%d of %d datagrams were lost in a buffer for some dozens", before, sent)
	}
	r := run(t, u)
	r.wait(int(sent - before))
	if st := r.stop(); st.LostKernel != before || st.Datagrams+st.LostKernel != sent || st.HandedOver != st.Datagrams {
		t.Errorf("%+v", st)
	}
}

// TestStopDuringFlood: a flood that goes on does not keep the listener from stopping.
func TestStopDuringFlood(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		target, got := collector(t)
		r := run(t, listenTo(t, sys, UDPConfig{Sockets: 2, Repeat: []netip.AddrPort{target}}))
		stop := flood(t, r.Addr(), 2, 1400)
		r.wait(5000)
		st := r.stop()
		if n := stop(); st.Datagrams+st.LostKernel > n {
			t.Errorf("%d datagrams were sent: %+v", n, st)
		}
		if st.HandedOver < 5000 || st.Repeated+st.RepeatFailed != st.Datagrams {
			t.Errorf("%+v", st)
		}
		if got() == 0 {
			t.Error("nothing was repeated")
		}
	})
}

// TestStopHandsOverWhatTheKernelHolds: what has arrived before the end is taken in, also by a slow taker.
func TestStopHandsOverWhatTheKernelHolds(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		u := listenTo(t, sys, UDPConfig{Queue: 1, Buffer: 8 << 20})
		c := dial(t, u.Addr())
		const sent = 1600 // more than the queue has room for, less than the buffer of the kernel
		for range sent {
			if _, err := c.Write(make([]byte, 1400)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // so that all of it is read after the end
		ended := make(chan error, 1)
		go func() { ended <- u.Run(ctx) }()
		n := 0
		for b := range u.Queues()[0] {
			n += len(b.Datagrams)
			time.Sleep(5 * time.Millisecond)
			b.Release()
		}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if st := u.Stats(); n+int(st.LostKernel) != sent || uint64(n) != st.HandedOver || st.LostQueue != 0 || st.Left != 0 {
			t.Errorf("%d of %d taken: %+v", n, sent, st)
		}
	})
}

// TestTakerThatKeepsBlocks: blocks that are not released count against the bound, and room comes back with them.
func TestTakerThatKeepsBlocks(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		u := listenTo(t, sys, UDPConfig{Queue: 1})
		r := start(t, u)
		c := dial(t, r.Addr())
		var kept []*Block
		for range leastBlocks {
			c.Write([]byte("kept"))
			kept = append(kept, <-u.Queues()[0])
		}
		for range 10 {
			c.Write([]byte("lost"))
		}
		eventually(t, "the loss", func() bool { return r.Stats().LostQueue == 10 })
		for _, b := range kept {
			if string(b.Datagrams[0].Data) != "kept" {
				t.Errorf("a block that is held was overwritten: %q", b.Datagrams[0].Data)
			}
			b.Release()
			b.Release() // does nothing
		}
		c.Write([]byte("again"))
		if b := <-u.Queues()[0]; string(b.Datagrams[0].Data) != "again" {
			t.Errorf("got %q", b.Datagrams[0].Data)
		}
		if st := r.Stats(); st.Memory > leastBlocks*blockMemory+readerMemory {
			t.Errorf("a second release made memory: %+v", st)
		}
		r.stop()
	})
}

func TestAllowList(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		target, got := collector(t)
		r := run(t, listenTo(t, sys, UDPConfig{
			Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/31"), netip.MustParsePrefix("::ffff:127.0.0.8/128")}, Repeat: []netip.AddrPort{target},
		}))
		for i := 1; i < 10; i++ {
			d := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.IPv4(127, 0, 0, byte(i))}}
			c, err := d.DialContext(t.Context(), "udp", r.Addr().String())
			if err != nil {
				t.Skip("this system has one loopback address")
			}
			fmt.Fprint(c, i)
			c.Close()
		}
		eventually(t, "all datagrams", func() bool { return r.Stats().Datagrams == 9 })
		if data := strings.Join(texts(r.wait(3)), ""); data != "238" {
			t.Errorf("datagrams of %s were let in", data)
		}
		eventually(t, "the copies", func() bool { return got() == 3 })
		if st := r.stop(); st.Refused != 6 || st.Repeated != 3 {
			t.Errorf("%+v", st)
		}
	})
}

func TestSocketsShareAPort(t *testing.T) {
	const sockets, senders, each = 4, 60, 50
	r := run(t, listenTo(t, systems["own"], UDPConfig{Sockets: sockets}))
	if runtime.GOOS != "linux" {
		t.Skip("one socket here")
	}
	if n := len(r.Queues()); n != sockets {
		t.Fatalf("%d queues", n)
	}
	for range senders {
		c := dial(t, r.Addr())
		for i := range each {
			fmt.Fprint(c, i)
		}
	}
	queues, next := map[int]bool{}, map[netip.AddrPort]int{}
	queueOf := map[netip.AddrPort]int{}
	for _, d := range r.wait(senders * each) {
		if q, known := queueOf[d.From]; known && q != d.Queue {
			t.Errorf("%s is on two sockets", d.From)
		}
		queueOf[d.From] = d.Queue
		queues[d.Queue] = true
		if d.Data != strconv.Itoa(next[d.From]) {
			t.Errorf("%s: datagram %s where %d is next", d.From, d.Data, next[d.From])
		}
		next[d.From]++
	}
	if len(queues) < 2 {
		t.Error("one socket has all the senders")
	}
	// Another listener does not get a share of them.
	_, err := ListenUDP(t.Context(), UDPConfig{Name: "second", Address: r.Addr().String(), Sockets: 2})
	if fault.KindOf(err) != fault.Conflict || fault.HintOf(err) == "" {
		t.Errorf("a second listener on the port: %v", err)
	}
	r.stop()
}

func TestBothFamilies(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		for _, address := range []string{":0", "[::]:0", "0.0.0.0:0", "[::1]:0"} {
			u, err := listenUDP(t.Context(), UDPConfig{Address: address}, sys)
			if err != nil {
				t.Skip("no IPv6 here")
			}
			r := run(t, u)
			n := 0
			for _, host := range []string{"127.0.0.1", "::1"} {
				c := dial(t, netip.AddrPortFrom(netip.MustParseAddr(host), r.Addr().Port()))
				if _, err := c.Write([]byte(host)); err != nil {
					continue
				}
				if strings.HasPrefix(address, "0") && host == "::1" || strings.HasPrefix(address, "[::1]") && host == "127.0.0.1" {
					continue // nobody listens there
				}
				n++
				if d := r.wait(n)[n-1]; d.From != local(c) || d.From.Addr().String() != host {
					t.Errorf("%s: from %s, want %s", address, d.From, local(c))
				}
			}
			r.stop()
		}
	})
}

// collector is another collector: it gives its address and counts what arrives.
func collector(t *testing.T) (netip.AddrPort, func() uint64) {
	t.Helper()
	c, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	var n atomic.Uint64
	go func() {
		for b := make([]byte, 1<<16); ; n.Add(1) {
			if _, _, err := c.ReadFrom(b); err != nil {
				return
			}
		}
	}()
	return c.LocalAddr().(*net.UDPAddr).AddrPort(), n.Load
}

func TestRepeatToNobody(t *testing.T) {
	everySystem(t, func(t *testing.T, sys system) {
		gone := dial(t, netip.MustParseAddrPort("127.0.0.1:9"))
		nobody := local(gone)
		gone.Close()
		target, got := collector(t)
		r := run(t, listenTo(t, sys, UDPConfig{Repeat: []netip.AddrPort{nobody, target}}))
		c := dial(t, r.Addr())
		for i := range 300 {
			fmt.Fprint(c, i)
			r.wait(i + 1)
		}
		eventually(t, "the copies", func() bool { return got() == 300 })
		st := r.stop()
		if st.Repeated+st.RepeatFailed != 600 || st.RepeatFailed == 0 || st.HandedOver != 300 {
			t.Errorf("%+v", st)
		}
	})
}

// TestRepeatThatNetworkRefuses: a datagram that cannot be repeated does not keep the next from it.
func TestRepeatThatNetworkRefuses(t *testing.T) {
	// The longest datagram of IPv6 is longer than any of IPv4.
	everySystem(t, func(t *testing.T, sys system) {
		target, got := collector(t)
		u, err := listenUDP(t.Context(), UDPConfig{Address: "[::1]:0", Repeat: []netip.AddrPort{target}}, sys)
		if err != nil {
			t.Skip("no IPv6 here")
		}
		r := run(t, u)
		c := dial(t, r.Addr())
		if _, err := c.Write(make([]byte, 65527)); err != nil {
			t.Skip(err)
		}
		r.wait(1)
		c.Write([]byte("short"))
		r.wait(2)
		eventually(t, "the copy", func() bool { return got() == 1 })
		if st := r.stop(); st.Repeated != 1 || st.RepeatFailed != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestRefusedConfigurations(t *testing.T) {
	free := listenTo(t, systems["own"], UDPConfig{Address: "0.0.0.0:0"})
	defer free.Close()
	port := free.Addr().Port()
	free.Close()
	to := func(addr string) []netip.AddrPort {
		return []netip.AddrPort{netip.AddrPortFrom(netip.MustParseAddr(addr), port)}
	}
	for name, c := range map[string]UDPConfig{
		"loop by loopback":        {Address: fmt.Sprintf(":%d", port), Repeat: to("127.0.0.1")},
		"loop by mapped loopback": {Address: fmt.Sprintf("0.0.0.0:%d", port), Repeat: to("::ffff:127.0.0.1")},
		"loop to itself":          {Address: fmt.Sprintf("127.0.0.1:%d", port), Repeat: to("127.0.0.1")},
		"target without address":  {Address: ":0", Repeat: to("0.0.0.0")},
		"target without port":     {Address: ":0", Repeat: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:0")}},
		"no target":               {Address: ":0", Repeat: make([]netip.AddrPort, 1)},
		"no network":              {Address: ":0", Allow: make([]netip.Prefix, 1)},
		"no port":                 {Address: "127.0.0.1"},
		"no number":               {Address: "127.0.0.1:netfl"},
		"foreign address":         {Address: "192.0.2.1:2055"},
		"sockets":                 {Address: ":0", Sockets: 1000},
		"buffer":                  {Address: ":0", Buffer: -1},
	} {
		c.Name = name
		if u, err := ListenUDP(t.Context(), c); err == nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
			if u != nil {
				u.Close()
			}
		}
	}
	// The port is free again after all these errors, and another address is no loop.
	u, err := ListenUDP(t.Context(), UDPConfig{Address: fmt.Sprintf("127.0.0.1:%d", port), Repeat: to("127.0.0.2")})
	if err != nil {
		t.Fatal(err)
	}
	u.Close()
}

// TestOwnAddressesAreHeard: an address of an interface is this machine, too.
func TestOwnAddressesAreHeard(t *testing.T) {
	u := listenTo(t, systems["own"], UDPConfig{Address: "0.0.0.0:0"})
	defer u.Close()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		p := netip.MustParsePrefix(a.String())
		if heard, err := u.Hears(netip.AddrPortFrom(p.Addr(), u.Addr().Port())); err != nil || !heard {
			t.Errorf("%s is not heard (%v)", p.Addr(), err)
		}
		if heard, err := u.Hears(netip.AddrPortFrom(p.Addr(), u.Addr().Port()^1)); err != nil || heard {
			t.Errorf("%s is heard on another port (%v)", p.Addr(), err)
		}
	}
	if heard, _ := u.Hears(netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), u.Addr().Port())); heard {
		t.Error("192.0.2.1 is heard")
	}
}

func TestBufferThatIsNotGranted(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what is granted is known on Linux")
	}
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	u := listenTo(t, systems["own"], UDPConfig{Buffer: 100 << 10, Log: log})
	defer u.Close()
	if st := u.Stats(); st.Buffer != 100<<10 || st.BufferWanted != 100<<10 {
		t.Errorf("%+v", st)
	}
	if out.Len() > 0 {
		t.Errorf("a buffer that was granted is warned of: %s", &out)
	}
	// No system gives that: half of it is the most that the kernel can count.
	u = listenTo(t, systems["own"], UDPConfig{Name: "netflow of all", Sockets: 2, Buffer: math.MaxInt32, Log: log})
	defer u.Close()
	if st := u.Stats(); st.Buffer >= st.BufferWanted || st.Buffer == 0 {
		t.Errorf("%+v", st)
	}
	for _, want := range []string{"level=WARN", "net.core.rmem_max=2147483647", "netflow of all"} {
		if !strings.Contains(out.String(), want) || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("want one line with %q:\n%s", want, &out)
		}
	}
}

func TestRunIsForOnce(t *testing.T) {
	r := run(t, listenTo(t, systems["own"], UDPConfig{}))
	r.stop()
	if err := r.Run(t.Context()); !errors.Is(err, errRunTwice) {
		t.Errorf("%v", err)
	}
}

// TestSocketThatIsGone: a socket that cannot be read any more ends Run with an error, and the others with it.
func TestSocketThatIsGone(t *testing.T) {
	u := listenTo(t, systems["own"], UDPConfig{})
	r := start(t, u)
	c := dial(t, u.Addr())
	c.Write([]byte("x"))
	<-u.Queues()[0]
	u.sockets[0].source.close()
	select {
	case err := <-r.ended:
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("%v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Run goes on without a socket")
	}
	if _, open := <-u.Queues()[0]; open {
		t.Error("the queue is not closed")
	}
}
