package node

import (
	"cmp"
	"os"
	"slices"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// ExamineRegisters checks the registers of a data folder, or of dir where that is set, as of a time; of set, which may be nil, comes what
// rules need.
func ExamineRegisters(data, dir string, set *hunt.RuleSet, at time.Time) (*register.Check, error) {
	files := os.DirFS(data)
	if dir != "" {
		files = registerFolder{os.DirFS(dir)}
	}
	return register.Examine(files, telemetry.InstantOf(at), RuleNeeds(set))
}

// RuleNeeds gives what rules need of registers, by their placeholders and computed fields. Rules that need nothing are left out.
func RuleNeeds(set *hunt.RuleSet) []register.RuleNeeds {
	if set == nil {
		return nil
	}
	var out []register.RuleNeeds
	for _, r := range set.Collection.Rules {
		if r.Detection == nil {
			continue
		}
		n := register.RuleNeeds{Rule: cmp.Or(r.Title, r.Key()), Lists: listsOf(r.Detection)}
		for _, f := range set.Collection.FiltersOf(r) {
			n.Lists = append(n.Lists, listsOf(&f.Detection)...)
		}
		if len(n.Lists) > 0 {
			slices.Sort(n.Lists)
			n.Lists = slices.Compact(n.Lists)
			out = append(out, n)
		}
	}
	return out
}

func listsOf(d *rule.Detection) []string {
	var out []string
	for _, s := range d.Selections {
		for _, g := range s.Groups {
			for i := range g.Items {
				out = append(out, listsOfItem(&g.Items[i])...)
			}
		}
	}
	return out
}

func listsOfItem(it *rule.Item) (out []string) {
	add := func(name string) {
		if name != "" {
			out = append(out, name)
		}
	}
	add(register.Need(it.Field))
	for i := range it.Values {
		v := &it.Values[i]
		add(v.Placeholder)
		add(register.Need(v.Ref.Field))
		for _, p := range v.Patterns {
			for _, part := range p.Parts {
				add(part.Placeholder)
			}
		}
	}
	return out
}
