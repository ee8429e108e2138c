package report

import (
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/campaign"
)

// campaignLacks is how many things that rules of a campaign miss are named.
const campaignLacks = 3

// campaignAnswers gives the answers for campaigns: what is missing, and that what was found names nobody.
func campaignAnswers(all []hunt.GroupVerdict) []groupAnswer {
	out := groupAnswers(all, prose)
	for i := range all {
		if all[i].Answer == hunt.Found {
			out[i].Text += "; " + campaign.Lead
		}
		if len(all[i].Lacks) > 0 {
			out[i].Text += "; missing: " + prose(lackList(all[i].Lacks))
		}
	}
	return out
}

func lackList(lacks []string) string {
	short := make([]string, len(lacks))
	for i, s := range lacks {
		short[i] = cutText(s, 2*maxName)
	}
	return listed(short, campaignLacks)
}

// campaignVerdictsOf is groupVerdictsOf of campaigns.
func campaignVerdictsOf(v *hunt.Verdicts) []GroupVerdictJSON {
	out := groupVerdictsOf(v.Campaigns, v)
	for i := range v.Campaigns {
		out[i].Lacks = v.Campaigns[i].Lacks
		if v.Campaigns[i].Answer == hunt.Found {
			out[i].Note = campaign.Lead
		}
	}
	return out
}
