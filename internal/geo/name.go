package geo

import (
	"slices"
	"strings"
)

// what is what a field tells of an address.
type what uint8

const (
	country what = iota
	asNumber
	organization
	access     // the most telling word
	flag       // true or false
	connection // as the database writes it
	user       // as the database writes it
	numWhat
)

// asked is the meaning of a field's name.
type asked struct {
	what
	flag  flags
	field string // of the record, which holds the address
}

const accessBegin = "stormglass.access."

// Asks reports whether a field is one that only files of addresses or the record itself can give.
func Asks(name string) bool {
	_, ok := parseName(name)
	return ok
}

// parseName reads the name of a field: source.geo.country_iso_code, stormglass.access.hosting.source.ip.
func parseName(name string) (asked, bool) {
	if rest, ok := strings.CutPrefix(name, accessBegin); ok {
		return parseAccess(rest)
	}
	for end, w := range map[string]what{".geo.country_iso_code": country, ".as.number": asNumber, ".as.organization.name": organization} {
		if of, ok := strings.CutSuffix(name, end); ok && of != "" {
			return asked{what: w, field: of + ".ip"}, true
		}
	}
	return asked{}, false
}

func parseAccess(rest string) (asked, bool) {
	name, field, ok := strings.Cut(rest, ".")
	switch {
	case !ok || field == "":
		return asked{}, false
	case name == "connection_type":
		return asked{what: connection, field: field}, true
	case name == "user_type":
		return asked{what: user, field: field}, true
	}
	if n := slices.Index(flagNames[:], name); n >= 0 {
		return asked{what: flag, flag: 1 << n, field: field}, true
	}
	return asked{what: access, field: rest}, true
}
