package node

import (
	"cmp"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// TestedRules gives what rules matched in a trial. only, where it is set, is the one rule that is told.
func TestedRules(s *hunt.RuleSet, t *RuleTrialled, only *rule.Rule) *report.RuleTest {
	out := &report.RuleTest{Records: recordsIn(t.Accounts)}
	for _, a := range t.Accounts {
		if a.Skipped != "" || a.Failed != "" {
			out.NotRead = append(out.NotRead, a.Source.Name+": "+cmp.Or(a.Skipped, a.Failed))
		}
	}
	stats, asked, states := s.Program.Stats(), asking(s), statesOf(s, t)
	for n, c := range s.Program.Rules() {
		if only != nil && only != c.Rule {
			continue
		}
		r := report.RuleTested{RuleRow: asked.row(c.Rule), Matched: stats.Rules[n].Matched}
		r.NotAssessed = states.lack(c.Rule, r.NotAssessed)
		if c.Rule.Detection.Aggregate != nil {
			out.Rules = append(out.Rules, countedTested(r.RuleRow, s.Infos[n], t.Findings))
			continue
		}
		for i := range t.Matches[n] {
			m := &t.Matches[n][i]
			r.Matches = append(r.Matches, report.RuleMatch{Sample: m.Sample, Whom: m.Whom})
		}
		out.Rules = append(out.Rules, r)
	}
	n := len(s.Program.Rules())
	for _, r := range s.Collection.Rules {
		if r.Correlation == nil {
			continue
		}
		if only == nil || only == r {
			row := asked.row(r)
			row.NotAssessed = states.lack(r, row.NotAssessed)
			out.Rules = append(out.Rules, countedTested(row, s.Infos[n], t.Findings))
		}
		n++
	}
	slices.SortStableFunc(out.Rules, func(a, b report.RuleTested) int { return cmp.Compare(b.Matched, a.Matched) })
	return out
}

// countedTested gives what a rule found that counts: a correlation, or a detection of the old form.
func countedTested(row report.RuleRow, info *hunt.RuleInfo, findings []*hunt.Finding) report.RuleTested {
	out := report.RuleTested{RuleRow: row}
	for _, f := range findings {
		if f.Rule != info {
			continue
		}
		out.Matched++
		if len(f.Days) > 0 && len(f.Days[0].Samples) > 0 {
			out.Matches = append(out.Matches, report.RuleMatch{Sample: f.Days[0].Samples[0], Whom: f.Subject})
		}
	}
	return out
}

// recordsIn counts the records of sources, each content once.
func recordsIn(accounts []*telemetry.Account) uint64 {
	r := hunt.Result{Accounts: accounts}
	total, _, _, _ := r.Records()
	return total
}

// RuleCosts gives what rules cost in a trial, the dearest first.
func RuleCosts(s *hunt.RuleSet, t *RuleTrialled) *report.RuleStats {
	stats, states := s.Program.Stats(), statesOf(s, t)
	out := &report.RuleStats{Records: recordsIn(t.Accounts), Shortened: stats.Shortened}
	var all uint64
	for n, c := range s.Program.Rules() {
		r := &stats.Rules[n]
		all += r.Steps
		out.Rules = append(out.Rules, report.RuleCost{
			NotAssessed: states.lack(c.Rule, shortly(c.Unusable)),
			Key:         c.Rule.Key(), Title: c.Rule.Title, Steps: r.Steps, Time: r.Time, Candidates: r.Candidates, Asked: r.Evaluated, Matched: r.Matched, Cut: r.Cut,
		})
	}
	for i := range out.Rules {
		out.Rules[i].Share = float64(out.Rules[i].Steps) / float64(max(all, 1))
	}
	slices.SortStableFunc(out.Rules, func(a, b report.RuleCost) int { return cmp.Compare(b.Steps, a.Steps) })
	return out
}
