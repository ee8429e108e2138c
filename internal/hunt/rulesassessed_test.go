package hunt

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// A rule was asked, in part or not at all, by what was read and what it lacks; a correlation by the rules that it counts.
func TestRuleStates(t *testing.T) {
	flow, dns := []telemetry.Kind{telemetry.KindFlow}, []telemetry.Kind{telemetry.KindDNS}
	info := &RuleInfo{}
	correlation := &RuleInfo{Correlation: true}
	r := &Result{Rules: &RulesAccount{Rules: []RuleAccount{
		{RuleInfo: info, Kinds: flow, Arrived: true},
		{RuleInfo: info, Kinds: dns, Arrived: true},
		{RuleInfo: info, Kinds: flow},
		{RuleInfo: info, NotAssessed: "no pipeline"},
		{RuleInfo: info, Kinds: flow, Arrived: true, Missing: []string{"%ours%"}},
		{RuleInfo: info, Kinds: flow, Arrived: true, Shortfall: Shortfall{Cut: 1}},
		{RuleInfo: info, Kinds: flow, Arrived: true, Shortfall: Shortfall{Unknown: 1}},
		{RuleInfo: correlation, Counts: []int{9}}, // counted by another that comes later
		{RuleInfo: correlation, Counts: []int{1, 3}},
		{RuleInfo: correlation, Counts: []int{0, 1}},
		{RuleInfo: correlation, Counts: []int{0}},
	}}, Accounts: []*telemetry.Account{{}}}
	r.Accounts[0].Kinds[telemetry.KindFlow] = 5
	want := []RuleState{
		RuleAsked, RuleNoRecords, RuleNoRecords, RuleNotAssessed, RulePartly, RulePartly, RulePartly, RulePartly, RuleNoRecords, RulePartly, RuleAsked,
	}
	if diff := cmp.Diff(want, r.RuleStates()); diff != "" {
		t.Error("-want +got", diff)
	}
	r.Kept = true
	if want[2] = RuleAsked; !cmp.Equal(want, r.RuleStates()) {
		t.Errorf("of what is kept the states are %v", r.RuleStates())
	}
	r.Kept = false
	if !r.NotAssessed() {
		t.Error("rules that could not be asked are assessed")
	}
	r.Rules.Rules = r.Rules.Rules[:1]
	if r.NotAssessed() {
		t.Error("a rule that was asked is not assessed")
	}
}

// A rule of which a kind of record that it needs was not read is not assessed; so is a correlation, whatever it counts.
func TestNeedsThatWereNotRead(t *testing.T) {
	aaa := kindsNeeded([]string{"aaa/login", "event", "aaa"})
	flow := []telemetry.Kind{telemetry.KindFlow}
	r := &Result{Rules: &RulesAccount{Rules: []RuleAccount{
		{RuleInfo: &RuleInfo{}, Kinds: flow, Arrived: true, Needs: aaa},
		{RuleInfo: &RuleInfo{}, Kinds: flow, Arrived: true, Needs: flow},
		{RuleInfo: &RuleInfo{Correlation: true}, Counts: []int{1}, Needs: aaa},
		{RuleInfo: &RuleInfo{Correlation: true}, Counts: []int{1}, Matches: &MatchesOf{Counted: 1, Evicted: 1}},
	}}, Accounts: []*telemetry.Account{{}}}
	r.Accounts[0].Kinds[telemetry.KindFlow] = 5
	if diff := cmp.Diff([]RuleState{RuleNotAssessed, RuleAsked, RuleNotAssessed, RulePartly}, r.RuleStates()); diff != "" {
		t.Error("-want +got", diff)
	}
	if got, want := r.WhyNot(&r.Rules.Rules[0]), "not assessed: needs event and aaa records, none were read"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Accounts[0].Kinds[telemetry.KindAAA], r.Accounts[0].Kinds[telemetry.KindEvent] = 1, 1
	if s := r.RuleStates(); s[0] != RuleAsked || s[2] != RuleAsked || r.WhyNot(&r.Rules.Rules[0]) != "" {
		t.Errorf("states %v", s)
	}
}
