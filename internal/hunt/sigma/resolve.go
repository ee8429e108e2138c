package sigma

import (
	"stormglass/internal/hunt/sigma/pipeline"
)

// resolved is where a field of a rule stands in the records of a route.
type resolved struct {
	row     []int32             // sources, of which the first with a value counts
	values  []map[string]string // by source: what the pipeline says of values
	place   int32               // the row's number
	id      int32               // the same for fields that stand in the same places and whose values are named alike
	missing []string            // names that only registers or files of addresses give, and do not
}

type routeField struct {
	route *pipeline.Route
	field string
}

// resolve finds where a field stands, once for each route.
func (k *kindProgram) resolve(route *pipeline.Route, field string) *resolved {
	key := routeField{route, field}
	if r, ok := k.fields[key]; ok {
		return r
	}
	r := &resolved{}
	named := false
	for _, name := range route.Fields(field) {
		if k.sources.lacks(name.Name) {
			r.missing = append(r.missing, name.Name)
		}
		named = named || len(name.Values) > 0
		for _, src := range k.sources.target(&name) {
			r.row, r.values = append(r.row, src), append(r.values, name.Values)
		}
	}
	r.place = k.sources.place(r.row)
	if r.id = r.place; named || r.missing != nil {
		r.id = -1 - int32(len(k.fields))
	}
	k.fields[key] = r
	return r
}
