package report

import (
	"stormglass/internal/hunt"
)

// RulesJSON is the account of the rules of a hunt.
type RulesJSON struct {
	Files       int               `json:"files"` // that were read
	Total       int               `json:"total"` // rules and correlations that were read
	Asked       int               `json:"asked"` // of every record of their log sources
	Partly      int               `json:"partly_asked"`
	NotAssessed int               `json:"not_assessed"`
	Lacks       []RuleGapJSON     `json:"lacks"` // why rules were not asked, or not of every record
	Complaints  []RuleComplaint   `json:"complaints"`
	Shortened   uint64            `json:"shortened_texts"` // texts that were longer than rules look at
	Undated     uint64            `json:"undated_matches"` // matches without a time, which no correlation counts
	Rules       []*HuntedRuleJSON `json:"rules"`
}

// RuleGapJSON is one reason why rules were not asked, or not of every record.
type RuleGapJSON struct {
	Why    string `json:"why"`
	Rules  int    `json:"rules"`
	Partly bool   `json:"partly"`
	Text   string `json:"text"`
}

// RuleComplaint is about a rule or pipeline that is not used, or not in part.
type RuleComplaint struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Rule   string `json:"rule"`
	Text   string `json:"text"`
}

// HuntedRuleJSON tells what became of one rule.
type HuntedRuleJSON struct {
	Key         string   `json:"key"`
	Title       string   `json:"title"`
	Level       string   `json:"level"` // as the rule states it, "" when it states none
	LogSource   string   `json:"log_source"`
	Correlation bool     `json:"correlation"`
	File        string   `json:"file"`
	State       string   `json:"state"`        // "asked", "partly_asked", "no_records", "not_assessed"
	Why         string   `json:"why"`          // it was asked of nothing at all
	Missing     []string `json:"missing"`      // what no register states
	Kinds       []string `json:"record_kinds"` // that it looks at
	Asked       uint64   `json:"asked_records"`
	Matched     uint64   `json:"matched_records"`
	Cut         uint64   `json:"cut_records"`       // not asked, because the rule had used up its budget
	Unknown     uint64   `json:"unknown_records"`   // older than what registers speak of
	Uncounted   uint64   `json:"uncounted_matches"` // that correlations were not told of: more than are kept
	Unkept      uint64   `json:"unkept_records"`    // that it matched and that are in no finding: more than are kept
	GivenUp     uint64   `json:"groups_lost"`       // of a correlation: more than can be held
	CountedOnly bool     `json:"counted_only"`      // its matches are only counted by a correlation
	Needs       []string `json:"needs"`             // kinds of record that it cannot do without

	Matches *MatchesJSON `json:"matches,omitempty"` // of a correlation
}

// MatchesJSON tells what became of the matches that a correlation counts.
type MatchesJSON struct {
	Counted   uint64 `json:"counted"`
	Ungrouped uint64 `json:"without_group_by"` // lacked a field of group-by, and were not counted
	Valueless uint64 `json:"without_value"`    // lacked the field that is counted, or it held no number
	Evicted   uint64 `json:"groups_given_up"`  // more than can be held
}

func rulesOf(r *hunt.Result) *RulesJSON {
	if r.Rules == nil {
		return nil
	}
	v := ruleHuntOf(r)
	j := &RulesJSON{
		Files: v.Files, Total: v.Rules, Asked: v.Asked, Partly: v.Partly, NotAssessed: v.Not, Shortened: r.Rules.Shortened, Undated: r.Rules.Undated,
		Lacks: []RuleGapJSON{}, Complaints: []RuleComplaint{}, Rules: []*HuntedRuleJSON{},
	}
	for i := range v.Lacks {
		l := &v.Lacks[i]
		j.Lacks = append(j.Lacks, RuleGapJSON{Why: l.Why, Rules: l.Rules, Partly: l.Partly, Text: l.text()})
	}
	for _, c := range r.Rules.Complaints {
		j.Complaints = append(j.Complaints, RuleComplaint{File: c.File, Line: c.Line, Column: c.Column, Rule: c.Rule, Text: c.Text})
	}
	for i, s := range r.RuleStates() {
		j.Rules = append(j.Rules, huntedRuleOf(r, &r.Rules.Rules[i], s))
	}
	return j
}

func huntedRuleOf(r *hunt.Result, a *hunt.RuleAccount, s hunt.RuleState) *HuntedRuleJSON {
	j := &HuntedRuleJSON{
		Key: a.Key, Title: a.Title, LogSource: a.LogSource, Correlation: a.Correlation, File: a.File, State: s.String(), Why: r.WhyNot(a),
		Missing: a.Missing, Kinds: []string{}, Asked: a.Asked, Matched: a.Matched, Cut: a.Cut, Unknown: a.Unknown, Uncounted: a.Uncounted, Unkept: a.Unkept, GivenUp: a.GivenUp(), CountedOnly: a.Silent,
	}
	if j.Missing == nil {
		j.Missing = []string{}
	}
	if a.LevelStated {
		j.Level = a.Level.String()
	}
	for _, k := range a.Kinds {
		j.Kinds = append(j.Kinds, k.String())
	}
	j.Needs = []string{}
	for _, k := range a.Needs {
		j.Needs = append(j.Needs, k.String())
	}
	if m := a.Matches; m != nil {
		j.Matches = &MatchesJSON{Counted: m.Counted, Ungrouped: m.Ungrouped, Valueless: m.Valueless, Evicted: m.Evicted}
	}
	return j
}

// ruleGapsOf gives the rules that were not asked, or not of every record, as entries of what was not assessed: one for each reason.
func ruleGapsOf(r *hunt.Result) []GapJSON {
	v := ruleHuntOf(r)
	if v == nil {
		return nil
	}
	var out []GapJSON
	for i := range v.Lacks {
		l := &v.Lacks[i]
		out = append(out, GapJSON{What: "rules", Rules: l.Rules, Kinds: []string{}, Needs: []string{}, Assessed: []string{}, Text: l.text()})
	}
	return out
}
