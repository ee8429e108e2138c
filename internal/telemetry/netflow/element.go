package netflow

import (
	_ "embed" // the registry of elements
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// form is how the bytes of an element are shown.
type form uint8

const (
	formUnknown form = iota // of an element without a known name: a number up to 8 bytes, else hex
	formUnsigned
	formSigned
	formFloat
	formIPv4
	formIPv6
	formMAC
	formText
	formBytes
	formBool
	formSeconds
	formMillis
	formMicros      // 64 bits of NTP, whose low 11 bits are not to be looked at
	formNanos       // 64 bits of NTP
	formApplication // RFC 6759: engine and selector
	formLabel       // an entry of an MPLS label stack
	formACL         // three 32-bit numbers of an ASA: list, entry, extension
)

var formLetters = map[string]form{
	"u": formUnsigned, "i": formSigned, "f": formFloat, "4": formIPv4, "6": formIPv6, "m": formMAC, "s": formText,
	"o": formBytes, "b": formBool, "S": formSeconds, "M": formMillis, "U": formMicros, "N": formNanos,
	"a": formApplication, "l": formLabel, "c": formACL,
}

// elementID names an element: the number of an enterprise, 0 for IANA's, and the element's own.
type elementID uint64

func elementOf(pen uint32, id uint16) elementID { return elementID(pen)<<16 | elementID(id) }

func (e elementID) pen() uint32 { return uint32(e >> 16) }
func (e elementID) id() uint16  { return uint16(e) }

// Private enterprise numbers with a meaning of their own.
const (
	penReverse = 29305 // RFC 5103: the element of the same number, of the other direction of a biflow
	penCERT    = 6871  // YAF marks the other direction by a bit of the element's number
	certBit    = 0x4000
)

// element is an entry of the registry.
type element struct {
	name string
	form form
}

// elementsText is the registry of IANA (IPFIX Information Elements, RFC 7012), and what vendors publish of theirs: a
// line for each element with its number, behind that of the enterprise, its name and a letter for its form.
//
//go:embed elements.txt
var elementsText string

// registry is read when the first template comes.
var registry = sync.OnceValue(func() map[elementID]element {
	all := make(map[elementID]element, 640)
	for line := range strings.Lines(elementsText) {
		part := strings.Fields(line)
		number := part[0]
		pen, id, private := strings.Cut(number, ".")
		if !private {
			pen, id = "0", number
		}
		p, _ := strconv.ParseUint(pen, 10, 32)
		i, _ := strconv.ParseUint(id, 10, 16)
		all[elementOf(uint32(p), uint16(i))] = element{part[1], formLetters[part[2]]}
	}
	return all
})

// lookUp gives an element's entry, of the other direction of a biflow too; false when it has none.
func lookUp(e elementID) (element, bool) {
	if x, ok := registry()[e]; ok {
		return x, true
	}
	forward, reverse := e.forward()
	if !reverse {
		return element{}, false
	}
	x, ok := registry()[forward]
	if !ok {
		return element{}, false
	}
	first, size := utf8.DecodeRuneInString(x.name)
	x.name = "reverse" + string(unicode.ToUpper(first)) + x.name[size:]
	return x, true
}

// forward gives the element of which e is the other direction's.
func (e elementID) forward() (elementID, bool) {
	switch {
	case e.pen() == penReverse:
		return elementOf(0, e.id()), true
	case e.pen() == penCERT && e.id()&certBit != 0:
		return elementOf(penCERT, e.id()&^certBit), true
	}
	return e, false
}

// fieldName is the name of the field that an element without a typed field becomes.
func fieldName(e elementID) (name string, registered bool) {
	if x, ok := lookUp(e); ok {
		return "stormglass.ipfix." + x.name, true
	}
	return "stormglass.ipfix." + strconv.FormatUint(uint64(e.pen()), 10) + "." + strconv.Itoa(int(e.id())), false
}
