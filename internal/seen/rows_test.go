package seen

import (
	"reflect"

	"pgregory.net/rapid"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
)

// checkFewRows holds what a question for few records gives against the answers that have all: they are
// the earliest, and whether there are more is told.
func (w *world) checkFewRows(v *depot.View, questions []Question, all *Result) {
	most := rapid.IntRange(1, 4).Draw(w.T, "most rows")
	r, err := Ask(w.ctx, v, questions, Options{Rows: most, Workers: 2})
	if err != nil {
		w.Fatal(err)
	}
	for i := range r.Answers {
		got, full := &r.Answers[i], &all.Answers[i]
		if topLevel(got.Value) {
			continue
		}
		want := full.Rows[:min(most, len(full.Rows))]
		if !reflect.DeepEqual(append([]hunt.Sample{}, want...), append([]hunt.Sample{}, got.Rows...)) {
			w.Fatalf("%s: the first %d records are %+v, want %+v", got.Given, most, got.Rows, want)
		}
		if more := len(full.Rows) > most; got.RowsCut != more {
			w.Fatalf("%s: there are more than %d records: %v, want %v", got.Given, most, got.RowsCut, more)
		}
	}
}
