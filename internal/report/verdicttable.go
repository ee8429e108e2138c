package report

import (
	"bufio"
	"io"
	"strings"

	"stormglass/internal/hunt"
)

// WriteVerdicts writes the end of the table of a hunt alone: what its rules and campaigns come to.
func WriteVerdicts(w io.Writer, r *hunt.Result, o Options) error {
	b := bufio.NewWriter(w)
	p := &page{w: b, width: max(o.Width, minWidth), color: o.Color}
	p.verdicts(ruleAnswersOf(r))
	return b.Flush()
}

// verdicts writes the answers for rules, techniques and campaigns, which end the table.
func (p *page) verdicts(a *ruleAnswers) {
	if a == nil {
		return
	}
	p.heading("Verdicts")
	p.text(2, bold, a.Text)
	for i := range a.Campaigns {
		p.group("campaign", &a.Campaigns[i])
	}
	for i, x := range a.Found {
		if i == shownVerdicts {
			p.text(2, "", "and "+count(len(a.Found)-i, "more rule")+" that found something; -o json lists them.")
			break
		}
		p.hanging("  ", 4, "", joined(": ", "Found by "+x.Name, x.Since)+".")
		if x.Assessed != wholly {
			p.text(4, dim, upper(x.Assessed)+".")
		}
	}
	p.answerLines("Not found by ", a.NotFound, shownVerdicts)
	p.answerLines("Not found, seen with gaps, by ", a.Holed, shownVerdicts)
	p.answerLines("Not assessed: ", a.NotAssessed, shownReasons)
	for _, s := range a.Limits {
		p.text(2, warn, s)
	}
	p.techniques(a.Techniques)
}

func (p *page) group(what string, g *groupAnswer) {
	p.hanging("  ", 4, "", what+" "+g.Name+": "+strings.ToUpper(g.Answer)+" ("+g.Text+")")
}

func (p *page) answerLines(lead string, lines []answerLine, most int) {
	for i, x := range lines {
		if i == most {
			p.text(2, "", "and "+count(len(lines)-i, "more line")+" of this sort; -o json lists them.")
			return
		}
		p.hanging("  ", 4, "", joined(" ", lead+count(x.Rules, "rule"), paren(x.Names))+": "+x.Text+".")
	}
}

func paren(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// techniques writes techniques by answer, in a line each.
func (p *page) techniques(all []groupAnswer) {
	by := map[string][]string{}
	for i := range all {
		by[all[i].Answer] = append(by[all[i].Answer], all[i].Name)
	}
	for _, answer := range []string{hunt.Found.Words(false), hunt.OnlySigns, hunt.NotFound.Words(false), hunt.NotFound.Words(true), hunt.NotAssessed.Words(false)} {
		if names := by[answer]; len(names) > 0 {
			p.hanging("  ", 4, "", "Techniques "+answer+": "+listed(names, shownTechniques)+".")
		}
	}
}
