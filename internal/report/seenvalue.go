package report

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// Bounds of what is repeated of a question, in bytes.
const (
	maxNoValue = 100 // that is no value
	maxGiven   = 2048
)

// seenValue gives a value for programs: masked when it identifies a subscriber, secrets blanked.
func seenValue(v observable.Value) string {
	switch k := v.Kind(); k {
	case observable.Addr, observable.Prefix, observable.MD5, observable.SHA1, observable.SHA256, observable.SHA512:
		return v.String()
	case observable.URL:
		return telemetry.RedactField(telemetry.FieldURLOriginal.String(), v.String())
	default:
		if k.Subscriber() {
			return observable.Mask(v)
		}
	}
	return telemetry.Redact(v.String())
}

// seenShown gives a value for people: like seenValue, defanged, printable.
func seenShown(v observable.Value) string {
	return shown(observable.Of(v.Kind(), seenValue(v)))
}

// givenText gives a question as it was written, for programs, without what must not be repeated.
func givenText(q *seen.Question) string {
	if q.Value.Kind().Subscriber() {
		return observable.Mask(q.Value)
	}
	s, most := cutBytes(q.Given, 4*maxGiven), maxGiven
	if kind, rest, ok := strings.Cut(s, ":"); ok && subscriberWord(kind) {
		s = kind + ":" + masked(rest)
	}
	if q.Value.Kind() == observable.URL {
		s = telemetry.RedactField(telemetry.FieldURLOriginal.String(), s)
	}
	s = telemetry.Redact(s)
	if q.Value.IsZero() {
		s, most = maskNumbers(s), maxNoValue
	}
	return cutBytes(s, most)
}

// askedText gives a question for people: the value, or what was written where there is none.
func askedText(q *seen.Question) string {
	if q.Value.IsZero() {
		return cutText(prose(givenText(q)), maxShownValue)
	}
	return cutText(seenShown(q.Value), maxShownValue)
}

// noValueText says what is wrong with a question. The error itself repeats the question.
func noValueText(a *seen.Answer) string {
	if e, ok := errors.AsType[*observable.ParseError](a.Err); ok {
		return telemetry.Redact(e.Why)
	}
	return cutBytes(maskNumbers(telemetry.Redact(a.Why)), maxGiven)
}

func subscriberWord(s string) bool {
	k, err := observable.ParseKind(strings.ToLower(strings.TrimSpace(s)))
	return err == nil && k.Subscriber()
}

// masked hides all of a text but what is shown of a subscriber's number.
func masked(s string) string { return observable.Mask(observable.Of(observable.IMSI, s)) }

var (
	numberForm = regexp.MustCompile(`\+?\d[\d ()./\x{a0}\x{2009}\x{2010}\x{2011}\x{202f}-]*\d`)
	quadForm   = regexp.MustCompile(`^\d{1,3}(\.\d{1,3}){3}(/\d{1,3})?$`) // an address, or what should be one
)

// minNumber is how many digits a subscriber's number has at least.
const minNumber = 7

// maskNumbers masks what may be the number of a subscriber in a text that is no value.
func maskNumbers(s string) string {
	return numberForm.ReplaceAllStringFunc(s, func(n string) string {
		digits := 0
		for _, c := range n {
			if '0' <= c && c <= '9' {
				digits++
			}
		}
		if digits < minNumber || quadForm.MatchString(n) {
			return n
		}
		return masked(n)
	})
}

// cutBytes bounds a text to n bytes, a mark of the cut not counted.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
