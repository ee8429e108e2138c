package report

import (
	"strconv"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
)

// What the page shows of matrices.
const (
	htmlMatrixDevices = 300
	htmlMatrixRules   = 500
)

// htmlVerdicts is the section of verdicts: rules and what they rest on, then devices by sort of record.
type htmlVerdicts struct {
	Text       string
	Limits     []string
	Campaigns  []groupAnswer
	Techniques []groupAnswer
	Rules      []htmlRuleVerdict
	MoreRules  int
	Sorts      []string
	Devices    []matrixRow
	MoreDevice int
	Span       string
}

type htmlRuleVerdict struct{ Name, Answer, Class, Since, Text string }

// matrixRow is one device; its cells are in the order of the sorts.
type matrixRow struct {
	Name  string
	Note  string
	Cells []matrixCell
}

// matrixCell is one device and sort: its worst-case state in a word, and the share of hours that were looked at.
type matrixCell struct{ Class, Text, Title string }

// htmlVerdictsOf gives the section; nil of a hunt without rules.
func htmlVerdictsOf(r *hunt.Result) *htmlVerdicts {
	a := ruleAnswersOf(r)
	if a == nil {
		return nil
	}
	h := &htmlVerdicts{Text: a.Text, Limits: a.Limits, Campaigns: a.Campaigns, Techniques: a.Techniques}
	for i := range a.verdicts.Rules {
		if i == htmlMatrixRules {
			h.MoreRules = len(a.verdicts.Rules) - i
			break
		}
		v := &a.verdicts.Rules[i]
		x := htmlRuleVerdict{Name: ruleName(v.Rule.RuleInfo), Answer: v.Answer.Words(v.Gaps), Class: v.Answer.String(), Text: ruleVerdictOf(v).Text}
		if v.Since != nil {
			x.Since = v.Since.Text()
		}
		h.Rules = append(h.Rules, x)
	}
	h.matrix(r.Coverage)
	return h
}

// matrix fills devices by sorts of record.
func (h *htmlVerdicts) matrix(s *coverage.Survey) {
	if s == nil || s.Hours == 0 {
		return
	}
	h.Span = spanText(s.From, s.To)
	sorts := sortsOf(s)
	for _, x := range sorts {
		h.Sorts = append(h.Sorts, x.String())
	}
	for i, d := range s.Devices {
		if i == htmlMatrixDevices {
			h.MoreDevice = len(s.Devices) - i
			return
		}
		row := matrixRow{Name: cutText(name(d.Name), maxName), Note: deviceNote(d)}
		for _, x := range sorts {
			row.Cells = append(row.Cells, cellOf(d.Line(x), s.Hours))
		}
		h.Devices = append(h.Devices, row)
	}
}

// cellOf says what could be seen of one device and sort.
func cellOf(l *coverage.Line, hours int) matrixCell {
	if l == nil {
		return matrixCell{"absent", "–", "none ever came"}
	}
	looked := l.Hours[coverage.Seen] + l.Hours[coverage.Silent]
	c := matrixCell{Class: "seen", Title: hoursText(l)}
	switch {
	case looked == 0 && l.Hours[coverage.Gap] == 0:
		c.Class, c.Text = "absent", "absent"
		return c
	case looked == 0:
		c.Class = "gap"
	case !l.Ever():
		c.Class = "silent"
	}
	c.Text = strconv.Itoa(100*looked/max(hours, 1)) + " %"
	return c
}

// hoursText writes "seen in 12 hours, silent in 3, a gap in 1, absent in 8".
func hoursText(l *coverage.Line) string {
	h := &l.Hours
	return "seen in " + count(h[coverage.Seen], "hour") + ", silent in " + number(h[coverage.Silent]) + ", a gap in " + number(h[coverage.Gap]) + ", absent in " + number(h[coverage.Absent])
}
