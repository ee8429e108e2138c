package node

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/simulate"
	"stormglass/internal/telemetry"
)

// quietLevel: above it a finding is an alarm.
const quietLevel = hunt.Low

// lowOnly are the cases that raise no alarm by themselves, and why that is right.
var lowOnly = map[string]string{
	"AAA-03":        "an engineer who is known there may look a device over: so do audits",
	"AAA-09":        "within the management network a new desk and an odd hour are what a night on call looks like",
	"SYS-12":        "messages are lost on the way, too",
	"FLW-09-beacon": "servers call their makers as evenly; it is one of routers that is an alarm",
	"PRV-02-desk":   "a breach of the rules of the house, from a desk within the management network",
}

// monthSeed is the seed of the months: 1, or with STORMGLASS_MONTH=seed that of STORMGLASS_SEED.
func monthSeed(t *testing.T) uint64 {
	t.Helper()
	if os.Getenv("STORMGLASS_MONTH") != "seed" {
		return 1
	}
	seed, err := strconv.ParseUint(os.Getenv("STORMGLASS_SEED"), 10, 64)
	if err != nil {
		t.Fatalf("STORMGLASS_SEED, which STORMGLASS_MONTH=seed asks for: %v", err)
	}
	return seed
}

// monthFolder writes a month of operation. To hunt in it costs some ten seconds of two cores: STORMGLASS_MONTH=1 (.ci/run) or STORMGLASS_SOAK
// asks for it.
func monthFolder(t *testing.T, dir string, edit func(*simulate.Config)) (*simulate.Truth, simulate.Config) {
	t.Helper()
	if os.Getenv("STORMGLASS_MONTH") == "" && os.Getenv("STORMGLASS_SOAK") == "" {
		t.Skip("STORMGLASS_MONTH is not set")
	}
	cfg := simulate.MonthConfig()
	cfg.Seed = monthSeed(t)
	edit(&cfg)
	truth, err := simulate.Write(t.Context(), dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return truth, cfg
}

// monthly hunts in a month of operation, which it writes to a folder.
func monthly(t *testing.T, dir string, edit func(*simulate.Config)) (*simulate.Truth, *hunt.Result) {
	t.Helper()
	truth, cfg := monthFolder(t, dir, edit)
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
	dir := t.TempDir()
	truth, r := monthly(t, dir, func(*simulate.Config) {})
	checkIncidents(t, truth, r)
	for _, c := range truth.Cases {
		about := findingsOf(r, c)
		if len(about) == 0 {
			t.Errorf("%s: %s: nothing is found about %s", c.Key, c.What, c.Subject)
			continue
		}
		checkInterval(t, c, about)
		alarm := slices.ContainsFunc(about, func(f *hunt.Finding) bool { return f.Level > quietLevel })
		if reason := lowOnly[c.Key]; alarm != (reason == "") {
			t.Errorf("%s: an alarm is %t; why it should be none: %q", c.Key, alarm, reason)
		}
	}
	for _, f := range r.Findings {
		for i := range f.Days {
			if d := &f.Days[i]; f.Level > quietLevel && !explained(truth, f, d) {
				t.Errorf("%s %q about %s, %s to %s: no case of the truth", f.Level, title(f), f.SubjectName(), stamp(d.First), stamp(d.Last))
			}
		}
	}
	checkAlikes(t, truth, r)
	t.Run("lines", func(t *testing.T) { checkLines(t, dir, truth) })
}

// TestMonthOfBenignOperation: where nothing was planted, nothing is found above a low level.
func TestMonthOfBenignOperation(t *testing.T) {
	truth, r := monthly(t, t.TempDir(), func(c *simulate.Config) { c.Cases, c.Benign = false, true })
	for _, f := range r.Findings {
		if f.Level > quietLevel {
			t.Errorf("%s %q about %s, %s to %s, %d records", f.Level, title(f), f.SubjectName(), stamp(f.First), stamp(f.Last), f.Records)
		}
	}
	if n := checkAlikes(t, truth, r); n < 50 {
		t.Errorf("the month has %d look-alikes", n)
	}
}

// TestSampledMonthSaysSo: what rules about flows could not see, because one packet in a thousand was looked at, is said of each.
func TestSampledMonthSaysSo(t *testing.T) {
	_, r := monthly(t, t.TempDir(), func(c *simulate.Config) { c.Sampling = 1000 })
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
