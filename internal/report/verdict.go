package report

import (
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// Answer is one of the three verdicts.
type Answer string

// The verdicts. There is no fourth: nothing found says nothing about what was not looked at.
const (
	Found       Answer = "found"
	NotFound    Answer = "not_found"
	NotAssessed Answer = "not_assessed"
)

// verdict is the answer of a hunt with what it rests on.
type verdict struct {
	answer      Answer
	text        string // one sentence
	but         string // what limits the answer; empty when nothing does
	records     uint64
	kinds       [telemetry.NumKinds]uint64
	undated     uint64
	first, last telemetry.Instant
	files       int // that were read, each content once
	levels      [hunt.Critical + 1]int
}

func verdictOf(r *hunt.Result) verdict {
	v := verdict{}
	v.records, v.kinds, v.first, v.last = r.Records()
	given, whole := 0, 0
	for _, a := range r.Accounts {
		if a.SameAs != "" {
			continue
		}
		given++
		if a.Whole() {
			whole++
		}
		if a.Skipped == "" {
			v.files++
			v.undated += a.Undated
		}
	}
	for _, f := range r.Findings {
		v.levels[min(f.Level, hunt.Critical)]++
	}
	asked, lacking := rulesAsked(r)
	v.but = butOf(given, whole, r)
	if v.records > 0 && lacking > 0 {
		were := map[bool]string{true: " was", false: " were"}[lacking == 1]
		v.but = joined("; ", v.but, number(lacking)+" of "+count(len(r.Rules.Rules), "rule")+were+" not assessed, or not in full")
	}
	switch {
	case r.OnlyNew:
		v.answer, v.text = newText(r, &v)
	case len(r.Findings) > 0:
		v.answer = Found
		v.text = count(len(r.Findings), "finding") + " in " + count(v.records, "record") + " from " +
			count(v.files, "file") + ": " + levelCounts(v.levels) + "."
	case v.records == 0:
		v.answer = NotAssessed
		v.text = "Not assessed: " + whyNothing(r, given) + "."
	case r.Values == 0 && r.Rules == nil:
		v.answer = NotAssessed
		v.text = "Not assessed: the intelligence that was given holds no value to look for."
	case r.Values == 0 && asked == 0:
		v.answer = NotAssessed
		v.text = "Not assessed: none of the rules that were given could be asked of the " + count(v.records, "record") + " read."
	default:
		v.answer = NotFound
		v.text = "Not found in the " + count(v.records, "record") + " read from " + count(v.files, "file")
		if s := spanText(v.first, v.last); s != "" {
			v.text += " (" + s + ")"
		}
		v.text += lookedFor(r, asked) + "."
	}
	return v
}

// lookedFor says what was not found, where rules were hunted with.
func lookedFor(r *hunt.Result, asked int) string {
	switch {
	case r.Rules == nil:
		return ""
	case r.Values == 0:
		return " by " + count(asked, "rule") + " that could be asked"
	}
	return ", neither any of " + count(r.Values, "value") + " nor by " + count(asked, "rule") + " that could be asked"
}

// newText is the answer of a hunt that tells only what is new: without news it is no claim about what
// was found before.
func newText(r *hunt.Result, v *verdict) (Answer, string) {
	kept := "; " + count(r.Known, "further finding") + " kept (stormglass finding list)."
	if len(r.Findings) > 0 {
		return Found, count(len(r.Findings), "finding") + " new or changed since --new was last asked: " + levelCounts(v.levels) + kept
	}
	if r.Known > 0 {
		return Found, "No finding is new or changed since --new was last asked" + kept
	}
	return NotFound, "No finding is new, and none is kept, of the " + count(v.records, "record") + " held of " + count(v.files, "file") + "."
}

// whyNothing says why there were no records.
func whyNothing(r *hunt.Result, given int) string {
	skipped := 0
	for _, a := range r.Accounts {
		if a.Skipped != "" || a.Failed != "" {
			skipped++
		}
	}
	switch {
	case given == 0:
		return "no telemetry was given"
	case skipped > 0:
		return "no telemetry could be read, " + count(given, "file") + " given"
	}
	return "the telemetry that was given holds no records, " + count(given, "file") + " read"
}

func butOf(given, whole int, r *hunt.Result) string {
	var parts []string
	if n := given - whole; n > 0 {
		s := " were not read in full"
		if n == 1 {
			s = " was not read in full"
		}
		parts = append(parts, number(n)+" of "+count(given, "file")+s)
	}
	n := 0
	for _, f := range r.Intel {
		if f.Failed != "" || f.Skipped != "" {
			n++
		}
	}
	if n > 0 {
		parts = append(parts, count(n, "file")+" of intelligence could not be read in full")
	}
	return strings.Join(parts, "; ")
}

// levelCounts writes "5 high, 2 low", worst first.
func levelCounts(levels [hunt.Critical + 1]int) string {
	var parts []string
	for l := hunt.Critical; ; l-- {
		if levels[l] > 0 {
			parts = append(parts, number(levels[l])+" "+l.String())
		}
		if l == hunt.Informational {
			return strings.Join(parts, ", ")
		}
	}
}
