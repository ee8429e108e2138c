package hunt

import (
	"slices"
	"strconv"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// Shortfall is what a rule was not asked of, and what of its matches was not kept: an answer that leaves it out says more than was looked at.
type Shortfall struct {
	Cut       uint64 // records that it was not asked of, because it had used up its budget
	Unknown   uint64 // records of which it cannot be said, because they are older than what registers speak of
	Uncounted uint64 // matches that correlations were not told of, because there were more than are kept
	Unkept    uint64 // records that it matched and that are in no finding, because there were more than are kept
	Evicted   uint64 // of a correlation: groups that were given up, because there were more than can be held
}

// Add adds another.
func (s *Shortfall) Add(o Shortfall) {
	s.Cut, s.Unknown, s.Uncounted = s.Cut+o.Cut, s.Unknown+o.Unknown, s.Uncounted+o.Uncounted
	s.Unkept, s.Evicted = s.Unkept+o.Unkept, s.Evicted+o.Evicted
}

// RuleDay is a day of records, and a rule by its number in the set.
type RuleDay struct {
	Rule int
	Day  telemetry.Day // 0: of records without a time; telemetry.DayFolded: of several
}

// Shortfalls are those of rules, by day.
type Shortfalls map[RuleDay]Shortfall

// MaxShortfalls bounds how many days of rules are told apart; beyond it those of a rule are one.
const MaxShortfalls = 10_000

// Add adds a shortfall of a rule and a day.
func (s Shortfalls) Add(at RuleDay, x Shortfall) {
	if _, known := s[at]; !known && len(s) >= MaxShortfalls {
		at.Day = telemetry.DayFolded
	}
	sum := s[at]
	sum.Add(x)
	s[at] = sum
}

// Take adds others, which are empty then.
func (s Shortfalls) Take(o Shortfalls) {
	for at, x := range o {
		s.Add(at, x)
	}
	clear(o)
}

// Unkept gives what rules matched and what is in no finding, for want of room, and forgets it.
func (t *Tally) Unkept() Shortfalls {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := Shortfalls{}
	out.Take(t.matched.over.rules)
	return out
}

// ShortSink is told what rules were not asked of. It is called from several goroutines; what it is handed is taken back after the call.
type ShortSink interface{ RulesShort(s Shortfalls) }

// Recall takes over what is kept of how far rules were asked in a data folder, in the place of what this process alone did.
func (a *RulesAccount) Recall(evaluated map[string]*RuleEvaluated) {
	for i := range a.Rules {
		x := &a.Rules[i]
		x.Shortfall, x.ShortOn = Shortfall{}, nil
		if e := evaluated[x.Key]; e != nil {
			x.ShortOn = e.Short
		}
		for _, s := range x.ShortOn {
			x.Add(s)
		}
	}
}

// Of gives the account of a rule by its key; nil when there is none.
func (a *RulesAccount) Of(key string) *RuleAccount {
	if a == nil {
		return nil
	}
	for i := range a.Rules {
		if a.Rules[i].Key == key {
			return &a.Rules[i]
		}
	}
	return nil
}

// short says in words what a rule was not asked of, and what of its matches was not kept, where that is its own doing.
func (j *verdictJudge) short(n int) (out []string) {
	a := &j.result.Rules.Rules[n]
	if a.Cut > 0 {
		out = append(out, "its budget was used up"+a.onDays(func(s Shortfall) uint64 { return s.Cut })+": "+records64(a.Cut, "record")+" it was not asked of")
	}
	if a.Unknown > 0 {
		out = append(out, records64(a.Unknown, "record")+a.onDays(func(s Shortfall) uint64 { return s.Unknown })+" are older than what the registers speak of")
	}
	if a.Unkept > 0 {
		out = append(out, records64(a.Unkept, "record")+a.onDays(func(s Shortfall) uint64 { return s.Unkept })+" that it matched are in no finding: there were more than are kept")
	}
	for _, base := range j.counted(n) {
		if x := &j.result.Rules.Rules[base]; x.Uncounted > 0 {
			out = append(out, matches64(x.Uncounted)+" of "+cut(x.Title, maxSampleValue)+x.onDays(func(s Shortfall) uint64 { return s.Uncounted })+" were not counted: there were more than are kept")
		}
	}
	if lost := a.GivenUp(); lost > 0 {
		out = append(out, records64(lost, "group")+" of its matches were given up: there were more than can be held")
	}
	return out
}

// counted gives the rules whose matches a rule counts, which may be its own.
func (j *verdictJudge) counted(n int) []int {
	if a := &j.result.Rules.Rules[n]; !a.Aggregates {
		return a.Counts
	}
	return []int{n}
}

// narrowed reports whether a rule, or what it counts, was not asked of all records of its hours, or what it counted was not kept.
func (j *verdictJudge) narrowed(n int) bool {
	a := &j.result.Rules.Rules[n]
	uncounted := func(n int) bool { return j.result.Rules.Rules[n].Uncounted > 0 }
	return a.Cut > 0 || a.GivenUp() > 0 || slices.ContainsFunc(j.counted(n), uncounted) || slices.ContainsFunc(a.Counts, j.narrowed)
}

// GivenUp is how many groups of a correlation were given up.
func (a *RuleAccount) GivenUp() uint64 {
	if a.Matches != nil {
		return a.Evicted + a.Matches.Evicted
	}
	return a.Evicted
}

// onDays names the days on which something fell short, as far as they are known.
func (a *RuleAccount) onDays(of func(Shortfall) uint64) string {
	var days []telemetry.Day
	for day, s := range a.ShortOn {
		if day > 0 && of(s) > 0 {
			days = append(days, day)
		}
	}
	if len(days) == 0 {
		return ""
	}
	const most = 3
	text, more := coverage.SpansText(coverage.Spans(days), most)
	if more > 0 {
		text += " and " + plural(more, "further time")
	}
	return " (" + text + ")"
}

// matches64 writes "1 match", "3 matches".
func matches64(n uint64) string {
	if n == 1 {
		return "1 match"
	}
	return strconv.FormatUint(n, 10) + " matches"
}
