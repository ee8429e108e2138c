package geo

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// flags are sorts of access, a bit each.
type flags uint16

// flagNames are the sorts of access, the most telling first.
var flagNames = [...]string{"tor", "vpn", "residential_proxy", "proxy", "relay", "hosting", "satellite", "mobile", "anonymous"}

// flagKeys are how databases call them.
var flagKeys = map[string]string{
	"is_tor_exit_node": "tor", "is_tor": "tor", "tor": "tor",
	"is_anonymous_vpn": "vpn", "is_vpn": "vpn", "vpn": "vpn",
	"is_residential_proxy": "residential_proxy", "residential_proxy": "residential_proxy",
	"is_public_proxy": "proxy", "is_anonymous_proxy": "proxy", "is_proxy": "proxy", "proxy": "proxy",
	"is_relay": "relay", "relay": "relay",
	"is_hosting_provider": "hosting", "is_hosting": "hosting", "is_datacenter": "hosting", "hosting": "hosting",
	"is_satellite_provider": "satellite", "is_satellite": "satellite", "satellite": "satellite",
	"is_mobile": "mobile", "mobile": "mobile",
	"is_anonymous": "anonymous", "anonymous": "anonymous",
}

func flagOf(name string) flags {
	for n, f := range flagNames {
		if f == name {
			return 1 << n
		}
	}
	return 0
}

// word gives the most telling sort of access; empty for none.
func (f flags) word() string {
	for n, name := range flagNames {
		if f&(1<<n) != 0 {
			return name
		}
	}
	return ""
}

// record is what one database says of an address. Empty texts say nothing.
type record struct {
	texts  [numWhat]string // by what; flags are not among them
	flags  flags           // those that hold
	stated flags           // those of which the record speaks at all
}

// recordOf reads a record as any vendor writes it: nested as MaxMind does, or flat.
func recordOf(m map[string]any) *record {
	r := &record{}
	r.texts[country] = countryOf(m)
	for _, level := range []map[string]any{m, mapIn(m, "traits"), mapIn(m, "anonymizer"), mapIn(m, "privacy")} {
		r.level(level)
	}
	return r
}

// level reads the members of one map.
func (r *record) level(m map[string]any) {
	r.first(asNumber, m, asOf, "autonomous_system_number", "as_number", "asn")
	r.first(organization, m, nameOf, "autonomous_system_organization", "as_organization", "as_name", "as_org")
	r.first(connection, m, nameOf, "connection_type")
	r.first(user, m, nameOf, "user_type")
	for key, v := range m {
		name := flagKeys[key]
		holds, ok := truth(v)
		if name == "" || !ok {
			continue
		}
		r.stated |= flagOf(name)
		if holds {
			r.flags |= flagOf(name)
		}
	}
}

// first takes the first member that says something.
func (r *record) first(w what, m map[string]any, read func(any) string, keys ...string) {
	for _, key := range keys {
		if r.texts[w] == "" {
			r.texts[w] = read(m[key])
		}
	}
}

func mapIn(m map[string]any, key string) map[string]any {
	inner, _ := m[key].(map[string]any)
	return inner
}

// countryOf gives the ISO 3166 code of where the address is used, else of where it is registered.
func countryOf(m map[string]any) string {
	for _, v := range []any{mapIn(m, "country")["iso_code"], m["country_code"], m["country"], mapIn(m, "registered_country")["iso_code"]} {
		if s, ok := v.(string); ok && isCode(s) {
			return strings.ToUpper(s)
		}
	}
	return ""
}

func isCode(s string) bool {
	letter := func(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
	return len(s) == 2 && letter(s[0]) && letter(s[1])
}

// asOf reads the number of an autonomous system: a number, or a text such as AS64500.
func asOf(v any) string {
	var n uint64
	switch x := v.(type) {
	case uint64:
		n = x
	case string:
		digits := strings.TrimPrefix(strings.ToUpper(x), "AS")
		n, _ = strconv.ParseUint(digits, 10, 32) // what is none is 0
	}
	if n == 0 || n > 1<<32-1 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// maxName bounds a text of a database, in bytes.
const maxName = 256

func nameOf(v any) string {
	s, _ := v.(string)
	if len(s) > maxName || !utf8.ValidString(s) {
		return ""
	}
	return strings.Clone(s)
}

// truth reads what databases write for yes and no.
func truth(v any) (holds, ok bool) {
	switch x := v.(type) {
	case bool:
		return x, true
	case uint64:
		return x != 0, x <= 1
	case string:
		switch strings.ToLower(x) {
		case "true", "1", "yes":
			return true, true
		case "false", "0", "no", "":
			return false, true
		}
	}
	return false, false
}
