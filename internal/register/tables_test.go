package register

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

func TestComplaintsOfTables(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"devices", "devices.yaml", `devices:
- {id: r1, names: [a], addresses: [192.0.2.300, "::ffff:192.0.2.1", 0.0.0.0], hostname: x}
- {names: [b], exporter: {address: 192.0.2.1, observation_domain: -1}}
- {id: A, exporter: 192.0.2.1}
- {id: r3, exporter: {domain: 1}, names: ["x\u202ey"]}
- r4
`, []string{
			`:2: a device has no key "hostname": use id, names, addresses, exporter, configurations, platform, role, owner, reason, valid_from, valid_until`,
			`:2: addresses: "192.0.2.300" is no address: write one such as "192.0.2.1" or "2001:db8::1"`,
			`:2: addresses: "::ffff:192.0.2.1" is IPv4 written as IPv6: write "192.0.2.1"`,
			`:2: addresses: "0.0.0.0" is nobody's: write the address itself`,
			`:3: a device has no id: add one`,
			`:3: exporter: the observation domain "-1" is no number from 0 to 4294967295: write one, or leave it out for any`,
			`:4: the device name "a" is stated in line 2 for the same time: drop one, or end the older one by valid_until before the newer one's valid_from`,
			`:5: names "x\u202ey" has characters that cannot be shown: leave them out`,
			`:5: exporter has no key "domain": use address, observation_domain`,
			`:5: exporter has no address: add one`,
			`:6: a device is not a mapping: write keys (id, names, addresses, exporter, configurations, platform, role, owner, reason, valid_from, valid_until) with values`,
		}},
		{"servers", "servers.yaml", "servers:\n- {service: tacacs, addresses: 10.0.0.0/7}\n- {service: aaa}\nnone: [mail]\n", []string{
			`:2: there is no service "tacacs": use aaa, ntp, syslog, dns, backup, nms, update, jump, relay`,
			`:3: a server has neither addresses nor names: add one`,
			`:4: there is no service "mail": use aaa, ntp, syslog, dns, backup, nms, update, jump, relay`,
		}},
		{"accounts", "accounts.yaml", `accounts:
- {name: a, kind: robot, hosts: [10.0.0.1/24], commands: "*"}
- {name: A, kind: person, valid_from: 2024-02-01}
- {name: b, aliases: [b, B], kind: person, valid_until: 2024-02-01}
- {name: b, kind: person, valid_from: 2024-02-02}
`, []string{
			`:2: "10.0.0.1/24" has bits beyond its length: write "10.0.0.0/24" if that is meant`,
			`:2: there is no kind "robot": use person, automation, break_glass`,
			`:2: commands: "*" is any command: leave commands out if that is meant`,
			`:3: the account "a" is stated in line 2 for the same time: drop one, or end the older one by valid_until before the newer one's valid_from`,
		}},
		{"others", "tunnels.yaml", "tunnels:\n- {id: t, ends: [192.0.2.1], protocols: [sctp]}\n- {id: u, ends: []}\n", []string{
			`:2: there is no protocol "sctp": use gre, ipip, esp, ipsec, etherip, l2tp, vxlan, geneve, wireguard`,
			`:2: a tunnel has 1 ends: write from 2 to 256 addresses or prefixes`,
			`:3: a tunnel has no ends: add one`,
		}},
		{"changes", "changes.yaml", "changes:\n- {ticket: C1, valid_from: 2024-02-02}\n", []string{
			`:2: a change has no valid_until: add one`,
			`:2: a change has neither devices nor roles: add what is worked on, "*" is every device`,
		}},
		{"CSV", "partners.csv", "name,prefixes,country\nx,192.0.2.0/24\n,192.0.2.0/24,\nx,192.0.2.0/33,\n\"x,\n", []string{
			`:1: there is no column "country": use name, prefixes, owner, reason, valid_from, valid_until`,
			`:2: the line has 2 columns and the header 3: make them the same, and put cells with commas in double quotes`,
			`:3: a partner has no name: add one`,
			`:4: "192.0.2.0/33" is no prefix: write one such as "192.0.2.0/24" or "2001:db8::/32"`,
			`:5: column 5: it is not CSV (extraneous or missing " in quoted-field): put cells with commas or quotes in double quotes, and write a quote within twice`,
		}},
		{"CSV of another country", "partners.csv", "name;prefixes\nx;192.0.2.0/24\n", []string{
			`:1: the columns are not divided by commas: write commas, and ";" only between the values of one cell`,
		}},
		{"CSV without a column", "partners.csv", "\ufeffname,name\n", []string{
			`:1: the column "name" comes twice: drop one`,
			`:1: the column prefixes is missing: add it`,
		}},
		{"CSV of another age", "partners.csv", "name,prefixes\n\nK\xf6ln,192.0.2.0/24\n", []string{`:3: it is not UTF-8: save it as CSV UTF-8`}},
		{"not a list", "stores.yaml", "stores: {id: x}\n", []string{`:1: stores is not a list: begin each entry with "- id:"`}},
	} {
		_, err := Load(filesOf(map[string]string{c.file: c.text}))
		if err == nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i := range c.want {
			c.want[i] = "registers/" + c.file + c.want[i]
		}
		if diff := cmp.Diff(c.want, strings.Split(err.Error(), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBothForms(t *testing.T) {
	_, err := Load(filesOf(map[string]string{"stores.yaml": "stores: []", "stores.csv": "id\n"}))
	want := "registers/stores.csv: there is registers/stores.yaml as well: keep one of them"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// What is written in one form means the same in the other.
func TestFormsAgree(t *testing.T) {
	asYAML := registersOf(t, map[string]string{"accounts.yaml": `
accounts:
  - {name: oxidized, aliases: [rancid, "x, y"], kind: automation, hosts: [10.20.0.20, 10.21.0.0/24], commands: [show run, 'say "x"'], owner: ops, valid_from: 2024-01-01}
  - {name: alice, kind: person}
`})
	asCSV := registersOf(t, map[string]string{"accounts.csv": `kind,name,aliases,hosts,commands,owner,valid_from,reason
automation,oxidized,"rancid; x, y",10.20.0.20;10.21.0.0/24,"show run;say ""x""",ops,2024-01-01,
person,alice,,,,,,
`})
	diff := cmp.Diff(asYAML.Accounts, asCSV.Accounts, cmp.AllowUnexported(Account{}, commandSet{}), cmp.Comparer(func(a, b Entry) bool {
		return a.Validity == b.Validity && a.Owner == b.Owner && a.Reason == b.Reason
	}), cmp.Comparer(func(a, b interface{ String() string }) bool { return a.String() == b.String() }))
	if diff != "" {
		t.Errorf("(-YAML +CSV):\n%s", diff)
	}
	if asYAML.Version == asCSV.Version {
		t.Error("two files have one version")
	}
}

func TestNone(t *testing.T) {
	r := registersOf(t, map[string]string{"servers.yaml": "none: [backup, update]\nservers:\n- {service: ntp, names: [time.example.net]}\n"})
	for name, want := range map[string]State{"backup_servers": Unknown, "update_servers": Unknown, "aaa_servers": NoRegister, "ntp_servers": Approved} {
		if got := r.StateOfText(name, "TIME.example.net", 0); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestLimitsOfTables(t *testing.T) {
	long := strings.Repeat("x", maxText+1)
	for name, c := range map[string]struct{ file, text, want string }{
		"YAML too large": {"stores.yaml", "stores: []\n" + strings.Repeat("#", maxFile), "over 4 MiB"},
		"CSV too large":  {"stores.csv", "id\n" + strings.Repeat("#", maxCSV), "over 32 MiB"},
		"entries":        {"stores.csv", "id\n" + strings.Repeat("x\n", maxEntries+1), "over 200000 entries"},
		"values":         {"stores.csv", "id,names\nx," + strings.Repeat("y;", maxValues+2), "over 10000 values"},
		"text":           {"stores.yaml", "stores: [{id: " + long + "}]", "longer than 512 bytes"},
		"patterns":       {"accounts.csv", "name,kind,commands\nx,person," + manyPatterns(), "over 1000 patterns"},
		"anchors":        {"stores.yaml", "stores: &x []", "anchors"},
		"control":        {"stores.csv", "id\n\"a\x1b[2J\"\n", "cannot be shown"},
	} {
		_, err := Load(filesOf(map[string]string{c.file: c.text}))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func manyPatterns() string {
	var b strings.Builder
	for i := range maxCommands + 1 {
		fmt.Fprintf(&b, "show %d*;", i)
	}
	return b.String()
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		pattern, command string
		want             bool
	}{
		{"show run", "SHOW\t run ", true},
		{"show run", "show running", false},
		{"show *", "show version", true},
		{"show *", "show", false},
		{"show*", "show", true},
		{"*config*all", "show config x all", true},
		{"*config*all", "show config", false},
		{"show *", "show run | redirect ftp:", false},
		{"show * | include *", "show run | include aaa", true},
		{"show * | include *", "show run | include aaa | redirect x", false},
		{"show *", "show x; reload", false},
		{"show *", "show x\nreload", false},
		{"show *", "show x\n", true},
		{"show *", "show `reload`", false},
		{"show é*", "SHOW É1", true},
		{"a*a*a*a*a*b", strings.Repeat("a", 5000), false},
	} {
		s, wrong := newCommandSet([]string{c.pattern})
		if wrong != "" {
			t.Fatal(wrong)
		}
		if got := s.holds(c.command); got != c.want {
			t.Errorf("%q of %q: %v", c.command, c.pattern, got)
		}
	}
}

// The law of spans: joined or not, the same moments are approved, and what is over is over.
func TestSpans(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) telemetry.Instant { return telemetry.Instant(rapid.IntRange(0, 12).Draw(t, "moment")) })
	rapid.Check(t, func(t *rapid.T) {
		vs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Validity {
			v := Validity{moment.Draw(t, "from"), moment.Draw(t, "until")}
			if v.Until != 0 && v.From >= v.Until {
				v.Until = v.From + 1
			}
			return v
		}), 0, 6).Draw(t, "validities")
		s := merged(vs)
		for i := 1; i < len(s); i++ {
			if s[i-1].Until == 0 || s[i-1].Until >= s[i].From {
				t.Fatalf("%v are not apart", s)
			}
		}
		for at := telemetry.Instant(1); at < 15; at++ {
			want := Unknown
			if slices.ContainsFunc(vs, func(v Validity) bool { return v.Over(at) }) {
				want = Expired
			}
			if slices.ContainsFunc(vs, func(v Validity) bool { return v.Holds(at) }) {
				want = Approved
			}
			if got := s.state(at); got != want {
				t.Fatalf("%v at %d: %s, want %s", vs, at, got, want)
			}
		}
	})
}

// The examples that operators copy load, and there is one of each register.
func TestExamplesOfTables(t *testing.T) {
	r, err := Load(os.DirFS("../../content"))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range Lists() {
		if !r.States(l.Name) {
			t.Errorf("the examples do not state %s", l.Name)
		}
	}
	for _, tab := range tables {
		text, ok := r.Content(tab.yaml())
		if !ok {
			t.Errorf("no example of %s", tab.yaml())
		}
		for _, c := range tab.columns {
			if !strings.Contains(string(text), c.name) {
				t.Errorf("%s says nothing of %s", tab.yaml(), c.name)
			}
		}
	}
}

// The documentation names every list, every column and every sort of field.
func TestDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/registers.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, l := range Lists() {
		want = append(want, "`"+l.Name+"`")
	}
	for _, tab := range tables {
		want = append(want, "`"+tab.name+".yaml`")
		for _, c := range tab.columns {
			want = append(want, "`"+c.name+"`")
		}
	}
	want = append(want, "`"+fieldTunnel+"`", "`"+fieldHost, "`"+fieldCommand, "`"+fieldRegister, "`"+fieldClass, "`"+fieldChange, "`"+fieldKind, "`"+unregistered)
	for _, word := range slices.Concat(stateNames[:], services, accountKinds, protocols, []string{inWindow, outsideWindow, notStated, noAccount}) {
		want = append(want, "`"+word+"`")
	}
	for _, w := range want {
		if !strings.Contains(string(doc), w) {
			t.Errorf("docs/registers.md does not tell of %s", w)
		}
	}
}

// A file of any register, in either form: what is refused is refused with complaints of the file alone; what is taken keeps what the
// join promises.
func FuzzTables(f *testing.F) {
	for name, text := range someRegisters {
		base, form, _ := strings.Cut(name, ".")
		if i := slices.IndexFunc(tables[:], func(t tableInto) bool { return t.name == base }); i >= 0 {
			f.Add(uint8(i), form == "csv", text)
		}
	}
	f.Add(uint8(1), false, "none: [ntp]\nservers: [{service: aaa, names: x}]")
	f.Add(uint8(6), true, "name,prefixes\n\"a\nb\",192.0.2.0/24;2001:db8::/32\n")
	f.Fuzz(func(t *testing.T, which uint8, csv bool, text string) {
		tab := tables[int(which)%len(tables)]
		file := tab.yaml()
		if csv {
			file = tab.csv()
		}
		r, err := Load(filesOf(map[string]string{strings.TrimPrefix(file, "registers/"): text}))
		if err != nil {
			checkComplaints(t, err, file)
			return
		}
		for _, l := range Lists() {
			checkSet(t, r, l.Name)
		}
		for i := range r.Devices {
			d := &r.Devices[i]
			if got, ok := r.DeviceNamed(strings.ToUpper(d.ID), d.From+1); ok && !slices.Contains(foldedAll(append([]string{got.ID}, got.Names...)...), folded(strings.ToUpper(d.ID))) {
				t.Errorf("asked for %q, got %q", d.ID, got.ID)
			}
		}
	})
}

func checkComplaints(t *testing.T, err error, file string) {
	t.Helper()
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("kind %s", fault.KindOf(err))
	}
	for line := range strings.Lines(err.Error()) {
		if !strings.HasPrefix(line, file) || strings.ContainsAny(line, "\x1b\x00\u202e") {
			t.Errorf("complaint %q", line)
		}
	}
	if _, ok := errors.AsType[*LineError](err); !ok {
		t.Errorf("%v names no line", err)
	}
}

// checkSet expects of each member of a set that it is approved within its validity, and not before and after all of them.
func checkSet(t *testing.T, r *Registers, name string) {
	t.Helper()
	s, ok := r.Set(name)
	if !ok && len(s.Prefixes)+len(s.Texts) > 0 {
		t.Errorf("%s is not stated and has members", name)
	}
	for _, p := range s.Prefixes {
		at := max(p.From, 1)
		if got := r.State(name, p.Prefix.Addr(), at); got != Approved || p.Prefix.Masked() != p.Prefix || p.Prefix.Bits() == 0 {
			t.Errorf("%s in %s is %s at %d", p.Prefix, name, got, at)
		}
	}
	for _, x := range s.Texts {
		if got := r.StateOfText(name, x.Text, max(x.From, 1)); got != Approved || !printable(x.Text) {
			t.Errorf("%q in %s is %s", x.Text, name, got)
		}
		if s.Since > 1 && r.StateOfText(name, x.Text, s.Since-1) != NoRegister {
			t.Errorf("%s speaks before its time", name)
		}
	}
}
