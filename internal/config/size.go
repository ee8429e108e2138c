package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes.
type Size int64

// Sizes as a configuration writes them.
const (
	Byte Size = 1
	KiB       = 1024 * Byte
	MiB       = 1024 * KiB
	GiB       = 1024 * MiB
	TiB       = 1024 * GiB
)

// units are in the order in which String tries them; decimal ones, which disks and other programs use, are
// only read.
var units = []struct {
	name  string
	bytes Size
	shown bool
}{
	{"TiB", TiB, true},
	{"GiB", GiB, true},
	{"MiB", MiB, true},
	{"KiB", KiB, true},
	{"TB", 1e12, false},
	{"GB", 1e9, false},
	{"MB", 1e6, false},
	{"kB", 1e3, false},
	{"KB", 1e3, false},
	{"B", Byte, true},
}

var errSize = errors.New("write a number and a unit, as 512MiB or 4GiB")

// ParseSize reads "4GiB", "1.5 GiB", "500MB", "100B" or "0". A unit is needed: "memory: 4" is a slip.
func ParseSize(s string) (Size, error) {
	if s == "0" {
		return 0, nil
	}
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		digits = strings.TrimRight(digits, " ")
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			if n < 0 || n > math.MaxInt64/int64(u.bytes) {
				return 0, errSize
			}
			return Size(n) * u.bytes, nil
		}
		n, err := strconv.ParseFloat(digits, 64)
		if n *= float64(u.bytes); err != nil || !(n >= 0 && n < math.MaxInt64) || strings.Trim(digits, "0123456789.") != "" {
			return 0, errSize
		}
		return Size(n), nil
	}
	return 0, errSize
}

// String gives the size in the largest unit that divides it, so that ParseSize gives it back.
func (s Size) String() string {
	if s == 0 {
		return "0"
	}
	for _, u := range units {
		if u.shown && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}

// MarshalText is String.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseSize.
func (s *Size) UnmarshalText(text []byte) error {
	n, err := ParseSize(string(text))
	if err == nil {
		*s = n
	}
	return err
}
