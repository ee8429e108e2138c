package sigma

import (
	"fmt"
	"strings"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
)

// itemCompiler makes a predicate of an item for one kind.
type itemCompiler struct {
	kind  *kindProgram
	sets  *setCache
	names naming
	item  *rule.Item
	out   predicate
}

// naming gives the names under which a field of a rule may stand.
type naming func(field string) []pipeline.Target

// predicate gives the number of the predicate that asks what an item does.
func (k *kindProgram) predicate(sets *setCache, item *rule.Item, names naming) int32 {
	key := keyOf(item, names)
	if n, ok := k.byKey[key]; ok {
		k.predicates[n].users++
		return n
	}
	sets.begin()
	c := itemCompiler{kind: k, sets: sets, item: item, names: names}
	c.out.negated, c.out.users = item.Negated, 1
	if item.Field == "" {
		c.keywords()
	} else {
		c.field(names(item.Field))
	}
	if item.Negated {
		c.out.need = nil
	}
	c.out.missing, c.out.reasons = sets.missing, sets.reasons
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

func (c *itemCompiler) field(names []pipeline.Target) {
	c.absence()
	needed := &need{}
	for _, name := range names {
		if isRegistered(name.Name) && !c.kind.sources.registers(name.Name) {
			c.sets.lacks(name.Name)
		}
		for _, src := range c.kind.sources.named(name.Name) {
			a, n := c.asked(src, name.Values)
			c.out.asked = append(c.out.asked, a)
			c.out.subject = append(c.out.subject, src)
			needed = either(needed, n)
		}
	}
	if !c.out.absent {
		c.out.need = needed
	}
	for i := range c.out.asked {
		for _, g := range c.out.asked[i].groups {
			c.out.price += costOf(g)
		}
	}
	c.out.price /= max(len(c.out.asked), 1)
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

// asked compiles the item's values for one source.
func (c *itemCompiler) asked(src int32, values map[string]string) (asked, *need) {
	a := asked{src: src}
	if c.out.exists {
		if c.out.present {
			return a, c.kind.sources.oneOf([]anchor{{kind: anchorPresent, src: src}})
		}
		return a, nil
	}
	var needed *need
	for _, g := range groupsOf(c.item) {
		t := tester{itemCompiler: c, src: src, source: &c.kind.sources.all[src], mapped: values}
		t.group(g)
		a.groups = append(a.groups, t.tests)
		needed = both(needed, t.need())
	}
	return a, needed
}

// keywords compiles patterns that are looked for everywhere.
func (c *itemCompiler) keywords() {
	text := source{kind: fromRaw}
	for _, g := range groupsOf(c.item) {
		t := tester{itemCompiler: c, src: everywhere, source: &text}
		t.group(g)
		c.out.every = append(c.out.every, t.tests)
		c.out.need = both(c.out.need, t.need())
		c.out.price += 10 * costOf(t.tests)
	}
	if c.out.every == nil {
		c.out.every = [][]test{}
	}
}

// keyOf is the same for items that ask the same of the same names.
func keyOf(item *rule.Item, names naming) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %t %t", item.Op, item.All, item.Negated)
	if item.Field != "" {
		keyOfNames(&b, names(item.Field))
	}
	for i := range item.Values {
		v := &item.Values[i]
		keyOfValue(&b, v)
		if item.Op == rule.OpFieldRef {
			keyOfNames(&b, names(v.Ref.Field))
		}
	}
	return b.String()
}

func keyOfNames(b *strings.Builder, names []pipeline.Target) {
	b.WriteString(" field")
	for _, n := range names {
		fmt.Fprintf(b, " %q", n.Name)
		if len(n.Values) > 0 {
			fmt.Fprintf(b, "%q", n.Values)
		}
	}
}

func keyOfValue(b *strings.Builder, v *rule.Value) {
	b.WriteByte('\n')
	for _, p := range v.Patterns {
		if p.Cased {
			b.WriteByte('c')
		}
		for _, part := range p.Parts {
			if part.Wild != 0 {
				b.WriteByte(part.Wild)
				b.WriteString(part.Placeholder)
				b.WriteByte(0)
				continue
			}
			fmt.Fprintf(b, "%d:", len(part.Literal))
			b.WriteString(part.Literal)
		}
		b.WriteByte('|')
	}
	switch {
	case v.Regexp != nil:
		fmt.Fprintf(b, " re %q", v.Regexp.String())
	case v.Patterns == nil:
		fmt.Fprintf(b, " %t %v %g %d %t %+v %q", v.Null, v.Prefix, v.Number, v.Part, v.Exists, v.Ref, v.Placeholder)
	}
}

// setCache makes each set that rules ask for once, and notes those that no register states.
type setCache struct {
	from    Sets
	made    map[string]*lookup
	stated  map[string]Set
	missing []string // of the rule at hand, each once
	reasons []string // what else keeps the rule at hand from being assessed
}

func (s *setCache) begin() { s.missing, s.reasons = nil, nil }

// set gives a set; nil when no register states it.
func (s *setCache) set(name string) *lookup {
	if l, ok := s.made[name]; ok && l != nil {
		return l
	}
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
