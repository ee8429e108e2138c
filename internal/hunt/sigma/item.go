package sigma

import (
	"maps"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// itemCompiler makes a predicate of an item for one kind.
type itemCompiler struct {
	kind  *kindProgram
	sets  *setCache
	route *pipeline.Route
	item  *rule.Item
	out   predicate

	place  int32               // of the anchors
	values []map[string]string // by source: what the pipeline says of values
}

// predicate gives the number of the predicate that asks what an item does.
func (k *kindProgram) predicate(sets *setCache, item *rule.Item, route *pipeline.Route) int32 {
	key := k.keyOf(item, route)
	if n, ok := k.byKey[key]; ok {
		k.predicates[n].users++
		return n
	}
	sets.begin()
	c := itemCompiler{kind: k, sets: sets, item: item, route: route}
	c.out.negated, c.out.users = item.Negated, 1
	if item.Field == "" {
		c.keywords()
	} else {
		c.field(k.resolve(route, item.Field))
	}
	if item.Negated {
		c.out.need = nil
	}
	c.out.missing, c.out.reasons, c.out.since = sets.missing, sets.reasons, sets.since
	n := int32(len(k.predicates))
	k.predicates = append(k.predicates, c.out)
	k.byKey[key] = n
	return n
}

// groups gives the values of which one must hold, group by group.
func groupsOf(item *rule.Item) [][]rule.Value {
	if !item.All {
		return [][]rule.Value{item.Values}
	}
	groups := make([][]rule.Value, len(item.Values))
	for i := range item.Values {
		groups[i] = item.Values[i : i+1]
	}
	return groups
}

func (c *itemCompiler) field(at *resolved) {
	c.absence()
	for _, name := range at.missing {
		c.sets.lacks(name)
	}
	c.out.asked = make([]asked, len(at.row))
	for i, src := range at.row {
		c.out.asked[i].src = src
	}
	c.out.subject, c.values, c.place = at.row, at.values, at.place
	needed := c.ask()
	if !c.out.absent {
		c.out.need = needed
	}
}

// ask compiles the item's values once for all sources that hold values of one form, and gives what must be true where one of them meets
// them.
func (c *itemCompiler) ask() *need {
	if c.out.exists {
		if c.out.present {
			return c.kind.sources.oneOf([]anchor{{kind: anchorPresent, src: c.place}})
		}
		return nil
	}
	needed := &need{}
	for i := range c.out.asked {
		a := &c.out.asked[i]
		if same := c.sameForm(i); same >= 0 {
			a.groups = c.out.asked[same].groups
			continue
		}
		var n *need
		a.groups, n = c.groups(&c.kind.sources.all[a.src], c.values[i])
		needed = either(needed, n)
		for _, g := range a.groups {
			c.out.price += costOf(g)
		}
	}
	return needed
}

// sameForm gives an earlier source whose values are of the form of those of source i, -1 when there is none.
func (c *itemCompiler) sameForm(i int) int {
	a := &c.kind.sources.all[c.out.asked[i].src]
	for n := range i {
		b := &c.kind.sources.all[c.out.asked[n].src]
		alike := a.textLike() && b.textLike() || !a.textLike() && !b.textLike() && a.field.Type == b.field.Type
		if alike && maps.Equal(c.values[i], c.values[n]) {
			return n
		}
	}
	return -1
}

func costOf(tests []test) int {
	n := 1
	for _, t := range tests {
		n += t.cost()
	}
	return n
}

// absence says what holds of a record without the field.
func (c *itemCompiler) absence() {
	nulls, here, gone := 0, false, false
	for i := range c.item.Values {
		v := &c.item.Values[i]
		if v.Null {
			nulls++
		}
		here, gone = here || v.Exists, gone || !v.Exists
	}
	if c.item.Op == rule.OpExists {
		c.out.exists, c.out.present, c.out.absent = true, here, gone
		return
	}
	c.out.absent = nulls > 0 && (!c.item.All || nulls == len(c.item.Values))
}

// groups compiles the item's values for the form of a source.
func (c *itemCompiler) groups(of *source, values map[string]string) ([][]test, *need) {
	var groups [][]test
	var needed *need
	for _, g := range groupsOf(c.item) {
		t := tester{itemCompiler: c, src: c.place, source: of, mapped: values}
		t.group(g)
		groups = append(groups, t.tests)
		needed = both(needed, t.need())
	}
	return groups, needed
}

// keywords compiles patterns that are looked for everywhere.
func (c *itemCompiler) keywords() {
	c.place = everywhere
	c.out.every, c.out.need = c.groups(&source{kind: fromRaw}, nil)
	for _, g := range c.out.every {
		c.out.price += 10 * costOf(g)
	}
	if c.out.every == nil {
		c.out.every = [][]test{}
	}
}

// setCache makes each set that rules ask for once, and notes those that no register states.
type setCache struct {
	from    Sets
	made    map[string]*lookup
	stated  map[string]Set
	missing []string          // of the rule at hand, each once
	reasons []string          // what else keeps the rule at hand from being assessed
	since   telemetry.Instant // before it not all sets of the rule at hand state something
}

func (s *setCache) begin() { s.missing, s.reasons, s.since = nil, nil, 0 }

// set gives a set; nil when no register states it.
func (s *setCache) set(name string) *lookup {
	l := s.made[name]
	if l == nil {
		l = s.make(name)
	}
	if l != nil {
		s.since = max(s.since, l.since)
	}
	return l
}

func (s *setCache) make(name string) *lookup {
	var set Set
	ok := false
	if s.from != nil {
		set, ok = s.from.Set(name)
	}
	if !ok {
		s.lacks(name)
		return nil
	}
	s.stated[name] = set
	s.made[name] = lookupOf(set)
	return s.made[name]
}

// sinceOf gives since when a set says something; unknown for all times.
func (s *setCache) sinceOf(name string) telemetry.Instant {
	if l := s.set(name); l != nil {
		return l.since
	}
	return 0
}

func (s *setCache) lacks(name string) {
	s.missing = union(s.missing, []string{name})
}

// pieces gives a set's entries as texts that can be part of a pattern: a prefix of one address is that address.
func (s *setCache) pieces(name string) []SetText {
	if s.set(name) == nil {
		return nil
	}
	set := s.stated[name]
	out := append([]SetText(nil), set.Texts...)
	for _, p := range set.Prefixes {
		text := p.Prefix.String()
		if p.Prefix.IsSingleIP() {
			text = p.Prefix.Addr().String()
		}
		out = append(out, SetText{text, p.Valid})
	}
	return out
}
