package report

import (
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// gapText says in a sentence which values what was read could not show.
func gapText(g *hunt.Gap) string {
	what := g.Class.Name + " (" + count(g.Values, "value") + ")"
	s := kindNames(g.Class.Need, " or ", true) + " records: none were given, so " + what + " were "
	if len(g.By) == 0 {
		return s + "not assessed."
	}
	s += "assessed only in " + kindNames(g.By, ", ", false) + " records"
	if g.Class.Only != "" {
		s += ": " + g.Class.Only
	}
	return s + "."
}

func kindNames(kinds []telemetry.Kind, sep string, start bool) string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = kindWord(k, start && i == 0)
	}
	return strings.Join(out, sep)
}

// kindWord gives a kind of record for people.
func kindWord(k telemetry.Kind, capital bool) string {
	s := k.String()
	switch k { //nolint:exhaustive // the others are words
	case telemetry.KindDNS, telemetry.KindHTTP, telemetry.KindTLS, telemetry.KindAAA:
		return strings.ToUpper(s)
	case telemetry.KindCert:
		s = "certificate"
	}
	if capital {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}
