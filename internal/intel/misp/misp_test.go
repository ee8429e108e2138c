package misp_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/misp"
)

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEvent(t *testing.T) {
	l, err := inteltest.Load(t, misp.Read, "event.json", fixture(t, "event.json"))
	if err != nil {
		t.Fatal(err)
	}
	hunted := []string{
		"address 192.0.2.1 port 8443 TLP:AMBER (Teapot)", "domain evil.example", "md5 00112233445566778899aabbccddeeff",
		"url http://bad.example/a?b=1",
		"sha256 e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00e0ffee00 TLP:RED",
	}
	if diff := cmp.Diff(hunted, inteltest.Hunted(t, l)); diff != "" {
		t.Errorf("hunted: -want +got\n%s", diff)
	}
	account := []string{
		"total 22 loaded 7",
		"listed 2 proposal, not accepted into the event",
		"listed 1 deleted",
		"listed 1 event report: values in its text are not read",
		"listed 1 free text is not searched in telemetry",
		"listed 1 object without attributes",
		"listed 1 telephone number: not searched by value",
		"listed 1 to_ids is false",
		"listed 1 too broad: a domain of a single label",
		"listed 1 too broad: a prefix shorter than /8",
		"listed 1 too broad: a public suffix",
		"reported 1 a key stands twice",
		"reported 1 attribute type is not known",
		"reported 1 value holds no valid port",
		"reported 1 value is not a domain name",
		"part 1 too broad: a loopback address",
	}
	if diff := cmp.Diff(account, inteltest.Account(l)); diff != "" {
		t.Errorf("account: -want +got\n%s", diff)
	}
	source := &intel.Source{
		Format: "misp", File: "event.json", ID: "e1", Title: "Tea party", Org: "Example CERT", TLP: intel.Green, PAP: "PAP:AMBER",
		Published: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC), Actors: []string{"Kettle Bear"},
		Campaigns: []string{"Afternoon"}, Malware: []string{"Spout"},
		Tags: []string{"type:OSINT", `misp-galaxy:sector="Telecoms"`},
	}
	if diff := cmp.Diff([]*intel.Source{source}, l.Library.Sources); diff != "" {
		t.Errorf("source: -want +got\n%s", diff)
	}
	for _, n := range l.Reports()[0].Notes {
		if n.Where == "attribute a9" && n.Value != "+1555*****23" {
			t.Errorf("a subscriber's number is shown: %+v", n)
		}
	}
	x, _ := l.Index()
	ref := x.Refs(0)[0]
	if !ref.From.Equal(time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)) || ref.Until.Unix() != 1711929600 || ref.Comment != "ip-dst|port: relay" || ref.ID != "a1" {
		t.Errorf("%+v", ref)
	}
	if c := x.Refs(2)[0].Comment; c != "filename|md5: a|b.exe" {
		t.Errorf("comment of a hash: %q", c)
	}
}

// TestAllAttributes: to_ids false is hunted on demand only.
func TestAllAttributes(t *testing.T) {
	all := func(l *intel.Loader) { l.AllAttributes = true }
	l, err := inteltest.Load(t, misp.Read, "event.json", fixture(t, "event.json"), all)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(inteltest.Hunted(t, l), "\n"); !strings.Contains(got, "prefix 198.51.100.0/24") {
		t.Error(got)
	}
}

// TestForms: the same attribute in every wrapper that MISP and its clients write.
func TestForms(t *testing.T) {
	const attr = `{"type":"domain","value":"evil.example","category":"Network activity","to_ids":true}`
	for name, text := range map[string]string{
		"event":               `{"Event":{"info":"x","Attribute":[` + attr + `]}}`,
		"bare event":          `{"Attribute":[` + attr + `],"info":"x"}`,
		"one attribute":       attr,
		"single, no list":     `{"Event":{"Attribute":` + attr + `}}`,
		"list of events":      `[{"Event":{"Attribute":[` + attr + `]}}]`,
		"list of bare":        `[{"Attribute":[` + attr + `]}]`,
		"event search":        `{"response":[{"Event":{"Attribute":[` + attr + `]}}]}`,
		"attribute search":    `{"response":{"Attribute":[` + attr + `]}}`,
		"object search":       `{"response":[{"Object":{"uuid":"o","Attribute":[` + attr + `]}}]}`,
		"byte order mark":     "\ufeff" + `{"Event":{"Attribute":[` + attr + `]}}`,
		"events line by line": `{"Event":{"Attribute":[` + attr + `]}}` + "\n" + `{"Event":{"Attribute":[]}}`,
	} {
		if !misp.Sniff([]byte(text)) {
			t.Errorf("%s is not recognised", name)
		}
		l, err := inteltest.Load(t, misp.Read, name, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff([]string{"domain evil.example"}, inteltest.Hunted(t, l)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestNotMISP: events of Windows are called Event too.
func TestNotMISP(t *testing.T) {
	for _, text := range []string{
		`{"Event":{"#attributes":{"xmlns":"x"},"System":{"EventID":1,"Channel":"Security"},"EventData":{}}}`,
		`[{"Event":{"System":{"EventID":{"#text":1}}}}]`,
	} {
		if misp.Sniff([]byte(text)) {
			t.Errorf("%s is taken for MISP", text)
		}
	}
}

// TestSearchSources: attributes of a search name their events themselves.
func TestSearchSources(t *testing.T) {
	l, err := inteltest.Load(t, misp.Read, "search.json", `{"response":{"Attribute":[
		{"type":"domain","value":"a.example","Event":{"uuid":"e1","info":"one"}},
		{"type":"domain","value":"b.example","Event":{"uuid":"e2","info":"two"}},
		{"type":"domain","value":"c.example","Event":{"uuid":"e1","info":"one"}}]}}`)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, s := range l.Library.Sources {
		titles = append(titles, s.ID+" "+s.Title)
	}
	if diff := cmp.Diff([]string{"e1 one", "e2 two"}, titles); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestHostile: what is wrong costs one item, or the rest of the file with a plain word.
func TestHostile(t *testing.T) {
	good := `{"type":"domain","value":"evil.example"}`
	for _, tt := range []struct {
		name, bad string
		reason    string // of the item; empty when the file ends with an error
	}{
		{"duplicate key", `{"type":"domain","value":"a.example","value":"b.example"}`, "a key stands twice"},
		{"case is another key", `{"type":"domain","Value":"a.example"}`, "value is empty"},
		{"invalid UTF-8", "{\"type\":\"domain\",\"value\":\"a\xff.example\"}", "not in the form of MISP's format"},
		{"deep", `{"type":"domain","value":"a.example","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "nested deeper than 64 levels"},
		{"long string", `{"type":"domain","value":"` + strings.Repeat("a", 2<<20) + `"}`, "a string is longer than 1 MiB"},
		{"value is an object", `{"type":"domain","value":{}}`, "not in the form of MISP's format"},
		{"attribute is a number", `7`, "not in the form of MISP's format"},
		{"broken", `{"type":"domain",]`, ""},
		{"larger than an item may be", `{"type":"domain","Tag":[` + strings.Repeat(`{"name":"x"},`, 3<<20) + `0]}`, ""},
	} {
		l, err := inteltest.Load(t, misp.Read, tt.name, `{"Event":{"Attribute":[`+good+`,`+tt.bad+`,`+good+`]}}`)
		if (err != nil) != (tt.reason == "") {
			t.Errorf("%s: %v", tt.name, err)
		}
		r := l.Reports()[0]
		if r.Loaded != 2 && tt.reason != "" || r.Loaded != 1 && tt.reason == "" {
			t.Errorf("%s: %v", tt.name, inteltest.Account(l))
		}
		if tt.reason != "" && r.Reported[tt.reason] != 1 {
			t.Errorf("%s: %v", tt.name, inteltest.Account(l))
		}
	}
}

// TestAttachment: an attached file of any size costs neither memory nor the attribute.
func TestAttachment(t *testing.T) {
	text := `{"Event":{"Attribute":[{"type":"malware-sample","value":"x.exe|00112233445566778899aabbccddeeff","data":"` +
		strings.Repeat("QUJD", 12<<20) + `"}]}}`
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l := intel.NewLoader()
	if err := misp.Read(t.Context(), strings.NewReader(text), "sample", l); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if l.Reports()[0].Loaded != 1 {
		t.Error(inteltest.Account(l))
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
		t.Errorf("%d MiB allocated", got>>20)
	}
}

// TestCut: what was read before the end counts, and without its marking an event is red.
func TestCut(t *testing.T) {
	text := fixture(t, "event.json")
	cut := text[:strings.Index(text, `"a4"`)]
	l, err := inteltest.Load(t, misp.Read, "cut.json", cut)
	if err == nil || !strings.Contains(err.Error(), "cut.json") || !strings.Contains(err.Error(), "/Event/Attribute/2") {
		t.Errorf("error: %v", err)
	}
	if r := l.Reports()[0]; r.Loaded != 3 {
		t.Error(inteltest.Account(l))
	}
	if l.Library.Sources[0].TLP != intel.Red {
		t.Errorf("marking: %v", l.Library.Sources[0].TLP)
	}
}

func TestTwoLists(t *testing.T) {
	l, err := inteltest.Load(t, misp.Read, "two", `{"Attribute":[{"type":"domain","value":"a.example"}],"Attribute":[{"type":"domain","value":"b.example"}]}`)
	if err == nil || !strings.Contains(err.Error(), "twice") || l.Reports()[0].Loaded != 1 {
		t.Errorf("%v %v", err, inteltest.Account(l))
	}
}

// million is an event of n attributes that is written while it is read.
type million struct {
	n, i int
	buf  []byte
}

func (m *million) Read(p []byte) (int, error) {
	for len(m.buf) == 0 {
		switch {
		case m.i == 0:
			m.buf = append(m.buf, `{"Event":{"info":"many","Attribute":[`...)
		case m.i > m.n:
			return 0, io.EOF
		}
		m.buf = fmt.Appendf(m.buf, `{"id":"1","type":"ip-dst","category":"Network activity","to_ids":true,`+
			`"uuid":"5f9b0f0e-0000-4000-8000-%012d","event_id":"1","distribution":"5","timestamp":"1600000000","comment":"",`+
			`"sharing_group_id":"0","deleted":false,"value":"%d.%d.%d.7"}`, m.i, 20+m.i>>16&63, m.i>>8&255, m.i&255)
		if m.i++; m.i > m.n {
			m.buf = append(m.buf, `]}}`...)
		} else {
			m.buf = append(m.buf, ',')
		}
	}
	n := copy(p, m.buf)
	m.buf = append(m.buf[:0], m.buf[n:]...)
	return n, nil
}

// BenchmarkMillion reads an event of a million attributes, with the memory that stays and the
// memory that was taken from the system.
func BenchmarkMillion(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		l := intel.NewLoader()
		if err := misp.Read(b.Context(), &million{n: 1_000_000}, "million", l); err != nil {
			b.Fatal(err)
		}
		if got := l.Reports()[0].Loaded; got < 1_000_000 {
			b.Fatal(got)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.Sys)/1e6, "MB-sys")
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1e6, "MB-kept")
		runtime.KeepAlive(l)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(fixture(f, "event.json")))
	f.Add([]byte(`{"response":{"Attribute":[{"type":"ip-dst|port","value":"192.0.2.1|80"}]}}`))
	f.Add([]byte(`{"name":"x","type":"threat-actor","uuid":"u","values":[{"value":"A","meta":{"synonyms":["B"],"country":"XX"}}]}`))
	f.Add([]byte(`{"name":"RFC 1918","type":"cidr","version":1,"list":["10.0.0.0/8"],"matching_attributes":["ip-src"]}`))
	f.Add([]byte(`{"5f9b0f0e-0000-4000-8000-000000000000":{"info":"x","Orgc":{}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		misp.Sniff(b)
		l := intel.NewLoader()
		_ = misp.Read(t.Context(), strings.NewReader(string(b)), "fuzz", l)
		inteltest.Check(t, l)
	})
}
