package hunt

import (
	"testing"

	"stormglass/internal/telemetry"
)

// TestVerdictOfAnAnalyser: a rule about what an analyser emits is assessed on the days of which that told; while it learns, and where it did
// not run, nothing is said.
func TestVerdictOfAnAnalyser(t *testing.T) {
	n := &network{}
	n.says("r1", "login", 0, 30*24)
	first := hourAt(0).Day()
	rest := func(accounts ...*AnalyserAccount) *Result {
		r := n.result(nil, "", "derived")
		r.Rules.Rules[0].Analysers = []string{"dormant"}
		r.Analysers = accounts
		r.Accounts[0].Kinds[telemetry.KindDerived] = 1
		return r
	}
	of := AnalyserAccount{Name: "dormant", Kinds: []telemetry.Kind{telemetry.KindEvent}, First: first, Last: first + 29, Days: 30}

	told := of
	if v := answer(t, rest(&told), NotFound); len(v.Spans) != 1 || v.Spans[0].From != first || v.Spans[0].To != first+29 {
		t.Errorf("a whole month: %+v", v.Spans)
	}
	learned := of
	learned.Warming = first + 14
	learned.Lacks("baseline warming until then", 14)
	if v := answer(t, rest(&learned), NotFound, "dormant: on 14 of 30 days: baseline warming"); len(v.Spans) != 1 || v.Spans[0].From != first+14 {
		t.Errorf("after it learned: %+v", v.Spans)
	}
	learning := learned
	learning.Warming = first + 60
	answer(t, rest(&learning), NotAssessed, "dormant: on 14 of 30 days: baseline warming")
	answer(t, rest(), NotAssessed, "not analysed")
	answer(t, rest(&AnalyserAccount{Name: "dormant", Kinds: of.Kinds}), NotAssessed, "told of no day")
	blind := of
	blind.Blind = 30
	blind.Lacks("no AAA server tells of devices", 30)
	answer(t, rest(&blind), NotAssessed, "no AAA server tells of devices")
	blind.Blind = 29
	answer(t, rest(&blind), NotFound, "no AAA server tells of devices")
	full := of
	full.Dropped = 7
	answer(t, rest(&full), NotFound, "no room for 7 notes")
}
