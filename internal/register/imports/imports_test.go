package imports

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/register"
)

var update = flag.Bool("update", false, "write the golden files anew")

// cases are the files of testdata and how they are read.
var cases = []struct {
	name, source string
	file         string
	options      Options
}{
	{"tacplus", "tac-plus", "tac_plus.conf", Options{}},
	{"tacplusng", "tac-plus", "tac_plus-ng.cfg", Options{}},
	{"ldif", "ldif", "groups.ldif", Options{}},
	{"ldifnoc", "ldif", "groups.ldif", Options{Groups: []string{"NOC"}}},
	{"routerdb", "router-db", "router.db", Options{}},
	{"netbox", "netbox", "netbox.json", Options{}},
	{"netboxcsv", "netbox", "netbox_devices.csv", Options{}},
	{"ipam", "ipam-csv", "ipam.csv", Options{Columns: []string{"class=Verwendung"}}},
	{"infoblox", "ipam-csv", "infoblox.csv", Options{}},
}

func TestProposals(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := Read(c.source, []File{{c.file, testFile(t, c.file)}}, c.options)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			for _, register := range p.Registers() {
				out.Write(p.YAML(register))
			}
			if strings.Contains(out.String(), "SECRET") {
				t.Errorf("a secret is in the proposal:\n%s", &out)
			}
			mustLoad(t, p)
			golden(t, c.name+".yaml", out.Bytes())
		})
	}
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// mustLoad holds a proposal against what reads registers: whatever is proposed must be a register without a complaint.
func mustLoad(t testing.TB, p *Proposal) *register.Registers {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range p.Registers() {
		files["registers/"+name+".yaml"] = &fstest.MapFile{Data: p.YAML(name)}
	}
	r, err := register.Load(files)
	if err != nil {
		for _, f := range files {
			t.Logf("%s", f.Data)
		}
		t.Fatalf("the proposal is no register: %v", err)
	}
	return r
}

func TestWhatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, source, data string
		options            Options
		want               string
	}{
		{"source", "nagios", "", Options{}, "nothing is imported from"},
		{"columns", "ipam-csv", "a,b\n", Options{Columns: []string{"prefix"}}, "such as prefix=Netz"},
		{"columns of a router.db", "router-db", "a:b\n", Options{Columns: []string{"model"}}, "one is name"},
		{"no names above", "ipam-csv", "10.0.0.0/8,x\n", Options{}, "no column is known"},
		{"a column that is not there", "ipam-csv", "Netz,x\n", Options{Columns: []string{"prefix=Subnetz"}}, "no column for prefix"},
		{"delimiter", "ipam-csv", "prefix\n", Options{Delimiter: "::"}, "not one character"},
		{"group", "ldif", "dn: cn=a\nmember: uid=b\n", Options{Groups: []string{"c"}}, `no group "c"`},
		{"text", "tac-plus", "\xff", Options{}, "not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(c.source, []File{{"f", []byte(c.data)}}, c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string][]string{
		".*": {"*"}, "^version$": {"version"}, "version": {"*version*"}, "^ver": {"ver*"}, "^a|^b$": {"a*", "b"}, "^interfaces? <cr>": {"interfaces", "interface"},
		`^ip 10\.0\.0\.1$`: {"ip 10.0.0.1"}, "^x[12]$": {"x1", "x2"}, "^a.*b$": {"a*b"}, "": {"*"},
		"[0-9]+": nil, "a{2,}": nil, "(": nil, `\*`: nil, "^a.b$": nil, "[^a]": nil,
	} {
		got, ok := patternsOf(expression)
		if ok != (want != nil) || ok && cmp.Diff(want, got) != "" {
			t.Errorf("%q: got %q, %v, want %q", expression, got, ok, want)
		}
	}
}

func TestBraceAttacks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("a {", 100_000), strings.Repeat("}", 1000), "user = a { login = des SECRET", `user = "a`} {
		p, err := Read("tac-plus", []File{{"f", []byte(text)}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Notes[0].Left == 0 && p.Notes[0].Taken == 0 {
			t.Errorf("%.20q: nothing was said", text)
		}
	}
}

// Secrets are drawn at every place where tac_plus has one, in every way of writing; none may be in what is proposed or told.
func TestSecretsStayIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := "S3cr" + rapid.StringMatching(`[A-Za-z0-9./$+=:@!%-]{4,20}`).Draw(t, "secret")
		if rapid.Bool().Draw(t, "quoted") {
			secret = `"` + secret + ` and ` + secret + `"`
		}
		place := rapid.SampledFrom([]string{
			"key = %", "host = 192.0.2.1 { key = % }", "user = a { login = des % member = b }", "user = a { login = cleartext %\n}", "user = a { pap = cleartext % cmd = show { permit .* } }",
			"user a { password login = crypt % }", "group = a { enable = %\n}", "user = a { login = %", "user = a { default service = permit login = des % }", "key %", "key = %\n%", "user = a {\n%\n}",
			"id = tac_plus { key = % user = b { opap = cleartext % } }", "user = a { chap = cleartext % ms-chap = cleartext % expires = \"x\" }",
		}).Draw(t, "place")
		p, err := Read("tac-plus", []File{{"f", []byte(strings.ReplaceAll(place, "%", secret))}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, register := range p.Registers() {
			if strings.Contains(string(p.YAML(register)), "S3cr") {
				t.Fatalf("%s: the secret is in\n%s", place, p.YAML(register))
			}
		}
		for _, l := range p.Notes[0].Lines {
			if strings.Contains(l.Text, "S3cr") {
				t.Fatalf("%s: the secret is in %q", place, l.Text)
			}
		}
	})
}

// FuzzRead: whatever a file holds, what is proposed of it is a register without a complaint, and reading it twice over proposes no
// entry twice.
func FuzzRead(f *testing.F) {
	for _, c := range cases {
		for n, s := range Sources {
			if s == c.source {
				f.Add(uint8(n), testFile(f, c.file))
			}
		}
	}
	f.Fuzz(func(t *testing.T, source uint8, data []byte) {
		name := Sources[int(source)%len(Sources)]
		once, _ := Read(name, []File{{"f", data}}, Options{})
		mustLoad(t, once)
		twice, _ := Read(name, []File{{"f", data}, {"g", data}}, Options{})
		mustLoad(t, twice)
		for _, register := range once.Registers() {
			n, doubtful := once.Count(register)
			m, doubtful2 := twice.Count(register)
			if m != 2*n || m-doubtful2 != n-doubtful {
				t.Fatalf("%s: %d entries of which %d doubtful, read twice %d of which %d", register, n, doubtful, m, doubtful2)
			}
		}
	})
}

// What may be a password of a line with a column too few or too many, and what is a subscriber's number, is neither proposed nor told.
func TestWhatIsNotShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source, data string
		options      Options
		left         int
	}{
		{"router-db", "192.0.2.1:SECRET:x\ncore1:SECRET\n", Options{}, 0},
		{"router-db", "SECRET\n", Options{}, 1},
		{"router-db", "SECRET\ncore1:ios\n", Options{Columns: []string{"name", "model"}}, 1},
		{"router-db", "core1:ios:user:SECRET;x\ncore2,ios,user,SECRET:x\n", Options{}, 0},
		{"ldif", "dn: cn=g\nmemberUid: +4915112SECRET\nmemberUid: jdoe\n", Options{}, 1},
		{"ldif", "dn: cn=g\nmember: uid=15112SECRET,dc=a\nmemberUid: jdoe\n", Options{}, 1},
		{"ldif", "dn: uid=jdoe\nuid: jdoe\nmemberOf: cn=g\nuserPrincipalName: 15112SECRET@example.net\ndisplayName: +15112SECRET\n", Options{}, 0},
	} {
		secret := "SECRET"
		if c.source == "ldif" {
			secret = "345678"
		}
		p, err := Read(c.source, []File{{"f", []byte(strings.ReplaceAll(c.data, "SECRET", secret))}}, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if p.Notes[0].Left != c.left {
			t.Errorf("%q: %d left out, want %d", c.data, p.Notes[0].Left, c.left)
		}
		for _, name := range p.Registers() {
			if out := string(p.YAML(name)); strings.Contains(out, secret) {
				t.Errorf("%q: shown in\n%s", c.data, out)
			}
		}
		mustLoad(t, p)
	}
}

func TestRouterDelimiter(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{"a:b": ":", "a;b:c": ";", "a:b;c": ":", "2001:db8::1;cisco;up": ";", "2001:db8::1,ios": ",", "a": ","} {
		if got := routerDelimiter(line); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}
