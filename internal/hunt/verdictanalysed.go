package hunt

import (
	"slices"
	"strings"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// datasetPrefix is what the dataset of a derived record begins with; the name of the analyser follows.
const datasetPrefix = "stormglass."

// AnalysersOf names the analysers whose records a rule asks for.
func AnalysersOf(r *rule.Rule) (out []string) {
	if r.Detection == nil {
		return nil
	}
	add := func(name string, ok bool) {
		if ok && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, s := range r.Detection.Selections {
		for _, g := range s.Groups {
			for _, i := range g.Items {
				if i.Field != telemetry.FieldDataset.String() {
					continue
				}
				for _, v := range i.Values {
					add(strings.CutPrefix(v.Written, datasetPrefix))
				}
			}
		}
	}
	return out
}

// analysers gives the accounts of the analysers that a rule, or what it counts, rests on. It is not ok where one of them gave none.
func (j *verdictJudge) analysers(n int) (out []*AnalyserAccount, ok bool) {
	a := &j.result.Rules.Rules[n]
	ok = true
	for _, name := range a.Analysers {
		i := slices.IndexFunc(j.result.Analysers, func(x *AnalyserAccount) bool { return x.Name == name })
		if i < 0 {
			ok = false
			continue
		}
		out = append(out, j.result.Analysers[i])
	}
	for _, base := range a.Counts {
		more, known := j.analysers(base)
		out, ok = append(out, more...), ok && known
	}
	return out, ok
}

// restsOn puts what analysers look at in the place of what they emit, which names no device.
func restsOn(wants [][]coverage.Sort, analysers []*AnalyserAccount) (out [][]coverage.Sort) {
	derived := func(s coverage.Sort) bool { return s.Kind == telemetry.KindDerived }
	for _, list := range wants {
		if !slices.ContainsFunc(list, derived) {
			out = append(out, list)
		}
	}
	for _, a := range analysers {
		var some []coverage.Sort
		for _, k := range a.Kinds {
			some = append(some, coverage.Sort{Kind: k})
		}
		if len(some) > 0 {
			out = append(out, some)
		}
	}
	return out
}

// analysed narrows what a rule could see to the days of which its analysers told, and reports whether there are any. Why there are none
// goes before what else is missing.
func (v *RuleVerdict) analysed(accounts []*AnalyserAccount) bool {
	told := true
	for _, a := range accounts {
		switch {
		case a.Days == 0 && len(a.NotAssessed) == 0:
			v.Lacks, told = slices.Insert(v.Lacks, 0, "analyser "+a.Name+" told of no day"), false
		case a.Days == 0 || a.Warming > a.Last:
			v.Lacks, told = slices.Insert(v.Lacks, 0, "analyser "+a.Name+": "+strings.Join(a.Reasons(), ", ")), false
		case a.Blind >= a.Days:
			v.Lacks, told = slices.Insert(v.Lacks, 0, "analyser "+a.Name+": "+strings.Join(a.Reasons(), ", ")), false
		case len(a.NotAssessed) > 0:
			v.Lacks = append(v.Lacks, "analyser "+a.Name+": "+strings.Join(a.Reasons(), ", "))
		}
		if a.Dropped > 0 {
			v.Gaps = true
			v.Lacks = append(v.Lacks, "analyser "+a.Name+" had no room for "+records64(a.Dropped, "note"))
		}
		v.Spans = within(v.Spans, max(a.First, a.Warming), a.Last)
	}
	return told && (len(v.Spans) > 0 || len(accounts) == 0)
}

// within gives what of spans lies between two days, both among them.
func within(spans []coverage.Span, from, to telemetry.Day) (out []coverage.Span) {
	for _, s := range spans {
		if s.From, s.To = max(s.From, from), min(s.To, to); s.From <= s.To {
			out = append(out, s)
		}
	}
	return out
}
