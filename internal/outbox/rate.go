package outbox

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is a number of messages in a span, written "60/h". The zero Rate is none stated.
type Rate struct {
	Count int
	Per   time.Duration
}

// maxRate bounds what a rate may say: what was sent in a span is counted in what is kept.
const maxRate = 100_000

var ratePer = []struct {
	name string
	span time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}}

// ParseRate reads "60/h"; the span is s, m, h or d.
func ParseRate(s string) (Rate, error) {
	count, per, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	for _, p := range ratePer {
		if err == nil && n > 0 && n <= maxRate && strings.TrimSpace(per) == p.name {
			return Rate{n, p.span}, nil
		}
	}
	return Rate{}, errors.New("write a number of messages and a span, as 60/h: the span is s, m, h or d")
}

// String gives the rate as ParseRate reads it, empty for none.
func (r Rate) String() string {
	for _, p := range ratePer {
		if p.span == r.Per {
			return fmt.Sprintf("%d/%s", r.Count, p.name)
		}
	}
	return ""
}

// IsZero reports whether none is stated.
func (r Rate) IsZero() bool { return r == Rate{} }

// MarshalText is String.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText is ParseRate.
func (r *Rate) UnmarshalText(text []byte) error {
	got, err := ParseRate(string(text))
	if err == nil {
		*r = got
	}
	return err
}
