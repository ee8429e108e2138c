package pipeline

import (
	"slices"
	"strings"

	"stormglass/internal/hunt/sigma/rule"
)

// Routes gives the kinds of record in which a log source is found: those of the entries that state most of it. Where two state as
// many of its keys, a category says more than a service, and a service more than a product. Without any entry there are none: rules
// of that log source cannot be assessed.
func (s *Set) Routes(source rule.LogSource) []*Route {
	var routes []*Route
	best := -1
	for _, e := range s.entries {
		rank, ok := e.rank(source)
		if !ok || rank < best {
			continue
		}
		if rank > best {
			best, routes = rank, nil
		}
		routes = append(routes, e.routes...)
	}
	return routes
}

// rank says how closely the entry describes a log source; not ok when it does not at all.
func (e *entry) rank(source rule.LogSource) (rank int, ok bool) {
	for _, k := range []struct {
		stated []string
		value  string
		weight int
	}{
		{e.category, source.Category, 8 + 4}, {e.service, source.Service, 8 + 2}, {e.product, source.Product, 8 + 1},
	} {
		value := strings.ToLower(k.value)
		switch {
		case k.stated == nil:
		case !slices.Contains(k.stated, value):
			return 0, false
		case value != "":
			rank += k.weight
		}
	}
	return rank, true
}
