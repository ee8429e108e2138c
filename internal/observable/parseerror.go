package observable

import (
	"errors"
	"strconv"
	"strings"
)

// ErrUnrecognised is in the chain of the error of Parse when the text looks like no kind at all.
var ErrUnrecognised = errors.New("not a value of a known kind")

// ParseError says why a text is not a value. The text of a subscriber kind,
// or of unknown kind that may be a subscriber's number, is masked in the message.
type ParseError struct {
	Kind Kind   // the kind asked for or guessed; Unknown when none was
	Text string // the text as given
	Why  string // what is wrong, such as "not an IPv4 or IPv6 address"
}

// maxShown is how many bytes of a refused text an error message repeats.
const maxShown = 100

// Error repeats the text, quoted and cut to 100 bytes, and what is wrong with it.
func (e *ParseError) Error() string {
	text := e.Text
	if e.Kind.Subscriber() || e.Kind == Unknown && looksLikeNumber(text) {
		text = maskText(text)
	}
	if len(text) > maxShown {
		return strconv.Quote(text[:maxShown]) + "...: " + e.Why
	}
	return strconv.Quote(text) + ": " + e.Why
}

// looksLikeNumber reports whether a text of no known kind may be a subscriber's number, which Parse
// never guesses but must not repeat either.
func looksLikeNumber(s string) bool {
	digits := strings.TrimPrefix(dropSeparators(s), "+")
	return len(digits) >= 7 && allDigits(digits)
}

// Is makes a ParseError of kind Unknown match ErrUnrecognised.
func (e *ParseError) Is(target error) bool { return target == ErrUnrecognised && e.Kind == Unknown }
