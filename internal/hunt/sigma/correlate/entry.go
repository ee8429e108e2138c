package correlate

import (
	"math"
	"strconv"
	"strings"

	"stormglass/internal/telemetry"
)

// entry is a match that a group keeps.
type entry struct {
	at      telemetry.Instant
	ordinal uint64
	value   uint64 // bits of a number, or the hash of a value, or the slot
	source  uint32 // numbers of texts
	subject uint32
	n       uint32 // how many matches it stands for; of different values a number that tells the newest of a value
	kind    telemetry.Kind
	slot    uint8
}

func (e entry) number() float64 { return math.Float64frombits(e.value) }

// number reads v as a number. Infinities and NaN are none.
func number(v string) (float64, bool) {
	x, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || strings.ContainsAny(v, "xX_") {
		return 0, false
	}
	if x == 0 {
		x = 0 // not minus zero
	}
	return x, true
}
