package register

import (
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// registersOf loads files of registers, by name and content.
func registersOf(t testing.TB, files map[string]string) *Registers {
	t.Helper()
	r, err := Load(filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func filesOf(files map[string]string) fstest.MapFS {
	data := fstest.MapFS{}
	for name, text := range files {
		data["registers/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return data
}

var someRegisters = map[string]string{
	"networks.yaml": someNetworks,
	"devices.yaml": `
devices:
  - {id: edge-r1, names: [edge-r1.example.net], addresses: [192.0.2.1, "2001:db8::1"], exporter: {address: 10.10.0.1, observation_domain: 7}, platform: iosxr, role: edge}
  - {id: edge-r2, addresses: [192.0.2.2], exporter: [{address: 10.10.0.1, observation_domain: 8}, {address: 10.10.0.2}], role: edge, valid_until: 2024-06-30}
  - {id: core-r1, addresses: [192.0.2.2], role: core, valid_from: 2024-07-01}
`,
	"servers.csv": "service,addresses,valid_from,valid_until,names,owner\n" +
		"aaa,10.20.0.6; 2001:db8:a010::6,2024-01-01,,tac.example.net,\"ops, night\"\n" +
		"aaa;ntp,10.20.0.7,2024-01-01,2024-06-30,,\n# a comment\njump,10.20.1.0/24,,,,\n",
	"accounts.yaml": `
accounts:
  - {name: oxidized, kind: automation, hosts: [10.20.0.20], commands: [show running-config, "show inventory*", "terminal length 0", "admin show led"]}
  - {name: alice, aliases: [EXAMPLE\alice], kind: person, valid_from: 2024-03-01, valid_until: 2024-12-31}
  - {name: firecall, kind: break_glass}
`,
	"tunnels.yaml": `
tunnels:
  - {id: scrub, ends: [192.0.2.1, 198.51.100.0/24], protocols: [gre], valid_until: 2024-12-31}
  - {id: hub, ends: [192.0.2.0/24, 203.0.113.9]}
`,
	"mirrors.yaml": "mirrors: []\n",
	"changes.csv":  "ticket,devices,roles,valid_from,valid_until\nCHG-1,edge-r1,,2024-05-01T22:00:00Z,2024-05-02T02:00:00Z\nCHG-2,,core,2024-08-01,2024-08-01\nCHG-3,*,,2024-09-01,2024-09-01\n",
}

func flowAt(at telemetry.Instant, src, dst string, proto uint8) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{{}}}
	f := &b.Flow[0]
	f.Occurred, f.Src, f.Dst, f.Proto = at, netip.MustParseAddr(src), netip.MustParseAddr(dst), proto
	f.Exporter, f.Domain = netip.MustParseAddr("10.10.0.1"), 8
	return b
}

func eventAt(at telemetry.Instant, host string, pairs ...string) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Event: []telemetry.Event{{Host: host}}}
	for i := 0; i < len(pairs); i += 2 {
		b.Pairs = append(b.Pairs, telemetry.Pair{Field: telemetry.FieldNamed(pairs[i]), Text: pairs[i+1]})
	}
	b.Event[0].Occurred, b.Event[0].Pairs.Len = at, uint32(len(b.Pairs))
	return b
}

const absent = "-"

func fieldOf(t *testing.T, r *Registers, b *telemetry.Batch, name string) string {
	t.Helper()
	get, ok := r.Field(b.Kind, name)
	if !ok {
		return "no such field"
	}
	s, ok := get(b, 0)
	if !ok {
		return absent
	}
	return s
}

func TestFieldsOfFlows(t *testing.T) {
	r := registersOf(t, someRegisters)
	for _, c := range []struct {
		field, day, src, dst string
		proto                uint8
		want                 string
	}{
		{"stormglass.register.aaa_servers.destination.ip", "2024-05-01", "192.0.2.1", "10.20.0.6", 6, "approved"},
		{"stormglass.register.aaa_servers.destination.ip", "2024-05-01", "192.0.2.1", "2001:db8:a010::6", 6, "approved"},
		{"stormglass.register.aaa_servers.destination.ip", "2024-05-01", "192.0.2.1", "10.20.0.8", 6, "unknown"},
		{"stormglass.register.aaa_servers.destination.ip", "2024-06-30", "192.0.2.1", "10.20.0.7", 6, "approved"},
		{"stormglass.register.aaa_servers.destination.ip", "2024-07-01", "192.0.2.1", "10.20.0.7", 6, "expired"},
		{"stormglass.register.aaa_servers.destination.ip", "2023-12-31", "192.0.2.1", "10.20.0.7", 6, "no_register"},
		{"stormglass.register.jump_hosts.source.ip", "2023-12-31", "10.20.1.77", "10.20.0.7", 6, "approved"},
		{"stormglass.register.syslog_servers.destination.ip", "2024-05-01", "192.0.2.1", "10.20.0.7", 17, "no_register"},
		{"stormglass.register.mirrors.destination.ip", "2024-05-01", "192.0.2.1", "10.20.0.7", 47, "unknown"},
		{"stormglass.register.record_stores.destination.ip", "2024-05-01", "192.0.2.1", "10.20.0.7", 47, "no_register"},
		{"stormglass.register.warrants.destination.ip", "2024-05-01", "192.0.2.1", "10.20.0.7", 47, "no_register"},
		{"stormglass.register.devices.source.ip", "2024-05-01", "192.0.2.2", "10.20.0.7", 6, "approved"},
		{"stormglass.register.device_names.source.ip", "2024-05-01", "192.0.2.2", "10.20.0.7", 6, "unknown"},
		{"stormglass.register.subscriber_prefixes.source.ip", "2024-05-01", "192.0.2.200", "10.20.0.7", 6, "approved"},
		{"stormglass.register.nonsense.source.ip", "2024-05-01", "192.0.2.2", "10.20.0.7", 6, "no such field"},
		{"stormglass.register.devices", "2024-05-01", "192.0.2.2", "10.20.0.7", 6, "no such field"},
		{"stormglass.class.source.ip", "2024-05-01", "192.0.2.2", "203.0.113.1", 6, "server"},
		{"stormglass.class.source.ip", "2024-05-01", "192.0.2.222", "203.0.113.1", 6, "subscriber"},
		{"stormglass.class.destination.ip", "2024-05-01", "192.0.2.2", "203.0.113.1", 6, "outside"},
		{"stormglass.class.destination.ip", "2024-05-01", "192.0.2.2", "10.1.1.1", 6, "unknown"},
		{"stormglass.class.source.nat.ip", "2024-05-01", "192.0.2.2", "10.1.1.1", 6, absent},
		{"stormglass.device.id.source.ip", "2024-06-30", "192.0.2.2", "10.1.1.1", 6, "edge-r2"},
		{"stormglass.device.role.source.ip", "2024-07-01", "192.0.2.2", "10.1.1.1", 6, "core"},
		{"stormglass.device.platform.source.ip", "2024-07-01", "192.0.2.2", "10.1.1.1", 6, absent},
		{"stormglass.device.platform.source.ip", "2024-07-01", "192.0.2.1", "10.1.1.1", 6, "iosxr"},
		{"stormglass.device.id.destination.ip", "2024-07-01", "192.0.2.1", "10.1.1.1", 6, absent},
		{"stormglass.device.id.observer.ip", "2024-06-01", "192.0.2.1", "10.1.1.1", 6, "edge-r2"},
		{"stormglass.device.id.observer.ip", "2024-08-01", "192.0.2.1", "10.1.1.1", 6, absent},
		{"stormglass.device.owner.source.ip", "2024-07-01", "192.0.2.2", "10.1.1.1", 6, "no such field"},
		{"stormglass.change.source.ip", "2024-08-01", "192.0.2.2", "10.1.1.1", 6, "in_window"},
		{"stormglass.change.source.ip", "2024-08-02", "192.0.2.2", "10.1.1.1", 6, "outside"},
		{"stormglass.change.source.ip", "2024-04-30", "192.0.2.2", "10.1.1.1", 6, "no_register"},
		{"stormglass.tunnel", "2024-05-01", "192.0.2.1", "198.51.100.7", 47, "approved"},
		{"stormglass.tunnel", "2024-05-01", "198.51.100.7", "192.0.2.1", 47, "approved"},
		{"stormglass.tunnel", "2024-05-01", "198.51.100.7", "192.0.2.1", 4, "unknown"},
		{"stormglass.tunnel", "2024-05-01", "198.51.100.7", "198.51.100.8", 47, "unknown"},
		{"stormglass.tunnel", "2025-01-01", "192.0.2.1", "198.51.100.7", 47, "expired"},
		{"stormglass.tunnel", "2025-01-01", "192.0.2.1", "203.0.113.9", 50, "approved"},
		{"stormglass.tunnel", "2025-01-01", "203.0.113.9", "192.0.2.77", 50, "approved"},
		{"stormglass.register.tunnels.destination.ip", "2025-01-01", "192.0.2.1", "198.51.100.7", 47, "expired"},
		{"stormglass.register.aaa_servers.destination.port", "2025-01-01", "192.0.2.1", "198.51.100.7", 47, "no such field"},
		{"source.ip", "2025-01-01", "192.0.2.1", "198.51.100.7", 47, "no such field"},
		{"stormglass.flow.state", "2025-01-01", "192.0.2.1", "198.51.100.7", 47, "no such field"},
	} {
		if got := fieldOf(t, r, flowAt(day(c.day), c.src, c.dst, c.proto), c.field); got != c.want {
			t.Errorf("%s on %s of %s to %s (%d): %s, want %s", c.field, c.day, c.src, c.dst, c.proto, got, c.want)
		}
	}
}

// What is no tunnel has no value, whatever the register states: "unknown" would hold of every flow.
func TestOnlyTunnelsAreJudgedAsTunnels(t *testing.T) {
	r := registersOf(t, someRegisters)
	for _, c := range []struct {
		proto    uint8
		src, dst uint16
		want     string
	}{
		{6, 40000, 443, absent},
		{17, 40000, 53, absent},
		{1, 0, 0, absent},
		{0, 0, 0, absent}, // the protocol is not known
		{6, 40000, 4789, absent},
		{17, 53, 4789, absent}, // an answer of DNS
		{47, 0, 0, "unknown"},
		{4, 0, 0, "unknown"},
		{41, 0, 0, "unknown"},
		{50, 0, 0, "unknown"},
		{51, 0, 0, "unknown"},
		{97, 0, 0, "unknown"},
		{115, 0, 0, "unknown"},
		{17, 40000, 4789, "unknown"},
		{17, 40000, 6081, "unknown"},
		{17, 1701, 1701, "unknown"},
		{17, 500, 500, "unknown"},
		{17, 500, 4500, "unknown"},
		{17, 51820, 51820, "unknown"},
	} {
		b := flowAt(day("2024-05-01"), "192.0.2.1", "198.18.0.1", c.proto)
		b.Flow[0].SrcPort, b.Flow[0].DstPort = c.src, c.dst
		if got := fieldOf(t, r, b, "stormglass.tunnel"); got != c.want {
			t.Errorf("protocol %d from port %d to %d: %s, want %s", c.proto, c.src, c.dst, got, c.want)
		}
	}
}

func TestFieldsOfEvents(t *testing.T) {
	r := registersOf(t, someRegisters)
	night := day("2024-05-01") + telemetry.Instant(23*time.Hour)
	may := day("2024-05-01")
	for _, c := range []struct {
		field string
		at    telemetry.Instant
		host  string
		pairs string // name=value, divided by |
		want  string
	}{
		{"stormglass.change.host.name", night, "EDGE-R1.example.net", "", "in_window"},
		{"stormglass.change.host.name", night, "edge-r2", "", "outside"},
		{"stormglass.change.host.name", day("2024-09-01"), "never-heard", "", "in_window"},
		{"stormglass.device.id.host.name", may, "edge-r1.EXAMPLE.net", "", "edge-r1"},
		{"stormglass.device.id.host.name", may, "edge-r9", "", "unregistered:edge-r9"},
		{"stormglass.device.role.host.name", may, "edge-r9", "", absent},
		{"stormglass.device.id.host.name", may, "", "", absent},
		{"stormglass.device.id.host.name", may, "192.0.2.1", "", "edge-r1"},
		{"stormglass.device.id.stormglass.log.relay.address", may, "", "stormglass.log.relay.address=192.0.2.1", "no such field"},
		{"stormglass.register.devices.host.name", may, "Edge-R1", "", "approved"},
		{"stormglass.register.aaa_servers.server.address", may, "", "server.address=10.20.0.6", "approved"},
		{"stormglass.register.aaa_servers.server.address", may, "", "server.address=TAC.example.net", "approved"},
		{"stormglass.register.aaa_servers.server.address", may, "", "server.address=bad.cafe", "unknown"},
		{"stormglass.register.accounts.user.name", may, "", "user.name=Alice", "approved"},
		{"stormglass.register.person_accounts.user.name", day("2025-06-01"), "", "user.name=Alice", "expired"},
		{"stormglass.register.automation_accounts.user.name", may, "", "user.name=alice", "unknown"},
		{"stormglass.account.kind.user.name", may, "", `user.name=example\ALICE`, "person"},
		{"stormglass.account.kind.user.name", day("2025-06-01"), "", "user.name=alice", "unknown"},
		{"stormglass.account.kind.user.name", may, "", "user.name=cisco_support", "unknown"},
		{"stormglass.account.kind.user.name", may, "", "user.name=firecall", "break_glass"},
		{"stormglass.account.host", may, "", "user.name=oxidized|source.ip=10.20.0.20", "approved"},
		{"stormglass.account.host", may, "", "user.name=oxidized|source.ip=10.20.0.21", "unknown"},
		{"stormglass.account.host.client.address", may, "", "user.name=oxidized|client.address=edge-r1", "unknown"},
		{"stormglass.account.host", may, "", "user.name=firecall|source.ip=10.20.0.21", "not_stated"},
		{"stormglass.account.host", may, "", "user.name=mallory|source.ip=10.20.0.21", "no_account"},
		{"stormglass.account.host", may, "", "user.name=oxidized", absent},
		{"stormglass.account.host", may, "", "source.ip=10.20.0.20", absent},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=show  Running-config <cr>", "approved"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=show inventory raw", "approved"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=show inventory | redirect tftp://198.51.100.1/x", "unknown"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=terminal length 0 ; show inventory|process.command_line=terminal length 0|process.command_line=show inventory", "approved"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=show inventory reload ; reload|process.command_line=show inventory reload|process.command_line=reload", "unknown"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=reload ; show inventory|process.command_line=reload|process.command_line=show inventory", "unknown"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=show inventory ; reload", "unknown"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=show inventory|process.command_line=reload", "unknown"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=run show inventory|process.command_line=show inventory", "unknown"},
		{"stormglass.account.command", may, "", "user.name=oxidized|process.command_line=admin show led|process.command_line=show led", "approved"},
		{"stormglass.account.command.cli", may, "", "user.name=oxidized|cli=guestshell enable", "unknown"},
		{"stormglass.account.command", may, "", "user.name=alice|process.command_line=reload", "not_stated"},
		{"stormglass.class.server.address", may, "", "server.address=192.0.2.1", "server"},
		{"stormglass.class.server.address", may, "", "server.address=some.name", absent},
		{"stormglass.tunnel", may, "", "", absent},
	} {
		if got := fieldOf(t, r, eventAt(c.at, c.host, pairsOf(c.pairs)...), c.field); got != c.want {
			t.Errorf("%s of %q %s at %s: %s, want %s", c.field, c.host, c.pairs, c.at.Time(), got, c.want)
		}
	}
}

// pairsOf reads name=value|name=value; a | with blanks around it belongs to a value.
func pairsOf(s string) []string {
	const kept = "\x00"
	var pairs []string
	for p := range strings.SplitSeq(strings.ReplaceAll(s, " | ", kept), "|") {
		if name, v, ok := strings.Cut(p, "="); ok {
			pairs = append(pairs, name, strings.ReplaceAll(v, kept, " | "))
		}
	}
	return pairs
}

func TestAnswersOfDNS(t *testing.T) {
	r := registersOf(t, someRegisters)
	b := &telemetry.Batch{Kind: telemetry.KindDNS, DNS: []telemetry.DNS{{}}, Texts: []string{"10.20.0.6", "tac.example.net", "203.0.113.4"}}
	b.DNS[0].Occurred = day("2024-05-01")
	for n, want := range []string{absent, "approved", "approved", "unknown"} {
		b.DNS[0].Answers = telemetry.Span{Len: uint32(n)}
		if got := fieldOf(t, r, b, "stormglass.register.aaa_servers.dns.answers.data"); got != want {
			t.Errorf("%d answers: %s, want %s", n, got, want)
		}
	}
}

// Nothing stated: nothing is approved, and nothing is said to be wrong.
func TestNoRegisters(t *testing.T) {
	for name, r := range map[string]*Registers{"zero": {}, "empty folder": registersOf(t, nil)} {
		b := flowAt(day("2024-05-01"), "192.0.2.1", "10.1.1.1", 47)
		for _, l := range Lists() {
			if _, ok := r.Set(l.Name); ok || r.States(l.Name) {
				t.Errorf("%s: %s is stated", name, l.Name)
			}
			if got := fieldOf(t, r, b, "stormglass.register."+l.Name+".source.ip"); got != "no_register" {
				t.Errorf("%s: %s is %s", name, l.Name, got)
			}
		}
		for field, want := range map[string]string{
			"stormglass.class.source.ip": "unknown", "stormglass.class.destination.ip": "unknown", "stormglass.change.source.ip": "no_register",
			"stormglass.tunnel": "no_register", "stormglass.device.id.source.ip": absent,
		} {
			if got := fieldOf(t, r, b, field); got != want {
				t.Errorf("%s: %s is %s, want %s", name, field, got, want)
			}
		}
	}
}

func TestSets(t *testing.T) {
	r := registersOf(t, someRegisters)
	got, ok := r.Set("aaa_servers")
	if !ok {
		t.Fatal("not stated")
	}
	from := day("2024-01-01")
	want := Set{
		Since: from,
		Prefixes: []SetPrefix{
			{netip.MustParsePrefix("10.20.0.6/32"), Validity{From: from}},
			{netip.MustParsePrefix("10.20.0.7/32"), Validity{from, day("2024-07-01")}},
			{netip.MustParsePrefix("2001:db8:a010::6/128"), Validity{From: from}},
		},
		Texts: []SetText{{"tac.example.net", Validity{From: from}}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, want := range map[string]bool{"mirrors": true, "syslog_servers": false, "management_prefixes": true, "break_glass_accounts": true, "nonsense": false} {
		if _, ok := r.Set(name); ok != want {
			t.Errorf("set %s: %v", name, ok)
		}
	}
}

func TestChangesOf(t *testing.T) {
	r := registersOf(t, someRegisters)
	for _, c := range []struct {
		device, day, want string
	}{{"edge-r1.example.net", "2024-05-02", "CHG-1"}, {"core-r1", "2024-08-01", "CHG-2"}, {"other", "2024-09-01", "CHG-3"}, {"edge-r1", "2024-08-01", ""}} {
		var got []string
		for _, x := range r.ChangesOf(c.device, day(c.day)) {
			got = append(got, x.Ticket)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("changes of %s on %s: %v, want %s", c.device, c.day, got, c.want)
		}
	}
}
