package service

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/config"
	"stormglass/internal/node"
	"stormglass/internal/outbox"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// The packet of a canary is NetFlow 9 as a decoder reads it: one SYN of 60 bytes, at the second it was sent.
func TestCanaryPacket(t *testing.T) {
	from, to := netip.MustParseAddr("2001:db8::7"), netip.MustParseAddr("fd53:47::1")
	at := time.Now()
	d := netflow.New(netflow.NewTemplates(netflow.Limits{}))
	var s telemetry.Set
	for n := range uint32(2) {
		d.Decode(&telemetry.Datagram{From: netip.MustParseAddrPort("127.0.0.1:1"), At: telemetry.InstantOf(at), Data: canaryPacket(from, to, n, at)}, &s)
	}
	flows := s.Batch(telemetry.KindFlow).Flow
	if len(flows) != 2 || s.Problems.Losses() != 0 {
		t.Fatalf("%d flows, problems %+v", len(flows), s.Problems)
	}
	f := flows[1]
	if f.Src != from || f.Dst != to || f.Proto != 6 || f.DstPort != 9 || f.TCPFlags != 2 || f.SrcBytes != 60 || f.SrcPackets != 1 {
		t.Errorf("%+v", f)
	}
	if f.Occurred != telemetry.InstantOf(at.Truncate(time.Second)) {
		t.Errorf("at %v, sent %v", f.Occurred.Time(), at)
	}
}

// canaryRule matches the flow of a canary, and what else goes where nobody listens.
const canaryRule = `title: To the discard port
id: 5e0b7a10-0000-4000-8000-0000000000ca
logsource: {category: network_connection}
detection:
  sel: {DestinationPort: 9}
  condition: sel
level: high
`

// A canary goes through the whole chain, is found, and bothers nobody: no rule of the operator is told of it.
func TestCanaryIsFound(t *testing.T) {
	c := configured(t)
	rules := filepath.Join(c.Data, "rules")
	if err := errors.Join(os.MkdirAll(rules, 0o700), os.WriteFile(filepath.Join(rules, "discard.yml"), []byte(canaryRule), 0o600)); err != nil {
		t.Fatal(err)
	}
	c.Canary = config.Canary{Every: 24 * time.Hour, Within: 10 * time.Minute}
	s, stop := run(t, c)
	until(t, "found", func() bool {
		st, err := s.Status(t.Context())
		return err == nil && st.Canary != nil && st.Canary.Found == 1
	})
	if st, err := s.Status(t.Context()); err != nil || st.Intel.Values != 0 || st.Intel.Files != 0 || st.Rules.Asked == 0 || st.Rules.Matched != 0 {
		t.Errorf("intelligence in force: %+v, rules: %+v, %v", st.Intel, st.Rules, err)
	}
	stop()
	open, err := node.Findings(t.Context(), c.Data, node.FindingQuery{})
	if err != nil || len(open.Findings) != 0 || open.Dismissed != 0 {
		t.Errorf("%d open, %d dismissed, %v", len(open.Findings), open.Dismissed, err)
	}
	all, err := node.Findings(t.Context(), c.Data, node.FindingQuery{All: true})
	if err != nil || len(all.Findings) != 1 || all.Findings[0].Triage.Who != "stormglass" || all.Findings[0].Triage.Status != store.StatusDismissed {
		t.Errorf("%+v, %v", all.Findings, err)
	}
}

// A canary that does not come through raises the alarm once, and says so until one does.
func TestCanaryIsMissing(t *testing.T) {
	data := t.TempDir()
	k, err := node.OpenKeeper(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	deaf, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	alarms := 0
	enough := errors.New("enough")
	x := &canary{
		every: 100 * time.Millisecond, within: 20 * time.Millisecond, to: deaf.LocalAddr().(*net.UDPAddr).AddrPort(), data: data, log: slog.New(slog.DiscardHandler),
		missing: func(context.Context, time.Time) error {
			if alarms++; alarms == 2 {
				return enough
			}
			return nil
		},
	}
	x.address = node.CanaryAddress(k.Depot)
	if err := x.run(t.Context()); !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
	if st := x.status(); !st.Late || st.Sent != 2 || st.Found != 0 {
		t.Errorf("%+v", st)
	}
	buf := make([]byte, 2000)
	if n, err := deaf.Read(buf); err != nil || n < 100 {
		t.Errorf("what was sent has %d bytes, %v", n, err)
	}
}

// The address of a canary lies where no network is, and is another in each folder.
func TestCanaryAddresses(t *testing.T) {
	var seen []netip.Addr
	for range 2 {
		k, err := node.OpenKeeper(t.Context(), t.TempDir(), "test")
		if err != nil {
			t.Fatal(err)
		}
		a, own := node.CanaryAddress(k.Depot), canaryMeets()
		if !netip.MustParsePrefix("2001:db8::/32").Contains(a) || !own.IsPrivate() || a != node.CanaryAddress(k.Depot) || own == canaryMeets() {
			t.Errorf("%v, %v", a, own)
		}
		seen = append(seen, a)
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if seen[0] == seen[1] {
		t.Error("two folders have one canary")
	}
}

func TestCanaryListener(t *testing.T) {
	for _, tt := range []struct {
		allow string
		off   bool
		heard bool
		why   string
	}{
		{"", false, true, ""},
		{"127.0.0.0/8", false, true, ""},
		{"192.0.2.0/24", false, false, "allow leaves out 127.0.0.1"},
		{"", true, false, ""},
	} {
		c := configured(t)
		c.Canary.Off = tt.off
		if tt.allow != "" {
			c.Collect.NetFlow[0].Allow = []netip.Prefix{netip.MustParsePrefix(tt.allow)}
		}
		s, err := Open(t.Context(), c, Options{Getenv: func(string) string { return "" }, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		l, why := s.canaryListener()
		if (l != nil) != tt.heard || !strings.Contains(why, tt.why) || (why != "") != (tt.why != "") {
			t.Errorf("%+v: %v, %q", tt, l, why)
		}
		if err := s.unbind(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCanaryTarget(t *testing.T) {
	for at, want := range map[string]string{
		"0.0.0.0:2055": "127.0.0.1:2055", "[::]:2055": "127.0.0.1:2055", "198.51.100.7:2055": "198.51.100.7:2055", "[2001:db8::7]:2055": "[2001:db8::7]:2055",
	} {
		if got := canaryTarget(netip.MustParseAddrPort(at)).String(); got != want {
			t.Errorf("%s: sent to %s", at, got)
		}
	}
}

// A record that somebody else makes of the canary's address is not taken for it.
func TestCanaryIsForged(t *testing.T) {
	c := configured(t)
	c.Canary = config.Canary{Every: 24 * time.Hour, Within: 10 * time.Minute}
	s, _ := run(t, c)
	until(t, "found", func() bool {
		st, err := s.Status(t.Context())
		return err == nil && st.Canary != nil && st.Canary.Found == 1
	})
	x := s.canary.Load()
	forged := canaryPacket(x.address, netip.MustParseAddr("fd53::1"), 9, time.Now())
	send(t, "udp", s.bound()[0].Addr(), string(forged))
	until(t, "looked up", func() bool {
		list, err := node.Findings(context.WithoutCancel(t.Context()), c.Data, node.FindingQuery{All: true})
		return err == nil && len(list.Findings) == 2
	})
	if found, err := x.found(t.Context(), canaryMeets()); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
}

// Loss and a full disk are told, once in an hour each.
func TestAlarms(t *testing.T) {
	c := configured(t)
	s := &Service{cfg: c, space: &space{root: c.Data, room: roomy}, log: slog.New(slog.DiscardHandler)}
	k, err := node.OpenKeeper(t.Context(), c.Data, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	out, err := outbox.Open(k.Store, outbox.DefaultConfig(), outbox.Options{Log: s.log})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	l := &losing{}
	s.listeners.Store(&[]listener{l})
	a := &alarms{s: s, out: out, lost: map[string]uint64{}, told: map[string]time.Time{}}
	if found := a.look(); len(found) != 0 {
		t.Errorf("nothing is wrong: %+v", found)
	}
	l.lost = 7
	found := a.look()
	if len(found) != 1 || found[0].Kind != "loss" || !strings.Contains(found[0].Text, "7 datagrams") {
		t.Errorf("%+v", found)
	}
	if again := a.look(); len(again) != 0 {
		t.Errorf("told of again: %+v", again)
	}
	s.space.last.Store(full())
	if found := a.look(); len(found) != 1 || found[0].Kind != "disk_short" {
		t.Errorf("%+v", found)
	}
	now := time.Now()
	for i, after := range []time.Duration{0, time.Minute, 2 * time.Hour} {
		if err := a.tell(t.Context(), now.Add(after), found[0]); err != nil {
			t.Fatal(err)
		}
		if told := a.told["loss netflow udp test"]; (i == 2) != told.After(now) {
			t.Errorf("after %v: told at %v", after, told)
		}
	}
}
