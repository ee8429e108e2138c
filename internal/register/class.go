package register

import "fmt"

// Class says what an address is to the operator.
type Class uint8

// The classes. Own stands for private addresses that no entry states: they are the operator's, and as
// nobody called them subscribers they are kept in clear, as infrastructure is. An operator whose
// subscribers have private addresses states those in networks.yaml.
const (
	None           Class = iota // not the operator's
	Infrastructure              // routers and their links
	Management                  // from where the network is run
	Server                      // services
	Subscriber                  // customers: never kept in clear, and shortly
	Own                         // the operator's by its private range alone
)

var classNames = [...]string{"none", "infrastructure", "management", "server", "subscriber", "own"}

// String gives the class as networks.yaml writes it.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class(%d)", uint8(c))
}

// parseClass reads a class that an entry may state.
func parseClass(s string) (Class, bool) {
	for c := Infrastructure; c <= Subscriber; c++ {
		if s == classNames[c] {
			return c, true
		}
	}
	return None, false
}

// Rows gives the class of a record with an end of class c, as far as that end goes.
func (c Class) Rows() RowClass {
	switch c {
	case None:
		return RowsTransit
	case Subscriber:
		return RowsSubscriber
	case Infrastructure, Management, Server, Own:
	}
	return RowsOwn
}

// RowClass is the class of a record: the highest of its ends. The greater of two is the class of
// both. Names are written to disk.
type RowClass uint8

// The classes of record.
const (
	RowsTransit    RowClass = iota // between others
	RowsSubscriber                 // of the operator's ends only subscribers
	RowsOwn                        // an end in the operator's own systems, or a record without ends
	NumRowClasses
)

var rowClassNames = [NumRowClasses]string{"transit", "subscriber", "own"}

// String gives the class as retention.yaml writes it.
func (c RowClass) String() string {
	if c < NumRowClasses {
		return rowClassNames[c]
	}
	return fmt.Sprintf("rowclass(%d)", uint8(c))
}

// ParseRowClass is the inverse of RowClass.String.
func ParseRowClass(s string) (RowClass, error) {
	for c, n := range rowClassNames {
		if n == s {
			return RowClass(c), nil
		}
	}
	return 0, fmt.Errorf("unknown class of records %q", s)
}
