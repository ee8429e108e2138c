package listen

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"stormglass/internal/certfile/certtest"
	"stormglass/internal/telemetry"
)

const benchSize = 1400 // bytes: a full export packet

// shooter sends batches to an address as fast as this system can.
func shooter(b *testing.B, to netip.AddrPort) (shoot func()) {
	b.Helper()
	r, err := newRepeater(b.Context(), []netip.AddrPort{to}, &counts{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { r.close() })
	batch := make([]telemetry.Datagram, 64)
	for i := range batch {
		batch[i].Data = make([]byte, benchSize)
	}
	return func() { r.send(batch) }
}

// forceBuffer gives the peer the same receive buffer.
func forceBuffer(b *testing.B, c *net.UDPConn) {
	b.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	if granted, err := enlarge(raw, defaultBuffer); err != nil || granted < defaultBuffer {
		b.Log("the buffers are not the same")
	}
}

// receiver is a way to receive: it gives its address and a function that returns when n datagrams were received.
type receiver func(b *testing.B) (netip.AddrPort, func(n int))

// loop is the peer: one call for each datagram.
func loop(b *testing.B) (netip.AddrPort, func(n int)) {
	b.Helper()
	c, err := new(net.ListenConfig).ListenPacket(b.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	u := c.(*net.UDPConn)
	forceBuffer(b, u)
	buffer := make([]byte, 64<<10)
	return u.LocalAddr().(*net.UDPAddr).AddrPort(), func(n int) {
		for range n {
			if _, _, err := u.ReadFromUDPAddrPort(buffer); err != nil {
				b.Error(err)
				return
			}
		}
	}
}

func listening(sys system) receiver {
	return func(b *testing.B) (netip.AddrPort, func(n int)) {
		b.Helper()
		u, err := listenUDP(b.Context(), UDPConfig{Address: "127.0.0.1:0", Buffer: defaultBuffer}, sys)
		if err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		var once sync.Once
		b.Cleanup(func() {
			cancel()
			go func() {
				for block := range u.Queues()[0] {
					block.Release()
				}
			}()
			if err := <-ended; err != nil {
				b.Error(err)
			}
		})
		return u.Addr(), func(n int) {
			once.Do(func() { go func() { ended <- u.Run(ctx) }() })
			for n > 0 {
				block := <-u.Queues()[0]
				n -= len(block.Datagrams)
				block.Release()
			}
		}
	}
}

var receivers = []struct {
	name string
	receiver
}{
	{"batches", listening(systems["own"])},
	{"one_by_one", listening(systems["plain"])},
	{"loop_of_ReadFromUDPAddrPort", loop},
}

// BenchmarkReceive receives what a sender in the same process sends as fast as it can.
func BenchmarkReceive(b *testing.B) {
	for _, r := range receivers {
		b.Run(r.name, func(b *testing.B) {
			to, receive := r.receiver(b)
			shoot := shooter(b, to)
			ctx, cancel := context.WithCancel(b.Context())
			var group sync.WaitGroup
			group.Go(func() {
				for ctx.Err() == nil {
					shoot()
				}
			})
			b.SetBytes(benchSize)
			b.ReportAllocs()
			b.ResetTimer()
			receive(b.N)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "datagrams/s")
			cancel()
			group.Wait()
		})
	}
}

// BenchmarkReceiveHeld reads what the kernel holds already, into a queue and out of it again, on one thread: what the
// sender does is not in the time. cpu-ns/op is what the thread took, whatever else the machine does.
func BenchmarkReceiveHeld(b *testing.B) {
	const held = 16 * 64 // the buffer of the kernel has room for them
	for _, how := range []struct {
		name string
		open func(ctx context.Context, c *UDPConfig) ([]source, netip.AddrPort, error)
	}{{"batches", openSockets}, {"one_by_one", openPlain}} {
		b.Run(how.name, func(b *testing.B) {
			sources, to, err := how.open(b.Context(), &UDPConfig{Address: "127.0.0.1:0", Sockets: 1, Buffer: defaultBuffer})
			if err != nil {
				b.Fatal(err)
			}
			defer sources[0].close()
			shoot := shooter(b, to)
			q := newQueue(defaultQueue, &counts{})
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var took time.Duration
			b.SetBytes(benchSize)
			b.ReportAllocs()
			b.ResetTimer()
			for n := b.N; n > 0; n -= held {
				b.StopTimer()
				for range held / 64 {
					shoot()
				}
				begun := threadTime(b)
				b.StartTimer()
				for left := held; left > 0; {
					ds, err := sources[0].read()
					if err != nil {
						b.Fatal(err)
					}
					left -= len(ds)
					if q.put(ds) > 0 {
						b.Fatal("the queue is full")
					}
				}
				for {
					m, _ := q.take()
					if m == nil {
						break
					}
					q.free(m)
				}
				took += threadTime(b) - begun
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64((b.N+held-1)/held*held), "cpu-ns/op")
		})
	}
}

// threadTime is the processor time of this thread.
func threadTime(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStream reads lines of syslog of one sender, plain and over TLS.
func BenchmarkStream(b *testing.B) {
	line := "<134>1 2024-12-03T10:00:00Z core-1 sshd 4711 - - Accepted publickey for admin from 192.0.2.7 port 50022 ssh2\n"
	chunk := []byte(strings.Repeat(line, 100))
	for _, secure := range []bool{false, true} {
		b.Run(map[bool]string{false: "tcp", true: "tls"}[secure], func(b *testing.B) {
			config := StreamConfig{Address: "127.0.0.1:0"}
			var dialer interface {
				DialContext(ctx context.Context, network, address string) (net.Conn, error)
			} = new(net.Dialer)
			if secure {
				pki := certtest.New(b)
				var err error
				if config.TLS, err = serverTLS(pki, ""); err != nil {
					b.Fatal(err)
				}
				dialer = &tls.Dialer{Config: pki.Client()}
			}
			s, err := ListenStream(b.Context(), config)
			if err != nil {
				b.Fatal(err)
			}
			ctx, cancel := context.WithCancel(b.Context())
			ended := make(chan error, 1)
			go func() { ended <- s.Run(ctx) }()
			c, err := dialer.DialContext(ctx, "tcp", s.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			b.ResetTimer()
			go func() {
				for n := 0; n < b.N; n += 100 {
					if _, err := c.Write(chunk); err != nil {
						b.Error(err)
					}
				}
			}()
			for n := 0; n < b.N; {
				block := <-s.Queues()[0]
				n += len(block.Datagrams)
				block.Release()
			}
			b.StopTimer()
			c.Close()
			cancel()
			go func() {
				for block := range s.Queues()[0] {
					block.Release()
				}
			}()
			if err := <-ended; err != nil {
				b.Error(err)
			}
		})
	}
}

// BenchmarkFraming splits counted messages and lines.
func BenchmarkFraming(b *testing.B) {
	body := "<134>1 2024-12-03T10:00:00Z core-1 sshd 4711 - - Accepted publickey for admin from 192.0.2.7 port 50022 ssh2"
	for name, one := range map[string]string{"counted": "108 " + body[:108], "lines": body + "\n"} {
		b.Run(name, func(b *testing.B) {
			stream := []byte(strings.Repeat(one, 75))
			f := Framing{Most: defaultMessage}
			b.SetBytes(int64(len(stream)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for rest := stream; len(rest) > 0; n++ {
					var err error
					if rest, _, err = f.Next(rest); err != nil {
						b.Fatal(err)
					}
				}
				if n < 75 {
					b.Fatal(io.ErrShortBuffer)
				}
			}
		})
	}
}
