package nfcapd_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stormglass/internal/porttest"
)

// peer makes sure of programs of the nfdump package.
func peer(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			lacks(t, "the nfdump package is not installed", err)
		}
	}
}

// lacks skips a test for want of something, or fails it with STORMGLASS_REQUIRE_NFDUMP=1.
func lacks(t testing.TB, what string, err error) {
	t.Helper()
	if os.Getenv("STORMGLASS_REQUIRE_NFDUMP") == "1" {
		t.Fatalf("%s: %v", what, err)
	}
	t.Skipf("%s: %v", what, err)
}

// capture has nfcapd write a file of the packets given.
func capture(t testing.TB, packets []packet, flags ...string) string {
	t.Helper()
	return captureAnd(t, packets, func(string) {}, flags...)
}

// captureAnd does so and calls during with the file that is not finished yet.
func captureAnd(t testing.TB, packets []packet, during func(current string), flags ...string) string {
	t.Helper()
	c := collect(t, flags...)
	defer c.end(t)
	for i, p := range packets {
		send(t, p, c.port)
		if i%16 == 15 {
			await(t, "nfcapd to take packets in", func() bool { return queued(t, c.port) < 100_000 })
		}
	}
	await(t, "nfcapd to take all packets in", func() bool { return queued(t, c.port) == 0 })
	current, err := filepath.Glob(filepath.Join(c.dir, "nfcapd.current*"))
	if err != nil || len(current) != 1 {
		t.Fatalf("nfcapd writes %v, %v", current, err)
	}
	during(current[0])
	c.stop()
	files, err := filepath.Glob(filepath.Join(c.dir, "nfcapd.[0-9]*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("nfcapd left %v, %v", files, err)
	}
	return files[0]
}

// collector is an nfcapd that listens.
type collector struct {
	dir   string
	port  int
	log   said
	ended chan struct{}
	// stop interrupts nfcapd and waits until it has ended.
	stop func()
}

// collect starts nfcapd: at another port when it ends before it listens, since somebody may have taken the first meanwhile.
func collect(t testing.TB, flags ...string) *collector {
	t.Helper()
	var c *collector
	for range 5 {
		c = &collector{dir: t.TempDir(), port: int(porttest.Free(t).Port()), ended: make(chan struct{})}
		args := append([]string{"-C", "none", "-b", "127.0.0.1", "-p", strconv.Itoa(c.port), "-w", c.dir, "-t", "3600", "-B", "4000000"}, flags...)
		ctx, cancel := context.WithCancel(t.Context())
		cmd := exec.CommandContext(ctx, "nfcapd", args...)
		cmd.Env = append(os.Environ(), "TZ=UTC")
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.WaitDelay = 20 * time.Second
		cmd.Stdout, cmd.Stderr = &c.log, &c.log
		if err := cmd.Start(); err != nil {
			cancel()
			t.Fatal(err)
		}
		go func() {
			_ = cmd.Wait() // nfcapd was interrupted, and says so or not
			close(c.ended)
		}()
		c.stop = func() {
			cancel()
			<-c.ended
		}
		// It has its socket before it is ready: what comes then it may not keep.
		await(t, "nfcapd to start or end", func() bool { return c.hasEnded() || strings.Contains(c.log.String(), "Startup nfcapd") })
		if !c.hasEnded() {
			return c
		}
		cancel()
	}
	t.Fatalf("nfcapd does not start:\n%s", &c.log)
	return nil
}

// said is what a program has said until now.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (c *collector) hasEnded() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// end stops nfcapd and shows what it said when the test failed.
func (c *collector) end(t testing.TB) {
	t.Helper()
	c.stop()
	if t.Failed() {
		t.Logf("nfcapd: %s", &c.log)
	}
}

func send(t testing.TB, p packet, port int) {
	t.Helper()
	c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, p.from)}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(p.data); err != nil {
		t.Fatal(err)
	}
}

// queued gives the octets that wait in the socket of a port of 127.0.0.1, -1 without one.
func queued(t testing.TB, port int) int64 {
	t.Helper()
	table, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		lacks(t, "no table of sockets", err)
	}
	local := "0100007F:" + strings.ToUpper(strconv.FormatInt(int64(port)+1<<16, 16)[1:])
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) < 5 || f[1] != local {
			continue
		}
		_, rx, _ := strings.Cut(f[4], ":")
		n, err := strconv.ParseInt(rx, 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return -1
}

func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for range 12_000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

// nfdump runs nfdump in UTC and gives what it prints.
func nfdump(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "nfdump", append([]string{"-C", "none"}, args...)...)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("nfdump %q: %v\n%s", args, err, &log)
	}
	return string(out)
}
