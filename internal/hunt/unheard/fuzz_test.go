package unheard

import (
	"reflect"
	"testing"

	"stormglass/internal/hunt/analyse"
)

// FuzzRows: rows of the three that can be read are written as what reads as the same, within the bounds.
func FuzzRows(f *testing.F) {
	n := numbers{name: "core-r1", lines: 9, restarts: []int64{5}, counts: []stretch{{1, 2, 3, 4}}, losses: []loss{{1, 2, 3, 9}}}
	f.Add(n.row())
	f.Add((&numbers{name: "core-r1", wild: true}).row())
	s := sign{at: 7, kind: noteChange, user: "op-ben", host: "core-r1"}
	f.Add(s.append(make([]byte, slots/8)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, ok := numbersOf(b); ok {
			again, ok := numbersOf(x.row())
			if !ok || !reflect.DeepEqual(again, x) {
				t.Fatalf("%+v, then %+v %v", x, again, ok)
			}
			if len(x.counts) > maxCounts || len(x.losses) > maxLosses || len(x.restarts) > maxRestarts {
				t.Fatalf("%+v", x)
			}
		}
		w := workedOf(b)
		row := append([]byte(nil), w.accounted[:]...)
		for i := range w.signs {
			row = w.signs[i].append(row)
		}
		if again := workedOf(row); len(w.signs) > maxSigns || !reflect.DeepEqual(again, w) {
			t.Fatalf("%+v, then %+v", w, again)
		}
		if h, ok := heardOf(b); ok && h.log|h.flow > allDay {
			t.Fatalf("%+v", h)
		}
		v := analyse.ValueOf(b)
		if s := stretchOf(v); v.OK() {
			again := analyse.ValueOf(s.append(nil))
			if got := stretchOf(again); !again.OK() || got != s {
				t.Fatalf("%+v, then %+v", s, got)
			}
		}
	})
}
