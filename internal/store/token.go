package store

import (
	"fmt"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// checkValue refuses a value that may not be kept: none, or one that identifies a subscriber and is no
// token ("tok:<kind>:<key id>:<token>" with 8 and 32 small hex digits, package vault). The error does
// not name it.
func checkValue(v observable.Value) error {
	switch {
	case v.Kind() == observable.Unknown || v.String() == "":
		return fault.Wrap(fault.Invalid, fmt.Errorf("an empty value of kind %s", v.Kind()))
	case v.Kind().Subscriber() && !isToken(v):
		return fault.Wrap(fault.Invalid, fmt.Errorf("a value of kind %s in clear: only its token may be kept", v.Kind()))
	}
	return nil
}

func isToken(v observable.Value) bool {
	rest, ok := strings.CutPrefix(v.String(), "tok:"+v.Kind().String()+":")
	if !ok {
		return false
	}
	key, token, ok := strings.Cut(rest, ":")
	return ok && isHex(key, 8) && isHex(token, 32)
}

func isHex(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}
