package node

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/simulate"
	"stormglass/internal/telemetry"
)

// room is how far what is found may be from a case: before its begin and behind its end, and how much of its begin and end may be missing.
type room struct {
	before, after      time.Duration
	lateBegin, earlyBy time.Duration
}

// usualRoom: clocks of devices and collectors differ by a second or two, and the flow of a session begins before its login is told; the first thing that a rule looks at comes within two minutes, and
// who logs out a quarter of an hour after the last deed does nothing that any rule is about.
var usualRoom = room{before: 5 * time.Second, after: 2 * time.Second, lateBegin: 2 * time.Minute, earlyBy: 16 * time.Minute}

// rooms are the cases that have others.
var rooms = map[string]room{
	// The analyser knows of each pair in which hours it spoke, and no more.
	"FLW-09": {before: time.Hour, after: time.Hour, lateBegin: time.Hour, earlyBy: time.Hour},
	// The score is a day's: the last six hours of three days are too few to be even.
	"FLW-09-beacon": {before: 2 * time.Second, after: 2 * time.Second, lateBegin: 2 * time.Minute, earlyBy: 6*time.Hour + 10*time.Minute},
	// The truth has when flows began; a chain lasts as long as its last session.
	"FLW-10": {before: 2 * time.Second, after: 17 * time.Minute, lateBegin: 2 * time.Minute, earlyBy: 2 * time.Minute},
	// The account is its owner's, too: what he does within the twelve hours that are counted is in it.
	"PRV-01": {before: 12 * time.Hour, after: 12 * time.Hour, lateBegin: 2 * time.Minute, earlyBy: 16 * time.Minute},
	// One name in four is known; the low rule counts what scanners of the world try at the VPN besides, within an hour.
	"PRV-04": {before: time.Hour, after: time.Hour, lateBegin: 8 * time.Minute, earlyBy: 8 * time.Minute},
}

func roomOf(c *simulate.Case) room {
	if r, ok := rooms[c.Key]; ok {
		return r
	}
	return usualRoom
}

// begin is since when a case is: of lost messages since the last that came before.
func begin(c *simulate.Case) time.Time {
	if !c.Before.IsZero() {
		return c.Before
	}
	return c.First
}

// slack is how far from a case what belongs to it may be: a session goes on after the deed, and messages have their own clocks.
const slack = time.Hour

// findingsOf gives what is found about a case: of its entry, about whom the truth names, in its time.
func findingsOf(r *hunt.Result, c *simulate.Case) (out []*hunt.Finding) {
	for _, f := range r.Findings {
		if tells(f, c.ID) && about(f, c) && !f.Last.Time().Before(begin(c).Add(-time.Second)) && !f.First.Time().After(c.Last.Add(time.Second)) {
			out = append(out, f)
		}
	}
	return out
}

// tells reports whether a finding is of an entry of the catalogue; matches of intelligence are of DNS-04.
func tells(f *hunt.Finding, ids ...string) bool {
	for _, id := range ids {
		if f.Rule == nil && id == "DNS-04" || f.Rule != nil && slices.Contains(f.Rule.Tags, "stormglass."+strings.ToLower(id)) {
			return true
		}
	}
	return false
}

// about reports whether the truth names whom a finding is about.
func about(f *hunt.Finding, c *simulate.Case) bool {
	return slices.ContainsFunc(subjectsOf(f), func(s string) bool { return s == c.Subject || slices.Contains(c.Names, s) })
}

func subjectsOf(f *hunt.Finding) (out []string) {
	for part := range strings.SplitSeq(f.SubjectName(), ", ") {
		if _, v, ok := strings.Cut(part, "="); ok {
			part = v
		}
		out = append(out, part)
	}
	return out
}

// checkInterval expects what is found to lie within the case, to begin with it, and to end with the last thing that rules look at. One finding
// is of all that its rule ever met about its subject: what counts are the days on which it met something in the time of the case.
func checkInterval(t *testing.T, c *simulate.Case, list []*hunt.Finding) {
	t.Helper()
	from, till, x := begin(c), c.Last, roomOf(c)
	var first, last time.Time
	var all []string
	for _, f := range list {
		for i := range f.Days {
			a, b := f.Days[i].First.Time(), f.Days[i].Last.Time()
			if b.Before(from) || a.After(till) {
				continue
			}
			all = append(all, fmt.Sprintf("%s %q %s to %s", f.Level, title(f), a.Format(time.DateTime), b.Format(time.DateTime)))
			if a.Before(from.Add(-x.before)) || b.After(till.Add(x.after)) {
				if f.Level > quietLevel {
					t.Errorf("%s: %s to %s by the truth; beyond it is %s", c.Key, from.Format(time.DateTime), till.Format(time.DateTime), all[len(all)-1])
				}
				continue
			}
			if first.IsZero() || a.Before(first) {
				first = a
			}
			if b.After(last) {
				last = b
			}
		}
	}
	if first.IsZero() || first.After(from.Add(x.lateBegin)) || last.Before(till.Add(-x.earlyBy)) {
		t.Errorf("%s: %s to %s by the truth; found is %s", c.Key, from.Format(time.DateTime), till.Format(time.DateTime), strings.Join(all, "; "))
	}
}

// explained reports whether what a finding met on a day is a case, or what the truth says that those records may raise besides.
func explained(truth *simulate.Truth, f *hunt.Finding, d *hunt.Day) bool {
	first, last := d.First.Time(), d.Last.Time()
	return slices.ContainsFunc(truth.Cases, func(c *simulate.Case) bool {
		x := roomOf(c)
		return tells(f, append([]string{c.ID}, c.Also...)...) && about(f, c) &&
			!first.Before(begin(c).Add(-max(slack, x.before))) && !last.After(c.Last.Add(max(slack, x.after)))
	})
}

// checkAlikes expects nothing above a low level about a look-alike, of the entry that it resembles and in its time, but what is a case of its
// own then. It gives how many there are.
func checkAlikes(t *testing.T, truth *simulate.Truth, r *hunt.Result) (n int) {
	t.Helper()
	for _, a := range truth.LookAlikes {
		if a.Like == "" {
			continue
		}
		n++
		if a.First.IsZero() || (a.Records == 0) != a.Absence {
			t.Errorf("%s does not happen", a.ID)
		}
		for _, f := range r.Findings {
			if f.Level <= quietLevel || !tells(f, a.Like) || !slices.Contains(subjectsOf(f), a.Subject) {
				continue
			}
			for i := range f.Days {
				if d := &f.Days[i]; !d.Last.Time().Before(a.First) && !d.First.Time().After(a.Last) && !explained(truth, f, d) {
					t.Errorf("%s: %s: %s %q about it, %s to %s", a.ID, a.Reason, f.Level, title(f), stamp(d.First), stamp(d.Last))
				}
			}
		}
	}
	return n
}

func title(f *hunt.Finding) string {
	if f.Rule == nil {
		return f.Value.String()
	}
	return f.Rule.Title
}

func stamp(at telemetry.Instant) string { return at.Time().Format(time.DateTime) }
