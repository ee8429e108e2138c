package config

import (
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// maxComplaints are told; further ones are only counted.
const maxComplaints = 100

// ValueError is a complaint: one thing wrong in a configuration.
type ValueError struct {
	Origin Origin // where the value was stated; zero: nowhere
	Path   string // the key, as "collect.netflow[0].address"; empty: the whole file
	Text   string // what is wrong and what to do
}

func (c *ValueError) Error() string {
	s := c.Text
	if c.Path != "" {
		s = c.Path + ": " + s
	}
	if c.Origin != (Origin{}) {
		s = c.Origin.String() + ": " + s
	}
	return s
}

// complaints gathers what is wrong.
type complaints struct {
	found []*ValueError
	more  int
}

func (c *complaints) add(from Origin, path, format string, args ...any) {
	if len(c.found) >= maxComplaints {
		c.more++
		return
	}
	c.found = append(c.found, &ValueError{from, path, fmt.Sprintf(format, args...)})
}

// all gives them by line, with a last one for what was only counted.
func (c *complaints) all() []error {
	slices.SortStableFunc(c.found, func(a, b *ValueError) int { return a.Origin.Line - b.Origin.Line })
	var list []error
	for _, one := range c.found {
		list = append(list, one)
	}
	if c.more == 0 {
		return list
	}
	return append(list, &ValueError{Text: fmt.Sprintf("%d further complaints", c.more)})
}

// joined makes one error of complaints, which is fault.Invalid; nil when there are none.
func joined(list []error) error { return fault.Wrap(fault.Invalid, errors.Join(list...)) }

// quoted shows a value in a complaint: short, and safe for a terminal.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return `"` + observable.Printable(s) + `"`
}
