package sigma

import (
	"slices"
	"strings"
)

// addressed are how the names of fields end that files of addresses give (docs/geo.md): what is known of the address in the field
// beside them. Records may state them too, and what a record states goes before.
var addressed = [...]string{".geo.country_iso_code", ".as.number", ".as.organization.name"}

// accessed begins the names of fields that only files of addresses give.
const accessed = "stormglass.access."

// isAddressed reports whether files of addresses may give a field.
func isAddressed(name string) bool {
	return strings.HasPrefix(name, accessed) || slices.ContainsFunc(addressed[:], func(end string) bool { return strings.HasSuffix(name, end) })
}

// lacks reports whether a field could only come from registers or files of addresses, and comes from none of them.
func (s *sources) lacks(name string) bool {
	switch {
	case isRegistered(name):
		return !s.registers(name)
	case isAddressed(name):
		_, stated := s.schema[name]
		return !stated && !s.registers(name)
	}
	return false
}

// MissingText says what is not stated, of sets and fields by name: "no register states a, b; no file of addresses gives c".
func MissingText(missing []string) string {
	var files, registers []string
	for _, name := range missing {
		if isAddressed(name) {
			files = append(files, name)
		} else {
			registers = append(registers, name)
		}
	}
	var parts []string
	if len(registers) > 0 {
		parts = append(parts, "no register states "+strings.Join(registers, ", "))
	}
	if len(files) > 0 {
		parts = append(parts, "no file of addresses gives "+strings.Join(files, ", "))
	}
	return strings.Join(parts, "; ")
}
