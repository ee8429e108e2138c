package report

// rulesLookedFor writes which rules were hunted with, below what values were.
func (p *page) rulesLookedFor(v *ruleHunt) {
	if v == nil {
		return
	}
	p.text(2, "", v.Text())
	for i, s := range v.Cut {
		if i == 0 {
			p.text(2, warn, "Not asked of every record, because they used up their budget:")
		}
		p.hanging("    ", 6, "", s)
	}
	if v.MoreCut > 0 {
		p.text(4, "", "and "+count(v.MoreCut, "more rule")+"; -o json lists them.")
	}
	for i, s := range v.Uncounted {
		if i == 0 {
			p.text(2, warn, "Not counted by correlations:")
		}
		p.hanging("    ", 6, "", s)
	}
	if v.MoreUncounted > 0 {
		p.text(4, "", "and "+number(v.MoreUncounted)+" more; -o json lists them.")
	}
	for i, s := range v.Complaints {
		if i == 0 {
			p.text(2, "", "Rules and pipelines that are not used, or not in part:")
		}
		p.hanging("    ", 6, "", s)
	}
	if v.MoreComplaints > 0 {
		p.text(4, "", "and "+count(v.MoreComplaints, "further complaint")+"; stormglass rules check lists them.")
	}
}

// rulesNotAssessed writes why rules were not asked, a line for each reason.
func (p *page) rulesNotAssessed(v *ruleHunt) {
	if v == nil {
		return
	}
	for i := range v.Lacks {
		if i == shownLacks {
			p.text(2, "", "and rules for "+count(len(v.Lacks)-i, "further reason")+"; -o json lists them.")
			return
		}
		p.hanging("  ", 4, "", v.Lacks[i].text())
	}
}
