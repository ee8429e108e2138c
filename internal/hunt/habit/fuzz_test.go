package habit

import (
	"reflect"
	"testing"

	"stormglass/internal/hunt/analyse"
)

// FuzzRows: a sight, and the row of a source, that can be read are written as what reads as the same.
func FuzzRows(f *testing.F) {
	s := sight{at: 1_700_000_000e9, user: "op-ben", host: "core-r1"}
	f.Add(append(s.append(nil), 3, 0, 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		v := analyse.ValueOf(b)
		if x := sightOf(v); v.OK() {
			again := analyse.ValueOf(x.append(nil))
			if got := sightOf(again); !again.OK() || got != x {
				t.Fatalf("%+v, then %+v", x, got)
			}
		}
		if x, ok := sourceOf(b); ok {
			if len(x.list) > maxStretches {
				t.Fatalf("%d stretches", len(x.list))
			}
			again, ok := sourceOf((&x).row())
			if !ok || !reflect.DeepEqual(again, x) {
				t.Fatalf("%+v, then %+v", x, again)
			}
		}
	})
}
