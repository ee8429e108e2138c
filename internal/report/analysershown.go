package report

import (
	"strings"

	"stormglass/internal/hunt"
)

// analyserWhat says in words what each analyser is about (docs/analysers.md).
var analyserWhat = map[string]string{
	"beacon":    "calls at even intervals",
	"longpair":  "pairs that speak all week",
	"dnstunnel": "data carried in names",
	"hops":      "sessions from router to router",
	"newdomain": "domains never asked for before",
	"firstseen": "accounts from new sources",
	"hours":     "accounts at unusual hours",
	"dormant":   "accounts that wake",
	"silence":   "devices that fall silent",
	"sequence":  "messages that are missing",
	"aaasilent": "work that no AAA server heard of",
}

// analyserShown is what an analyser did, in words.
type analyserShown struct {
	Name, What       string
	Kinds            string
	Days             string
	Records, Derived uint64
	Lacks            []string
}

// maxLacks is how many reasons of one analyser are shown.
const maxLacks = 4

func analysersOf(r *hunt.Result) (out []analyserShown) {
	for _, a := range r.Analysers {
		x := analyserShown{Name: name(a.Name), What: analyserWhat[a.Name], Records: a.Records, Derived: a.Derived, Days: "none"}
		var kinds []string
		for _, k := range a.Kinds {
			kinds = append(kinds, k.String())
		}
		x.Kinds = strings.Join(kinds, ", ")
		if a.Days > 0 {
			x.Days = count(a.Days, "day") + ", " + a.First.String()
			if a.First != a.Last {
				x.Days += " to " + a.Last.String()
			}
		}
		if a.Records == 0 {
			x.Lacks = append(x.Lacks, "no "+joined(" or ", kinds...)+" records to look at")
		}
		for _, s := range a.Reasons() {
			x.Lacks = append(x.Lacks, cutText(prose(s), maxShownValue))
		}
		if a.Dropped > 0 {
			x.Lacks = append(x.Lacks, number(a.Dropped)+" notes or rows did not fit into its bounds")
		}
		if a.Undated > 0 {
			x.Lacks = append(x.Lacks, count(a.Undated, "record")+" without a time")
		}
		if n := len(x.Lacks) - maxLacks; n > 0 {
			x.Lacks = append(x.Lacks[:maxLacks:maxLacks], "and "+number(n)+" more; JSON lists them")
		}
		out = append(out, x)
	}
	return out
}

// analysers writes what analysers did, below which rules were hunted with: one sentence, and a line for each thing that some could not tell.
func (p *page) analysers(r *hunt.Result) {
	all := analysersOf(r)
	if len(all) == 0 {
		return
	}
	var told []string
	lacks, by := []string{}, map[string][]string{}
	for _, x := range all {
		if x.Derived > 0 {
			told = append(told, x.Name+" ("+number(x.Derived)+")")
		}
		for _, s := range x.Lacks {
			if by[s] == nil {
				lacks = append(lacks, s)
			}
			by[s] = append(by[s], x.Name)
		}
	}
	text := count(len(all), "analyser") + " computed from many records what rules judge; "
	if len(told) == 0 {
		text += "none had anything to tell."
	} else {
		text += "told: " + listed(told, len(all)) + "."
	}
	p.text(2, "", text)
	for i, s := range lacks {
		if i == shownLacks {
			p.text(4, "", "and "+number(len(lacks)-i)+" more reasons; -o json lists them.")
			return
		}
		p.hanging("    ", 6, "", listed(by[s], shownSources)+": "+s+".")
	}
}
