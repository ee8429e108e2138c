package sigma

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gaissmai/bart"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// test is what one item asks of a value.
type test interface {
	holds(v *view, of *value) bool
	// cost is about what holds takes for a text of 100 bytes, in steps.
	cost() int
}

// stepBytes is how much text one step looks at, for a plain literal.
const stepBytes = 16

// ints are plain numbers that a typed number is compared with.
type ints []int64

func (t ints) holds(_ *view, of *value) bool { return slices.Contains(t, of.num) }
func (t ints) cost() int                     { return 1 + len(t)/8 }

// addrs are plain addresses that a typed address is compared with.
type addrs map[netip.Addr]struct{}

func (t addrs) holds(_ *view, of *value) bool {
	_, ok := t[of.addr]
	return ok
}
func (t addrs) cost() int { return 2 }

// prefixes are networks around the address that a value is.
type prefixes struct{ *bart.Lite }

func (t prefixes) holds(v *view, of *value) bool {
	a := v.addrOf(of)
	return a.IsValid() && t.Contains(a)
}
func (t prefixes) cost() int { return 2 }

// comparison compares a number.
type comparison struct {
	op     rule.Op // OpMatch: equal
	number float64
	part   rule.Part
}

func (t comparison) holds(v *view, of *value) bool {
	n, ok := v.numberOf(of, t.part)
	if !ok {
		return false
	}
	switch t.op { //nolint:exhaustive // the others compare nothing
	case rule.OpMatch:
		return n == t.number
	case rule.OpLess:
		return n < t.number
	case rule.OpLessOrEqual:
		return n <= t.number
	case rule.OpGreater:
		return n > t.number
	case rule.OpGreaterOrEqual:
		return n >= t.number
	}
	return false
}
func (t comparison) cost() int { return 3 }

// maxNumber bounds the length of a text that is read as a number.
const maxNumber = 64

// numberOf reads a value as a number, or as a part of a time.
func (c *scratch) numberOf(of *value, part rule.Part) (float64, bool) {
	if part != rule.PartNone {
		t := of.at
		if of.typ != telemetry.TypeTime {
			t = telemetry.ParseInstant(c.textOf(of))
		}
		return partOfTime(t, part)
	}
	switch of.typ {
	case telemetry.TypeInt:
		return float64(of.num), true
	case telemetry.TypeText, telemetry.TypeTexts:
		text := c.textOf(of)
		if len(text) == 0 || len(text) > maxNumber || !isNumber(text) {
			return 0, false
		}
		n, err := strconv.ParseFloat(text, 64)
		return n, err == nil
	case telemetry.TypeAddr, telemetry.TypeTime:
	}
	return 0, false
}

// isNumber keeps words away from ParseFloat, whose errors allocate, and what it reads that people do not call numbers ("inf", "0x1p-2").
func isNumber(s string) bool {
	digits := false
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits = true
		case strings.IndexByte("+-.eE", c) < 0:
			return false
		}
	}
	return digits
}

func partOfTime(at telemetry.Instant, part rule.Part) (float64, bool) {
	if !at.Known() {
		return 0, false
	}
	t, n := at.Time(), 0
	switch part {
	case rule.PartMinute:
		n = t.Minute()
	case rule.PartHour:
		n = t.Hour()
	case rule.PartDay:
		n = t.Day()
	case rule.PartWeek:
		_, n = t.ISOWeek()
	case rule.PartMonth:
		n = int(t.Month())
	case rule.PartYear:
		n = t.Year()
	case rule.PartNone:
		return 0, false
	}
	return float64(n), true
}

// expressions are regular expressions, of which one must be found in the text.
type expressions struct {
	all  []expr
	size int // instructions of all
}

type expr struct {
	*regexp.Regexp
	must []oneWord // what is true of every folded text in which it is found
}

// excluded reports whether a folded text lacks what the expression needs.
func (e *expr) excluded(v *view, folded string) bool {
	for i := range e.must {
		if !e.must[i].holds(v, folded) {
			return true
		}
	}
	return false
}

// maxRegexpWork bounds the bytes of text times the instructions of an expression.
const maxRegexpWork = 256 << 20

func (t expressions) holds(v *view, of *value) bool {
	text := v.textOf(of)
	if most := maxRegexpWork / max(t.size, 1); len(text) > most {
		v.shortened++
		text = text[:most]
	}
	folded := v.foldedOf(of)
	for i := range t.all {
		e := &t.all[i]
		if e.excluded(v, folded) {
			continue
		}
		v.steps += int64(len(text)*t.size/len(t.all)/(4*stepBytes)) + 1
		if e.MatchString(text) {
			return true
		}
	}
	return false
}
func (t expressions) cost() int { return 20 * len(t.all) }

// empty holds of an empty text.
type empty struct{}

func (empty) holds(v *view, of *value) bool { return v.textOf(of) == "" }
func (empty) cost() int                     { return 1 }

// member holds of what is in a set at the time of the record.
type member struct {
	set  *lookup
	cidr bool // only addresses in prefixes
}

func (t member) holds(v *view, of *value) bool {
	if a := v.addrOf(of); a.IsValid() && t.set.addr(a, v.occurred()) {
		return true
	}
	return !t.cidr && t.set.text(v.foldedOf(of), v.occurred())
}
func (t member) cost() int { return 4 }

// reference compares with the text of another field.
type reference struct {
	places []int32
	rule.FieldRef
}

func (t reference) holds(v *view, of *value) bool {
	s := v.first(t.places)
	if s == nil {
		return false
	}
	whole := t.text(v, of)
	for n := range s.n {
		v.steps += int64(len(whole)/stepBytes) + 1
		if t.stands(whole, t.text(v, s.value(n))) {
			return true
		}
	}
	return false
}

func (t reference) text(v *view, of *value) string {
	if t.Cased {
		return v.textOf(of)
	}
	return v.foldedOf(of)
}

func (t reference) stands(whole, part string) bool {
	switch {
	case t.Before && t.After:
		return strings.Contains(whole, part)
	case t.Before:
		return strings.HasSuffix(whole, part)
	case t.After:
		return strings.HasPrefix(whole, part)
	}
	return whole == part
}
func (t reference) cost() int { return 5 }
