package collect

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"stormglass/internal/telemetry"
)

// records gives n objects, one a line, with a mark between them and before and after all.
func records(before string, n int, between, after string) string {
	var b strings.Builder
	b.WriteString(before)
	for i := range n {
		if i > 0 {
			b.WriteString(between)
		}
		fmt.Fprintf(&b, `{"@timestamp":"2026-01-05T10:00:00Z","source.ip":"10.0.0.5","destination.ip":"198.51.100.6","event.sequence":%d,"tags":["a",{"b":"}"}]}`, i)
	}
	return b.String() + after
}

// TestBrokenValues: one broken value takes none of those after it along, or it is said.
func TestBrokenValues(t *testing.T) {
	array := records("[\n", 3000, ",\n", "\n]\n")
	flat := records("[", 3000, ",", "]")
	printed := strings.ReplaceAll(records("[\n", 3000, ",\n", "\n]\n"), `{"@`, "{\n  \"@")
	whole := `"event.sequence":1,"tags":["a",{"b":"}"}]}`
	for name, tc := range map[string]struct {
		in, old, new string
		least        uint64 // of 3000 records
		failed       string
	}{
		"whole":               {array, "", "", 3000, ""},
		"line end in text":    {array, whole, "\"x\":\"a\nb\"," + whole, 2998, ""},
		"the same, printed":   {printed, whole, "\"x\":\"a\nb\"," + whole, 2998, ""},
		"the same, in a line": {flat, whole, "\"x\":\"a\nb\"," + whole, 2998, ""},
		"carriage return":     {flat, whole, "\"x\":\"a\rb\"," + whole, 2998, ""},
		"no brace":            {array, whole, strings.TrimSuffix(whole, "}"), 2998, ""},
		"no brace, printed":   {printed, whole, strings.TrimSuffix(whole, "}"), 2998, ""},
		"no brace, in a line": {flat, whole, strings.TrimSuffix(whole, "}"), 2998, ""},
		"no bracket":          {array, whole, strings.TrimSuffix(whole, "]}") + "}", 2998, ""},
		"no quote":            {array, whole, strings.Replace(whole, `"a"`, `"a`, 1), 2998, ""},
		"cut in an object":    {array, whole, `"event.sequence":1,`, 2998, ""},
		"cut after a colon":   {array, whole, `"event.sequence":`, 2997, ""},
		"another brace":       {array, whole, whole + "}", 3000, ""},
		"stray text":          {array, whole + ",", whole + ", stray {text} \"here,\n", 2998, ""},
		"not closed":          {array, `"event.sequence":2999,"tags":["a",{"b":"}"}]}` + "\n]", `"tags":["a"`, 2999, "value 3000 is not closed: what follows its beginning was not read"},
		"array not closed":    {array, "\n]\n", "", 3000, "the array that holds the values is not closed"},
		"cut in an array":     {array, whole, `"event.sequence":1,"tags":["a"` + ",", 1, "value 2 is not closed: what follows its beginning was not read (4"},
	} {
		t.Run(name, func(t *testing.T) {
			in := strings.Replace(tc.in, tc.old, tc.new, 1)
			if tc.new == "" && tc.old == "" {
				in = tc.in
			}
			a := accountOf(t, in)
			if a.Kinds[telemetry.KindFlow]+a.Kinds[telemetry.KindEvent] < tc.least {
				t.Errorf("%d records read, want at least %d", a.Read, tc.least)
			}
			if !strings.HasPrefix(a.Failed, tc.failed) || tc.failed == "" && a.Failed != "" {
				t.Errorf("failed: %q", a.Failed)
			}
			if a.Whole() != (name == "whole" || name == "another brace") {
				t.Errorf("whole is %v", a.Whole())
			}
		})
	}
}

// TestSwallowingEnds: a value that stays open swallows no more than a line may hold.
func TestSwallowingEnds(t *testing.T) {
	const n = 30_000
	in := strings.Replace(records("[\n", n, ",\n", "\n]\n"), `"event.sequence":1,"tags":["a",{"b":"}"}]}`, `"tags":["a"`, 1)
	in = strings.Replace(in, `["a",`, `[`, 1)
	in = strings.Replace(in, `"tags":["a"`+",\n", `"tags":[`+"\n", 1)
	a := accountOf(t, in)
	if a.Read < n-MaxLine/130-10 || a.Problems.Losses() == 0 {
		t.Errorf("%d of %d records read, %d lost, %s", a.Read, n, a.Problems.Losses(), a.Failed)
	}
}

func accountOf(t *testing.T, in string) *telemetry.Account {
	t.Helper()
	var handled atomic.Int64
	r := Reader{Handle: func(_ context.Context, b *telemetry.Batch) error { handled.Add(int64(b.Len())); return nil }}
	var f Files
	var a *telemetry.Account
	f.Stdin = io.MultiReader(strings.NewReader(in))
	err := f.Each(t.Context(), []string{"-"}, func(m *Member) (err error) {
		a, err = r.Read(t.Context(), m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if handled.Load() != int64(a.Read) {
		t.Errorf("%d handled, %d read", handled.Load(), a.Read)
	}
	return a
}
