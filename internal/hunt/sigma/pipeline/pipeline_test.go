package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// set reads pipelines of one folder, of which nothing may be complained.
func set(t *testing.T, files ...string) *pipeline.Set {
	t.Helper()
	folder := fstest.MapFS{}
	for i, text := range files {
		folder[fmt.Sprintf("%d.yaml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	s, complaints := pipeline.Load(folder)
	for _, c := range complaints {
		t.Errorf("%s:%d: %s", c.File, c.Line, c.Text)
	}
	return s
}

const example = `
names:
  ends:
    src: source.ip
    proto: {name: network.iana_number, values: {TCP: "6"}}
    '*': 'x.{}'
sources:
  - product: box
    kinds: [flow, event]
    use: ends
  - product: box
    service: [conn, Open]
    kinds: [flow]
    where: {event.dataset: box}
    use: ends
    fields:
      src: ['*', source.ip, '*other']
      '*': ['{}', 'y.{}.z']
  - category: dns
    kinds: [dns]
  - product: box
    service: ''
    category: ''
    kinds: [tls]
`

func TestRoutes(t *testing.T) {
	s := set(t, example)
	tests := []struct {
		source rule.LogSource
		want   string
	}{
		{rule.LogSource{Product: "box", Service: "conn"}, "flow"},
		{rule.LogSource{Product: "BOX", Service: "open"}, "flow"},
		{rule.LogSource{Product: "box", Service: "else"}, "flow event"},
		{rule.LogSource{Product: "box"}, "flow event tls"},
		{rule.LogSource{Product: "box", Category: "dns"}, "dns"}, // a category says more than a product
		{rule.LogSource{Category: "dns", Product: "any"}, "dns"},
		{rule.LogSource{Product: "other"}, ""},
		{rule.LogSource{}, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, r := range s.Routes(tt.source) {
			got = append(got, r.Kind.String())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v: got %v, want %s", tt.source, got, tt.want)
		}
	}
	a, b := s.Routes(rule.LogSource{Product: "box", Service: "conn"}), s.Routes(rule.LogSource{Product: "box", Service: "open"})
	if a[0] != b[0] || a[0].Pipeline != "0.yaml:11" || len(a[0].Where) != 1 || a[0].Where[0].Items[0].Field != "event.dataset" {
		t.Errorf("got %+v and %+v", a[0], b[0])
	}
}

func TestFields(t *testing.T) {
	s := set(t, example)
	wide := s.Routes(rule.LogSource{Product: "box", Service: "else"})[0]
	narrow := s.Routes(rule.LogSource{Product: "box", Service: "conn"})[0]
	bare := s.Routes(rule.LogSource{Category: "dns"})[0]
	tests := []struct {
		route *pipeline.Route
		field string
		want  string
	}{
		{wide, "src", "source.ip"},
		{wide, "else", "x.else"},
		{wide, "proto", "network.iana_number tcp=6"},
		{wide, "source.port", "source.port"},                     // of the schema
		{wide, "stormglass.flow.state", "stormglass.flow.state"}, // ours
		{wide, "stormglass.register.x", "stormglass.register.x"},
		{narrow, "src", "src, y.src.z, source.ip, other, y.other.z"},
		{narrow, "proto", "network.iana_number tcp=6"},
		{narrow, "else", "else, y.else.z"},
		{bare, "else", "else"},
	}
	for _, tt := range tests {
		var got []string
		for _, target := range tt.route.Fields(tt.field) {
			text := target.Name
			for k, v := range target.Values {
				text = fmt.Sprintf("%s %s=%s", text, k, v)
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.field, diff)
		}
	}
}

// TestFolders: a file of a later folder stands in for its namesake, others add.
func TestFolders(t *testing.T) {
	file := func(product string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("sources: [{product: " + product + ", kinds: [event]}]")}
	}
	s, complaints := pipeline.Load(
		fstest.MapFS{"a.yaml": file("one"), "b.yml": file("two"), "c.txt": file("three"), "sub/a.yaml": file("four")},
		fstest.MapFS{"a.yaml": file("five"), "d.yaml": file("six"), ".e.yaml": file("seven")},
	)
	if len(complaints) != 0 {
		t.Fatalf("%+v", complaints[0])
	}
	if diff := cmp.Diff([]string{"a.yaml", "b.yml", "d.yaml"}, s.Files); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for product, want := range map[string]int{"one": 0, "two": 1, "three": 0, "four": 0, "five": 1, "six": 1, "seven": 0} {
		if got := len(s.Routes(rule.LogSource{Product: product})); got != want {
			t.Errorf("%s: %d routes, want %d", product, got, want)
		}
	}
}

// TestComplaints holds what is said of files in testdata/wrong against the golden list.
func TestComplaints(t *testing.T) {
	s, complaints := pipeline.Load(os.DirFS(filepath.Join("testdata", "wrong")))
	var got strings.Builder
	for _, c := range complaints {
		fmt.Fprintf(&got, "%s:%d:%d: %s\n", c.File, c.Line, c.Column, c.Text)
	}
	golden := filepath.Join("testdata", "wrong.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if n := len(s.Routes(rule.LogSource{Product: "good"})); n != 1 {
		t.Errorf("what is right beside what is wrong has %d routes", n)
	}
}

func TestBounds(t *testing.T) {
	many := func(n int, format string) string {
		var w strings.Builder
		for i := range n {
			fmt.Fprintf(&w, format, i)
		}
		return w.String()
	}
	source := "- {product: x, kinds: [event], fields: {%s}}"
	for name, text := range map[string]string{
		"entries":  "sources:\n" + many(2001, "- {product: p%d, kinds: [event]}\n"),
		"names":    "sources:\n" + fmt.Sprintf(source, many(5001, "f%d: x, ")),
		"targets":  "sources:\n" + fmt.Sprintf(source, "a: ["+many(65, "t%d, ")+"]"),
		"patterns": "sources:\n" + fmt.Sprintf(source, "'*': ["+many(40, "'t%d.{}', ")+"], a: ['*', '*b']"),
		"values":   "sources:\n" + fmt.Sprintf(source, "a: {name: b, values: {"+many(1001, "v%d: x, ")+"}}"),
		"long":     "sources:\n" + fmt.Sprintf(source, "a: "+strings.Repeat("x", 257)),
		"groups":   "sources:\n- {product: x, kinds: [event], where: [" + many(65, "{a: v%d}, ") + "]}",
		"services": "sources:\n- {kinds: [event], service: [" + many(201, "s%d, ") + "]}",
		"size":     "sources: [" + strings.Repeat(" ", 1<<20) + "]",
	} {
		t.Run(name, func(t *testing.T) {
			s, complaints := pipeline.Load(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(text)}})
			if len(complaints) == 0 || len(s.AllRoutes()) != 0 {
				t.Errorf("%d complaints, %d routes", len(complaints), len(s.AllRoutes()))
			}
		})
	}
}

// FuzzParse: what is read keeps the bounds and can be used, and every complaint names a place in the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte("sources: [{category: [a, ''], kinds: [dns], where: [{a|re: x}, {b|cidr: 10.0.0.0/8}], fields: {'*': '{}', a: '*'}}]"))
	f.Add([]byte("names: {a: {'*': ['a{}b']}}\nsources: [{service: x, kinds: [event], use: [a, b], fields: {x: [{name: '*y', values: {a: 1}}]}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, complaints := pipeline.Load(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: data}})
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + strings.Count(string(data), "\u2028") +
			strings.Count(string(data), "\u2029") + strings.Count(string(data), "\u0085") + 1
		for _, c := range complaints {
			if c.Text == "" || c.File != "a.yaml" || c.Line < 0 || c.Line > lines+1 || c.Column < 0 {
				t.Fatalf("%+v of %d lines", c, lines)
			}
		}
		if len(complaints) > 101 {
			t.Fatalf("%d complaints", len(complaints))
		}
		for _, r := range s.AllRoutes() {
			check(t, r)
		}
	})
}

func check(t *testing.T, r *pipeline.Route) {
	t.Helper()
	if r.Kind >= telemetry.NumKinds || len(r.Where) > 64 || r.Pipeline == "" {
		t.Fatalf("%+v", r)
	}
	for _, g := range r.Where {
		for _, it := range g.Items {
			if it.Field == "" || len(r.Fields(it.Field)) == 0 {
				t.Fatalf("where %+v", it)
			}
		}
	}
	for _, target := range r.AllTargets() {
		if target.Name == "" || len(target.Name) > 2*256+256 {
			t.Fatalf("%+v", target)
		}
	}
	for _, field := range []string{"x", "source.ip", "{}", "*"} {
		if got := r.Fields(field); len(got) == 0 || len(got) > 64 {
			t.Fatalf("%s: %+v", field, got)
		}
	}
}
