package hunt

import (
	"strconv"
	"time"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// History tells of one kind of record since when it is held, and what of before is gone.
type History struct {
	Kind    telemetry.Kind
	From    telemetry.Instant // the earliest record that is held; zero: none is
	Days    []telemetry.Day   // of which records are held, in any order
	Expired telemetry.Day     // the last day of which rows were removed when their time was over; 0: none
}

// Since is an interval: what was found began somewhere before the earliest evidence, and nothing can be said of before the earliest record.
type Since struct {
	Evidence telemetry.Instant // the earliest record that shows it; zero: none has a time
	Signs    telemetry.Instant // of an incident, where a finding of low level is earlier: the earliest record of those; zero: none is
	Held     telemetry.Instant // the earliest record held that could have, with no day missing up to the evidence; zero: not known
	Broken   bool              // some days before Held were looked at too, but not the one before it
	Expired  telemetry.Day     // the last day of which rows are gone because their time was over; 0: none
	Folded   bool              // not all days of the evidence are kept apart
}

// SinceOf tells since when several findings of a hunt have been going on. Those with a time and above low are evidence, since daily work gives
// low ones too: of these it tells only when they are earlier. Where none is above low those are evidence; informational ones never are.
func (r *Result) SinceOf(findings []*Finding) *Since {
	s, low := &Since{}, &Since{}
	kinds := map[telemetry.Kind]bool{}
	var above, signs []*Finding
	for _, f := range findings {
		switch {
		case f.Level > Low:
			above = append(above, f)
		case f.Level == Low:
			signs = append(signs, f)
		}
	}
	low.evidence(signs)
	if len(above) == 0 {
		above = signs
	}
	s.evidence(above)
	if low.Evidence.Known() && s.Evidence.Known() && low.Evidence < s.Evidence {
		s.Signs = low.Evidence
	}
	for _, f := range above {
		for _, k := range f.Kinds {
			kinds[k] = true
		}
	}
	j := verdictJudge{result: r}
	for k := range kinds {
		j.held(s, k)
	}
	var days []telemetry.Day
	for i := range r.History {
		if h := &r.History[i]; kinds[h.Kind] {
			days = append(days, h.Days...)
		}
	}
	s.unbroken(coverage.Spans(days))
	return s
}

// unbroken moves Held to the first of the days that were looked at one after the other up to that of the evidence: a lone record of months
// ago does not say that what was found was not there since. Spans are in order and apart.
func (s *Since) unbroken(spans []coverage.Span) {
	if !s.Evidence.Known() {
		return
	}
	day := s.Evidence.Day()
	for n, x := range spans {
		if from := x.From.Start(); x.From <= day && day <= x.To && s.Held.Known() && from > s.Held {
			s.Held, s.Broken = from, n > 0
		}
	}
}

// evidence takes the earliest evidence of findings.
func (s *Since) evidence(findings []*Finding) {
	for _, f := range findings {
		if f.First.Known() && (!s.Evidence.Known() || f.First < s.Evidence) {
			s.Evidence = f.First
		}
		for i := range f.Days {
			s.Folded = s.Folded || f.Days[i].Day == telemetry.DayFolded
		}
	}
}

const stamp = "2006-01-02 15:04"

// Text says the interval in words.
func (s *Since) Text() string {
	var t string
	switch {
	case !s.Evidence.Known():
		t = "since when is not known: no record of it has a time"
	case !s.Held.Known():
		t = "at the latest since " + s.Evidence.Time().Format(stamp)
	case s.Broken && s.Evidence.Time().Sub(s.Held.Time()) < 24*time.Hour:
		t = "since " + s.Evidence.Time().Format(stamp) + " or before: the day before " + s.Held.Day().String() + " could not be looked at"
	case s.Broken:
		t = "at the latest since " + s.Evidence.Time().Format(stamp) + "; each day from " + s.Held.Day().String() + " on was looked at, " + s.before() + " before, and shows " + s.nothing() + ", of the days before that only some"
	case s.Evidence.Time().Sub(s.Held.Time()) < 24*time.Hour:
		t = "since " + s.Evidence.Time().Format(stamp) + " or before: no record from before " + s.Held.Time().Format(stamp) + " is held"
	default:
		t = "at the latest since " + s.Evidence.Time().Format(stamp) + "; records are held from " + s.Held.Time().Format(stamp) + " on, " + s.before() + " before, and show " + s.nothing()
	}
	if s.Signs.Known() {
		t += "; signs of level low since " + s.Signs.Time().Format(stamp)
	}
	if s.Expired != 0 {
		t += "; rows up to " + s.Expired.String() + " have expired"
	}
	if s.Folded {
		t += "; some of its days are no longer kept apart"
	}
	return t
}

// nothing says what the days before the evidence show.
func (s *Since) nothing() string {
	if s.Signs.Known() {
		return "nothing above level low"
	}
	return "nothing of it"
}

// before writes how many days lie between the earliest record held and the evidence.
func (s *Since) before() string {
	return plural(int(s.Evidence.Time().Sub(s.Held.Time())/(24*time.Hour)), "day")
}

// plural writes "1 day", "3 days".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func records64(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.FormatUint(n, 10) + " " + what + "s"
}
