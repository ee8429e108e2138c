package report

import (
	"cmp"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
)

// What is shown of verdicts.
const (
	shownVerdicts   = 40 // rules of one answer
	shownTechniques = 30
	shownReasons    = 8 // lines of rules that were not assessed
)

// ruleAnswers are the answers of a hunt for its rules, in words.
type ruleAnswers struct {
	Text        string
	Found       []ruleAnswer
	NotFound    []answerLine // rules that were assessed equally, in one line
	Holed       []answerLine // the same of those that found nothing and saw with gaps
	NotAssessed []answerLine
	Techniques  []groupAnswer
	Campaigns   []groupAnswer
	Limits      []string // that hold for all
	verdicts    *hunt.Verdicts
}

// ruleAnswer is one rule that found something.
type ruleAnswer struct{ Name, Since, Assessed string }

// answerLine is what holds for several rules.
type answerLine struct {
	Rules int
	Names string
	Text  string
}

// groupAnswer is the answer for a technique or campaign.
type groupAnswer struct{ Name, Answer, Text string }

// ruleAnswersOf gives the answers; nil of a hunt without rules.
func ruleAnswersOf(r *hunt.Result) *ruleAnswers {
	v := r.Verdicts()
	if v == nil || len(v.Rules) == 0 {
		return nil
	}
	a := &ruleAnswers{verdicts: v, Text: answerCounts(v), Limits: coverageLimits(r.Coverage)}
	not, holed, missing := map[string][]string{}, map[string][]string{}, map[string][]string{}
	never := map[string]int{}
	for i := range v.Rules {
		x := &v.Rules[i]
		switch name := shortRuleName(x.Rule.RuleInfo); {
		case x.Answer == hunt.Found:
			found := ruleAnswer{Name: name, Assessed: assessedText(x)}
			if x.Since != nil {
				found.Since = x.Since.Text()
			}
			a.Found = append(a.Found, found)
		case x.Answer == hunt.NotFound:
			t := assessedText(x)
			if x.Gaps {
				holed[t] = append(holed[t], name)
			} else {
				not[t] = append(not[t], name)
			}
		case x.Never:
			never[cutText(prose(x.Rule.LogSource), maxName)]++
		default:
			t := lacksText(x.Lacks[:min(len(x.Lacks), 1)]) // the first says most; -o json has all
			missing[t] = append(missing[t], name)
		}
	}
	a.NotFound, a.Holed, a.NotAssessed = answerLines(not), answerLines(holed), answerLines(missing)
	if line, some := neverLine(never); some {
		a.NotAssessed = append(a.NotAssessed, line)
	}
	a.Techniques, a.Campaigns = groupAnswers(v.Techniques, func(id string) string { return id }), campaignAnswers(v.Campaigns)
	return a
}

// shortRuleName gives a rule's title, else what it is called by: findings name both.
func shortRuleName(r *hunt.RuleInfo) string { return cutText(prose(cmp.Or(r.Title, r.Key)), maxName) }

// answerCounts writes "12 rules: 3 found something, …".
func answerCounts(v *hunt.Verdicts) string {
	return count(len(v.Rules), "rule") + ": " + number(v.Count(hunt.Found)) + " found something, " + number(v.Count(hunt.NotFound)) +
		" found nothing in the assessed window" + gapsText(gapsOf(v)) + ", " + number(v.Count(hunt.NotAssessed)) + " not assessed."
}

// gapsOf counts the rules that found nothing where records were lost.
func gapsOf(v *hunt.Verdicts) (n int) {
	for i := range v.Rules {
		if x := &v.Rules[i]; x.Answer == hunt.NotFound && x.Gaps {
			n++
		}
	}
	return n
}

// wholly is what an answer rests on where nobody counted and nothing is known to lack.
const wholly = "assessed in all that was read"

// assessedText says what an answer rests on: days, devices, hours, what is missing.
func assessedText(v *hunt.RuleVerdict) string {
	var parts []string
	if len(v.Spans) > 0 {
		parts = append(parts, "assessed "+spansText(v.Spans))
	}
	switch {
	case v.OfDevices > 0 && v.Of > 0:
		parts = append(parts, number(v.Devices)+" of "+count(v.OfDevices, "device")+", "+number(v.Hours)+" of "+count(v.Of, "hour")+" of these")
	}
	if s := v.Sampled; s != nil {
		parts = append(parts, "flows under "+count(s.Packets, "packet")+" not assessed (sampled 1:"+number(int(s.Rate))+")")
	}
	if v.Findings == 0 && v.Dismissed > 0 {
		parts = append(parts, "all that it found was dismissed")
	}
	parts = append(parts, v.Lacks...)
	if len(parts) == 0 {
		return wholly
	}
	return name(strings.Join(parts, "; "))
}

// spansText writes days: "2026-09-01 to 2026-09-30, 2026-10-02".
func spansText(spans []coverage.Span) string {
	const most = 3
	text, more := coverage.SpansText(spans, most)
	if more > 0 {
		text += " and " + number(more) + " more spans until " + spans[len(spans)-1].To.String()
	}
	return text
}

func lacksText(lacks []string) string {
	if len(lacks) == 0 {
		return "nothing that could show it was read"
	}
	return name(strings.TrimPrefix(strings.Join(lacks, "; "), "not assessed: "))
}

// answerLines gives a line for each text, that of most rules first.
func answerLines(of map[string][]string) (out []answerLine) {
	for text, names := range of {
		slices.Sort(names)
		out = append(out, answerLine{Rules: len(names), Names: listed(names, 2), Text: text})
	}
	slices.SortFunc(out, func(a, b answerLine) int { return cmp.Or(cmp.Compare(b.Rules, a.Rules), cmp.Compare(a.Text, b.Text)) })
	return out
}

// neverLine is the one line of all rules whose log source never came.
func neverLine(sources map[string]int) (answerLine, bool) {
	if len(sources) == 0 {
		return answerLine{}, false
	}
	n := 0
	for _, rules := range sources {
		n += rules
	}
	names, more := topSources(sources)
	text := strings.Join(names, ", ")
	if more > 0 {
		text += " and " + count(more, "more log source")
	}
	return answerLine{Rules: n, Text: "nothing of their log sources ever came: " + text}, true
}

// groupAnswers gives the answers of groups; clean makes a name safe to be shown.
func groupAnswers(all []hunt.GroupVerdict, clean func(string) string) (out []groupAnswer) {
	for i := range all {
		g := &all[i]
		x := groupAnswer{Name: cutText(clean(g.Name), maxName), Answer: g.Words()}
		if len(g.Rules) == 0 {
			x.Text = "no rule of it was given"
		} else {
			x.Text = number(g.Found) + " of " + count(len(g.Rules), "rule") + " found something" + signsText(g.Signs) + ", " + number(g.NotFound) + " nothing in their assessed windows" + gapsText(g.Gaps) + ", " + number(g.NotAssessed) + " not assessed"
		}
		out = append(out, x)
	}
	return out
}

// signsText says how many of several rules that found something are of low level.
func signsText(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + number(n) + " of low level)"
}

// gapsText says how many of several rules looked at hours in which records were lost.
func gapsText(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + number(n) + " of them seen with gaps)"
}

// coverageLimits says what holds for all answers.
func coverageLimits(s *coverage.Survey) (out []string) {
	if s == nil {
		return nil
	}
	if s.Registered == 0 {
		out = append(out, "There is no device register, or none in it: how many devices there are is not known, and those that never sent anything are not in any count.")
	}
	if s.Registered > 0 && s.Unknown > 0 {
		out = append(out, count(s.Unknown, "device")+" that the register does not name sent records.")
	}
	out = append(out, claimLimits(s)...)
	if s.Cut > 0 {
		out = append(out, "More devices and days were met than coverage counts: "+count(s.Cut, "record")+" at least are in no count of hours.")
	}
	if s.Earlier {
		out = append(out, "Coverage shows the last three years of what was read.")
	}
	return out
}
