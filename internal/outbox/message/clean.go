package message

import (
	"strings"
	"unicode/utf8"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Bounds of a finding's texts, in bytes, and of its lists.
const (
	maxText    = 400
	maxName    = 200
	maxValue   = 2048 // of URLs
	maxDays    = 31   // the latest
	maxSources = 8
	maxNames   = 16 // actors, warning lists and the like
)

// Clean gives a text from outside as it may leave: secrets and subscriber numbers blanked, what a terminal
// would act on made visible, and at most n bytes and a mark that something was cut.
func Clean(s string, n int) string {
	if len(s) > 16*n { // it is cut before it is looked at, at white space, so that no secret loses its end
		s = s[:16*n]
		if at := strings.LastIndexAny(s, " \t\n"); at > n {
			s = s[:at]
		}
	}
	return cut(observable.Printable(telemetry.Redact(s)), n)
}

// cut bounds a text, at a rune's edge.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// cleanList cleans the first of a list of names.
func cleanList(list []string) []string {
	out := []string{}
	for _, s := range list[:min(len(list), maxNames)] {
		out = append(out, Clean(s, maxName))
	}
	return out
}
