package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Resolve finds the rules that correlations and filters name, by id or name, and leaves out what cannot be used, with a complaint: the
// second of two rules with one id, correlations that name what is not there, is ambiguous, or leads back to themselves. A filter is left
// out only when nothing it names is there; an unknown rule in it is complained of. Afterwards correlations stand last, each after those
// that it names. It is called once.
func (c *Collection) Resolve() {
	r := resolver{c: c, byName: map[string][]*Rule{}, state: map[*Rule]state{}, depth: map[*Rule]int{}}
	r.unique()
	for _, rule := range c.Rules {
		for _, name := range rule.calledBy() {
			r.byName[name] = append(r.byName[name], rule)
		}
	}
	var first, chained []*Rule
	for _, rule := range c.Rules {
		if rule.Correlation == nil && (rule.Filter == nil || r.filter(rule)) {
			first = append(first, rule)
		}
	}
	for _, rule := range c.Rules {
		if rule.Correlation != nil {
			r.visit(rule, nil, &chained)
		}
	}
	c.Rules = append(first, chained...)
	slices.SortStableFunc(c.Complaints, func(a, b *Complaint) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

type state uint8

const (
	stateNew state = iota
	stateOpen
	stateGood
	stateBad
)

type resolver struct {
	c      *Collection
	byName map[string][]*Rule
	state  map[*Rule]state
	depth  map[*Rule]int // of correlations chained below it
}

// calledBy are the names by which others can refer to the rule.
func (r *Rule) calledBy() []string {
	var names []string
	if r.ID != "" {
		names = append(names, r.ID)
	}
	if r.Name != "" && r.Name != r.ID {
		names = append(names, r.Name)
	}
	return names
}

func (r *Rule) shown() string {
	for _, s := range []string{r.Title, r.ID, r.Name} {
		if s != "" {
			return short(s)
		}
	}
	return ""
}

func (r *resolver) complain(rule *Rule, line, column int, format string, args ...any) {
	r.c.Complaints = append(r.c.Complaints, &Complaint{File: rule.File, Line: line, Column: column, Rule: rule.shown(), Text: fmt.Sprintf(format, args...)})
}

// unique leaves out the second of two rules with one id.
func (r *resolver) unique() {
	ids := map[string]*Rule{}
	r.c.Rules = slices.DeleteFunc(r.c.Rules, func(rule *Rule) bool {
		first, twice := ids[rule.ID]
		switch {
		case rule.ID == "" || first == rule:
			return false
		case twice:
			r.complain(rule, rule.Line, 1, "id %s is also that of the rule in %s, line %d: the second is left out; give it an id of its own",
				shown(rule.ID), first.File, first.Line)
			return true
		}
		ids[rule.ID] = rule
		return false
	})
}

// find gives the rule that a reference names; nil with a complaint when there is none, or more than one.
func (r *resolver) find(rule *Rule, ref *RuleRef) *Rule {
	name := ref.Written
	if isUUID(name) {
		name = strings.ToLower(name)
	}
	switch found := r.byName[name]; len(found) {
	case 0:
		r.complain(rule, ref.Line, ref.Column, "rule %s is not there, or was left out: load it too, or correct the reference%s", shown(ref.Written), hint(r.nearest(name)))
	case 1:
		return found[0]
	default:
		r.complain(rule, ref.Line, ref.Column, "%s is the name of %d rules, in %s and %s: refer to the id", shown(ref.Written), len(found),
			where(found[0]), where(found[1]))
	}
	return nil
}

func where(r *Rule) string { return fmt.Sprintf("%s:%d", r.File, r.Line) }

// nearest gives a name of a rule that is near a name; ids have no near ones.
func (r *resolver) nearest(name string) string {
	if isUUID(name) || len(r.byName) > 10_000 {
		return ""
	}
	var names []string
	for n := range r.byName {
		if !isUUID(n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return nearest(name, names)
}

// visit resolves a correlation after those that it names. path leads to it.
func (r *resolver) visit(rule *Rule, path []*Rule, chained *[]*Rule) bool {
	switch r.state[rule] {
	case stateGood:
		return true
	case stateBad, stateOpen:
		return false
	case stateNew:
	}
	r.state[rule] = stateOpen
	path = append(path, rule)
	good := true
	for i := range rule.Correlation.Rules {
		ref := &rule.Correlation.Rules[i]
		if ref.Rule = r.find(rule, ref); ref.Rule == nil || !r.usable(rule, ref, path, chained) {
			ref.Rule, good = nil, false
		}
	}
	if good {
		good = r.aliases(rule)
	}
	if !good {
		r.state[rule] = stateBad
		return false
	}
	r.state[rule] = stateGood
	*chained = append(*chained, rule)
	return true
}

// usable reports whether a correlation can use a rule that it names.
func (r *resolver) usable(rule *Rule, ref *RuleRef, path []*Rule, chained *[]*Rule) bool {
	named := ref.Rule
	switch {
	case named.Filter != nil:
		r.complain(rule, ref.Line, ref.Column, "rule %s is a filter: name detections and correlations", shown(ref.Written))
		return false
	case named.Correlation == nil:
		return true
	case slices.Contains(path, named):
		r.complain(rule, ref.Line, ref.Column, "rule %s leads back to itself: %s", shown(ref.Written), circle(path[slices.Index(path, named):]))
		return false
	case len(path) > maxChain:
		r.complain(rule, ref.Line, ref.Column, "over %d correlations are chained: flatten them", maxChain)
		return false
	case !r.visit(named, path, chained):
		r.complain(rule, ref.Line, ref.Column, "rule %s was left out: see its own complaint", shown(ref.Written))
		return false
	}
	if r.depth[rule] = max(r.depth[rule], r.depth[named]+1); r.depth[rule] > maxChain {
		r.complain(rule, ref.Line, ref.Column, "over %d correlations are chained: flatten them", maxChain)
		return false
	}
	return true
}

// circle writes out how rules lead to each other.
func circle(path []*Rule) string {
	var names []string
	for _, r := range path {
		names = append(names, shown(r.Key()))
	}
	return strings.Join(append(names, names[0]), " names ")
}

// aliases brings the rules of aliases to the form in which the correlation names them.
func (r *resolver) aliases(rule *Rule) bool {
	good := true
	for i := range rule.Correlation.Aliases {
		a := &rule.Correlation.Aliases[i]
		fields := make(map[string]string, len(a.Fields))
		for name, field := range a.Fields {
			if written := rule.Correlation.refCalled(name); written != "" {
				fields[written] = field
				continue
			}
			r.complain(rule, a.Line, a.Column, "alias %s names rule %s, which is not among the rules of the correlation", shown(a.Name), shown(name))
			good = false
		}
		a.Fields = fields
	}
	return good
}

// refCalled gives a rule of the correlation as it is written there, by any of its names; empty when it is none of them.
func (c *Correlation) refCalled(name string) string {
	for _, ref := range c.Rules {
		if ref.Written == name || ref.Rule != nil && slices.Contains(ref.Rule.calledBy(), name) {
			return ref.Written
		}
	}
	return ""
}
