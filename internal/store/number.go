package store

import (
	"fmt"
	"math"

	"stormglass/internal/fault"
)

// number gives a count as SQLite holds it. More than 2^63 - 1 is refused.
func number(what string, n uint64) (int64, error) {
	if n > math.MaxInt64 {
		return 0, fault.Wrap(fault.Invalid, fmt.Errorf("%s %d is more than can be stored", what, n))
	}
	return int64(n), nil
}

// counted gives a count of a source: no file holds more than 2^48 of anything, and sums stay exact.
func counted(n uint64) int64 { return int64(min(n, 1<<48)) }
