package hunt

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Campaign is what makes a set of rules: those named, and all that bear one of its tags or are about one of its vulnerabilities.
type Campaign struct {
	Name  string
	Rules []string // keys
	Tags  []string // "stormglass.aaa-01"
	CVEs  []string // "CVE-2023-20198"
}

// Has reports whether a rule belongs to the campaign.
func (c *Campaign) Has(r *RuleInfo) bool {
	if slices.Contains(c.Rules, r.Key) {
		return true
	}
	for _, tag := range r.Tags {
		if slices.ContainsFunc(c.Tags, func(t string) bool { return strings.EqualFold(t, tag) }) {
			return true
		}
		if cve, ok := cveOf(tag); ok && slices.ContainsFunc(c.CVEs, func(s string) bool { return strings.EqualFold(s, cve) }) {
			return true
		}
	}
	return false
}

// cveOf gives the vulnerability that a tag names: "CVE-2023-20198" of "cve.2023-20198", as the specification of Sigma's tags has it, and of
// "cve.2023.20198", as older rules do.
func cveOf(tag string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(tag), "cve.")
	return "CVE-" + strings.ReplaceAll(rest, ".", "-"), ok
}

// GroupVerdict is the answer for what several rules look for: a technique, a campaign.
type GroupVerdict struct {
	Name                         string
	Answer                       Answer
	Rules                        []int    // places in Verdicts.Rules
	Found, NotFound, NotAssessed int      // of them
	Signs                        int      // of those that found something, how many are of level low or below: daily work looks the same
	Gaps                         int      // of those that found nothing, how many looked at hours in which records were lost
	Lacks                        []string // of a campaign: what those that were not assessed miss, what most of them miss first
}

// Words gives the answer for people. What only rules of low level found is told as that.
func (g *GroupVerdict) Words() string {
	if g.Answer == Found && g.Signs == g.Found {
		return OnlySigns
	}
	return g.Answer.Words(g.Gaps > 0)
}

// OnlySigns is the answer, in words, where nothing but rules of low level found something.
const OnlySigns = "low signs only"

// groupOf sums up rules. That nothing was found is said where at least half of them were assessed: one that was looked at does not speak for
// twenty that were not.
func groupOf(name string, rules []int, all []RuleVerdict) GroupVerdict {
	g := GroupVerdict{Name: name, Rules: rules, Answer: NotAssessed}
	for _, n := range rules {
		switch all[n].Answer {
		case Found:
			g.Found++
			if all[n].Rule.Level <= Low {
				g.Signs++
			}
		case NotFound:
			g.NotFound++
			if all[n].Gaps {
				g.Gaps++
			}
		case NotAssessed:
			g.NotAssessed++
		}
	}
	switch {
	case g.Found > 0:
		g.Answer = Found
	case g.NotFound > 0 && g.NotFound >= g.NotAssessed:
		g.Answer = NotFound
	}
	return g
}

// techniquesOf sums rules up by the techniques that their tags name.
func techniquesOf(all []RuleVerdict) (out []GroupVerdict) {
	rules := map[string][]int{}
	for i := range all {
		for _, tag := range all[i].Rule.Tags {
			if id, ok := Technique(tag); ok && !slices.Contains(rules[id], i) {
				rules[id] = append(rules[id], i)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		out = append(out, groupOf(id, rules[id], all))
	}
	return out
}

func campaignsOf(campaigns []Campaign, all []RuleVerdict) (out []GroupVerdict) {
	for i := range campaigns {
		var rules []int
		for n := range all {
			if campaigns[i].Has(all[n].Rule.RuleInfo) {
				rules = append(rules, n)
			}
		}
		g := groupOf(campaigns[i].Name, rules, all)
		g.Lacks = lacksOf(rules, all)
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b GroupVerdict) int {
		return cmp.Or(cmp.Compare(a.Answer, b.Answer), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// lacksOf gives what rules that were not assessed miss.
func lacksOf(rules []int, all []RuleVerdict) []string {
	missed := map[string]int{}
	for _, n := range rules {
		v := &all[n]
		switch {
		case v.Answer != NotAssessed:
		case v.Never:
			missed["nothing of log source "+v.Rule.LogSource+" ever came"]++
		default:
			for _, s := range v.Lacks {
				missed[s]++
			}
		}
	}
	out := slices.Collect(maps.Keys(missed))
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(missed[b], missed[a]), cmp.Compare(a, b)) })
	return out
}
