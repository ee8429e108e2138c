package node

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/hunt"
	"stormglass/internal/simulate"
)

// oneStory are the cases of the month that are one story for another reason than one account, one machine or one peer: nothing of it stands
// in the truth.
var oneStory = map[string]string{"SYS-02": "cisco_support", "SYS-05": "cisco_support"} // an account that was made is used on both

// bounds of what the incidents of the month may be, as shares of findings.
const (
	leastPure  = 0.9 // of the findings in incidents, that are of the story of which most there are
	leastWhole = 0.9 // of the findings of stories, that are in the one incident that has most of them
	mostInOne  = 0.3 // of all findings that are in incidents
)

// storiesOf tells which story each case is of, by its key: that of the account that was taken, else that of the machine it is about; of
// cases of one peer outside that of the first.
func storiesOf(truth *simulate.Truth) map[string]string {
	out, peers := map[string]string{}, map[string]string{}
	for _, c := range truth.Cases {
		s := oneStory[c.Key]
		if s == "" {
			s = storyOf(c)
		}
		for _, n := range c.Names {
			if !strings.HasPrefix(n, "203.0.113.") { // where the intruder's machines are
				continue
			}
			if peers[n] != "" {
				s = peers[n]
			}
			peers[n] = s
		}
		out[c.Key] = s
	}
	return out
}

func storyOf(c *simulate.Case) string {
	all := append([]string{c.Subject}, c.Names...)
	for _, n := range all {
		if strings.HasPrefix(n, "op-") || n == "cfg-backup" {
			return n
		}
	}
	const routers = 12
	for _, n := range all {
		if _, err := netip.ParseAddr(n); err != nil && len(all) < routers { // one machine, and what else it is called
			return n
		}
	}
	return c.Subject
}

// storiesFound gives of each finding above informational which stories it may be of; none of what is everyday work.
func storiesFound(truth *simulate.Truth, findings []*hunt.Finding) map[hunt.FindingID][]string {
	stories, out := storiesOf(truth), map[hunt.FindingID][]string{}
	for _, f := range findings {
		if f.Level == hunt.Informational {
			continue
		}
		var of []string
		for _, c := range truth.Cases {
			one := &simulate.Truth{Cases: []*simulate.Case{c}}
			if s := stories[c.Key]; !slices.Contains(of, s) && slices.ContainsFunc(f.Days, func(d hunt.Day) bool { return explained(one, f, &d) }) {
				of = append(of, s)
			}
		}
		out[f.ID] = of
	}
	return out
}

// checkIncidents compares the incidents of a month with its truth: what is of one story is in one incident, what is of others is not.
func checkIncidents(t *testing.T, truth *simulate.Truth, r *hunt.Result) {
	t.Helper()
	stories := storiesFound(truth, r.Findings)
	whole, best := map[string]int{}, map[string]int{} // by story: findings, and those in the incident that has most
	for _, of := range stories {
		if len(of) == 1 {
			whole[of[0]]++
			best[of[0]] = 1
		}
	}
	in, pure, most := 0, 0, 0
	for i := range r.Together {
		x := &r.Together[i]
		of, sure, n := map[string]int{}, map[string]int{}, 0
		for _, f := range x.Findings {
			list, ok := stories[f.ID]
			if !ok {
				continue
			}
			n++
			for _, s := range list {
				of[s]++
				if len(list) == 1 {
					sure[s]++
				}
			}
		}
		most = max(most, n)
		main := 0
		for s, k := range of {
			main = max(main, k)
			best[s] = max(best[s], sure[s])
		}
		if in, pure = in+n, pure+main; float64(main) < leastPure*float64(n) {
			t.Logf("of %d findings about %v %v %v: stories %v", n, x.Devices, x.Accounts, x.Peers, of)
		}
	}
	all, kept := 0, 0
	for s, n := range whole {
		if all, kept = all+n, kept+best[s]; best[s] < n {
			t.Logf("story %s: %d of %d findings are in one incident", s, best[s], n)
		}
	}
	purity, completeness, largest := float64(pure)/float64(in), float64(kept)/float64(all), float64(most)/float64(in)
	t.Logf("%d incidents of %d findings: purity %.3f, completeness %.3f of %d stories, the largest %.3f", len(r.Together), in, purity, completeness, len(whole), largest)
	if purity < leastPure || completeness < leastWhole || largest > mostInOne {
		t.Errorf("incidents: purity %.3f, completeness %.3f, the largest has %.3f of the findings", purity, completeness, largest)
	}
}
