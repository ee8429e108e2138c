package list_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/list"
)

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFixtures(t *testing.T) {
	for _, tt := range []struct {
		file, format    string
		hunted, account []string
	}{
		{
			"plain.txt", "list", []string{
				"address 192.0.2.1", "prefix 198.51.100.0/24", "domain evil.example", "url https://bad.example/a",
				"address 203.0.113.7 port 8443", "url http://bad.example/path?q=1", "md5 00112233445566778899aabbccddeeff",
				"domain sink.example", "domain other.example", "domain ads.example", "domain quoted.example", "address 2001:db8::5",
			}, []string{
				"total 14 loaded 11", "listed 1 too broad: a domain of a single label",
				"reported 2 value is not an address, prefix, domain, URL, hash, e-mail, ASN or CVE",
			},
		},
		{
			"abusech.csv", "csv", []string{
				"address 192.0.2.1 port 443 TLP:RED (Teapot)", "domain evil.example",
				`md5 00112233445566778899aabbccddeeff (a "name")`, "url http://bad.example/",
			}, []string{
				"total 6 loaded 4", "reported 1 a quote is not closed", "reported 1 a record has too few columns",
				"part 1 a date that cannot be read",
			},
		},
		{
			"misp.csv", "csv", []string{
				"address 192.0.2.1 port 443", "domain d.example", "address 192.0.2.2", "md5 00112233445566778899aabbccddeeff",
			}, []string{
				"total 6 loaded 3", "listed 1 a subscriber's number: not searched by value",
				"listed 1 attribute type text is not hunted", "listed 1 to_ids is false",
			},
		},
	} {
		text := fixture(t, tt.file)
		if !list.Sniff([]byte(text)) {
			t.Errorf("%s is not recognised", tt.file)
		}
		l, err := inteltest.Load(t, list.Read, tt.file, text)
		if err != nil {
			t.Error(err)
		}
		if got := l.Reports()[0].Format; got != tt.format {
			t.Errorf("%s: format %s", tt.file, got)
		}
		if diff := cmp.Diff(tt.hunted, inteltest.Hunted(t, l)); diff != "" {
			t.Errorf("%s: hunted: -want +got\n%s", tt.file, diff)
		}
		if diff := cmp.Diff(tt.account, inteltest.Account(l)); diff != "" {
			t.Errorf("%s: account: -want +got\n%s", tt.file, diff)
		}
		for _, n := range l.Reports()[0].Notes {
			if strings.Contains(n.Value, "0100123") {
				t.Errorf("a subscriber's number is shown: %+v", n)
			}
		}
	}
}

// TestDetails: what the source says travels with the value.
func TestDetails(t *testing.T) {
	l, err := inteltest.Load(t, list.Read, "dir/x.csv", "Indicator;Source;TLP;First Seen;Valid Until;Description;Threat-Actor\n"+
		"evil.example;CERT A;amber;2024-01-01;1717200000;a note;Kettle Bear\nbad.example;CERT B;pink;;;;\n")
	if err != nil {
		t.Fatal(err)
	}
	x, _ := l.Index()
	got := x.Refs(0)[0]
	want := intel.Ref{
		Source: 1, TLP: intel.Amber, From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Unix(1717200000, 0).UTC(),
		Comment: "a note", Names: []string{"Kettle Bear"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if x.Refs(1)[0].TLP != intel.Red {
		t.Error("an unknown marking is not red")
	}
	if s := l.Library.Sources[2]; s.Org != "CERT B" || l.Library.Sources[0].Title != "x.csv" {
		t.Errorf("%+v", s)
	}
}

func TestForms(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		sniff      bool
		account    string
	}{
		{"feed cache", "00112233445566778899aabbccddeeff,5f9b0f0e-0000-4000-8000-000000000000\n", true, "total 1 loaded 0; listed 1 feed cache, holds no readable values"},
		{"typed columns", "date,ip,domain\n2024-01-01,192.0.2.1,evil.example\n", true, "total 1 loaded 1"},
		{"tabs", "ip\tport\n192.0.2.1\t443\n", true, "total 1 loaded 1"},
		{"one column", "domain\nevil.example\nbad.example\n", true, "total 2 loaded 2"},
		{"a word in a comment", "# domain\nevil.example\n", true, "total 1 loaded 1"},
		{"crlf and mark", "\ufeffevil.example\r\nbad.example\r\n", true, "total 2 loaded 2"},
		{
			"zeek", "#fields\tindicator\tindicator_type\tmeta.remove\nevil.example/x\tIntel::URL\t-\nu\tIntel::USER_NAME\tF\nx\tIntel::NEW\tF\n", true,
			"total 3 loaded 1; listed 1 kind username is not searched in telemetry; reported 1 indicator type is not one of Zeek's",
		},
		{"prose", "This is a text about things.\nIt has lines, and no values.\n", false, ""},
		{"telemetry", "ts,src_ip,dst_ip,bytes\n1,192.0.2.1,192.0.2.2,3\n", false, ""},
		{"zeek log", "#separator \\x09\n#fields\tts\tuid\tid.orig_h\n1\tC\t192.0.2.1\n", false, ""},
		{"empty", "", false, "total 0 loaded 0"},
		{"long line", "evil.example\n" + strings.Repeat("a", 3<<20) + "\nbad.example\n", true, "total 3 loaded 2; reported 1 a line is longer than 1 MiB"},
	} {
		if got := list.Sniff([]byte(tt.text[:min(len(tt.text), 64<<10)])); got != tt.sniff {
			t.Errorf("%s: Sniff is %v", tt.name, got)
		}
		l, err := inteltest.Load(t, list.Read, tt.name, tt.text)
		if err != nil {
			t.Error(err)
		}
		if got := strings.Join(inteltest.Account(l), "; "); tt.account != "" && got != tt.account {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.account)
		}
	}
}

func million(n int) string {
	var b strings.Builder
	for i := range n {
		switch i % 4 {
		case 0, 1:
			fmt.Fprintf(&b, "%d.%d.%d.7\n", 20+i>>16&63, i>>8&255, i&255)
		case 2:
			fmt.Fprintf(&b, "host%d.evil%d.example\n", i, i%1000)
		case 3:
			fmt.Fprintf(&b, "%064x\n", i)
		}
	}
	return b.String()
}

// BenchmarkMillion reads a million lines.
func BenchmarkMillion(b *testing.B) {
	text := million(1_000_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := list.Read(b.Context(), strings.NewReader(text), "million", intel.NewLoader()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMillionCSV reads a million records of four columns.
func BenchmarkMillionCSV(b *testing.B) {
	var s strings.Builder
	s.WriteString("type,indicator,first_seen,comment\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&s, "ip,%d.%d.%d.7,2024-01-01,\"a, note\"\n", 20+i>>16&63, i>>8&255, i&255)
	}
	b.SetBytes(int64(s.Len()))
	for b.Loop() {
		if err := list.Read(b.Context(), strings.NewReader(s.String()), "million", intel.NewLoader()); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, n := range []string{"plain.txt", "abusech.csv", "misp.csv"} {
		f.Add([]byte(fixture(f, n)))
	}
	f.Add([]byte("#fields\tindicator\tindicator_type\n192.0.2.0/33\tIntel::SUBNET\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list.Sniff(b)
		l := intel.NewLoader()
		_ = list.Read(t.Context(), strings.NewReader(string(b)), "fuzz", l)
		inteltest.Check(t, l)
	})
}
