package coverage

import (
	"cmp"
	"strings"

	"stormglass/internal/telemetry"
)

// Sort is a sort of record: all of a kind, or of one class of message of log events.
type Sort struct {
	Kind  telemetry.Kind
	Class string // telemetry.Class…, of events only; empty: all of the kind
}

// String writes a sort as rules name it in stormglass.needs: "event/login", "flow".
func (s Sort) String() string {
	if s.Class == "" {
		return s.Kind.String()
	}
	return s.Kind.String() + "/" + s.Class
}

// ParseSort is the inverse of String; not ok for another kind. A class that nobody knows is kept: of it nothing ever arrives, which is
// what is to be said.
func ParseSort(s string) (Sort, bool) {
	name, class, _ := strings.Cut(s, "/")
	for k := range telemetry.NumKinds {
		if k.String() == name {
			return Sort{k, class}, true
		}
	}
	return Sort{}, false
}

func compareSorts(a, b Sort) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Class, b.Class))
}

// lost is the class of rows that count what was lost of a kind, or could not be read; no decoder gives it.
const lost = "-lost"

// Of records that an AAA server told of a device, the class ends in told; own is the class of a sum of all that the device itself sent. No
// decoder gives either.
const (
	told = "@aaa"
	own  = "-own"
)

// unswitched are classes of message that devices send without being told to, only that they happen rarely: a device whose other messages
// arrive would have sent them. All others may be switched off (docs/verdicts.md): until the first one came, silence says nothing.
var unswitched = map[string]bool{
	telemetry.ClassLogging: true, telemetry.ClassContainer: true, telemetry.ClassSoftware: true, telemetry.ClassSystem: true, telemetry.ClassBGP: true,
}

// Unswitched reports whether messages of a sort need no switch: they arrive when any message of the device does.
func (s Sort) Unswitched() bool { return s.Class != "" && unswitched[s.Class] }
