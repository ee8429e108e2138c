package lease_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

func shown(b *telemetry.Batch, i int) string {
	e := &b.Event[i]
	var w strings.Builder
	fmt.Fprintf(&w, "%s %s", e.Host, e.Occurred.Time().Format(time.RFC3339))
	for _, p := range b.PairsOf(e.Pairs) {
		fmt.Fprintf(&w, " %s=%s", strings.TrimPrefix(p.Field.String(), "stormglass.lease."), p.Text)
	}
	if e.Src.IsValid() {
		fmt.Fprintf(&w, " at %s", e.Src)
	}
	return w.String()
}

func TestMessages(t *testing.T) {
	const head = "2024-01-02T03:04:05Z dhcp1 "
	tests := []struct{ line, want string }{
		{head + "dhcpd[7]: DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 (192.0.2.1) via eth0", "event.action=lease-start secret=username:mac-00005e005301 at 100.64.0.9"},
		{head + "dhcpd[7]: DHCPACK to 100.64.0.9 (00:00:5E:00:53:01) via eth0", "event.action=lease-start secret=username:mac-00005e005301 at 100.64.0.9"},
		{head + "dhcpd[7]: DHCPRELEASE of 100.64.0.9 from 00:00:5e:00:53:01 via eth0 (found)", "event.action=lease-end secret=username:mac-00005e005301 at 100.64.0.9"},
		{head + "dnsmasq-dhcp[7]: DHCPACK(eth0) 100.64.0.9 00:00:5e:00:53:01 host1", "event.action=lease-start secret=username:mac-00005e005301 at 100.64.0.9"},
		{
			head + "kea-dhcp4[7]: INFO  [kea-dhcp4.leases/7] DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], cid=[no info], tid=0x1: lease 100.64.0.9 has been allocated for 3600 seconds",
			"event.action=lease-start secret=username:mac-00005e005301 until=1704168245 at 100.64.0.9",
		},
		{
			head + "kea-dhcp6[7]: INFO DHCP6_LEASE_ALLOC duid=[00:01:02], tid=0x1: lease for address 2001:db8::9 and iaid=1 has been allocated for 60 seconds",
			"event.action=lease-start secret=username:duid-000102 until=1704164705 at 2001:db8::9",
		},
		{
			head + "cgn1 JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25",
			"",
		},
	}
	for _, tt := range tests {
		set := telemetrytest.Read(text.New(nil, ""), []byte(tt.line))[0]
		if b := set.Batch(telemetry.KindAAA); tt.want != "" {
			if b.Len() != 1 || set.Batch(telemetry.KindEvent).Len() != 0 {
				t.Errorf("%s\n%d leases, %d events", tt.line, b.Len(), set.Batch(telemetry.KindEvent).Len())
				continue
			}
			if diff := cmp.Diff("dhcp1 2024-01-02T03:04:05Z "+tt.want, shown(b, 0)); diff != "" {
				t.Errorf("%s\n-want +got\n%s", tt.line, diff)
			}
		}
	}
}

func TestBlocks(t *testing.T) {
	tests := []struct{ program, code, id, text, want string }{
		{"", "JSERVICES_NAT_PORT_BLOCK_ALLOC", "", "100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25", "block=lease-start 100.64.0.9 198.51.100.9 1024 1279 - event.action=lease-start at 100.64.0.9"},
		{"", "JSERVICES_NAT_PORT_BLOCK_RELEASE", "", "100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25", "block=lease-end 100.64.0.9 198.51.100.9 1024 1279 - event.action=lease-end at 100.64.0.9"},
		{
			"RT_NAT", "RT_SRC_NAT_PBA_ALLOC", "", "Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool p1 lsys_id: 0",
			"block=lease-start 100.64.0.9 198.51.100.9 1024 1279 - event.action=lease-start at 100.64.0.9",
		},
		{
			"", "", "NAT44", "[UserbasedA - 100.64.0.9 blue - 198.51.100.9 - 1024 1535 - -] [UserbasedW - 100.64.0.8 blue - 198.51.100.9 - 1536 2047 - -]",
			"block=lease-start 100.64.0.9 198.51.100.9 1024 1535 blue block=lease-end 100.64.0.8 198.51.100.9 1536 2047 blue event.action=lease-start at 100.64.0.9",
		},
		{"", "JSERVICES_NAT_PORT_BLOCK_ALLOC", "", "100.64.0.9 -> 198.51.100.9:9-3 x", ""},
	}
	for _, tt := range tests {
		told, is := lease.Read(&lease.Message{Program: tt.program, Code: tt.code, ID: tt.id, Text: tt.text})
		if !is {
			if tt.want != "" {
				t.Errorf("%s is no lease", tt.text)
			}
			continue
		}
		b := telemetry.Batch{Kind: telemetry.KindAAA}
		b.Append(1)
		told.Fill(&b, 0)
		got := strings.TrimSpace(strings.TrimPrefix(shown(&b, 0), " 0001-01-01T00:00:00Z"))
		if got != tt.want {
			t.Errorf("%s\ngives %q", tt.text, got)
		}
	}
}

func TestThroughSyslog(t *testing.T) {
	for _, line := range []string{
		"<134>1 2024-01-02T03:04:05Z cgn1 - - NAT44 - [UserbasedA - 100.64.0.9 blue - 198.51.100.9 - 1024 1535 - -]",
		"<134>1 2024-01-02T03:04:05Z cgn1 - - NAT44 [UserbasedA - 100.64.0.9 blue - 198.51.100.9 - 1024 1535 - -]",
		"<134>1 2024 Jan  2 03:04:05 cgn1 - - NAT44 - [UserbasedA - 100.64.0.9 blue - 198.51.100.9 - 1024 1535 - -]",
		"<14>Jan  2 03:04:05 cgn1 RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool p1",
		"<134>Jan  2 03:04:05 cgn1 rpd[7]: JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25",
		"<190>Jan  2 03:04:05 cgn1 mspmand[214]: JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25",
		"<14>1 2024-01-02T03:04:05Z cgn1 RT_NAT - RT_SRC_NAT_PBA_ALLOC - Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool p1",
	} {
		b := telemetrytest.Read(text.New(nil, ""), []byte(line))[0].Batch(telemetry.KindAAA)
		if b.Len() != 1 || b.Event[0].Host != "cgn1" || !strings.Contains(shown(b, 0), "100.64.0.9 198.51.100.9 1024") {
			t.Errorf("%s: %d leases", line, b.Len())
		}
	}
}

// Whoever writes a text that looks like a lease, it is one only from the program or with the code that gives leases, and whole.
func TestForgedLeases(t *testing.T) {
	for _, line := range []string{
		"Jan  2 03:04:05 srv1 sudo:      eve : TTY=pts/0 ; PWD=/tmp/[Userbased ; USER=root ; COMMAND=/usr/bin/shred -u /var/log/auth.log",
		"<38>1 2024-01-02T03:04:05Z web1 sshd 22 - - Invalid user [UserbasedA - 100.64.0.9 - - 198.51.100.9 - 1024 1535 - -] from 203.0.113.99 port 4242",
		"<38>1 2024-01-02T03:04:05Z web1 sshd 22 NAT44 - [UserbasedA - 100.64.0.9 - - 198.51.100.9 - 1024 1535 - -]",
		"<38>1 2024-01-02T03:04:05Z web1 - - - - [UserbasedA - 100.64.0.9 - - 198.51.100.9 - 1024 1535 - -]",
		"<38>1 2024-01-02T03:04:05Z cgn1 - - NAT44 - [UserbasedA - 100.64.0.9 - - 198.51.100.9 - 1024 1535 - -] evil.example",
		"<38>1 2024-01-02T03:04:05Z cgn1 - - NAT44 - x [UserbasedA - 100.64.0.9 - - 198.51.100.9 - 1024 1535 - -]",
		"<38>1 2024-01-02T03:04:05Z cgn1 - - NAT44 - [UserbasedA - 100.64.0.9 - - 198.51.100.9 - 1024 1535 - -] [UserbasedA evil.example]",
		"<189>1: edge1: Jan  2 2024 03:04:05 UTC: %SYS-5-CONFIG_I: Configured from console by [UserbasedA on vty0 (203.0.113.99)",
		"<189>Jan  2 2024 03:04:05 agg1 %%01SHELL/5/CMDRECORD(s)[12]:Recorded command information. (Task=VT0, Ip=203.0.113.99, User=[Userbased, Command=\"undo info-center enable\")",
		"Jan  2 03:04:05 srv1 sshd[7]: DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 (a) via eth0",
		"Jan  2 03:04:05 dhcp1 dhcpd[7]: DHCPACK says evil.example",
		"Jan  2 03:04:05 dhcp1 dhcpd[7]: DHCPACK on evil.example to 00:00:5e:00:53:01 (a) via eth0",
		"Jan  2 03:04:05 dhcp1 dnsmasq-dhcp[7]: DHCPACK(eth0) 100.64.0.9 00:00:5e:00:53:01 a evil.example",
		"Jan  2 03:04:05 dhcp1 kea-dhcp4[7]: INFO DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], tid=0x1: lease 100.64.0.9 for evil.example has been allocated for 60 seconds",
		"Jan  2 03:04:05 dhcp1 kea-dhcp4[7]: INFO DHCP4_LEASE_ADVERT [hwtype=1 00:00:5e:00:53:01], tid=0x1: lease 100.64.0.9 will be advertised",
		"Jan  2 03:04:05 cgn1 rpd[7]: JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 198.51.100.9:1024-1279 evil.example",
		"Jan  2 03:04:05 cgn1 RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber evil.example used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool p",
		"Jan  2 03:04:05 cgn1 RT_NAT: something about a port block [1024-1279] of evil.example",
	} {
		set := telemetrytest.Read(text.New(nil, ""), []byte(line))[0]
		if leases, events := set.Batch(telemetry.KindAAA).Len(), set.Batch(telemetry.KindEvent).Len(); leases != 0 || events != 1 {
			t.Errorf("%s: %d leases, %d events", line, leases, events)
		}
	}
}

// What becomes a lease is counted in the account, as what no rule saw.
func TestLeasesAreCounted(t *testing.T) {
	set := telemetrytest.Read(text.New(nil, ""), []byte("Jan  2 03:04:05 dhcp1 dhcpd[7]: DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 (a) via eth0\nJan  2 03:04:05 dhcp1 x: y\n"))[0]
	if l := set.Problems.List; len(l) != 1 || !l[0].Notice || l[0].Count != 1 || !strings.HasPrefix(l[0].Reason, "lease of an address") || set.Losses() != 0 {
		t.Errorf("the account says %+v", l)
	}
}

const leases = `# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;

lease 100.64.0.9 {
  starts 2 2024/01/02 03:04:05;
  ends 2 2024/01/02 04:04:05;
  binding state active;
  next binding state free;
  hardware ethernet 00:00:5e:00:53:01;
  client-hostname "}";
}
lease 100.64.0.9 {
  starts 2 2024/01/02 03:04:05;
  ends epoch 1704168000; # Tue
  binding state free;
  hardware ethernet 00:00:5e:00:53:01;
}
lease 100.64.0.10 {
  starts 2 2024/01/02 03:04:05;
`

func TestFile(t *testing.T) {
	if !lease.Sniff([]byte(leases), "dhcpd.leases") || lease.Sniff([]byte("lease of the land {\n"), "") {
		t.Error("not recognised, or too much")
	}
	set := telemetrytest.Read(lease.New(), []byte(leases))[0]
	b := set.Batch(telemetry.KindAAA)
	want := []string{
		" 2024-01-02T03:04:05Z event.action=lease-start secret=username:mac-00005e005301 until=1704168245 at 100.64.0.9",
		" 2024-01-02T04:00:00Z event.action=lease-end secret=username:mac-00005e005301 at 100.64.0.9",
	}
	var got []string
	for i := range b.Len() {
		got = append(got, shown(b, i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(leases), 200)
	f.Fuzz(func(t *testing.T, in []byte, split int) {
		telemetrytest.Laws(t, func() telemetrytest.Decoder { return lease.New() }, in, split)
		lease.Sniff(in, "")
	})
}

// FuzzMessage: a block that is written reads back, the secret is in its pair only, and a text is a lease of one writer at most.
func FuzzMessage(f *testing.F) {
	f.Add("dhcpd", "", "", "DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 (x) via eth0")
	f.Add("", "", "NAT44", "[UserbasedA - 100.64.0.9 blue - 198.51.100.9 - 1024 1535 - -]")
	f.Add("", "RT_SRC_NAT_PBA_ALLOC", "", "Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool p")
	f.Add("kea-dhcp4", "", "", "DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], x: lease 100.64.0.9 has been allocated for 3600 seconds")
	f.Fuzz(func(t *testing.T, program, code, id, message string) {
		told, is := lease.Read(&lease.Message{Program: program, Code: code, ID: id, Text: message})
		if !is {
			return
		}
		if _, is := lease.Read(&lease.Message{Program: "sshd", ID: id, Text: message}); is {
			t.Fatalf("%q is a lease whoever writes it", message)
		}
		b := telemetry.Batch{Kind: telemetry.KindAAA}
		b.Append(1)
		b.Event[0].Occurred = 1704164645e9
		told.Fill(&b, 0)
		if !b.Event[0].Src.IsValid() {
			t.Fatalf("%q is a lease of no address", message)
		}
		for _, p := range b.PairsOf(b.Event[0].Pairs) {
			if p.Field == lease.FieldBlock {
				if block, ok := lease.ParseBlock(p.Text); !ok || block.String() != p.Text {
					t.Fatalf("%q reads back as %q", p.Text, block)
				}
			}
		}
		telemetry.Scrub(&b)
		for _, p := range b.PairsOf(b.Event[0].Pairs) {
			if p.Field == lease.FieldSecret && p.Text != "***" {
				t.Fatalf("scrubbed it is %q", p.Text)
			}
		}
	})
}

func TestHardware(t *testing.T) {
	for in, want := range map[string]string{
		"00:00:5e:00:53:01": "mac-00005e005301", "00-00-5E-00-53-01": "mac-00005e005301", "0000.5e00.5301": "mac-00005e005301", "00005E005301": "mac-00005e005301",
		"491755500100": "", "192.168.100.200": "", "00:00:5e:00:53": "", "0123.4567.8901": "mac-012345678901",
	} {
		if _, got := lease.Hardware(in); got != want {
			t.Errorf("%s is %q, want %q", in, got, want)
		}
	}
}
