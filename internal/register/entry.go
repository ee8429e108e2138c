package register

import (
	"cmp"
	"slices"

	"stormglass/internal/telemetry"
)

// Entry is what each entry of a register states besides its matter, and where it stands.
type Entry struct {
	File   string // "registers/devices.yaml"
	Line   int
	Owner  string // whom to ask; may be empty
	Reason string // may be empty
	Validity
}

// Validity says when an entry holds: from From to before Until. A zero bound is open.
type Validity struct{ From, Until telemetry.Instant }

// Holds reports whether a time lies within. Of a record without a time nobody can say, so every entry holds for it.
func (v Validity) Holds(at telemetry.Instant) bool {
	return !at.Known() || at >= v.From && (v.Until == 0 || at < v.Until)
}

// Over reports whether the validity ended at or before a time.
func (v Validity) Over(at telemetry.Instant) bool { return v.Until != 0 && at >= v.Until }

// overlaps reports whether two validities share a moment.
func (v Validity) overlaps(w Validity) bool {
	return (v.Until == 0 || w.From < v.Until) && (w.Until == 0 || v.From < w.Until)
}

// spans are validities in order that neither overlap nor touch.
type spans []Validity

// merged makes spans of validities in any order. It keeps vs unchanged.
func merged(vs []Validity) spans {
	sorted := slices.SortedFunc(slices.Values(vs), func(a, b Validity) int { return cmp.Compare(a.From, b.From) })
	var out spans
	for _, v := range sorted {
		last := len(out) - 1
		switch {
		case last < 0 || out[last].Until != 0 && v.From > out[last].Until:
			out = append(out, v)
		case out[last].Until == 0:
		case v.Until == 0 || v.Until > out[last].Until:
			out[last].Until = v.Until
		}
	}
	return out
}

// state judges a time: Approved within a span, Expired after one, else Unknown: before its time an entry approves nothing.
func (s spans) state(at telemetry.Instant) State {
	if len(s) == 0 {
		return Unknown
	}
	if !at.Known() {
		return Approved
	}
	n, found := slices.BinarySearchFunc(s, at, func(v Validity, at telemetry.Instant) int { return cmp.Compare(v.From, at) })
	if found {
		return Approved
	}
	switch {
	case n == 0:
		return Unknown
	case s[n-1].Holds(at):
		return Approved
	}
	return Expired
}

// State is what a register says of a value at a time.
type State uint8

// The states, from the one that says least.
const (
	NoRegister State = iota // nobody stated such a register, or not for that time
	Unknown                 // not in the register, or not yet
	Expired                 // it was in the register, and is not any more
	Approved
)

var stateNames = [...]string{"no_register", "unknown", "expired", "approved"}

// String gives the state as rules compare it.
func (s State) String() string { return stateNames[s] }
