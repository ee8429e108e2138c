package sigma

import (
	"stormglass/internal/telemetry"
)

// truth is an answer about a record that is older than what a register speaks of: what is in the register's set then is not known.
type truth uint8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// doubtful is a test that a set decides.
type doubtful interface {
	// unsure reports whether a value might be held by a set that says nothing of the record's time.
	unsure(v *view, of *value) bool
}

func (t member) unsure(v *view, of *value) bool {
	return v.before(t.set.since) && (!t.cidr || v.addrOf(of).IsValid())
}

func (t entries) unsure(v *view, of *value) bool {
	if !v.before(t.since) {
		return false
	}
	s := v.foldedOf(of)
	if t.cased {
		s = v.textOf(of)
	}
	for _, g := range t.open {
		if v.steps += int64(len(s)*len(g)/stepBytes) + 1; g.match(s) {
			return true
		}
	}
	return false
}

// before reports whether the record is of a time before an instant. One without a time is not: all entries of a set count for it.
func (v *view) before(since telemetry.Instant) bool {
	return since.Known() && v.occurred().Known() && v.occurred() < since
}

// judge asks a plan of a record of which not all its sets say something.
func (c *count) judge(v *view, p *plan) bool {
	where := v.judge(&p.where)
	if where == no {
		return false
	}
	c.Evaluated++
	switch min(where, v.judge(&p.root)) {
	case unknown:
		c.Unknown++
	case yes:
		c.Matched++
		return true
	case no:
	}
	return false
}

func (v *view) judge(e *expression) truth {
	switch e.op {
	case opPredicate:
		if p := &v.kind.predicates[e.pred]; v.before(p.since) {
			return p.judge(v)
		}
		return truthOf(v.holds(e.pred))
	case opNot:
		return yes - v.judge(&e.terms[0])
	case opAnd:
		all := yes
		for i := 0; i < len(e.terms) && all != no; i++ {
			all = min(all, v.judge(&e.terms[i]))
		}
		return all
	case opOr:
		one := no
		for i := 0; i < len(e.terms) && one != yes; i++ {
			one = max(one, v.judge(&e.terms[i]))
		}
		return one
	}
	return no
}

func (p *predicate) judge(v *view) truth {
	v.steps++
	t := p.ask(v)
	if p.negated {
		return yes - t
	}
	return t
}

func (p *predicate) ask(v *view) truth {
	if p.every != nil {
		all := v.everything()
		return v.judgeGroups(p.every, len(all), func(n int) *value { return &all[n] })
	}
	for i := range p.asked {
		a := &p.asked[i]
		s := v.slot(a.src)
		if s.n == 0 {
			continue
		}
		if p.exists {
			return truthOf(p.present)
		}
		return v.judgeGroups(a.groups, int(s.n), func(n int) *value { return s.value(int32(n)) })
	}
	return truthOf(p.absent)
}

// judgeGroups asks whether of each group a test holds of one of n values.
func (v *view) judgeGroups(groups [][]test, n int, value func(int) *value) truth {
	all := yes
	for _, g := range groups {
		one := no
		for i := 0; i < n && one != yes; i++ {
			one = max(one, v.judgeTests(g, value(i)))
		}
		all = min(all, one)
	}
	return all
}

func (v *view) judgeTests(group []test, of *value) truth {
	one := no
	for _, t := range group {
		if v.steps++; t.holds(v, of) {
			return yes
		}
		if d, ok := t.(doubtful); ok && d.unsure(v, of) {
			one = unknown
		}
	}
	return one
}
