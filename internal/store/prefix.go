package store

import (
	"encoding/hex"
	"fmt"
	"strings"

	"stormglass/internal/fault"
)

// Bounds of parts of ids.
const (
	minIDDigits   = 4 // that stand for an id
	maxCandidates = 8 // that an error names
)

// idRange gives the first and the last id of some bytes that begin with hex digits; ok is false when it
// is no such beginning, or too short a one.
func idRange(digits string, size int) (from, to []byte, ok bool) {
	if len(digits) < minIDDigits || len(digits) > 2*size {
		return nil, nil, false
	}
	fill := 2*size - len(digits)
	from, err := hex.DecodeString(digits + strings.Repeat("0", fill))
	if err != nil {
		return nil, nil, false
	}
	to, err = hex.DecodeString(digits + strings.Repeat("f", fill))
	return from, to, err == nil
}

// candidates are the rows that a part of an id or a name may mean.
type candidates []candidate

type candidate struct {
	n    int64
	id   []byte
	name string
}

func (c *candidates) scan(scan scanner) error {
	var one candidate
	err := scan(&one.n, &one.id, &one.name)
	*c = append(*c, one)
	return err
}

// only gives the row when there is just one; what says what of, asked what was asked for.
func (c candidates) only(what, asked string) (int64, error) {
	if len(c) == 1 {
		return c[0].n, nil
	}
	var list []string
	for _, one := range c[:min(len(c), maxCandidates)] {
		list = append(list, fmt.Sprintf("%x (%s)", one.id[:min(len(one.id), 8)], one.name))
	}
	if more := len(c) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return 0, fault.Hint(fault.Invalid, fmt.Errorf("%q means more than one %s: %s", asked, what, strings.Join(list, ", ")), "give more digits of the id")
}
