package sigma

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// texts are patterns of which one must hold of the whole text, sorted by shape.
type texts struct {
	cased    bool
	any      bool
	exact    []string
	many     map[string]struct{} // exact, when there are more than manyExact
	prefix   []string
	suffix   []string
	contains []string
	grams    *grams // contains, when there are more than manyContains
	globs    []glob
}

// Beyond so many, literals are looked up instead of tried one by one.
const (
	manyExact    = 8
	manyContains = 12
)

func (t *texts) add(g glob) {
	switch s, literal := g.shape(); s {
	case shapeExact:
		t.exact = append(t.exact, literal)
	case shapePrefix:
		t.prefix = append(t.prefix, literal)
	case shapeSuffix:
		t.suffix = append(t.suffix, literal)
	case shapeContains:
		t.contains = append(t.contains, literal)
	case shapeAny:
		t.any = true
	case shapeGlob:
		t.globs = append(t.globs, g)
	}
}

// done makes the tables of long lists.
func (t *texts) done() {
	if len(t.exact) > manyExact {
		t.many = make(map[string]struct{}, len(t.exact))
		for _, s := range t.exact {
			t.many[s] = struct{}{}
		}
	}
	slices.SortStableFunc(t.contains, func(a, b string) int { return len(b) - len(a) })
	long := 0
	for long < len(t.contains) && len(t.contains[long]) >= gramBytes {
		long++
	}
	if long > manyContains {
		t.grams = newGrams(t.contains[:long])
		t.contains = t.contains[long:]
	}
}

// some reports whether there is any pattern.
func (t *texts) some() bool {
	return t.any || len(t.exact)+len(t.prefix)+len(t.suffix)+len(t.contains)+len(t.globs) > 0
}

func (t *texts) holds(v *view, of *value) bool {
	if t.any {
		return true
	}
	s := ""
	if t.cased {
		s = v.textOf(of)
	} else {
		s = v.foldedOf(of)
	}
	return t.equal(s) || t.ends(s) || t.within(v, s)
}

func (t *texts) equal(s string) bool {
	if t.many != nil {
		_, ok := t.many[s]
		return ok
	}
	return slices.Contains(t.exact, s)
}

func (t *texts) ends(s string) bool {
	for _, x := range t.prefix {
		if strings.HasPrefix(s, x) {
			return true
		}
	}
	for _, x := range t.suffix {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

func (t *texts) within(v *view, s string) bool {
	if t.grams != nil {
		v.steps += int64(len(s)/4) + 1
		if t.grams.any(s) {
			return true
		}
	}
	for _, x := range t.contains {
		v.steps += int64(len(s)/stepBytes) + 1
		if strings.Contains(s, x) {
			return true
		}
	}
	for _, g := range t.globs {
		v.steps += int64(len(s)*len(g)/4) + 1
		if g.match(s) {
			return true
		}
	}
	return false
}

func (t *texts) cost() int {
	n := 2 + len(t.exact)/4 + (len(t.prefix)+len(t.suffix))/2 + 4*len(t.contains) + 8*len(t.globs)
	if t.grams != nil {
		n += 25
	}
	return n
}

// entries are patterns made of a set's entries; each counts while its entry does.
type entries struct {
	cased bool
	all   []entry
	open  []glob // the patterns with anything for a set that may not speak of the record's time
	since telemetry.Instant
}

type entry struct {
	glob
	valid []Validity // all of which must count
}

func (t entries) holds(v *view, of *value) bool {
	s, at := "", telemetry.Instant(0)
	if at = v.occurred(); t.cased {
		s = v.textOf(of)
	} else {
		s = v.foldedOf(of)
	}
	for _, e := range t.all {
		v.steps += int64(len(s)*len(e.glob)/stepBytes) + 1
		if allValid(e.valid, at) && e.match(s) {
			return true
		}
	}
	return false
}
func (t entries) cost() int { return 4 * len(t.all) }
