package register

import (
	"slices"
	"strings"
)

// RuleNeeds is a rule and the names of Lists that it cannot do without: those of its placeholders, and Need of its fields.
type RuleNeeds struct {
	Rule  string // by what people call it
	Lists []string
}

// Opening is an entry that would let rules be assessed.
type Opening struct {
	List           // where, and what the entry must say
	Rules []string // that can be assessed with it and with those before it in the order
	Waits int      // further rules that need it, and something else besides
}

// FirstToState gives the entries that would open the most rules, best first, at most most. Each counts on those before it. Where no
// entry opens a rule by itself, the one that brings most rules nearer comes first.
func (r *Registers) FirstToState(rules []RuleNeeds, most int) []Opening {
	missing := make([][]string, len(rules))
	for i, rule := range rules {
		for _, name := range rule.Lists {
			if !r.States(name) && isList(name) && !slices.Contains(missing[i], name) {
				missing[i] = append(missing[i], name)
			}
		}
	}
	var out []Opening
	for len(out) < most {
		o, ok := bestOpening(rules, missing)
		if !ok {
			break
		}
		out = append(out, o)
		for i := range missing {
			missing[i] = slices.DeleteFunc(missing[i], func(name string) bool { return o.states(name) })
		}
	}
	return out
}

// bestOpening gives the entry that counts most: a rule counts for one, divided among what it still needs.
func bestOpening(rules []RuleNeeds, missing [][]string) (best Opening, ok bool) {
	most := 0.0
	for _, l := range lists {
		o, weight := Opening{List: l}, 0.0
		for i, names := range missing {
			left := 0
			for _, name := range names {
				if !l.states(name) {
					left++
				}
			}
			switch {
			case left == len(names):
				continue
			case left == 0:
				o.Rules = append(o.Rules, rules[i].Rule)
				weight++
			default:
				o.Waits++
				weight += float64(len(names)-left) / float64(len(names)) / 2
			}
		}
		if weight > most {
			most, best, ok = weight, o, true
		}
	}
	return best, ok
}

// states reports whether an entry of the list states the list of another name too: servers and networks are stated by service and by
// class, all others as a whole.
func (l List) states(name string) bool {
	i := slices.IndexFunc(lists, func(m List) bool { return m.Name == name })
	if i < 0 || lists[i].File != l.File {
		return false
	}
	partly := strings.HasSuffix(l.File, "/servers") || strings.HasSuffix(l.File, "/networks")
	return !partly || lists[i].Key == "" || lists[i].Key == l.Key
}
