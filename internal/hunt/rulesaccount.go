package hunt

import (
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// RulesAccount tells what became of the rules of a hunt.
type RulesAccount struct {
	Files      int // that were read
	Rules      []RuleAccount
	Complaints []*rule.Complaint // about rules and pipelines that were left out, or not used in part
	Shortened  uint64            // texts that were longer than rules look at
}

// RuleAccount tells what became of one rule.
type RuleAccount struct {
	*RuleInfo
	LogSource   string
	NotAssessed string           // why it was asked of nothing at all; empty when it was asked
	Missing     []string         // what no register states, so that it was not assessed in part
	Kinds       []telemetry.Kind // of records it is asked of
	Asked       uint64           // records of its log source that could match
	Matched     uint64           // records
	Cut         uint64           // records of which it was not asked, because it had used up its budget
	Silent      bool             // its matches are only counted by a correlation
}

// Account tells what became of the rules, nil of none.
func (s *RuleSet) Account() *RulesAccount {
	if s == nil {
		return nil
	}
	stats := s.Program.Stats()
	a := &RulesAccount{Files: s.Collection.Files, Complaints: s.Complaints, Shortened: stats.Shortened}
	for n, c := range s.Program.Rules() {
		a.Rules = append(a.Rules, RuleAccount{
			RuleInfo: s.Infos[n], LogSource: c.Rule.LogSource.String(), NotAssessed: c.Unusable, Missing: c.Missing, Kinds: c.Kinds,
			Asked: stats.Rules[n].Evaluated, Matched: stats.Rules[n].Matched, Cut: stats.Rules[n].Cut, Silent: !s.plans[n].reported,
		})
	}
	for n := len(s.plans); n < len(s.Infos); n++ {
		a.Rules = append(a.Rules, RuleAccount{RuleInfo: s.Infos[n], LogSource: "correlation"})
	}
	return a
}
