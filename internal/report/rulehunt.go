package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
)

// What is shown of the rules of a hunt.
const (
	shownComplaints = 10
	shownLacks      = 8 // lines of rules that were not assessed
	shownSources    = 6 // log sources that a line names
	shownCut        = 5
)

// ruleHunt is what rules were hunted with and what became of them, in words.
type ruleHunt struct {
	Files, Rules, Correlations int
	Asked, Partly, Not         int
	Matched                    int // rules that matched any record, or episodes
	Kept                       bool
	Lacks                      []ruleLack
	Cut                        []string // rules that used up their budget
	MoreCut                    int
	Uncounted                  []string // matches that correlations could not count
	MoreUncounted              int
	Complaints                 []string // "file:line:column: rule: text"
	MoreComplaints             int
}

// ruleLack is why some rules were not asked, or not of every record.
type ruleLack struct {
	Rules   int
	Partly  bool
	Why     string
	Sources []string // log sources of the rules, those of most rules first: "product=zeek service=dns (12)"
	More    int      // further log sources
}

func ruleHuntOf(r *hunt.Result) *ruleHunt {
	a := r.Rules
	if a == nil {
		return nil
	}
	v := &ruleHunt{Files: a.Files, Rules: len(a.Rules), Kept: r.Kept}
	matched := map[string]bool{}
	for _, f := range r.Findings {
		if f.Rule != nil {
			matched[f.Rule.Key] = true
		}
	}
	v.Matched = len(matched)
	lacks := ruleLacks{at: map[ruleLackKey]*ruleLackSum{}}
	for i, s := range r.RuleStates() {
		x := &a.Rules[i]
		if x.Correlation {
			v.Correlations++
		}
		switch s {
		case hunt.RuleAsked:
			v.Asked++
		case hunt.RulePartly:
			v.Partly++
		case hunt.RuleNoRecords, hunt.RuleNotAssessed:
			v.Not++
		}
		lacks.add(x, s, r)
		for _, t := range uncountedTexts(x) {
			v.Uncounted = append(v.Uncounted, ruleName(x.RuleInfo)+": "+t)
		}
		if x.Cut > 0 {
			v.Cut = append(v.Cut, ruleName(x.RuleInfo)+" ("+count(x.Cut, "record")+")")
		}
	}
	v.Lacks = lacks.sorted()
	v.MoreCut = max(len(v.Cut)-shownCut, 0)
	v.Cut = v.Cut[:len(v.Cut)-v.MoreCut]
	if a.Undated > 0 {
		v.Uncounted = append(v.Uncounted, matches(a.Undated)+" without a time "+were(a.Undated)+" not counted by any correlation")
	}
	v.MoreUncounted = max(len(v.Uncounted)-shownCut, 0)
	v.Uncounted = v.Uncounted[:len(v.Uncounted)-v.MoreUncounted]
	v.MoreComplaints = max(len(a.Complaints)-shownComplaints, 0)
	for _, c := range a.Complaints[:len(a.Complaints)-v.MoreComplaints] {
		v.Complaints = append(v.Complaints, complaintText(name(c.File), c.Line, c.Column, c.Rule, c.Text))
	}
	return v
}

// ruleName gives a rule's title and what it is called by.
func ruleName(r *hunt.RuleInfo) string {
	key := cutText(name(r.Key), maxName)
	if r.Title == "" {
		return key
	}
	return cutText(prose(r.Title), maxName) + " [" + key + "]"
}

// complaintText gives a complaint as "rules/a.yml:12:5: Title: unknown modifier", its texts bounded.
func complaintText(file string, line, column int, rule, text string) string {
	at := cutText(file, maxTitle) + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
	return joined(": ", at, cutText(prose(rule), maxName), cutText(name(text), maxShownValue))
}

// ruleLackKey is one reason.
type ruleLackKey struct {
	why    string
	partly bool
}

// ruleLackSum gathers the rules of one reason.
type ruleLackSum struct {
	rules   int
	sources map[string]int // rules by log source
}

// ruleLacks gathers why rules were not asked: a reason is one line, however many rules it holds for.
type ruleLacks struct{ at map[ruleLackKey]*ruleLackSum }

func (l *ruleLacks) add(x *hunt.RuleAccount, s hunt.RuleState, r *hunt.Result) {
	switch {
	case s == hunt.RuleAsked:
	case x.Correlation && s == hunt.RulePartly && x.GivenUp() > 0:
		l.put(ruleLackKey{"there were more groups than can be held, and some were given up", true}, "")
	case x.Correlation && s == hunt.RulePartly:
		l.put(ruleLackKey{"some of the rules that they count were not assessed, or not in full", true}, "")
	case x.Correlation && r.WhyNot(x) != "":
		l.put(ruleLackKey{lackOf(r.WhyNot(x)), false}, "")
	case x.Correlation:
		l.put(ruleLackKey{"none of the rules that they count was assessed", false}, "")
	case s == hunt.RuleNoRecords:
		l.put(ruleLackKey{"no record of their log sources was read", false}, x.LogSource)
	case s == hunt.RuleNotAssessed:
		l.put(ruleLackKey{lackOf(r.WhyNot(x)), false}, x.LogSource)
	default:
		l.partly(x)
	}
}

func (l *ruleLacks) partly(x *hunt.RuleAccount) {
	if len(x.Missing) > 0 {
		l.put(ruleLackKey{cutText(name(sigma.MissingText(x.Missing)), maxShownValue), true}, x.LogSource)
	}
	if x.Unknown > 0 {
		l.put(ruleLackKey{"some records are older than what the registers speak of", true}, x.LogSource)
	}
	if x.GivenUp() > 0 {
		l.put(ruleLackKey{"there were more groups than can be held, and some were given up", true}, x.LogSource)
	}
	if x.Cut > 0 {
		l.put(ruleLackKey{"the budget for a rule was used up", true}, x.LogSource)
	}
}

// lackOf gives why a rule could not be asked of anything, the same text for all rules of which it is the same.
func lackOf(why string) string {
	why = strings.TrimPrefix(why, "not assessed: ")
	if strings.HasPrefix(why, "no pipeline says where") {
		return "no pipeline says where their log sources are found"
	}
	return name(why)
}

func (l *ruleLacks) put(k ruleLackKey, source string) {
	sum := l.at[k]
	if sum == nil {
		sum = &ruleLackSum{sources: map[string]int{}}
		l.at[k] = sum
	}
	sum.rules++
	if source != "" {
		sum.sources[source]++
	}
}

// sorted gives the lines: what was not assessed at all first, then by how many rules they hold for.
func (l *ruleLacks) sorted() []ruleLack {
	var out []ruleLack
	for k, sum := range l.at {
		x := ruleLack{Rules: sum.rules, Partly: k.partly, Why: k.why}
		x.Sources, x.More = topSources(sum.sources)
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b ruleLack) int {
		if a.Partly != b.Partly {
			if a.Partly {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(b.Rules, a.Rules), cmp.Compare(a.Why, b.Why))
	})
	return out
}

func topSources(rules map[string]int) (out []string, more int) {
	var all []string
	for s := range rules {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(rules[b], rules[a]), cmp.Compare(a, b)) })
	more = max(len(all)-shownSources, 0)
	for _, s := range all[:len(all)-more] {
		s, n := cutText(name(s), maxName), rules[s]
		if n > 1 {
			s += " (" + number(n) + ")"
		}
		out = append(out, s)
	}
	return out, more
}

// rulesAsked counts the rules of a hunt that were asked, be it in part, and those that were not asked in full.
func rulesAsked(r *hunt.Result) (asked, lacking int) {
	for _, s := range r.RuleStates() {
		if s == hunt.RuleAsked || s == hunt.RulePartly {
			asked++
		}
		if s != hunt.RuleAsked {
			lacking++
		}
	}
	return asked, lacking
}

// whole reports whether no rule lacked anything; so it is without rules.
func (v *ruleHunt) whole() bool { return v == nil || len(v.Lacks) == 0 }

// Text says in a sentence what became of the rules.
func (v *ruleHunt) Text() string {
	s := count(v.Rules, "rule")
	if v.Correlations > 0 {
		s += ", of them " + count(v.Correlations, "correlation") + ","
	}
	s += " from " + count(v.Files, "file") + ": " + number(v.Asked) + " asked of all records of their log sources"
	if v.Partly > 0 {
		s += ", " + number(v.Partly) + " of a part of them"
	}
	s += ", " + number(v.Not) + " not assessed; " + number(v.Matched) + " found something."
	if v.Kept {
		s += " Whether a log source ever arrived is not kept: a rule may have had nothing to look at."
	}
	return s
}

// text says why some rules were not asked, and where they look.
func (l *ruleLack) text() string {
	s := count(l.Rules, "rule")
	if l.Partly {
		s += " assessed in part: "
	} else {
		s += " not assessed: "
	}
	return joined(": ", s+l.Why, l.sources()) + "."
}

// sources gives the log sources of the rules, those of most rules first.
func (l *ruleLack) sources() string {
	s := strings.Join(l.Sources, ", ")
	if l.More > 0 {
		s += " and " + count(l.More, "more log source")
	}
	return s
}
