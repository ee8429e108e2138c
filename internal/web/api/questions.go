package api

import (
	"net/http"
	"strconv"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
)

// questions makes questions of values, of equal ones the first only: an answer for each would be work and pages for nothing.
func (in *seenRequest) questions(where string) ([]seen.Question, error) {
	type key struct {
		value observable.Value
		given string // of what is no value
	}
	known := make(map[key]bool, len(in.Values))
	out := make([]seen.Question, 0, len(in.Values))
	for i, v := range in.Values {
		if len(v) > maxValue {
			return nil, wrong(where+"values["+strconv.Itoa(i)+"]", "longer than any value")
		}
		q := seen.Parse(v, in.Exact)
		k := key{value: q.Value}
		if q.Err != nil {
			k = key{given: v}
		}
		if !known[k] {
			known[k] = true
			out = append(out, q)
		}
	}
	return out, nil
}

// fit refuses what would fetch more records than an answer has room for.
func (q *SeenQuery) fit(where string) error {
	if len(q.Questions)*q.Rows <= MaxSeenRows {
		return nil
	}
	p := newProblem(http.StatusBadRequest, fault.Invalid, "the request is not valid",
		"ask for "+strconv.Itoa(MaxSeenRows/len(q.Questions))+" records a value at most, or for fewer values at a time")
	p.Errors = []ProblemField{{where + "rows", "values times rows is over " + strconv.Itoa(MaxSeenRows)}}
	return p
}
