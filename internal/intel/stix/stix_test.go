package stix_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/stix"
)

func fixture(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/bundle.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBundle(t *testing.T) {
	l, err := inteltest.Load(t, stix.Read, "bundle.json", fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	hunted := []string{
		"address 192.0.2.1 (Teapot)", "prefix 198.51.100.0/24 (Teapot)", "domain evil.example (Teapot)", "domain bad.example (Teapot)",
		"sha256 e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00 TLP:AMBER+STRICT",
		"url http://new.example/ TLP:RED",
	}
	if diff := cmp.Diff(hunted, inteltest.Hunted(t, l)); diff != "" {
		t.Errorf("hunted: -want +got\n%s", diff)
	}
	account := []string{
		"total 21 loaded 6",
		"listed 1 identity: names a publisher or victim, holds no value",
		"listed 1 marking-definition: says how objects may be shared",
		"listed 1 observed, not an indicator",
		"listed 1 pattern not yet hunted: AND",
		"listed 1 pattern type snort is not hunted",
		"listed 1 relationship: links objects, holds no value",
		"listed 1 report or grouping without indicators",
		"listed 1 revoked",
		"listed 1 superseded by a newer version of the object",
		"listed 1 too broad: a domain of a single label",
		"listed 1 type x-own is not in STIX 2.1: holds no value that is known",
		"reported 1 a key stands twice",
		"reported 1 not in the form of a STIX object",
		"reported 1 object without type or id",
		"reported 1 pattern cannot be read",
		"part 1 part of a pattern not yet hunted: path of file",
	}
	if diff := cmp.Diff(account, inteltest.Account(l)); diff != "" {
		t.Errorf("account: -want +got\n%s", diff)
	}
	src := l.Library.Sources[0]
	want := &intel.Source{
		Format: "stix", File: "bundle.json", ID: "report--1", Title: "Tea party", Org: "Example CERT", TLP: intel.Green,
		Published: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Actors: []string{"Kettle Bear"},
	}
	if diff := cmp.Diff(want, src); diff != "" {
		t.Errorf("source: -want +got\n%s", diff)
	}
	actors := []intel.Actor{
		{Kind: "malware", Name: "Teapot", Aliases: []string{"Kettle"}, ID: "malware--1", Source: 1},
		{Kind: "threat-actor", Name: "Kettle Bear", Aliases: []string{"APT-T"}, ID: "intrusion-set--1", Source: 1},
	}
	if diff := cmp.Diff(actors, l.Library.Actors); diff != "" {
		t.Errorf("actors: -want +got\n%s", diff)
	}
	for _, n := range l.Reports()[0].Notes {
		if n.Where == "object indicator--4" && !strings.HasPrefix(n.Value, "column 31: ") {
			t.Errorf("note of a broken pattern: %q", n.Value)
		}
	}
}

func TestForms(t *testing.T) {
	const ind = `{"type":"indicator","id":"indicator--1","pattern":"[domain-name:value='evil.example']"}`
	for name, text := range map[string]string{
		"bundle":   `{"type":"bundle","id":"bundle--1","objects":[` + ind + `]}`,
		"object":   ind,
		"list":     `[` + ind + `]`,
		"envelope": `{"more":false,"objects":[` + ind + `]}`,
		"lines":    ind + "\n" + `{"type":"identity","id":"identity--1","name":"x"}`,
		"server":   `{"/discovery":{},"root":{"collections":[{"id":"c"},{"id":"d","objects":[` + ind + `]}]}}`,
	} {
		if !stix.Sniff([]byte(text)) {
			t.Errorf("%s is not recognised", name)
		}
		l, err := inteltest.Load(t, stix.Read, name, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff([]string{"domain evil.example"}, inteltest.Hunted(t, l)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestCut(t *testing.T) {
	text := fixture(t)
	l, err := inteltest.Load(t, stix.Read, "cut.json", text[:strings.Index(text, "indicator--3")])
	if err == nil || !strings.Contains(err.Error(), "/objects/") {
		t.Errorf("error: %v", err)
	}
	for _, h := range inteltest.Hunted(t, l) {
		if !strings.Contains(h, "TLP:RED") && !strings.Contains(h, "TLP:AMBER+STRICT") {
			t.Errorf("a value without its marking: %s", h)
		}
	}
	if l.Reports()[0].Loaded != 2 {
		t.Error(inteltest.Account(l))
	}
}

func TestParsePattern(t *testing.T) {
	long := "[" + strings.Repeat("domain-name:value = 'x.example' OR ", 9999) + "domain-name:value = 'y.example']"
	for _, tt := range []struct {
		in    string
		terms int
		open  string
		err   string
	}{
		{in: "[ipv4-addr:value = '192.0.2.1']", terms: 1},
		{in: "([ipv4-addr:value = '192.0.2.1'])", terms: 1},
		{in: "[(ipv6-addr:value == '2001:db8::1')]", terms: 1},
		{in: `[file:name = 'it\'s \\ it']`, terms: 1},
		{in: "[file:hashes.MD5 IN ('a', 'b', 'c')]", terms: 3},
		{in: "[ipv4-addr:value ISSUBSET '192.0.2.0/24']", terms: 1},
		{in: "[url:value ISSUBSET 'x']", open: "ISSUBSET"},
		{in: "[network-traffic:dst_ref.value = 'a.example'] /* c */ OR [email-message:from_ref.value = 'a@b.example'] // d", terms: 2},
		{in: "[a:b = 1]", open: "path of a type that is not in STIX 2.1"},
		{in: "[autonomous-system:number = 64496]", open: "path of autonomous-system"},
		{in: "[file:hashes.SSDEEP = 'x']", open: "hash of another kind"},
		{in: "[file:name LIKE '%x']", open: "LIKE"},
		{in: "[file:name MATCHES 'x'] OR [file:name = 'abcd']", terms: 1, open: "MATCHES"},
		{in: "[file:name NOT = 'x']", open: "NOT"},
		{in: "[NOT file:name = 'x']", open: "NOT"},
		{in: "[EXISTS file:name]", open: "EXISTS"},
		{in: "[file:name != 'x']", open: "!="},
		{in: "[domain-name:resolves_to_refs[*].value = 'x']", open: "path of domain-name"},
		{in: "[file:name = 'a'] AND [file:name = 'b']", open: "AND"},
		{in: "[file:name = 'a'] FOLLOWEDBY [file:name = 'b']", open: "FOLLOWEDBY"},
		{in: "[file:name = 'a'] REPEATS 5 TIMES WITHIN 10 SECONDS", open: "WITHIN"},
		{in: "[file:name = 'a'] START t'2024-01-01T00:00:00Z' STOP t'2024-01-02T00:00:00Z'", open: "START"},
		{in: "[file:name = 'a' AND file:name = 'b' OR file:name = 'c']", terms: 1, open: "AND"},
		{in: "[domain-name:value = 3]", open: "value that is no text"},
		{in: long, terms: 10000},
		{in: strings.TrimSuffix(long, "]") + " OR url:value = 'x']", err: "more than 10,000"},
		{in: "", err: "column 1: expected [ or ("},
		{in: "[]", err: "column 2: expected an object path"},
		{in: "[file:name = 'é' x]", err: "column 18: expected ]"},
		{in: "[file:name 'x']", err: "column 12: expected a comparison operator"},
		{in: "[file:name = 'x", err: "column 14: a quote that is not closed"},
		{in: "[file:name = 'x'] OR", err: "expected [ or ("},
		{in: "[file:name = 'x'] WITHIN x SECONDS", err: "expected a value after WITHIN"},
		{in: strings.Repeat("(", 1000), err: "nested deeper than 16 levels"},
		{in: "[" + strings.Repeat("(", 1000), err: "nested deeper than 16 levels"},
		{in: "[file:name = 'x'] \x00", err: "a character that no pattern holds"},
	} {
		p, err := stix.ParsePattern(tt.in)
		if got := fmt.Sprint(err); tt.err != "" && !strings.Contains(got, tt.err) || tt.err == "" && err != nil {
			t.Errorf("%.80q: error %v, want %q", tt.in, err, tt.err)
		}
		if len(p.Terms) != tt.terms || strings.Join(p.Open, ",") != tt.open {
			t.Errorf("%.80q: %d terms, open %q", tt.in, len(p.Terms), p.Open)
		}
	}
}

// BenchmarkIndicators reads a bundle of 200,000 indicators, with the memory that it takes.
func BenchmarkIndicators(b *testing.B) {
	var s strings.Builder
	s.WriteString(`{"type":"bundle","id":"bundle--1","objects":[`)
	for i := range 200_000 {
		fmt.Fprintf(&s, `{"type":"indicator","spec_version":"2.1","id":"indicator--5f9b0f0e-0000-4000-8000-%012d","created":"2024-01-01T00:00:00Z",`+
			`"modified":"2024-01-01T00:00:00Z","name":"x","pattern":"[ipv4-addr:value = '20.%d.%d.%d']","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z"},`,
			i, i>>16&255, i>>8&255, i&255)
	}
	s.WriteString(`{"type":"identity","id":"identity--1"}]}`)
	b.SetBytes(int64(s.Len()))
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		l := intel.NewLoader()
		if err := stix.Read(b.Context(), strings.NewReader(s.String()), "x", l); err != nil {
			b.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.Sys-before.Sys)/1e6, "MB-sys-growth")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(fixture(f)))
	f.Add([]byte(`{"/discovery":{},"root":{"information":{},"status":[{}],"collections":[{"objects":[]}]}}`))
	f.Add([]byte(`[{"type":"observed-data","id":"observed-data--1","objects":{"0":{"type":"ipv4-addr","value":"192.0.2.1"}}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		stix.Sniff(b)
		l := intel.NewLoader()
		l.AllAttributes = len(b)%2 == 0
		_ = stix.Read(t.Context(), strings.NewReader(string(b)), "fuzz", l)
		inteltest.Check(t, l)
	})
}

func FuzzPattern(f *testing.F) {
	f.Add("[ipv4-addr:value = '192.0.2.1' OR domain-name:value IN ('a', 'b')] FOLLOWEDBY [file:size > 3] WITHIN 5 SECONDS")
	f.Add(`[file:hashes.'SHA-256' = h'00' AND NOT EXISTS a:b[*].c] START t'2024-01-01T00:00:00Z' STOP t'2024-01-01T00:00:00Z'`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := stix.ParsePattern(s)
		if err != nil {
			if len(p.Terms)+len(p.Open) > 0 {
				t.Error("an error and terms")
			}
			return
		}
		// The law: a pattern in brackets, and a pattern OR itself, mean the same values.
		if q, err := stix.ParsePattern("(" + s + "\n)"); err == nil {
			if diff := cmp.Diff(p, q); diff != "" {
				t.Errorf("in brackets: %s", diff)
			}
		}
	})
}
