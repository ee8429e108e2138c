package jsonwalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestOutline(t *testing.T) {
	o := OutlineOf([]byte(`{"a":{"b":[{"c":"x"},{"d":1}]},"5f9b0f0e-0000-4000-8000-000000000000":{"info":"y"},"list":["z","w"],"cut":{"e":`))
	for path, want := range map[string]string{"": "{", "a.b[].c": "x", "*uuid.info": "y", "list[]": "z", "cut.e": ""} {
		if got, ok := o[path]; !ok || got != want {
			t.Errorf("%q is %q, %v, want %q", path, got, ok, want)
		}
	}
	if o.Has("a.b[].d") {
		t.Error("second element counts")
	}
	if !OutlineOf([]byte(" [] ")).Empty() || OutlineOf([]byte("[1]")).Empty() || OutlineOf([]byte("x")).Kind() != "" {
		t.Error("empty values")
	}
}

// TestCut: over-long strings lose their end and nothing else, however the reads fall.
func TestCut(t *testing.T) {
	long := strings.Repeat(`é\"x`, 1<<18)
	in := `{"a":"` + long + `","b":"short \\","c":["` + strings.Repeat("y", MaxString+5) + `",1]}`
	for _, r := range []io.Reader{strings.NewReader(in), iotest.HalfReader(strings.NewReader(in)), iotest.OneByteReader(strings.NewReader(in))} {
		out, err := io.ReadAll(newSource(context.Background(), r))
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			A, B string
			C    []any
		}
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatal(err)
		}
		if len(out) > 2*MaxString+100 || v.B != `short \` || v.C[1] != 1.0 || len(v.C[0].(string)) != MaxString {
			t.Errorf("%d bytes, b %q, c %v", len(out), v.B, len(v.C))
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	d, err := New(ctx, strings.NewReader(`{"a":[`+strings.Repeat("1,", 1<<20)+`1]}`))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := d.Skip(); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// FuzzSource: what is short passes unchanged.
func FuzzSource(f *testing.F) {
	f.Add([]byte(`{"a\"":"b\\","c":[1]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := io.ReadAll(newSource(t.Context(), iotest.HalfReader(bytes.NewReader(b))))
		if err != nil || !bytes.Equal(out, b) {
			t.Errorf("%q became %q, %v", b, out, err)
		}
		OutlineOf(b)
	})
}
