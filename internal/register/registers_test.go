package register

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

func folder(networks, retention string) fstest.MapFS {
	return fstest.MapFS{networksFile: {Data: []byte(networks)}, retentionFile: {Data: []byte(retention)}}
}

func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		name, networks, retention string
		want                      []string
	}{
		{"all at once, of both files", "networks:\n  - {prefix: 192.0.2.0/33, class: servers}\n  - {kind: server}\n", "ledger: -1\npeer_tokens: many\n", []string{
			`registers/networks.yaml:2: "192.0.2.0/33" is no prefix: write one such as "192.0.2.0/24" or "2001:db8::/32"`,
			`registers/networks.yaml:2: there is no class "servers": use infrastructure, management, server or subscriber`,
			`registers/networks.yaml:3: a network has no key "kind": use prefix, class, owner, reason, valid_from, valid_until`,
			`registers/networks.yaml:3: a network has no prefix: add one`,
			`registers/networks.yaml:3: a network has no class: add one`,
			`registers/retention.yaml:1: ledger is "-1": write a whole number of days from 0 to 36500`,
			`registers/retention.yaml:2: peer_tokens is "many": write a whole number of days from 0 to 36500`,
		}},
		{"prefixes", `networks:
- {prefix: 192.0.2.1/24, class: server}
- {prefix: 192.0.2.1, class: server}
- {prefix: "::ffff:192.0.2.0/120", class: server}
- {prefix: 0.0.0.0/0, class: server}
- {prefix: "::/0", class: server}
- {prefix: [], class: own}
`, "", []string{
			`registers/networks.yaml:2: "192.0.2.1/24" has bits beyond its length: write "192.0.2.0/24" if that is meant`,
			`registers/networks.yaml:3: "192.0.2.1" is an address: write "192.0.2.1/32"`,
			`registers/networks.yaml:4: "::ffff:192.0.2.0/120" is IPv4 written as IPv6: write it as IPv4`,
			`registers/networks.yaml:5: "0.0.0.0/0" is everybody's: state the operator's own prefixes`,
			`registers/networks.yaml:6: "::/0" is everybody's: state the operator's own prefixes`,
			`registers/networks.yaml:7: prefix is empty or not one value: write one`,
			`registers/networks.yaml:7: there is no class "own": use infrastructure, management, server or subscriber`,
		}},
		{"times", `networks:
- {prefix: 192.0.2.0/24, class: server, valid_from: 2024-02-30}
- {prefix: 192.0.3.0/24, class: server, valid_from: 2024-02-02, valid_until: 2024-02-01}
- {prefix: 192.0.4.0/24, class: server, valid_from: 1066-10-14}
- {prefix: 192.0.5.0/24, class: server, valid_until: 2024-05-01}
- {prefix: 192.0.5.0/24, class: subscriber, valid_from: 2024-05-01}
`, "", []string{
			`registers/networks.yaml:2: valid_from "2024-02-30" is no date: write one such as 2025-03-31 or 2025-03-31T12:00:00Z`,
			`registers/networks.yaml:3: valid_until is before valid_from: swap or correct them`,
			`registers/networks.yaml:4: valid_from "1066-10-14" is not between 1970 and 2200: correct it, or leave it out for an open end`,
			`registers/networks.yaml:6: 192.0.5.0/24 is stated in line 5 for the same time: drop one, or end the older one by valid_until before the newer one's valid_from`,
		}},
		{"not a list", "networks: {prefix: 192.0.2.0/24}\n", "rows: 5", []string{
			`registers/networks.yaml:1: networks is not a list: begin each entry with "- prefix:"`,
			`registers/retention.yaml:1: rows is not a mapping: write keys (own, subscriber, transit) with values`,
		}},
		{"keys", "networks: []\nnetworks: []\nown: 1\n", "rows: {own: {flows: 1, flow: 40000, dns: 1.5, http: \"7\"}}", []string{
			`registers/networks.yaml:2: the file has the key "networks" twice: drop one`,
			`registers/networks.yaml:3: the file has no key "own": use networks`,
			`registers/retention.yaml:1: rows.own has no key "flows": use traffic, systems, flow, dns, http, tls, cert, file, mail, event, aaa, config, access, intercept, derived`,
			`registers/retention.yaml:1: flow is "40000": write a whole number of days from 0 to 36500`,
			`registers/retention.yaml:1: dns is "1.5": write a whole number of days from 0 to 36500`,
			`registers/retention.yaml:1: http is "7": write a whole number of days from 0 to 36500`,
		}},
		{"anchors", "networks: &a []\n", "ledger: !!int 7", []string{
			`registers/networks.yaml:1: anchors (&) and aliases (*) are not allowed: write the value out, or quote it`,
			`registers/retention.yaml:1: tags (!) are not allowed: leave it out, or quote the value`,
		}},
		{"two documents", "networks: []\n---\nnetworks: []\n", "ledger: 1\n...\n---\nledger: 2\n", []string{
			`registers/networks.yaml:2: a second document begins: keep one, without a line ---`,
			`registers/retention.yaml:3: a second document begins: keep one, without a line ---`,
		}},
		{"escapes", "networks:\n- {prefix: \"\\e]8;;\", class: \"\\u202e\"}\n", "", []string{
			`registers/networks.yaml:2: "\x1b]8;;" is no prefix: write one such as "192.0.2.0/24" or "2001:db8::/32"`,
			`registers/networks.yaml:2: there is no class "\u202e": use infrastructure, management, server or subscriber`,
		}},
	} {
		_, err := Load(folder(c.networks, c.retention))
		if err == nil {
			t.Errorf("%s: no complaint", c.name)
			continue
		}
		if diff := cmp.Diff(c.want, strings.Split(err.Error(), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: kind %s", c.name, fault.KindOf(err))
		}
	}
}

// What only costs is refused early, with its cause named.
func TestHostileFiles(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'k'; c++ {
		fmt.Fprintf(&bomb, "%c: &%c [%s]\n", c, c, strings.Repeat("*"+string(c-1)+",", 9))
	}
	for name, c := range map[string]struct{ text, want string }{
		"alias bomb":  {bomb.String(), "registers/networks.yaml"},
		"deep flow":   {"networks: " + strings.Repeat("[", 100000), "depth"},
		"deep block":  {"networks:\n" + strings.Repeat("- ", 100) + "x", "depth"},
		"large":       {"networks: []\n" + strings.Repeat("#", maxFile), "over 4 MiB"},
		"many wrong":  {"networks:\n" + strings.Repeat("- x\n", 5000), "4900 further complaints"},
		"not YAML":    {"networks: [\n", "registers/networks.yaml:2: it is not YAML"},
		"not text":    {"networks: \x00\x01\xff\n", "registers/networks.yaml"},
		"merge":       {"networks:\n- &x {prefix: 192.0.2.0/24, class: server}\n- {<<: *x}\n", "anchors"},
		"merge plain": {"networks:\n- {<<: {class: server}, prefix: 192.0.2.0/24}\n", `no key "<<"`},
	} {
		_, err := Load(folder(c.text, ""))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.want)
		}
	}
}

func TestRetention(t *testing.T) {
	r, err := Load(folder("", "rows:\n  own: {traffic: 365, flow: 400, systems: 1000}\n  subscriber:\n    traffic: 0\nledger: 60\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]Setting)
	for _, s := range r.Retention.Settings() {
		got[s.Name] = s
	}
	if want := int(NumRowClasses)*int(telemetry.NumKinds) + 2; len(got) != want {
		t.Errorf("%d settings, want %d", len(got), want)
	}
	for _, want := range []Setting{
		{"rows.own.flow", 400, "registers/retention.yaml:2"},
		{"rows.own.dns", 365, "registers/retention.yaml:2"},
		{"rows.own.aaa", 1000, "registers/retention.yaml:2"},
		{"rows.subscriber.flow", 0, "registers/retention.yaml:4"},
		{"rows.subscriber.aaa", 730, "default"},
		{"rows.transit.flow", 7, "default"},
		{"ledger", 60, "registers/retention.yaml:5"},
		{"peer_tokens", 60, "as the ledger, registers/retention.yaml:5"},
	} {
		if diff := cmp.Diff(want, got[want.Name]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if got := r.Retention.Days(RowsSubscriber, telemetry.KindFlow); got != 0 {
		t.Errorf("subscribers' flows are kept %d days", got)
	}
}

func TestRetentionDefaults(t *testing.T) {
	var r Retention
	for class, want := range map[RowClass]int{RowsOwn: 730, RowsSubscriber: 30, RowsTransit: 7, NumRowClasses: 730} {
		if got := r.Days(class, telemetry.KindDNS); got != want {
			t.Errorf("dns of %s: %d days, want %d", class, got, want)
		}
		if got := r.Days(class, telemetry.KindEvent); got != 730 {
			t.Errorf("events of %s: %d days", class, got)
		}
	}
	if r.Ledger() != 730 || r.PeerTokens() != 90 {
		t.Errorf("ledger %d, peer tokens %d", r.Ledger(), r.PeerTokens())
	}
}

func TestVersion(t *testing.T) {
	files := []fstest.MapFS{
		{},
		folder("", ""), folder("networks: []", ""), folder("", "ledger: 730"),
		{networksFile: {Data: nil}},
		{retentionFile: {Data: nil}},
	}
	seen := make(map[Version]int)
	for i, f := range files {
		r, err := Load(f)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(f)
		if err != nil || again.Version != r.Version {
			t.Errorf("case %d: version %s, then %s, %v", i, r.Version, again.Version, err)
		}
		if other, twice := seen[r.Version]; twice {
			t.Errorf("cases %d and %d have one version", other, i)
		}
		seen[r.Version] = i
	}
}

type brokenFS struct{ fs.FS }

var errBroken = errors.New("input/output error")

func (brokenFS) Open(string) (fs.File, error) { return nil, errBroken }

func TestUnreadable(t *testing.T) {
	_, err := Load(brokenFS{})
	if !errors.Is(err, errBroken) || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v of kind %s", err, fault.KindOf(err))
	}
}

// The examples that operators copy must load, say what their comments say, and hold the defaults.
func TestExamples(t *testing.T) {
	r, err := Load(os.DirFS("../../content"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Networks.Prefixes()); n != 7 {
		t.Errorf("%d prefixes", n)
	}
	var defaults Retention
	for i, want := range defaults.Settings() {
		if got := r.Retention.Settings()[i]; got.Name != want.Name || got.Days != want.Days {
			t.Errorf("the example says %s is %d, the default is %d", got.Name, got.Days, want.Days)
		}
	}
	read, err := os.ReadFile("../../content/registers/networks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for c := Infrastructure; c <= Subscriber; c++ {
		if !regexp.MustCompile(`(?m)^#.* ` + c.String() + `  `).Match(read) {
			t.Errorf("the example does not explain %s", c)
		}
	}
}

// What is taken holds what it promises; what is refused is refused with complaints of the file alone.
func FuzzLoad(f *testing.F) {
	f.Add(someNetworks, "rows:\n  own: {traffic: 365, flow: 400}\nledger: 60\n")
	f.Add("networks:\n- {prefix: 0.0.0.0/1, class: server, valid_from: 2024-01-01T00:00:00+14:00}", "peer_tokens: 0")
	f.Add("a: &a [*a]", "? [x]\n: y")
	f.Add("networks: !!set {}", "--- \n%YAML 1.1\n---\nledger: 0x10")
	f.Fuzz(func(t *testing.T, networks, retention string) {
		r, err := Load(folder(networks, retention))
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "registers/") || strings.ContainsAny(line, "\x1b\x00\u202e") {
					t.Errorf("complaint %q", line)
				}
			}
			return
		}
		for _, p := range r.Networks.Prefixes() {
			if p != p.Masked() || p.Bits() == 0 || p.Addr().Is4In6() {
				t.Errorf("prefix %s was taken", p)
			}
			if r.Networks.Class(p.Addr(), 0) == None {
				t.Errorf("%s is nobody's", p.Addr())
			}
		}
		for _, s := range r.Retention.Settings() {
			if s.Days < 0 || s.Days > maxDays {
				t.Errorf("%s is %d", s.Name, s.Days)
			}
		}
		if r.Retention.PeerTokens() > r.Retention.Ledger() {
			t.Error("tokens outlive the ledger")
		}
	})
}
