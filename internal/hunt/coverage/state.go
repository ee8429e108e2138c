package coverage

// State is what can be said of one device, one sort of record and one hour.
type State uint8

// The states. Only the first two let silence say something.
const (
	Seen   State = iota // records of the sort came
	Silent              // none came, although the device was heard in that hour or one beside it, and nothing was lost
	Gap                 // nothing can be said: the device was not heard, nothing came from anybody, or something was lost
	Absent              // none ever came of the device, up to that hour: nobody knows whether it is switched on
	NumStates
)

// Partly is of several hours (Line.Strip): of some of them more can be said than of others, or records came and others were lost.
const Partly = NumStates

var stateNames = [...]string{"seen", "silent", "gap", "absent", "partly"}

// String gives the state as documents name it.
func (s State) String() string { return stateNames[min(s, Partly)] }

// Assessed reports whether an hour in that state counts as looked at.
func (s State) Assessed() bool { return s <= Silent }
