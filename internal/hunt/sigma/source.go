package sigma

import (
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/telemetry"
)

// sourceKind says where a value comes from.
type sourceKind uint8

const (
	fromSchema sourceKind = iota // a getter of the kind's schema
	fromPair                     // a pair of the record by its interned name
	fromJoined                   // computed of the record, or joined by the registers
	fromRaw                      // the line of an event
)

// source is one place of a record where values may stand.
type source struct {
	kind   sourceKind
	name   string
	field  telemetry.Field   // of fromSchema
	pair   telemetry.FieldID // of fromPair
	unless telemetry.FieldID // of fromSchema: a record that has such a pair did not state the field; FieldOther: none
	joined func(b *telemetry.Batch, i int) (string, bool)
}

// typed reports whether values are compared as numbers or addresses where they can be.
func (s *source) typed(t telemetry.Type) bool { return s.kind == fromSchema && s.field.Type == t }

// sources are the places that the rules of one kind ask about, each once.
type sources struct {
	kind   telemetry.Kind
	joined Joined
	all    []source
	byName map[string][]int32 // the places of a name
	pairs  []int32            // by FieldID: the source, -1 for none
	line   int32              // the source that is the line of an event, in which keywords are looked for; -1 when no rule asks it as a field
	places [][]int32          // rows of sources of which the first with a value counts, each once
	byRow  map[string]int32
	schema map[string]telemetry.Field
}

func newSources(k telemetry.Kind, j Joined) *sources {
	s := &sources{kind: k, joined: j, line: -1, byName: map[string][]int32{}, byRow: map[string]int32{}, schema: map[string]telemetry.Field{}}
	for _, f := range telemetry.Schema(k) {
		s.schema[f.ID.String()] = f
	}
	return s
}

// named gives the places where a name may stand, in the order in which they count: the typed field, a pair, what is computed or joined. It
// interns no name that cannot be interned: such a field is absent in all records.
func (s *sources) named(name string) []int32 {
	if places, ok := s.byName[name]; ok {
		return places
	}
	var places []int32
	add := func(p source) {
		p.name = name
		places = append(places, int32(len(s.all)))
		s.all = append(s.all, p)
	}
	if f, ok := s.schema[name]; ok {
		if s.kind == telemetry.KindEvent && f.ID == telemetry.FieldOriginal {
			s.line = int32(len(s.all))
		}
		add(source{kind: fromSchema, field: f})
	}
	if id := telemetry.FieldNamed(name); id != telemetry.FieldOther && !isRegistered(name) {
		add(source{kind: fromPair, pair: id})
		s.route(id, places[len(places)-1])
	}
	if get, ok := telemetry.Computed(s.kind, name); ok {
		add(source{kind: fromJoined, joined: get})
	}
	if s.joined != nil {
		if get, ok := s.joined.Field(s.kind, name); ok {
			add(source{kind: fromJoined, joined: get})
		}
	}
	s.byName[name] = places
	return places
}

// target gives the places of a name that a pipeline states.
func (s *sources) target(t *pipeline.Target) []int32 {
	f, typed := s.schema[t.Name]
	if t.Unless == "" || !typed {
		return s.named(t.Name)
	}
	key := t.Name + "\x00" + t.Unless
	places, ok := s.byName[key]
	if !ok {
		places = []int32{int32(len(s.all))}
		s.all = append(s.all, source{kind: fromSchema, name: t.Name, field: f, unless: telemetry.FieldNamed(t.Unless)})
		s.byName[key] = places
	}
	return places
}

// place numbers a row of sources.
func (s *sources) place(row []int32) int32 {
	key := fmt.Sprint(row)
	n, ok := s.byRow[key]
	if !ok {
		n = int32(len(s.places))
		s.byRow[key] = n
		s.places = append(s.places, row)
	}
	return n
}

// typedPlace reports whether a row has a field of the schema, which most records have.
func (s *sources) typedPlace(n int32) bool {
	return slices.ContainsFunc(s.places[n], func(src int32) bool { return s.all[src].kind == fromSchema })
}

// joinedPlace reports whether a row has a field that is computed, or joined by the registers.
func (s *sources) joinedPlace(n int32) bool {
	return n != everywhere && slices.ContainsFunc(s.places[n], func(src int32) bool { return s.all[src].kind == fromJoined })
}

// classes are fields that hold one of few words or numbers, and what one of them costs as an anchor: to know it says little of a record.
var classes = map[string]int{
	"event.action": costWord, "event.category": costWord, "event.type": costWord, "event.kind": costWord, "event.outcome": costWord,
	"event.module": costWord, "event.dataset": costWord, "event.provider": costWord, "log.level": costWord, "network.protocol": costWord,
	"observer.vendor": costWord, "observer.product": costWord, "observer.type": costWord,
	"network.transport": costTyped, "network.iana_number": costTyped, "network.direction": costTyped, "network.type": costTyped,
}

// classPlace gives what an anchor in a row costs that has a field of classes.
func (s *sources) classPlace(n int32) (cost int, ok bool) {
	if n == everywhere {
		return 0, false
	}
	for _, src := range s.places[n] {
		if cost, ok = classes[s.all[src].name]; ok {
			return cost, true
		}
	}
	return 0, false
}

// registered are how the names of fields begin that registers join.
var registered = [...]string{
	"stormglass.register.", "stormglass.class.", "stormglass.device.", "stormglass.change.", "stormglass.account.", "stormglass.tunnel",
}

// isRegistered reports whether only registers can give a field.
func isRegistered(name string) bool {
	return slices.ContainsFunc(registered[:], func(begin string) bool { return strings.HasPrefix(name, begin) })
}

// registers reports whether the registers join a field.
func (s *sources) registers(name string) bool {
	if s.joined == nil {
		return false
	}
	_, ok := s.joined.Field(s.kind, name)
	return ok
}

// route notes which source a pair belongs to.
func (s *sources) route(id telemetry.FieldID, to int32) {
	for len(s.pairs) <= int(id) {
		s.pairs = append(s.pairs, -1)
	}
	s.pairs[id] = to
}

// pairsOf gives a record's pairs.
func pairsOf(b *telemetry.Batch, i int) []telemetry.Pair {
	if b.Kind.Eventful() {
		return b.PairsOf(b.Event[i].Pairs)
	}
	return b.PairsOf(b.Head(i).Extra)
}
