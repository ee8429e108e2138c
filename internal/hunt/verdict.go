package hunt

import (
	"cmp"
	"slices"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// Answer is one of three. There is no fourth: what was not looked at is not clean.
type Answer uint8

// The answers.
const (
	Found       Answer = iota
	NotFound           // in the assessed window, and nothing is said of anything else
	NotAssessed        // nothing was looked at that could have shown it
)

// Words writes an answer for people, gaps saying that records were lost in hours that count as seen: nothing is plainly not found then.
func (a Answer) Words(gaps bool) string {
	switch {
	case a == Found:
		return "found"
	case a == NotFound && gaps:
		return "not found, seen with gaps"
	case a == NotFound:
		return "not found"
	}
	return "not assessed"
}

var answerNames = [...]string{"found", "not_found", "not_assessed"}

// String gives the answer as documents name it.
func (a Answer) String() string { return answerNames[min(a, NotAssessed)] }

// RuleEvaluated is what a rule in force was asked of in a data folder.
type RuleEvaluated struct {
	Days    *coverage.Days              // whose records, all of them, it was asked of; nil: of all
	Arrived bool                        // a record of its log source came, now or ever before
	Short   map[telemetry.Day]Shortfall // what it was not asked of, and what of its matches was not kept
}

// RuleVerdict is the answer for one rule.
type RuleVerdict struct {
	Rule      *RuleAccount
	Answer    Answer
	Findings  int
	Dismissed int             // further findings that people dismissed
	Spans     []coverage.Span // days of which anything was assessed; none where no time is known
	Hours, Of int             // hours of devices that were assessed, of all those that could be; both 0 where nobody counted
	Devices   int             // of which anything was assessed
	OfDevices int             // there are; 0: nobody knows
	Lacks     []string        // what is missing, in words
	Never     bool            // not assessed because nothing of its log source ever came
	Gaps      bool            // in hours that count as seen records were lost, or the rule was not asked of all, or not all was kept that it counts, as Lacks says
	Sampled   *Sampled        // nil: no flow that it looks at was sampled
	Unstated  int             // hours of exporters whose flows came and of which no rate of sampling is stated, as Lacks says
	Since     *Since          // of what was found
}

// Sampled says what a rule about flows could not see because flows were sampled.
type Sampled struct {
	Rate    uint32 // the coarsest, one packet in so many
	Packets uint64 // a flow must have to be seen with 95 % probability; of smaller ones nothing is said
}

// Verdicts are the answers of a hunt.
type Verdicts struct {
	Rules      []RuleVerdict // in the order of Result.Rules, without those that only correlations count
	Techniques []GroupVerdict
	Campaigns  []GroupVerdict
}

// Count gives how many rules have an answer.
func (v *Verdicts) Count(a Answer) (n int) {
	for i := range v.Rules {
		if v.Rules[i].Answer == a {
			n++
		}
	}
	return n
}

// Verdicts gives the answers; nil of a hunt without rules.
func (r *Result) Verdicts() *Verdicts {
	if r.Rules == nil {
		return nil
	}
	j := verdictJudge{result: r, states: r.RuleStates(), findings: map[string][]*Finding{}}
	for _, f := range r.Findings {
		if f.Rule != nil {
			j.findings[f.Rule.Key] = append(j.findings[f.Rule.Key], f)
		}
	}
	v := &Verdicts{}
	for i := range r.Rules.Rules {
		if a := &r.Rules.Rules[i]; !a.Silent || a.Correlation {
			v.Rules = append(v.Rules, j.rule(i))
		}
	}
	v.Techniques, v.Campaigns = techniquesOf(v.Rules), campaignsOf(r.Campaigns, v.Rules)
	return v
}

// verdictJudge judges rules.
type verdictJudge struct {
	result   *Result
	states   []RuleState
	findings map[string][]*Finding
}

func (j *verdictJudge) rule(n int) RuleVerdict {
	a := &j.result.Rules.Rules[n]
	v := RuleVerdict{Rule: a, Findings: len(j.findings[a.Key]), Dismissed: j.result.DismissedBy[a.Key]}
	analysers, ran := j.analysers(n)
	wants := j.result.Rules.Wants(n)
	if len(analysers) > 0 {
		wants = restsOn(wants, analysers)
	}
	assessed := j.assess(&v, wants)
	if len(analysers) > 0 {
		assessed = v.analysed(analysers) && assessed
	}
	if !ran {
		v.Lacks, assessed = append(v.Lacks, "what it judges was not analysed"), false
	}
	v.Lacks = append(v.Lacks, j.partly(n)...)
	v.Gaps = v.Gaps || j.narrowed(n)
	switch {
	case v.Findings+v.Dismissed > 0, a.Unkept > 0:
		v.Answer = Found
		if v.Findings > 0 || a.Unkept > 0 { // of what was dismissed nothing is going on
			v.Since = j.since(a, wants, v.Spans)
		}
	case j.states[n] == RuleNotAssessed:
		v.Answer, v.Lacks = NotAssessed, []string{cmp.Or(j.result.WhyNot(a), "none of the rules that it counts was assessed")}
	case !j.arrived(n) && (!assessed || len(a.Sorts) == 0):
		v.Answer, v.Never = NotAssessed, len(a.Sorts) == 0 || j.result.Coverage == nil
	case !assessed:
		v.Answer = NotAssessed
	default:
		v.Answer = NotFound
	}
	if v.Answer == NotAssessed {
		v.Spans, v.Hours, v.Devices = nil, 0, 0
	}
	return v
}

// arrived reports whether anything came that a rule could have been asked of.
func (j *verdictJudge) arrived(n int) bool {
	a := &j.result.Rules.Rules[n]
	if a.Correlation {
		return j.states[n] < RuleNoRecords && slices.ContainsFunc(a.Counts, j.arrived)
	}
	if j.states[n] == RuleNoRecords {
		return false
	}
	if e := j.result.Evaluated[a.Key]; e != nil {
		return a.Arrived || e.Arrived
	}
	return true
}

// partly says why a rule was not asked in full, where that is its own doing.
func (j *verdictJudge) partly(n int) (out []string) {
	a := &j.result.Rules.Rules[n]
	if j.states[n] >= RuleNoRecords {
		return nil
	}
	if len(a.Missing) > 0 && j.states[n] == RulePartly {
		out = append(out, "what it compares with stands in no register")
	}
	out = append(out, j.short(n)...)
	if a.Correlation && len(out) == 0 && j.states[n] == RulePartly {
		out = append(out, "some of the rules that it counts were not assessed, or not in full")
	}
	return out
}

// NeededSorts gives the sorts of record that the rules of a hunt say they need: coverage is shown of these even where they never came.
func (a *RulesAccount) NeededSorts() (out []coverage.Sort) {
	if a == nil {
		return nil
	}
	known := map[coverage.Sort]bool{}
	for i := range a.Rules {
		for _, s := range a.Rules[i].Sorts {
			if !known[s] && s.Kind != telemetry.KindDerived { // those name no device
				known[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// since tells since when what a rule found has been going on, as far as what is held can say.
func (j *verdictJudge) since(a *RuleAccount, wants [][]coverage.Sort, spans []coverage.Span) *Since {
	s := &Since{}
	s.evidence(j.findings[a.Key])
	kinds := map[telemetry.Kind]bool{}
	for _, list := range wants {
		for _, sort := range list {
			kinds[sort.Kind] = true
		}
	}
	for k := range kinds {
		j.held(s, k)
	}
	s.unbroken(spans)
	return s
}

// held adds since when records of a kind are held.
func (j *verdictJudge) held(s *Since, k telemetry.Kind) {
	earlier := func(t telemetry.Instant) {
		if t.Known() && (!s.Held.Known() || t < s.Held) {
			s.Held = t
		}
	}
	for i := range j.result.History {
		if h := &j.result.History[i]; h.Kind == k {
			earlier(h.From)
			s.Expired = max(s.Expired, h.Expired)
		}
	}
	if len(j.result.History) > 0 || j.result.Coverage == nil {
		return
	}
	for _, d := range j.result.Coverage.Devices {
		if l := d.Line(coverage.Sort{Kind: k}); l != nil && d.Claim == nil {
			earlier(l.First)
		}
	}
}

// Wants gives what a rule needs: of each list any one, of all lists. It is what its author states, else any of the kinds of record that it is
// asked of; a correlation needs what its rules do.
func (a *RulesAccount) Wants(n int) [][]coverage.Sort {
	seen := map[int]bool{}
	var of func(n int) [][]coverage.Sort
	of = func(n int) (out [][]coverage.Sort) {
		x := &a.Rules[n]
		if seen[n] {
			return nil
		}
		seen[n] = true
		for _, s := range x.Sorts {
			out = append(out, []coverage.Sort{s})
		}
		if len(out) > 0 {
			return out
		}
		for _, base := range x.Counts {
			out = append(out, of(base)...)
		}
		if len(x.Kinds) > 0 {
			var some []coverage.Sort
			for _, k := range x.Kinds {
				some = append(some, coverage.Sort{Kind: k})
			}
			out = append(out, some)
		}
		return out
	}
	return of(n)
}
