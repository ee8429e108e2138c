package report

import (
	"strings"

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
			out[i].Text += "; missing: " + name(lackList(all[i].Lacks))
		}
	}
	return out
}

func lackList(lacks []string) string {
	short := make([]string, min(len(lacks), campaignLacks))
	for i := range short {
		short[i] = cutText(strings.TrimPrefix(lacks[i], "not assessed: "), 2*maxName)
	}
	text := strings.Join(short, "; ")
	if more := len(lacks) - len(short); more > 0 {
		text += "; and " + number(more) + " more"
	}
	return text
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
