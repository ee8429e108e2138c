// Package fault sorts errors by kind, for the borders of the program: a command picks an exit
// code from it, later an HTTP handler picks a status. It knows nothing of what went wrong.
package fault

import "errors"

// Kind says what a border should make of an error.
type Kind uint8

// The kinds of error. Internal is the zero value: an unclassified error is one of ours.
const (
	Internal Kind = iota
	Invalid       // the input or the request is wrong
	NotFound      // the thing asked for is not there
	Conflict      // the state forbids it
	Denied        // the caller may not
	Busy          // try again later
)

// String gives the kind as one lower-case word.
func (k Kind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case NotFound:
		return "not found"
	case Conflict:
		return "conflict"
	case Denied:
		return "denied"
	case Busy:
		return "busy"
	case Internal:
	}
	return "internal"
}

type fault struct {
	kind Kind
	hint string
	err  error
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// Wrap gives err a kind. A nil error stays nil.
func Wrap(k Kind, err error) error {
	if err == nil {
		return nil
	}
	return &fault{kind: k, err: err}
}

// Hint gives err a kind and a sentence that tells the user the way out.
func Hint(k Kind, err error, hint string) error {
	if err == nil {
		return nil
	}
	return &fault{kind: k, hint: hint, err: err}
}

// KindOf finds the outermost kind in err's chain, Internal when none was set.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*fault](err); ok {
		return f.kind
	}
	return Internal
}

// HintOf finds the outermost hint in err's chain, empty when there is none.
func HintOf(err error) string {
	for err != nil {
		f, ok := errors.AsType[*fault](err)
		if !ok {
			return ""
		}
		if f.hint != "" {
			return f.hint
		}
		err = f.err
	}
	return ""
}
