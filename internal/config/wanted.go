package config

import (
	"net/netip"
	"reflect"
	"time"

	"stormglass/internal/outbox"
)

// wanted says what to write for a type.
func wanted(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Size]():
		return errSize.Error()
	case reflect.TypeFor[time.Duration]():
		return "write a length of time with its unit, as 30s, 10m or 24h"
	case reflect.TypeFor[netip.Prefix]():
		return `write a prefix, as 192.0.2.0/24 or "2001:db8::/32"; one address is 192.0.2.1/32`
	case reflect.TypeFor[netip.AddrPort]():
		return `write an address and a port, as "192.0.2.1:2055" or "[2001:db8::1]:2055"`
	}
	if t == reflect.TypeFor[outbox.Rate]() {
		return "write a number of messages and a span (s, m, h, d), as 60/h"
	}
	switch t.Kind() { //nolint:exhaustive // the others are texts
	case reflect.Bool:
		return "write true or false"
	case reflect.Int, reflect.Int64:
		return "write a whole number"
	}
	return "write a text"
}
