package register

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExamine(t *testing.T) {
	c, err := Examine(filesOf(map[string]string{
		"networks.yaml": someNetworks,
		"devices.yaml":  "devices:\n- {id: a, addresses: [192.0.2.1]}\n- {id: b, addresses: [192.0.2.1]}\n- {id: c, addresses: [192.0.2.1], valid_until: 2020-01-01}\n",
		"servers.csv":   "service,addresses,valid_from,valid_until\nntp,10.0.0.1,,2024-01-31\nntp;aaa,10.0.0.1,2024-03-01,\nntp,10.0.0.1,2024-04-01,\n",
		"partners.yaml": "partners: [{name: P, prefixes: [192.0.2.0/28, 203.0.113.0/24]}]\n",
		"changes.yaml":  "changes: [{ticket: X, devices: [a, z], valid_from: 2023-01-01, valid_until: 2023-01-02}]\n",
		"warrants.yaml": "", "server.yaml": "", "tunnels.yaml": "tunnels: 7\n",
	}), day("2024-02-15"), []RuleNeeds{{"R1", []string{"jump_hosts"}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range c.Complaints {
		got = append(got, "complaint "+x.Error())
	}
	for _, n := range c.Notes {
		got = append(got, string(n.Kind)+" "+(&LineError{n.File, n.Line, n.Text}).Error())
	}
	want := []string{
		`complaint registers/tunnels.yaml:1: tunnels is not a list: begin each entry with "- id:"`,
		`nobody registers/changes.yaml:1: no device is called "z"`,
		`overlap registers/devices.yaml:3: the device address 192.0.2.1/32 is stated in line 2 as well, for the same time`,
		`expired registers/devices.yaml:4: device "c" has been over since 2020-01-02: what is still seen of it counts as expired`,
		`overlap registers/devices.yaml:4: the device address 192.0.2.1/32 is stated in line 2 as well, for the same time`,
		`overlap registers/partners.yaml:1: 192.0.2.0/28 of partner "P" overlaps the operator's own networks`,
		`not_read registers/server.yaml: there is no such register: use networks.yaml, retention.yaml, or one of devices, servers, accounts, tunnels, mirrors, changes, partners, stores with .yaml or .csv`,
		`expired registers/servers.csv:2: server of ntp has been over since 2024-02-01: what is still seen of it counts as expired`,
		`ahead registers/servers.csv:3: server of ntp, aaa begins on 2024-03-01`,
		`ahead registers/servers.csv:4: server of ntp begins on 2024-04-01`,
		`overlap registers/servers.csv:4: the ntp server 10.0.0.1/32 is stated in line 3 as well, for the same time`,
		`not_read registers/warrants.yaml: this register is not read yet`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, s := range c.Standings {
		if s.Name == "ntp_servers" && (!s.Stated || s.Entries != 2 || s.Approved != 0 || s.Expired != 1) {
			t.Errorf("%+v", s)
		}
	}
	if len(c.First) != 1 || c.First[0].Name != "jump_hosts" || c.First[0].Key != "service: jump" {
		t.Errorf("first %+v", c.First)
	}
}

func TestExamineWhatIsThere(t *testing.T) {
	c, err := Examine(os.DirFS("../../content"), day("2025-06-01"), nil)
	if err != nil || len(c.Complaints) > 0 || len(c.First) > 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, n := range c.Notes {
		if n.Kind != NoteExpired {
			t.Errorf("note %+v", n)
		}
	}
	if _, err := Examine(brokenFS{}, 0, nil); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if c, err := Examine(filesOf(nil), 0, nil); err != nil || len(c.Notes) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFirstToState(t *testing.T) {
	r := registersOf(t, map[string]string{"servers.yaml": "servers: [{service: dns, names: x}]"})
	rules := []RuleNeeds{
		{"a1", []string{"aaa_servers", "management_prefixes"}},
		{"a2", []string{"aaa_servers"}},
		{"m1", []string{"management_prefixes"}},
		{"m2", []string{"networks", "management_prefixes"}},
		{"d", []string{"dns_servers"}},
		{"p", []string{"person_accounts", "devices"}},
		{"w", []string{"warrants", "nonsense"}},
	}
	var got []string
	for _, o := range r.FirstToState(rules, 5) {
		got = append(got, o.Name+" "+strings.Join(o.Rules, ","))
	}
	want := []string{"management_prefixes m1,m2", "aaa_servers a1,a2", "devices ", "accounts p"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.FirstToState(rules, 1); len(got) != 1 || got[0].Waits != 1 {
		t.Errorf("%+v", got)
	}
}
