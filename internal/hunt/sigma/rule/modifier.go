package rule

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// sort is what a chain of modifiers has made of the values so far.
type sort uint8

const (
	sortText sort = 1 << iota
	sortRegexp
	sortCIDR
	sortPart
	sortNumber
	sortExists
	sortRef

	sortAny = 1<<iota - 1
)

// means says how a modifier is used.
type means struct {
	on    sort   // what it can be put on
	to    sort   // what it makes of it; 0: the same
	first bool   // it takes values as they are written
	field bool   // it needs a field
	group string // of which a chain holds one
}

// modifiers are those of the specification 2.1.0 and the long names that pySigma takes.
var modifiers = map[string]means{
	"all":          {on: sortAny},
	"neq":          {on: sortAny},
	"contains":     {on: sortText | sortRegexp | sortRef, group: "place"},
	"startswith":   {on: sortText | sortRegexp | sortRef, group: "place"},
	"endswith":     {on: sortText | sortRegexp | sortRef, group: "place"},
	"cased":        {on: sortText | sortRef},
	"windash":      {on: sortText},
	"expand":       {on: sortText | sortCIDR},
	"base64":       {on: sortText},
	"base64offset": {on: sortText},
	"wide":         {on: sortText, group: "UTF-16"},
	"utf16":        {on: sortText, group: "UTF-16"},
	"utf16le":      {on: sortText, group: "UTF-16"},
	"utf16be":      {on: sortText, group: "UTF-16"},
	"re":           {on: sortText, to: sortRegexp, first: true},
	"i":            {on: sortRegexp},
	"m":            {on: sortRegexp},
	"s":            {on: sortRegexp},
	"ignorecase":   {on: sortRegexp},
	"multiline":    {on: sortRegexp},
	"dotall":       {on: sortRegexp},
	"cidr":         {on: sortText, to: sortCIDR, first: true, field: true},
	"lt":           {on: sortText | sortPart, to: sortNumber, first: true, field: true},
	"lte":          {on: sortText | sortPart, to: sortNumber, first: true, field: true},
	"gt":           {on: sortText | sortPart, to: sortNumber, first: true, field: true},
	"gte":          {on: sortText | sortPart, to: sortNumber, first: true, field: true},
	"exists":       {on: sortText, to: sortExists, first: true, field: true},
	"fieldref":     {on: sortText, to: sortRef, first: true, field: true},
	"minute":       {on: sortText, to: sortPart, first: true, field: true},
	"hour":         {on: sortText, to: sortPart, first: true, field: true},
	"day":          {on: sortText, to: sortPart, first: true, field: true},
	"week":         {on: sortText, to: sortPart, first: true, field: true},
	"month":        {on: sortText, to: sortPart, first: true, field: true},
	"year":         {on: sortText, to: sortPart, first: true, field: true},
}

var modifierNames = func() []string {
	var names []string
	for name := range modifiers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

// maxModifiers bounds a chain.
const maxModifiers = 12

// chain is a field with the modifiers after it.
type chain struct {
	field string
	names []string
	sort  sort // of the values in the end
}

func (c chain) has(name string) bool { return slices.Contains(c.names, name) }

// chain reads a key such as "CommandLine|contains|all". ok is false when something was complained of.
func (d *document) chain(key *yaml.Node) (c chain, ok bool) {
	if len(key.Value) > maxText {
		d.complain(d.at(key), "the field's name has over %d bytes: shorten it", maxText)
		return c, false
	}
	before := len(d.complaints)
	field, rest, modified := strings.Cut(key.Value, "|")
	c = chain{field: strings.TrimSpace(field), sort: sortText}
	offset := len(field) + 1
	for modified {
		var name string
		name, rest, modified = strings.Cut(rest, "|")
		c.next(d, key, offset, name)
		offset += len(name) + 1
	}
	if len(c.names) > maxModifiers {
		d.complain(d.at(key), "%d modifiers, over %d: shorten the chain", len(c.names), maxModifiers)
	}
	if c.field == "" && len(c.names) == 0 {
		d.complain(d.at(key), "the field has no name: name it, or write keywords as a list")
	}
	return c, len(d.complaints) == before
}

// next takes a modifier into the chain, or complains of it.
func (c *chain) next(d *document, key *yaml.Node, offset int, name string) {
	m, known := modifiers[name]
	complain := func(format string, args ...any) { d.complain(d.within(key, offset), format, args...) }
	switch {
	case !known && modifiers[strings.ToLower(name)].on != 0:
		complain("modifier %s is written in small letters: %s", shown(name), strings.ToLower(name))
	case !known:
		complain("unknown modifier %s%s", shown(name), cmp.Or(hint(nearest(name, modifierNames)), ": Sigma knows "+strings.Join(modifierNames, ", ")))
	case m.field && c.field == "":
		complain("modifier %s needs a field: keywords have none", name)
	case c.has(name) && name != "base64":
		complain("modifier %s stands twice: leave one out", name)
	case m.group != "" && c.inGroup(m.group) != "":
		complain("modifiers %s and %s exclude each other: leave one out", c.inGroup(m.group), name)
	case m.on&c.sort == 0:
		complain("modifier %s cannot follow %s%s", name, c.maker(), c.orderHint(name))
	case m.first && c.sort != sortPart && c.changed() != "":
		complain("modifier %s takes values as they are written: it cannot follow %s%s", name, c.changed(), c.orderHint(name))
	case c.tooLate(name) != "":
		complain("modifier %s comes before %s: write %s|%s", name, c.tooLate(name), name, c.tooLate(name))
	default:
		if m.to != 0 {
			c.sort = m.to
		}
	}
	c.names = append(c.names, name)
}

func (c *chain) inGroup(group string) string {
	for _, name := range c.names {
		if modifiers[name].group == group {
			return name
		}
	}
	return ""
}

// maker is the modifier that made the values what they are.
func (c *chain) maker() string {
	for _, name := range slices.Backward(c.names) {
		if modifiers[name].to != 0 {
			return name
		}
	}
	return "values that are texts"
}

// changed is a modifier that changed the values; those that only say how they are joined do not.
func (c *chain) changed() string {
	for _, name := range c.names {
		if name != "all" && name != "neq" {
			return name
		}
	}
	return ""
}

// tooLate is a modifier in the chain before which another must stand: what encodes a text cannot encode wildcards, and what looks for
// signs in a text cannot look into its encoding.
func (c *chain) tooLate(name string) string {
	for _, earlier := range c.names {
		switch {
		case encodes(name) && modifiers[earlier].group == "place",
			encodes(earlier) && (name == "windash" || name == "expand"),
			encodes(name) && earlier == "expand":
			return earlier
		}
	}
	return ""
}

func encodes(name string) bool {
	return name == "base64" || name == "base64offset" || modifiers[name].group == "UTF-16"
}

// orderHint says how a chain is written in which a modifier came too early or too late.
func (c *chain) orderHint(name string) string {
	switch {
	case strings.Contains(" i m s ignorecase multiline dotall ", " "+name+" "):
		return ": it follows re"
	case name == "fieldref" && c.inGroup("place") != "":
		return ": write fieldref|" + c.inGroup("place")
	case name == "re" && c.inGroup("place") != "":
		return ": write re|" + c.inGroup("place")
	case modifiers[name].to == sortPart && c.sort == sortNumber:
		return ": write " + name + "|" + c.maker()
	case name == "expand" && c.sort == sortRegexp:
		return ": placeholders are not looked for in regular expressions; write contains|expand"
	case name == "cased" && c.sort == sortRegexp:
		return ": regular expressions tell letters' case apart as it is"
	}
	return ": leave one out"
}
