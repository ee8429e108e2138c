package sigma

import "stormglass/internal/telemetry"

// predicate is one item of a rule as it is asked of the records of one kind. Rules that ask the same share it.
type predicate struct {
	asked   []asked // by the places where the field may stand: the first with a value counts
	absent  bool    // what holds where none has
	exists  bool    // only presence is asked: present is what holds where there is one
	present bool
	negated bool
	every   [][]test // keywords: of each group one test must hold of one of all texts
	need    *need
	price   int
	users   int               // places in rules that ask it
	subject []int32           // the places, for people
	missing []string          // what no register states
	reasons []string          // what else keeps it from being assessed
	since   telemetry.Instant // of earlier records not all sets that it asks say something
}

// asked is what is asked of the values of one source.
type asked struct {
	src    int32
	groups [][]test // of each group one test must hold of one value
}

// holds reports whether predicate n holds of the record at hand.
func (v *view) holds(n int32) bool {
	if m := v.memo[n]; m>>1 == v.gen {
		return m&1 == 1
	}
	p := &v.kind.predicates[n]
	held := p.evaluate(v) != p.negated
	m := v.gen << 1
	if held {
		m |= 1
	}
	v.memo[n] = m
	return held
}

func (p *predicate) evaluate(v *view) bool {
	v.steps++
	if p.every != nil {
		return p.keywords(v)
	}
	for i := range p.asked {
		a := &p.asked[i]
		s := v.slot(a.src)
		if s.n == 0 {
			continue
		}
		if p.exists {
			return p.present
		}
		for _, g := range a.groups {
			if !s.satisfies(v, g) {
				return false
			}
		}
		return true
	}
	return p.absent
}

func (s *slot) satisfies(v *view, group []test) bool {
	for n := range s.n {
		of := s.value(n)
		for _, t := range group {
			v.steps++
			if t.holds(v, of) {
				return true
			}
		}
	}
	return false
}

func (p *predicate) keywords(v *view) bool {
	all := v.everything()
	for _, g := range p.every {
		if !anyText(v, all, g) {
			return false
		}
	}
	return true
}

func anyText(v *view, all []value, group []test) bool {
	for i := range all {
		for _, t := range group {
			v.steps++
			if t.holds(v, &all[i]) {
				return true
			}
		}
	}
	return false
}

// held gives the texts that a predicate looked at, for people; none when the field is absent.
func (p *predicate) held(v *view) (field string, texts []string) {
	for _, src := range p.subject {
		s := v.slot(src)
		if s.n == 0 {
			continue
		}
		for n := range min(s.n, maxShownValues) {
			texts = append(texts, v.textOf(s.value(n)))
		}
		return v.kind.sources.all[src].name, texts
	}
	return "", nil
}

// maxShownValues bounds the values of one field that an explanation shows.
const maxShownValues = 8

// textLike reports whether a source's values are texts.
func (s *source) textLike() bool {
	return s.kind != fromSchema || s.field.Type == telemetry.TypeText || s.field.Type == telemetry.TypeTexts
}
