package pipeline

import (
	"maps"
	"slices"
	"strings"
)

// AllRoutes gives every route.
func (s *Set) AllRoutes() []*Route {
	var all []*Route
	for _, e := range s.entries {
		all = append(all, e.routes...)
	}
	return all
}

// AllTargets gives the names of every field that records keep, and the patterns.
func (r *Route) AllTargets() []Target {
	var all []Target
	for _, field := range slices.Sorted(maps.Keys(r.names)) {
		if r.Unkept(field) == "" {
			all = append(all, r.names[field]...)
		}
	}
	for _, p := range r.other {
		all = append(all, Target{Name: p})
	}
	return all
}

// Parse reads one file.
var Parse = parse

// Patterned reports whether a pattern with more than the field in it makes the name.
func (r *Route) Patterned(name string) bool {
	return slices.ContainsFunc(r.other, func(p string) bool {
		before, after, _ := strings.Cut(p, hole)
		return p != hole && p != name && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
	})
}
