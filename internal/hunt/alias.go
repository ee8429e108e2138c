package hunt

import (
	"slices"
	"strings"

	"stormglass/internal/intel"
)

// maxAlso bounds the further names of a finding.
const maxAlso = 12

// aliases finds the actors of a library by any of their names: one group goes by many, and each
// publisher uses its own.
type aliases map[string][]*intel.Actor

func aliasesOf(lib *intel.Library) aliases {
	m := aliases{}
	for i := range lib.Actors {
		a := &lib.Actors[i]
		for _, n := range append([]string{a.Name}, a.Aliases...) {
			key := plainName(n)
			if !slices.Contains(m[key], a) {
				m[key] = append(m[key], a)
			}
		}
	}
	return m
}

// plainName folds case and takes off what galaxies add: "Salt Typhoon - G1045" is Salt Typhoon.
func plainName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.LastIndex(s, " - "); i > 0 && len(s)-i-3 >= 4 && strings.Trim(s[i+4:], "0123456789") == "" {
		s = s[:i]
	}
	return s
}

// others gives the names by which the library knows what the sources name, without those names
// themselves, sorted.
func (m aliases) others(refs []Ref) []string {
	var named, also []string
	for i := range refs {
		named = append(named, slices.Concat(refs[i].Names, refs[i].Source.Actors, refs[i].Source.Campaigns, refs[i].Source.Malware)...)
	}
	for i := range named {
		named[i] = plainName(named[i])
	}
	for _, n := range named {
		for _, a := range m[n] {
			for _, other := range append([]string{a.Name}, a.Aliases...) {
				if p := plainName(other); !slices.Contains(named, p) && !slices.ContainsFunc(also, func(s string) bool { return plainName(s) == p }) {
					also = append(also, other)
				}
			}
		}
	}
	slices.Sort(also)
	return also[:min(len(also), maxAlso)]
}
