package dnstunnel

import (
	"testing"
)

// FuzzNote: a note that can be read is written as one that reads as the same.
func FuzzNote(f *testing.F) {
	f.Add((&note{hash: 7, at: 1_700_000_000, length: 30, longest: 20, entropy: 350, answer: 99, carrier: carriesText}).append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, ok := noteOf(b)
		if !ok {
			return
		}
		if again, ok := noteOf(x.append(nil)); !ok || again != x {
			t.Fatalf("%+v, then %+v %v", x, again, ok)
		}
	})
}

// FuzzDivide: a name is divided into two that together are the name, in lower case.
func FuzzDivide(f *testing.F) {
	for _, name := range []string{"a.b.example.com.", "x.d111.cloudfront.net", "data.0123", "\xff\xfe.\x01.example", "..", "1.0.0.127.in-addr.arpa"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		a, ok := divide(name)
		if !ok {
			return
		}
		if a.below == "" || len(a.domain)+len(a.below) > 255 {
			t.Fatalf("%q: %+v", name, a)
		}
		if e := entropy(a.below); e < 0 || e > 8 {
			t.Fatalf("%q: %v bits a byte", a.below, e)
		}
		if n := longest(a.below); n > len(a.below) {
			t.Fatalf("%q: a label of %d", a.below, n)
		}
	})
}
