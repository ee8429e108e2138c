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
	findings, before := within(t.Findings, out.From)
	if before {
		out.Remarks = append(out.Remarks, "what rules matched before "+out.From.String()+" is left out: --days shows more")
	}
	shownReplayed(out, replayedOf(s, findings), s.Account())
	return out
}

// within gives findings without their days before a first one, and whether there were any; day 0 stays.
func within(findings []*hunt.Finding, from telemetry.Day) (out []*hunt.Finding, before bool) {
	for _, f := range findings {
		some := *f
		some.Days, some.Records = nil, 0
		for i := range f.Days {
			if d := &f.Days[i]; d.Day <= 0 || d.Day >= from {
				some.Days, some.Records = append(some.Days, *d), some.Records+d.Records
			}
		}
		before = before || len(some.Days) < len(f.Days)
		if len(some.Days) > 0 {
			out = append(out, &some)
		}
	}
	return out, before
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
