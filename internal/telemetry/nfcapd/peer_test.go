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
	dir := t.TempDir()
	port := freePort(t)
	args := append([]string{"-C", "none", "-b", "127.0.0.1", "-p", strconv.Itoa(port), "-w", dir, "-t", "3600", "-B", "4000000"}, flags...)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, "nfcapd", args...)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if t.Failed() {
			stop()
			_ = cmd.Wait()
			t.Logf("nfcapd: %s", &log)
		}
	}()
	await(t, "nfcapd to listen", func() bool { return queued(t, port) >= 0 })
	for i, p := range packets {
		send(t, p, port)
		if i%16 == 15 {
			await(t, "nfcapd to take packets in", func() bool { return queued(t, port) < 100_000 })
		}
	}
	await(t, "nfcapd to take all packets in", func() bool { return queued(t, port) == 0 })
	current, err := filepath.Glob(filepath.Join(dir, "nfcapd.current*"))
	if err != nil || len(current) != 1 {
		t.Fatalf("nfcapd writes %v, %v", current, err)
	}
	during(current[0])
	stop()
	_ = cmd.Wait() // nfcapd was interrupted, and says so or not
	files, err := filepath.Glob(filepath.Join(dir, "nfcapd.[0-9]*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("nfcapd left %v, %v:\n%s", files, err, &log)
	}
	return files[0]
}

// ports are those that tests have taken: the system may give one again before nfcapd listens on it.
var ports sync.Map

func freePort(t testing.TB) int {
	t.Helper()
	for {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		port := c.LocalAddr().(*net.UDPAddr).Port
		c.Close()
		if _, taken := ports.LoadOrStore(port, true); !taken {
			return port
		}
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
	for range 2000 {
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
