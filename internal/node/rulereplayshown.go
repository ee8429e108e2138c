package node

import (
	"cmp"
	"fmt"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// ShownReplay gives a replay of a data folder as it is shown.
func ShownReplay(r *Replayed) *report.RuleReplay {
	out := &report.RuleReplay{From: r.From, To: r.To, Remarks: r.Unread}
	if n := len(r.Incomplete); n > 0 {
		out.Remarks = append(out.Remarks, fmt.Sprintf("of %d days some records are gone or damaged, %s the first of them", n, r.Incomplete[0]))
	}
	shownReplayed(out, r.Rules, r.Account)
	return out
}

// ReplayTrial gives what rules would have reported on the last days of a trial's telemetry, by the days of the records.
func ReplayTrial(s *hunt.RuleSet, t *RuleTrialled, days int) *report.RuleReplay {
	r := hunt.Result{Accounts: t.Accounts}
	_, _, _, last := r.Records()
	out := &report.RuleReplay{To: last.Day()}
	out.From = max(out.To-telemetry.Day(days)+1, 1)
	shownReplayed(out, replayedOf(s, t.Findings), s.Account())
	for i := range out.Rules {
		within(&out.Rules[i], out.From)
	}
	return out
}

// within leaves out the days before a first one; day 0 stays.
func within(r *report.RuleReplayed, from telemetry.Day) {
	r.Days = slices.DeleteFunc(r.Days, func(d report.ReplayDay) bool {
		if d.Day > 0 && d.Day < from {
			r.Records -= min(d.Records, r.Records)
			return true
		}
		return false
	})
	if len(r.Days) == 0 {
		r.Findings, r.Whom = 0, nil
	}
}

const maxWhom = 20 // subjects of a rule that are told

func shownReplayed(out *report.RuleReplay, rules []ReplayedRule, account *hunt.RulesAccount) {
	why := map[*hunt.RuleInfo]string{}
	for i := range account.Rules {
		why[account.Rules[i].RuleInfo] = account.Rules[i].NotAssessed
	}
	for i := range rules {
		r := &rules[i]
		if w := why[r.Rule]; w != "" {
			out.NotAssessed = append(out.NotAssessed, report.RuleRow{
				Key: r.Rule.Key, Title: r.Rule.Title, Level: r.Rule.Level.String(), File: r.Rule.File, NotAssessed: shortly(w), Kinds: []string{}, Missing: []string{},
			})
			continue
		}
		x := report.RuleReplayed{Rule: r.Rule, Records: r.Records, Findings: len(r.Findings)}
		for _, d := range r.Days {
			x.Days = append(x.Days, report.ReplayDay(d))
		}
		for _, f := range r.Findings[:min(len(r.Findings), maxWhom)] {
			x.Whom = append(x.Whom, f.Subject.String())
		}
		out.Rules = append(out.Rules, x)
	}
	slices.SortStableFunc(out.Rules, func(a, b report.RuleReplayed) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(b.Rule.Level, a.Rule.Level))
	})
}
