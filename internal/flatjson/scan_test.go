package flatjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/flatjson"
)

func TestScan(t *testing.T) {
	line := ` {"a":{"b":1,"c":{"d":"x"}},"e":[1,{"f":"y"},["z"]],"g":null,"h\u0069":"q\"\u00e9","t":true,"n":-1.5e+3,"z":{},"a.b":2} ` + "\r"
	want := []string{
		"a.b Number 1", "a.c.d String x", `e Array [1,{"f":"y"},["z"]]`, "g Null null", `hi String q"é`,
		"t True true", "n Number -1.5e+3", "a.b Number 2",
	}
	var s flatjson.Scanner
	for range 2 { // the second time with memory in use
		fields, err := s.Scan(line)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range fields {
			got = append(got, show(&fields[i]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func show(f *flatjson.Field) string {
	names := [...]string{"Null", "False", "True", "Number", "String", "Array", "Object"}
	text := f.Value
	if f.Type == flatjson.String {
		text = f.Text()
	}
	return fmt.Sprintf("%s %s %s", f.Key, names[f.Type], text)
}

func TestScanArrays(t *testing.T) {
	s := flatjson.Scanner{Arrays: true}
	fields, err := s.Scan(`{"a":{"b":[1,{"c":["x",[]]},[null]],"d":2},"e":[]}`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range fields {
		got = append(got, show(&fields[i]))
	}
	want := []string{"a.b Number 1", "a.b.c String x", "a.b Null null", "a.d Number 2"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestElements(t *testing.T) {
	var got []string
	for e := flatjson.ElementsOf(` [ 1 , "a\n" , { "x" : [ ] } , [2,3], null ]`[1:]); e.Next(); {
		got = append(got, show(&e.Field))
	}
	want := []string{" Number 1", " String a\n", ` Object { "x" : [ ] }`, " Array [2,3]", " Null null"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestScanRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)
	deepArray := `{"a":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + "}"
	tests := []struct {
		line string
		want error
	}{
		{``, flatjson.ErrCut},
		{`[]`, flatjson.ErrSyntax},
		{`{"a":1`, flatjson.ErrCut},
		{`{"a":"x`, flatjson.ErrCut},
		{`{"a":"x\`, flatjson.ErrCut},
		{`{"a":"x\u00`, flatjson.ErrCut},
		{`{"a":tr`, flatjson.ErrCut},
		{`{"a":-`, flatjson.ErrCut},
		{`{"a":1} x`, flatjson.ErrSyntax},
		{`{"a":01}`, flatjson.ErrSyntax},
		{`{"a":1.}`, flatjson.ErrSyntax},
		{`{"a":+1}`, flatjson.ErrSyntax},
		{`{"a":1,}`, flatjson.ErrSyntax},
		{`{a:1}`, flatjson.ErrSyntax},
		{`{"a":"\x"}`, flatjson.ErrSyntax},
		{"{\"a\":\"\x01\"}", flatjson.ErrSyntax},
		{"{\"a\":1\x00}", flatjson.ErrSyntax},
		{deep, flatjson.ErrDepth},
		{deepArray, flatjson.ErrDepth},
		{`{"a":` + strings.Repeat("1", 33) + `}`, flatjson.ErrNumber},
		{`{"` + strings.Repeat("k", 300) + `":{"a":1}}`, flatjson.ErrPath},
	}
	for _, tt := range tests {
		var s flatjson.Scanner
		if _, err := s.Scan(tt.line); !errors.Is(err, tt.want) {
			t.Errorf("%.40q: got %v, want %v", tt.line, err, tt.want)
		}
	}
}

// FuzzScan compares with encoding/json: what is accepted, and every value.
func FuzzScan(f *testing.F) {
	f.Add([]byte(`{"ts":1.5,"uid":"Cabc","id":{"orig_h":"192.0.2.1"},"a":["x",1,{"b":null}]}`))
	f.Add([]byte(`{"a\ud800":"\ud83d\ude00\\","a":{},"b":[[]],"c":true} `))
	f.Add([]byte("{\"a\":\"\xff\x7f\"}"))
	f.Add([]byte(`{"a":{"b":1},"a":2,"a":{"c":-0.0e-1}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var s flatjson.Scanner
		fields, err := s.Scan(string(line))
		if errors.Is(err, flatjson.ErrDepth) || errors.Is(err, flatjson.ErrNumber) || errors.Is(err, flatjson.ErrPath) {
			return
		}
		flat := flatjson.Scanner{Arrays: true}
		if _, e := flat.Scan(string(line)); e != err && !errors.Is(e, flatjson.ErrPath) { //nolint:errorlint // the very same
			t.Fatalf("with arrays taken apart: %v, else %v", e, err)
		}
		want, ok := reference(line)
		if ok != (err == nil) {
			t.Fatalf("encoding/json accepts: %v; flatjson: %v", ok, err)
		}
		if len(want) != len(fields) {
			t.Fatalf("%d fields, want %d", len(fields), len(want))
		}
		for i := range fields {
			if got := canon(&fields[i]); got != want[i] {
				t.Errorf("field %d: got %q, want %q", i, got, want[i])
			}
		}
		if cut := len(line) - 1; err == nil && line[cut] == '}' {
			if _, err := s.Scan(string(line[:cut])); !errors.Is(err, flatjson.ErrCut) {
				t.Errorf("without its last brace: %v", err)
			}
		}
	})
}

// reference flattens an object by encoding/json's tokens, which keep order and duplicates.
func reference(line []byte) ([]string, bool) {
	if !json.Valid(line) || bytes.TrimLeft(line, " \t\r\n")[0] != '{' {
		return nil, false
	}
	return flatten(line, ""), true
}

func flatten(object []byte, path string) []string {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	_, _ = d.Token()
	var out []string
	for d.More() {
		k, _ := d.Token()
		key := path + k.(string)
		var raw json.RawMessage
		_ = d.Decode(&raw)
		if raw[0] == '{' {
			out = append(out, flatten(raw, key+".")...)
			continue
		}
		out = append(out, key+"="+value(raw))
	}
	return out
}

func value(raw []byte) string {
	if raw[0] != '"' {
		return string(raw)
	}
	var s string
	_ = json.Unmarshal(raw, &s)
	return "s" + s
}

func canon(f *flatjson.Field) string {
	if f.Type == flatjson.Array {
		elements := 0
		for e := flatjson.ElementsOf(f.Value); e.Next(); {
			elements++
		}
		var all []json.RawMessage
		if json.Unmarshal([]byte(f.Value), &all) != nil || len(all) != elements {
			return "array of another length"
		}
	}
	if f.Type != flatjson.String {
		return runes(f.Key) + "=" + f.Value
	}
	return runes(f.Key) + "=s" + runes(f.Text())
}

// runes puts U+FFFD for each byte that is no UTF-8, as encoding/json does.
func runes(s string) string { return string([]rune(s)) }

func connLine() string {
	return `{"ts":1700000000.279652,"uid":"CVvreZ2AGtqjnP3nnl","id.orig_h":"192.0.2.2","id.orig_p":55638,` +
		`"id.resp_h":"198.51.100.15","id.resp_p":443,"proto":"tcp","service":"ssl","duration":3.069982,"orig_bytes":1361,` +
		`"resp_bytes":8181,"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf",` +
		`"orig_pkts":12,"orig_ip_bytes":1989,"resp_pkts":11,"resp_ip_bytes":8909,"community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg="}`
}

func TestScanAllocatesNothing(t *testing.T) {
	var s flatjson.Scanner
	line := connLine()
	if n := testing.AllocsPerRun(100, func() { _, _ = s.Scan(line) }); n != 0 {
		t.Errorf("%v allocations a line", n)
	}
}

func BenchmarkScanConn(b *testing.B) {
	var s flatjson.Scanner
	line := connLine()
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Scan(line); err != nil {
			b.Fatal(err)
		}
	}
}
