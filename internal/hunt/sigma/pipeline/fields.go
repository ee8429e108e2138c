package pipeline

import (
	"strings"

	"stormglass/internal/telemetry"
)

// own is the beginning of names that are the program's, whatever a pipeline says.
const own = "stormglass."

// Fields gives where a field of a rule may stand in a record of the route. A name of the schema (ECS) and one of ours stand for
// themselves; then counts what the pipeline names, then its patterns; a field that nothing is said of stands under its own name.
func (r *Route) Fields(name string) []Target {
	if schemaNames[name] || strings.HasPrefix(name, own) {
		return []Target{{Name: name}}
	}
	if stated, ok := r.names[name]; ok {
		return stated
	}
	if len(r.other) == 0 {
		return []Target{{Name: name}}
	}
	return patterned(nil, r.other, name)
}

// Owns reports whether a field is found by patterns only, as what the source calls by names of its own.
func (r *Route) Owns(name string) bool {
	_, stated := r.names[name]
	return len(r.other) > 0 && !stated && !schemaNames[name] && !strings.HasPrefix(name, own)
}

// patterned adds the names that patterns make of a field.
func patterned(to []Target, patterns []string, field string) []Target {
	for _, p := range patterns {
		to = append(to, Target{Name: strings.ReplaceAll(p, hole, field)})
	}
	return to
}

// schemaNames are the fields that some kind of record has.
var schemaNames = func() map[string]bool {
	m := map[string]bool{}
	for k := range telemetry.NumKinds {
		for _, f := range telemetry.Schema(k) {
			m[f.ID.String()] = true
		}
	}
	return m
}()
