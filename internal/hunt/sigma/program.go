package sigma

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// Options are what Compile needs besides rules and pipelines. Sets and Joined may be nil: no registers.
type Options struct {
	Sets   Sets
	Joined Joined
	// List names the list of the registers that a computed field needs ("accounts" for stormglass.account.kind.user.name), so that what is
	// missing can be called as the operator would state it; empty: none, and so without it.
	List   func(field string) string
	Budget Budget
}

// Budget bounds what rules may cost. Zero fields have the defaults.
type Budget struct {
	Text  int   // bytes of one text that are looked at; 1 MiB
	Steps int64 // steps that a rule may take on average for each record of a kind it looks at; 4,096, about 10 microseconds
}

// DefaultBudget gives the budget that zero fields stand for.
func DefaultBudget() Budget { return Budget{Text: 1 << 20, Steps: 4096} }

func (b Budget) filled() Budget {
	d := DefaultBudget()
	if b.Text <= 0 {
		b.Text = d.Text
	}
	if b.Steps <= 0 {
		b.Steps = d.Steps
	}
	return b
}

// Program is rules ready to be asked of records. It never changes; any number of Evaluators may use it at a time.
type Program struct {
	rules  []*Compiled
	kinds  [telemetry.NumKinds]*kindProgram
	budget Budget
	stats  []counters
	texts  counters // only of texts that were shortened
}

// Compiled is a rule with a detection, and what became of it.
type Compiled struct {
	Number   int // its place in Rules, by which Batch names it
	Rule     *rule.Rule
	Kinds    []telemetry.Kind // of records it is asked of, in order
	Missing  []string         // lists that no register states, and fields that no file of addresses gives (MissingText), without which it is not assessed in some kind
	Unusable string           // why it is asked of no record; empty when it is
}

// kindProgram is what is asked of the records of one kind.
type kindProgram struct {
	kind       telemetry.Kind
	sources    *sources
	predicates []predicate
	byKey      map[string]int32
	fields     map[routeField]*resolved
	plans      []plan // in the order of their rules
	arrivals   []*arrival
	byRoute    map[arrivalKey]int32
	planWords  int // words of a set of candidates that hold plans; then come arrivals
	index      *index
}

// plan is a rule on one route.
type plan struct {
	rule  int32
	route *pipeline.Route
	where expression        // the record belongs to the log source
	root  expression        // the rule matches
	since telemetry.Instant // of earlier records not all sets that it asks say something

	arrival    int32     // the number of where
	places     [][]int32 // of where: predicates by group
	own        [][]int32 // of what only records of the source itself have, if the rule asks that; else nil
	selections []selectionPlan
	filters    []filterPlan
}

type selectionPlan struct{ groups [][]int32 }

type filterPlan struct {
	*rule.Filter
	root       expression
	selections []selectionPlan
}

// Compile makes a program of all rules with a detection. It never fails as a whole: what cannot be used says why (Unusable).
func Compile(c *rule.Collection, p *pipeline.Set, o Options) *Program {
	filters := &rule.Collection{}
	for _, r := range c.Rules {
		if r.Filter != nil {
			filters.Rules = append(filters.Rules, r)
		}
	}
	return compile(c.Rules, filters.FiltersOf, p.Routes, o)
}

func compile(rules []*rule.Rule, filters func(*rule.Rule) []*rule.Filter, routes func(rule.LogSource) []*pipeline.Route, o Options) *Program {
	prog := &Program{budget: o.Budget.filled()}
	cc := compiler{
		Program: prog, options: o, filters: filters, routes: routes,
		sets: setCache{from: o.Sets, made: map[string]*lookup{}, stated: map[string]Set{}},
	}
	for _, r := range rules {
		if r.Detection != nil {
			cc.rule(r)
		}
	}
	for _, k := range prog.kinds {
		if k != nil {
			k.finish()
		}
	}
	prog.stats = make([]counters, len(prog.rules))
	return prog
}

// Rules gives all rules with a detection, in the order of the collection, those that cannot be used too. Not to be changed.
func (p *Program) Rules() []*Compiled { return p.rules }

// Unusable gives the rules that are asked of no record.
func (p *Program) Unusable() []*Compiled {
	var out []*Compiled
	for _, r := range p.rules {
		if r.Unusable != "" {
			out = append(out, r)
		}
	}
	return out
}

type compiler struct {
	*Program
	options Options
	filters func(*rule.Rule) []*rule.Filter
	routes  func(rule.LogSource) []*pipeline.Route
	sets    setCache
}

func (c *compiler) kindOf(k telemetry.Kind) *kindProgram {
	if c.kinds[k] == nil {
		c.kinds[k] = &kindProgram{kind: k, sources: newSources(k, c.options.Joined), byKey: map[string]int32{}, fields: map[routeField]*resolved{}, byRoute: map[arrivalKey]int32{}}
	}
	return c.kinds[k]
}

func (c *compiler) rule(r *rule.Rule) {
	out := &Compiled{Number: len(c.rules), Rule: r}
	c.rules = append(c.rules, out)
	routes := c.routes(r.LogSource)
	if len(routes) == 0 {
		out.Unusable = "not assessed: no pipeline says where its log source is found (" + sourceText(r.LogSource) + ")"
		return
	}
	var reasons []string
	for _, route := range routes {
		pc := planCompiler{compiler: c, kind: c.kindOf(route.Kind)}
		p := pc.plan(r, route)
		if out.Missing = union(out.Missing, c.lists(pc.missing)); len(pc.missing)+len(pc.reasons) > 0 {
			reasons = union(reasons, pc.reasons)
			continue
		}
		p.rule = int32(out.Number)
		pc.kind.plans = append(pc.kind.plans, p)
		out.Kinds = union(out.Kinds, []telemetry.Kind{route.Kind})
	}
	slices.Sort(out.Missing)
	if slices.Sort(out.Kinds); len(out.Kinds) == 0 {
		out.Unusable = unusable(out.Missing, reasons)
	}
}

// lists calls fields by the lists that they need.
func (c *compiler) lists(missing []string) []string {
	if c.options.List == nil {
		return missing
	}
	out := make([]string, len(missing))
	for i, name := range missing {
		out[i] = cmp.Or(c.options.List(name), name)
	}
	return out
}

func unusable(missing, reasons []string) string {
	if len(missing) > 0 {
		reasons = append([]string{MissingText(missing)}, reasons...)
	}
	return "not assessed: " + strings.Join(reasons, "; ")
}

func union[T comparable](to, more []T) []T {
	for _, x := range more {
		if !slices.Contains(to, x) {
			to = append(to, x)
		}
	}
	return to
}

func sourceText(s rule.LogSource) string {
	var parts []string
	for _, p := range [][2]string{{"product", s.Product}, {"category", s.Category}, {"service", s.Service}} {
		if p[1] != "" {
			parts = append(parts, fmt.Sprintf("%s %q", p[0], p[1]))
		}
	}
	if parts == nil {
		return "none stated"
	}
	return strings.Join(parts, ", ")
}

// costRoute is added to what the conditions of a route cost as anchors: all rules of a log source share them.
const costRoute = 150000

// finish makes the index of a kind.
func (k *kindProgram) finish() {
	needs := make([]*need, len(k.plans))
	for i := range k.plans {
		p := &k.plans[i]
		k.arrange(&p.where)
		k.arrange(&p.root)
		where, root := k.costOf(&p.where), k.costOf(&p.root)
		switch {
		case root < min(where+costRoute, costMost):
			needs[i] = &need{k.anchors(nil, &p.root), root}
		case where < costMost:
			needs[i] = &need{k.anchors(nil, &p.where), where}
		}
	}
	k.index = newIndex(k.sources, k.arrivalNeeds(needs))
	k.byKey, k.fields, k.byRoute = nil, nil, nil
}
