package config

import (
	"errors"
	"strings"
)

// besides gives, of a configuration that could be read in part, what is wrong with the rest: complaints about values that were
// stated, in no section in which something could not be read. What is missing may be what could not be read.
func (c *Config) besides(form []error) (list []error) {
	broken := map[string]bool{}
	for _, err := range form {
		if e, ok := errors.AsType[*ValueError](err); ok {
			broken[unitOf(e.Path)] = true
		}
	}
	for _, err := range c.validate() {
		e, ok := errors.AsType[*ValueError](err)
		if !ok || broken[unitOf(e.Path)] {
			continue
		}
		if _, stated := c.origins[e.Path]; stated {
			list = append(list, err)
		}
	}
	return list
}

// unitOf gives the part of a path within which keys hang together: one listener, all of the outbox, a single value.
func unitOf(path string) string {
	if strings.HasPrefix(path, "collect.") {
		if end := strings.IndexByte(path, ']'); end > 0 {
			return path[:end+1]
		}
		return path
	}
	first, _, _ := strings.Cut(path, ".")
	first, _, _ = strings.Cut(first, "[")
	return first
}
