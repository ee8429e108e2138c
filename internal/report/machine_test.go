package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

func TestJSONReadsBack(t *testing.T) {
	r := full()
	var d Document
	dec := json.NewDecoder(strings.NewReader(render(t, JSON, r, Options{})))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	want := documentOf(r, Options{})
	for _, f := range r.Findings {
		want.Findings = append(want.Findings, findingOf(f))
	}
	// JSON holds no bytes that are not UTF-8.
	text, _ := json.Marshal(want)
	want = &Document{}
	if err := json.Unmarshal(text, want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, &d); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := d.Findings[1].Value; got != "evil-cdn.example" {
		t.Errorf("value %q is not in machine form", got)
	}
	if !strings.Contains(d.Findings[3].Sources[0].Title, "\u202egnp.exe\u200b\u009b2J<script>") {
		t.Errorf("title %q was changed", d.Findings[3].Sources[0].Title)
	}
}

func TestJSONIsDeterministic(t *testing.T) {
	r := full()
	r.Started, r.Took = time.Time{}, 0
	for f := JSON; f <= HTML; f++ {
		first := render(t, f, r, Options{})
		for range 5 {
			if again := render(t, f, r, Options{}); again != first {
				t.Fatalf("%s differs from run to run", f)
			}
		}
	}
}

func TestJSONLines(t *testing.T) {
	r := full()
	lines := strings.Split(strings.TrimSuffix(render(t, JSONL, r, Options{}), "\n"), "\n")
	if len(lines) != len(r.Findings)+1 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, l := range lines {
		var head struct{ Type, ID, Schema string }
		if err := json.Unmarshal([]byte(l), &head); err != nil {
			t.Fatal(err)
		}
		switch last := i == len(lines)-1; {
		case last && (head.Type != "summary" || head.Schema != Schema):
			t.Errorf("last line is %+v", head)
		case !last && (head.Type != "finding" || head.ID != r.Findings[i].ID.String()):
			t.Errorf("line %d is %+v", i+1, head)
		}
	}
}

func TestHarmless(t *testing.T) {
	in, _ := json.Marshal("a\x7f\u0085\u009b\u202e\u200b\ufeff\U000e0041z é 語")
	want := `"a\u007f\u0085\u009b\u202e\u200b\ufeff\udb40\udc41z é 語"`
	got := harmless(in)
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var a, b string
	if json.Unmarshal(in, &a) != nil || json.Unmarshal(got, &b) != nil || a != b {
		t.Errorf("means %q, meant %q", b, a)
	}
}

func readCSV(t *testing.T, s string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSV(t *testing.T) {
	s := render(t, CSV, full(), Options{})
	rows := readCSV(t, s)
	if len(rows) != 7 || !cmp.Equal(rows[0], csvHeader) {
		t.Fatalf("%d rows under %v", len(rows), rows[0])
	}
	for _, row := range rows[1:] {
		if len(row) != len(csvHeader) || row[0] != "TLP:RED" {
			t.Errorf("row %q", row)
		}
	}
	for line := range strings.Lines(s) {
		if !strings.HasSuffix(line, "\"\r\n") || !strings.HasPrefix(line, `"`) {
			t.Errorf("not quoted: %s", line)
		}
	}
}

func TestGuarded(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"plain - text = fine":  "plain - text = fine",
		"=cmd()|' /C calc'!A0": "'=cmd()|' /C calc'!A0",
		"+1":                   "'+1",
		"-1":                   "'-1",
		"@SUM(A1)":             "'@SUM(A1)",
		"\t=1":                 "'\t=1",
		"\r=1":                 "'\r=1",
		"＝1":                   "'＝1",
		"＋1":                   "'＋1",
		"－1":                   "'－1",
		"＠1":                   "'＠1",
		"  =1":                 "'  =1",
		`"=1`:                  `'"=1`,
		"a; =1":                "a;' =1",
		"a;=1;-2":              "a;'=1;'-2",
		"a\n=1":                "a\n'=1",
		"a,b=c":                "a,b=c",
	} {
		if got := guarded(in, false); got != want {
			t.Errorf("guarded(%q) = %q, want %q", in, got, want)
		}
		if got := guarded(in, true); got != in {
			t.Errorf("raw %q became %q", in, got)
		}
	}
}

// No text from outside, wherever it stands, starts a cell that a spreadsheet computes.
func TestCSVInjection(t *testing.T) {
	for _, bad := range []string{"=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", " =1", "\"=1", "x;=1"} {
		s := &intel.Source{Org: bad, Title: bad, Actors: []string{bad, bad + "2"}, Campaigns: []string{bad}, Malware: []string{bad}}
		f := &hunt.Finding{
			Value: observable.Of(observable.Domain, bad), Subject: hunt.Subject{Kind: hunt.SubjectSource, Name: bad}, Fields: []string{bad, bad},
			Because: []string{bad}, Warnings: []string{bad}, Refs: refs(s, intel.Ref{Names: []string{bad}}),
			Days: []hunt.Day{{Samples: []hunt.Sample{{Source: bad, Line: bad}}}},
		}
		row := readCSV(t, render(t, CSV, &hunt.Result{Outcome: hunt.Outcome{Findings: []*hunt.Finding{f}}}, Options{}))[1]
		for i, c := range row {
			for part := range strings.SplitSeq(c, ";") {
				part = strings.TrimLeft(part, " \"")
				if part != "" && strings.ContainsAny(part[:1], "=+-@\t\r") || strings.HasPrefix(part, "＝") {
					t.Errorf("%q: column %s is %q", bad, csvHeader[i], c)
				}
			}
		}
	}
}

func TestExplain(t *testing.T) {
	var b bytes.Buffer
	if err := WriteExplain(&b, full()); err != nil {
		t.Fatal(err)
	}
	golden(t, "explain.txt", b.String())
	if s := observable.Printable(strings.ReplaceAll(b.String(), "\n", "")); s != strings.ReplaceAll(b.String(), "\n", "") {
		t.Error("holds control characters")
	}
}
