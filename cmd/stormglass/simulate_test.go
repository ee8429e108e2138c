package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// runLine runs a command line and gives its exit code and outputs.
func runLine(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, func(string) string { return "" }, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// TestSimulateSends sends a new simulation and one that is there, and keeps only the latter.
func TestSimulateSends(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no socket on loopback: %v", err)
	}
	defer c.Close()
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	to := strings.Replace(c.LocalAddr().String(), "127.0.0.1", "localhost", 1)
	code, first, stderr := runLine(t, "simulate", "--days", "1", "--send", to, "--rate", "200000", "--now", "--quiet")
	if code != exitDone || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for _, want := range []string{
		`sent \d+ datagrams of core-r1 \(10\.10\.0\.9\) from 127\.0\.0\.11:`, `sent \d+ datagrams of core-r2 \(10\.10\.0\.10\) from 127\.0\.0\.12:`,
		`sent \d+ datagrams of agg-r1 \(10\.10\.0\.17\) from 127\.0\.0\.16:`,
	} {
		if !regexp.MustCompile(want).MatchString(first) {
			t.Errorf("%s is not in:\n%s", want, first)
		}
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	dir := filepath.Join(t.TempDir(), "op")
	for n := range 2 { // the second time it is there
		code, stdout, stderr := runLine(t, "simulate", dir, "--days", "1", "--send", to, "--rate", "200000")
		if wrote := strings.Contains(stdout, "wrote "); code != exitDone || wrote != (n == 0) || strings.Count(stdout, "sent ") != 6 {
			t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
		}
	}
	if code, _, stderr := runLine(t, "simulate", dir, "--now", "--send", to); code != exitUsage || !strings.Contains(stderr, "give --now an empty folder") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestSimulateRefuses(t *testing.T) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no socket on loopback: %v", err)
	}
	closed := c.LocalAddr().String()
	c.Close()
	for _, x := range []struct {
		args, want string
		code       int
	}{
		{"simulate", "name a folder", exitUsage},
		{"simulate --send nowhere", "read --send", exitUsage},
		{"simulate --send 127.0.0.1:http", "no number of a port", exitUsage},
		{"simulate --send 127.0.0.1:0", "lacks a host or a port", exitUsage},
		{"simulate --send 127.0.0.1:9 --rate 0", "datagrams a second", exitUsage},
		{"simulate x --send-sflow 127.0.0.1:9", "goes with --send", exitUsage},
		{"simulate x --cases --benign", "exclude each other", exitUsage},
		{"simulate x --cases --days 3", "a month of operation takes 30", exitUsage},
		{"simulate --days 1 --send " + closed, "nothing listens there", exitError},
	} {
		code, _, stderr := runLine(t, strings.Fields(x.args)...)
		if code != x.code || !strings.Contains(stderr, x.want) {
			t.Errorf("%s: exit code %d, want %d with %q: %s", x.args, code, x.code, x.want, stderr)
		}
	}
}
