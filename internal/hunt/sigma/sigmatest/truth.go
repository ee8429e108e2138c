package sigmatest

// Truth is what a rule says of a record. Unknown is not assessed: it depends on a set that says nothing of the record's time.
type Truth int8

// The answers, in their order: "and" is the least, "or" the greatest.
const (
	No Truth = iota
	Unknown
	Yes
)

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

func (t Truth) not() Truth { return Yes - t }
