package node

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"slices"
	"time"

	"stormglass/content"
	"stormglass/internal/geo"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
	"stormglass/internal/store"
)

// edition is rules as they are in force at a time. It does not change.
type edition struct {
	set       *hunt.RuleSet // nil: there are none
	version   string        // of rules, pipelines and registers; empty of none
	pipelines *pipeline.Set
	registers *register.Registers
	addresses *geo.Databases                    // nil: there are none
	ids       map[*rule.Rule]store.RuleIdentity // of all rules but filters
	byID      map[store.RuleIdentity]*rule.Rule
	keys      map[string]*rule.Rule
	loaded    time.Time
	counted   map[*rule.Rule]bool // detections whose matches correlations count
}

// len is how many rules there are, correlations among them.
func (e *edition) len() int {
	if e.set == nil {
		return 0
	}
	return len(e.set.Infos)
}

func emptyEdition() *edition { return &edition{} }

func newEdition(c *rule.Collection, p *pipeline.Set, r *register.Registers, g *geo.Databases, f *ruleFolders) (*edition, error) {
	c.Resolve()
	e := &edition{
		pipelines: p, registers: r, addresses: g, ids: map[*rule.Rule]store.RuleIdentity{}, byID: map[store.RuleIdentity]*rule.Rule{},
		keys: map[string]*rule.Rule{}, counted: map[*rule.Rule]bool{}, loaded: time.Now().UTC(),
	}
	var err error
	if e.set, err = hunt.NewRuleSet(c, p, withGeo(ruleOptions(r), g)); err != nil {
		return nil, err
	}
	wanted, common, h := e.set.Wanted(), pipelinesDigest(f), sha256.New()
	for _, x := range c.Rules { // correlations come after those that they name
		h.Write(x.Digest[:])
		if x.Filter != nil {
			continue
		}
		fields, counted := wanted[x]
		e.counted[x] = counted
		e.ids[x] = e.identity(c, x, common, fields)
		e.byID[e.ids[x]], e.keys[x.Key()] = x, x
	}
	h.Write(common)
	if r != nil {
		h.Write(r.Version[:])
	}
	if g != nil {
		h.Write(g.Version[:])
	}
	e.version = hex.EncodeToString(h.Sum(nil))
	return e, nil
}

// identity is SHA-256 over all that decides what a rule matches, and the fields of its matches that correlations look at.
func (e *edition) identity(c *rule.Collection, x *rule.Rule, common []byte, wanted []string) store.RuleIdentity {
	h := sha256.New()
	h.Write(x.Digest[:])
	h.Write(common)
	for _, field := range wanted {
		h.Write([]byte(field + "\x00"))
	}
	asks := asksRegisters(x.Detection)
	if x.Detection != nil {
		filters := c.FiltersOf(x)
		for _, y := range c.Rules {
			if y.Filter != nil && slices.Contains(filters, y.Filter) {
				h.Write(y.Digest[:])
				asks = asks || asksRegisters(&y.Filter.Detection)
			}
		}
	}
	if x.Correlation != nil {
		for i := range x.Correlation.Rules {
			if base := x.Correlation.Rules[i].Rule; base != nil {
				id := e.ids[base]
				h.Write(id[:])
			}
		}
	}
	if asks && e.registers != nil {
		h.Write(e.registers.Version[:])
	}
	if e.addresses != nil && asksAddresses(c, x) {
		h.Write(e.addresses.Version[:])
	}
	return store.RuleIdentity(h.Sum(nil))
}

// asksRegisters reports whether what a detection matches depends on registers.
func asksRegisters(d *rule.Detection) bool {
	if d == nil {
		return false
	}
	for _, s := range d.Selections {
		for _, g := range s.Groups {
			for i := range g.Items {
				if itemAsks(&g.Items[i]) {
					return true
				}
			}
		}
	}
	return false
}

func itemAsks(i *rule.Item) bool {
	if register.Need(i.Field) != "" {
		return true
	}
	for j := range i.Values {
		v := &i.Values[j]
		if v.Placeholder != "" || register.Need(v.Ref.Field) != "" {
			return true
		}
		for _, p := range v.Patterns {
			if slices.ContainsFunc(p.Parts, func(part rule.PatternPart) bool { return part.Placeholder != "" }) {
				return true
			}
		}
	}
	return false
}

// pipelinesDigest is SHA-256 over all pipelines, those that the program comes with included.
func pipelinesDigest(f *ruleFolders) []byte {
	h := sha256.New()
	builtIn := content.Pipelines()
	names, _ := fs.Glob(builtIn, "*") // it cannot fail with this pattern
	for _, name := range names {
		b, _ := fs.ReadFile(builtIn, name) // it is in memory
		h.Write(b)
	}
	for _, path := range slices.Sorted(maps.Keys(f.pipelines)) {
		h.Write(bytes.Join([][]byte{[]byte(path), f.pipelines[path]}, []byte{0}))
	}
	return h.Sum(nil)
}

// with gives rules with all that has to be asked beside them: the rules that a correlation names, and, since a match is kept with the fields
// that all correlations of its rule look at, the others that name these.
func (e *edition) with(want map[*rule.Rule]bool) map[*rule.Rule]bool {
	need := map[*rule.Rule]bool{}
	for x := range want {
		need[x] = true
	}
	for again := true; again; {
		before := len(need)
		for _, x := range e.set.Collection.Rules {
			if x.Correlation == nil {
				continue
			}
			bases := basesOf(x)
			if !need[x] && !slices.ContainsFunc(bases, func(b *rule.Rule) bool { return need[b] }) {
				continue
			}
			need[x] = true
			for _, b := range bases {
				need[b] = true
			}
		}
		again = len(need) > before
	}
	return need
}

// basesOf gives the rules that a correlation names.
func basesOf(x *rule.Rule) (out []*rule.Rule) {
	for i := range x.Correlation.Rules {
		if base := x.Correlation.Rules[i].Rule; base != nil {
			out = append(out, base)
		}
	}
	return out
}

// only makes a set of some of the rules, as with gives them, and all filters.
func (e *edition) only(need map[*rule.Rule]bool) (*hunt.RuleSet, error) {
	all := e.set.Collection
	c := &rule.Collection{Files: all.Files}
	for _, x := range all.Rules {
		if need[x] || x.Filter != nil {
			c.Rules = append(c.Rules, x)
		}
	}
	return hunt.NewRuleSet(c, e.pipelines, withGeo(ruleOptions(e.registers), e.addresses))
}
