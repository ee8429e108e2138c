package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/simulate"
	"stormglass/internal/telemetry"
)

// notFound are the cases of the month that no finding is about, and why that is right.
var notFound = map[string]string{
	"SYS-07": "a feed: commands as typed are what other rules look at; it has no rule of its own",
	"PRV-03": "the analyser of dormant accounts learns for 60 days, and says so: a month is not enough",
}

// otherInterval are the cases whose findings have another interval than the truth, and why.
var otherInterval = map[string]string{
	"SYS-06":        "that the device speaks again ends the case; the rule is about the one message that stops it",
	"SYS-12":        "what is missing was lost between the message before and the one after",
	"FLW-09":        "a window of seven whole days is looked at",
	"FLW-09-beacon": "the score is a whole day's",
	"DNS-02":        "a domain is new once: that it was asked for again is not told",
	"PRV-01":        "an episode goes on while its account logs in within a day",
	"PRV-04":        "the rule counts whatever fails at the VPN, scanners too",
}

// quietLevel: above it a finding is an alarm.
const quietLevel = hunt.Low

// monthly hunts in a month of operation, which costs some ten seconds of two cores: STORMGLASS_MONTH=1 (.ci/run) or STORMGLASS_SOAK asks for it.
func monthly(t *testing.T, edit func(*simulate.Config)) (*simulate.Truth, *hunt.Result) {
	t.Helper()
	if os.Getenv("STORMGLASS_MONTH") == "" && os.Getenv("STORMGLASS_SOAK") == "" {
		t.Skip("STORMGLASS_MONTH is not set")
	}
	dir, cfg := t.TempDir(), simulate.MonthConfig()
	edit(&cfg)
	truth, err := simulate.Write(t.Context(), dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := Hunt{
		Intel: []string{filepath.Join(dir, "intel")}, Telemetry: []string{filepath.Join(dir, "telemetry")}, Registers: filepath.Join(dir, "registers"),
		Rules: RulePaths{Content: true}, Version: "test", Now: func() time.Time { return cfg.Start.AddDate(0, 0, cfg.Days) },
	}
	r, err := h.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if r.Coverage == nil || r.Coverage.Registered == 0 || r.Coverage.Unknown > 0 {
		t.Errorf("the register names all devices; coverage: %+v", r.Coverage)
	}
	return truth, r
}

// TestMonthFindsEachCase: each case of the catalogue is found, about whom and in what time the truth says, and above a low level nothing else is.
func TestMonthFindsEachCase(t *testing.T) {
	truth, r := monthly(t, func(*simulate.Config) {})
	checkIncidents(t, truth, r)
	for _, c := range truth.Cases {
		about := findingsOf(r, c)
		switch reason := notFound[c.Key]; {
		case reason != "" && len(about) > 0:
			t.Errorf("%s is found, though %s", c.Key, reason)
		case reason == "" && len(about) == 0:
			t.Errorf("%s: %s: nothing is found about %s", c.Key, c.What, c.Subject)
		case reason == "" && otherInterval[c.Key] == "":
			checkInterval(t, c, about)
		}
	}
	for _, f := range r.Findings {
		for i := range f.Days {
			if d := &f.Days[i]; f.Level > quietLevel && !explained(truth, f, d) {
				t.Errorf("%s %q about %s, %s to %s: no case of the truth", f.Level, title(f), f.SubjectName(), stamp(d.First), stamp(d.Last))
			}
		}
	}
	for _, a := range r.Analysers {
		if a.Name == "dormant" && len(a.NotAssessed) == 0 {
			t.Error("the analyser of dormant accounts does not say that it still learns")
		}
	}
}

// TestMonthOfBenignOperation: where nothing was planted, nothing is found above a low level.
func TestMonthOfBenignOperation(t *testing.T) {
	_, r := monthly(t, func(c *simulate.Config) { c.Cases, c.Benign = false, true })
	for _, f := range r.Findings {
		if f.Level > quietLevel {
			t.Errorf("%s %q about %s, %s to %s, %d records", f.Level, title(f), f.SubjectName(), stamp(f.First), stamp(f.Last), f.Records)
		}
	}
}

// TestSampledMonthSaysSo: what rules about flows could not see, because one packet in a thousand was looked at, is said of each.
func TestSampledMonthSaysSo(t *testing.T) {
	_, r := monthly(t, func(c *simulate.Config) { c.Sampling = 1000 })
	n := 0
	for _, v := range r.Verdicts().Rules {
		if v.Answer == hunt.NotAssessed || !slices.Contains(v.Rule.Needs, telemetry.KindFlow) {
			continue
		}
		n++
		if v.Sampled == nil || v.Sampled.Rate != 1000 || v.Sampled.Packets < 1000 {
			t.Errorf("%q does not say that flows were sampled: %+v", v.Rule.Title, v.Sampled)
		}
	}
	if n < 20 {
		t.Errorf("%d rules about flows were assessed", n)
	}
}

// slack is how far from a case what belongs to it may be: a session goes on after the deed, and messages have their own clocks.
const slack = time.Hour

// findingsOf gives what is found about a case: of its entry, about whom the truth names, in its time.
func findingsOf(r *hunt.Result, c *simulate.Case) (out []*hunt.Finding) {
	for _, f := range r.Findings {
		if tells(f, c.ID) && about(f, c) && !f.Last.Time().Before(c.First.Add(-time.Second)) && !f.First.Time().After(c.Last.Add(time.Second)) {
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
	for part := range strings.SplitSeq(f.SubjectName(), ", ") {
		if _, v, ok := strings.Cut(part, "="); ok {
			part = v
		}
		if part == c.Subject || slices.Contains(c.Names, part) {
			return true
		}
	}
	return false
}

// checkInterval expects what is found to lie within the case, to begin with it, and to end with the last thing that rules look at: who
// logs out a quarter of an hour later does nothing that any rule is about.
func checkInterval(t *testing.T, c *simulate.Case, list []*hunt.Finding) {
	t.Helper()
	const clocks, begin, end = 2 * time.Second, 2 * time.Minute, 16 * time.Minute
	var first, last time.Time
	var all []string
	for _, f := range list {
		all = append(all, fmt.Sprintf("%q %s to %s", title(f), stamp(f.First), stamp(f.Last)))
		if f.First.Time().Before(c.First.Add(-clocks)) || f.Last.Time().After(c.Last.Add(clocks)) {
			continue
		}
		if first.IsZero() || f.First.Time().Before(first) {
			first = f.First.Time()
		}
		if f.Last.Time().After(last) {
			last = f.Last.Time()
		}
	}
	if first.IsZero() || first.After(c.First.Add(begin)) || last.Before(c.Last.Add(-end)) {
		t.Errorf("%s: %s to %s by the truth; found is %s", c.Key, c.First.Format(time.DateTime), c.Last.Format(time.DateTime), strings.Join(all, "; "))
	}
}

// explained reports whether what a finding met on a day is a case, or what the truth says that those records may raise besides.
func explained(truth *simulate.Truth, f *hunt.Finding, d *hunt.Day) bool {
	first, last := d.First.Time(), d.Last.Time()
	for _, c := range truth.Cases {
		if !tells(f, append([]string{c.ID}, c.Also...)...) || !about(f, c) || last.Before(c.First.Add(-slack)) || first.After(c.Last.Add(slack)) {
			continue
		}
		if otherInterval[c.Key] != "" || !first.Before(c.First.Add(-slack)) && !last.After(c.Last.Add(slack)) {
			return true
		}
	}
	return false
}

func title(f *hunt.Finding) string {
	if f.Rule == nil {
		return f.Value.String()
	}
	return f.Rule.Title
}

func stamp(at telemetry.Instant) string { return at.Time().Format(time.DateTime) }
