package list

import (
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// guess reads a text whose kind is not stated: any value that observable.Parse knows, a host with
// a port, and a URL without scheme.
func guess(s string) (v observable.Value, port uint16, err error) {
	v, err = observable.Parse(s)
	if err == nil {
		return intel.Single(v), 0, nil
	}
	if host, port, ok := observable.SplitPort(observable.Refang(s)); ok {
		if v, err := observable.Parse(host); err == nil {
			return v, port, nil
		}
	}
	if host, _, ok := strings.Cut(observable.Refang(s), "/"); ok {
		if h, _, ok := observable.SplitPort(host); ok {
			host = h
		}
		if h, err := observable.Parse(host); err == nil && (h.Kind() == observable.Domain || h.Kind() == observable.Addr && !allDigits(s)) {
			if v, err := observable.ParseAs(observable.URL, s); err == nil {
				return v, 0, nil
			}
		}
	}
	return observable.Value{}, 0, err
}

// allDigits reports whether a text after the slash can only be a prefix length that is wrong.
func allDigits(s string) bool {
	_, rest, _ := strings.Cut(s, "/")
	return rest != "" && strings.Trim(rest, "0123456789") == ""
}

// takeGuess adds a text whose kind is not stated.
func takeGuess(acc *intel.Item, s string, i intel.Indicator) {
	v, port, err := guess(s)
	if err != nil {
		acc.Lose(intel.Reported, intel.ParseReason(observable.Unknown, err), observable.Unknown, s)
		return
	}
	i.Value = v
	if port != 0 {
		i.Port = port
	}
	acc.Add(i)
}
