package hunt

import (
	"slices"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// RulesAccount tells what became of the rules of a hunt.
type RulesAccount struct {
	Files      int // that were read
	Rules      []RuleAccount
	Complaints []*rule.Complaint   // about rules and pipelines that were left out, or not used in part
	Sources    []sigma.SourceStats // log sources of the rules, and whether records of them arrived
	Shortened  uint64              // texts that were longer than rules look at
	Undated    uint64              // matches without a time, which no correlation counts; Tally.Account sets it
}

// RuleAccount tells what became of one rule.
type RuleAccount struct {
	*RuleInfo
	LogSource   string
	NotAssessed string                      // why it was asked of nothing at all; empty when it was asked
	Missing     []string                    // what no register states, so that it was not assessed in part
	Kinds       []telemetry.Kind            // of records it is asked of
	Arrived     bool                        // a record of its log source was read
	Asked       uint64                      // records of its log source that could match
	Matched     uint64                      // records
	Shortfall                               // what it was not asked of, and what of its matches was not kept
	ShortOn     map[telemetry.Day]Shortfall // of a data folder: the same by day
	Aggregates  bool                        // it is a detection that counts its own matches
	Silent      bool                        // its matches are only counted by a correlation
	Counts      []int                       // of a correlation: the rules that it counts, by their place in RulesAccount.Rules
	Needs       []telemetry.Kind            // of records that it cannot do without, as its author says
	Analysers   []string                    // whose records it asks for
	Sorts       []coverage.Sort             // the same, with classes of message
	Product     string                      // of its log source; empty when it states none
	Matches     *MatchesOf                  // of a correlation: what became of the matches that it counts; nil where nobody asked (Tally.Account)
}

// Account tells what became of the rules, nil of none.
func (s *RuleSet) Account() *RulesAccount {
	if s == nil {
		return nil
	}
	stats := s.Program.Stats()
	a := &RulesAccount{Files: s.Collection.Files, Complaints: s.Complaints, Sources: stats.Sources, Shortened: stats.Shortened}
	for n, c := range s.Program.Rules() {
		a.Rules = append(a.Rules, RuleAccount{
			RuleInfo: s.Infos[n], LogSource: c.Rule.LogSource.String(), NotAssessed: c.Unusable, Missing: c.Missing, Kinds: c.Kinds,
			Sorts: sortsNeeded(c.Rule.Needs), Analysers: AnalysersOf(c.Rule), Product: c.Rule.LogSource.Product,
			Needs: kindsNeeded(c.Rule.Needs), Arrived: stats.Arrived[n], Asked: stats.Rules[n].Evaluated, Matched: stats.Rules[n].Matched, Silent: s.plans[n].silent,
			Shortfall: Shortfall{Cut: stats.Rules[n].Cut, Unknown: stats.Rules[n].Unknown}, Aggregates: c.Rule.Detection.Aggregate != nil,
		})
	}
	for _, r := range s.Collection.Rules {
		if r.Correlation != nil {
			a.Rules = append(a.Rules, RuleAccount{RuleInfo: s.Infos[s.number[r]], LogSource: "correlation", Counts: s.counts(r.Correlation), Needs: kindsNeeded(r.Needs), Sorts: sortsNeeded(r.Needs)})
		}
	}
	return a
}

// counts gives the numbers of the rules that a correlation counts.
func (s *RuleSet) counts(c *rule.Correlation) []int {
	var out []int
	for _, ref := range c.Rules {
		if n, ok := s.number[ref.Rule]; ok {
			out = append(out, n)
		}
	}
	return out
}

// kindsNeeded gives the kinds of record among what a rule needs, each once.
func kindsNeeded(needs []string) []telemetry.Kind {
	var out []telemetry.Kind
	for k := range telemetry.NumKinds {
		if slices.ContainsFunc(needs, func(n string) bool { return rule.KindNeeded(n) == k.String() }) {
			out = append(out, k)
		}
	}
	return out
}

// sortsNeeded gives the sorts of record among what a rule needs.
func sortsNeeded(needs []string) (out []coverage.Sort) {
	for _, n := range needs {
		if s, ok := coverage.ParseSort(n); ok {
			out = append(out, s)
		}
	}
	return out
}
