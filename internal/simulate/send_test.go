package simulate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// smallExports writes captures of a few datagrams, which fit into any socket's buffer: three routers, in turn.
func smallExports(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	exports := filepath.Join(dir, filepath.FromSlash(ExportsDir))
	if err := os.MkdirAll(exports, 0o700); err != nil {
		t.Fatal(err)
	}
	op := newSite()
	start := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for n, name := range []string{fileNetflow9, fileIPFIX, fileSFlow} {
		x := op.exporters[2*n]
		c, err := createCapture(filepath.Join(exports, name+".pcap"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			err := c.write(&datagram{
				at: start.Add(time.Duration(3*i+n) * time.Minute), from: netip.AddrPortFrom(x.device.inner, firstPort+uint16(x.order)),
				to: netip.AddrPortFrom(op.host("nms-2").v4, x.format.collectorPort()), data: fmt.Appendf(nil, "%s %d", x.device.name, i),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := c.close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// listen opens a socket on loopback.
func listen(t *testing.T) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no socket on loopback: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	return c, netip.MustParseAddrPort(c.LocalAddr().String())
}

// received reads so many datagrams, as "address text".
func received(t *testing.T, c *net.UDPConn, n int) (l []string) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	b := make([]byte, 2048)
	for range n {
		size, from, err := c.ReadFromUDPAddrPort(b)
		if err != nil {
			t.Fatalf("after %d datagrams: %v", len(l), err)
		}
		l = append(l, from.Addr().String()+" "+string(b[:size]))
	}
	return l
}

func TestSendGivesEachRouterAnAddress(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	dir := smallExports(t)
	flows, toFlows := listen(t)
	samples, toSamples := listen(t)
	sent, err := Send(t.Context(), dir, Sending{Flows: toFlows, SFlow: toSamples, Rate: 5000})
	if err != nil {
		t.Fatal(err)
	}
	var want, wantSamples []string
	for i := range 12 {
		want = append(want, fmt.Sprintf("127.0.0.11 core-r1 %d", i), fmt.Sprintf("127.0.0.13 edge-r1 %d", i))
		wantSamples = append(wantSamples, fmt.Sprintf("127.0.0.15 edge-r3 %d", i))
	}
	if diff := cmp.Diff(want, received(t, flows, 24)); diff != "" {
		t.Errorf("flows, in the order of time (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantSamples, received(t, samples, 12)); diff != "" {
		t.Errorf("samples (-want +got):\n%s", diff)
	}
	var names []string
	for _, r := range sent.Routers {
		names = append(names, fmt.Sprintf("%s %s %s %d", r.Name, r.Address, r.From.Addr(), r.Datagrams))
	}
	wantNames := []string{"core-r1 10.10.0.9 127.0.0.11 12", "edge-r1 10.10.0.1 127.0.0.13 12", "edge-r3 10.10.0.3 127.0.0.15 12"}
	if diff := cmp.Diff(wantNames, names); diff != "" || !sent.Apart || sent.Datagrams() != 36 {
		t.Errorf("apart %v, %d datagrams, routers (-want +got):\n%s", sent.Apart, sent.Datagrams(), diff)
	}
}

// TestSendElsewhereIsOneSender: to an address that is not in 127.0.0.0/8 routers have no addresses of their own, and Sent says so.
func TestSendElsewhereIsOneSender(t *testing.T) {
	c, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		t.Skipf("no IPv6 on loopback: %v", err)
	}
	defer c.Close()
	sent, err := Send(t.Context(), smallExports(t), Sending{Flows: netip.MustParseAddrPort(c.LocalAddr().String()), Rate: 5000})
	if err != nil || sent.Apart {
		t.Fatalf("apart %v, %v", sent.Apart, err)
	}
	l := received(t, c, 36)
	if slices.ContainsFunc(l, func(s string) bool { return !strings.HasPrefix(s, "::1 ") }) {
		t.Errorf("%q", l)
	}
}

func TestSendIsRefused(t *testing.T) {
	_, to := listen(t)
	if _, err := Send(t.Context(), t.TempDir(), Sending{Flows: to, Rate: 10}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder without exports: %v", err)
	}
	dir := smallExports(t)
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(ExportsDir), fileIPFIX+".pcap"), []byte("no capture, though long enough"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Send(t.Context(), dir, Sending{Flows: to, Rate: 10}); err == nil || !strings.Contains(err.Error(), "no capture that simulate wrote") {
		t.Errorf("another file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Send(ctx, smallExports(t), Sending{Flows: to, Rate: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	for _, bad := range []Sending{{Rate: 10}, {Flows: to}, {Flows: to, Rate: MaxRate + 1}, {Flows: netip.AddrPortFrom(to.Addr(), 0), Rate: 1}, {Flows: to, SFlow: netip.AddrPortFrom(to.Addr(), 0), Rate: 1}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is valid", bad)
		}
	}
}
