package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// logAnalysers are those that look at logs.
var logAnalysers = []string{"firstseen", "hours", "dormant", "silence", "sequence", "aaasilent"}

// logDays are the days from one to another of a made-up operator's log, with one case for each analyser near the end of seventy.
func logDays(from, to int) string {
	var b strings.Builder
	seq := map[string]int{"core-r1": 1000, "core-r2": 2000, "acc-r3": 3000}
	for d := range to {
		day := time.Date(2025, 1, 6+d, 0, 0, 0, 0, time.UTC)
		say := func(host string, at time.Duration, text string) {
			seq[host]++
			if d >= from {
				fmt.Fprintf(&b, "<189>%d: %s: %s UTC: %s\n", seq[host], host, day.Add(at).Format("Jan _2 2006 15:04:05.000"), text)
			}
		}
		account := func(host, user, source string, at time.Duration) {
			if d >= from {
				fmt.Fprintf(&b, "%s\t%s\t%s\ttty2\t%s\tstop\ttask_id=7\tservice=shell\tcmd=show version <cr>\n", day.Add(at).Format("Mon Jan _2 15:04:05 2006"), host, user, source)
			}
		}
		for h := range time.Duration(24) {
			for _, host := range []string{"core-r1", "core-r2", "acc-r3"} {
				if host == "core-r2" && d == 67 && h >= 5 && h < 11 {
					continue
				}
				if host == "core-r1" && d == 68 && h == 7 {
					seq[host] += 57
				}
				say(host, h*time.Hour+30*time.Minute, "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up")
			}
		}
		if d%7 < 5 {
			for _, h := range []time.Duration{9, 11, 14} {
				account("core-r1", "op-ben", "192.0.2.31", h*time.Hour)
				account("acc-r3", "op-anna", "192.0.2.30", h*time.Hour+time.Minute)
			}
		}
		switch d {
		case 2, 66:
			account("core-r1", "op-ivar", "192.0.2.30", 10*time.Hour)
		case 65:
			account("core-r1", "op-ben", "192.0.2.77", 3*time.Hour+12*time.Minute)
		case 67:
			say("acc-r3", 12*time.Hour+40*time.Minute, "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op-anna] [Source: 192.0.2.30] [localport: 22] at 12:40:00 UTC Fri Mar 14 2025")
		}
	}
	return b.String()
}

// TestAnalysersOfLogsTellTheSameEitherWay: as TestAnalysersTellTheSameEitherWay, for those that learn for weeks: a process that ends in the
// middle of what is learned, and days that come before those they follow, change nothing.
func TestAnalysersOfLogsTellTheSameEitherWay(t *testing.T) {
	dir := t.TempDir()
	var rules strings.Builder
	for i, name := range logAnalysers {
		fmt.Fprintf(&rules, "---\ntitle: Of %s\nid: 5e0b7a10-0000-4000-8000-0000000001a%d\nlogsource: {product: stormglass, service: derived}\ndetection:\n  sel: {event.dataset: stormglass.%s}\n  condition: sel\nlevel: medium\n", name, i, name)
	}
	writeRules(t, filepath.Join(dir, "rules"), "derived.yml", strings.TrimPrefix(rules.String(), "---\n"))
	writeRules(t, filepath.Join(dir, "registers"), "servers.yaml", "servers:\n  - {service: jump, addresses: [\"192.0.2.30/31\"]}\n")
	telemetry := filepath.Join(dir, "telemetry")
	if err := os.MkdirAll(telemetry, 0o700); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, part := range [][2]int{{0, 25}, {25, 64}, {64, 70}} {
		path := filepath.Join(telemetry, fmt.Sprintf("log.%02d.log", part[0]))
		if err := os.WriteFile(path, []byte(logDays(part[0], part[1])), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	r := runHunt(t, Hunt{Rules: RulePaths{Rules: []string{filepath.Join(dir, "rules")}}, Telemetry: files, Registers: filepath.Join(dir, "registers")})
	want := ruleFindings(r.Findings)
	titles := map[string]bool{}
	for _, f := range r.Findings {
		titles[f.Rule.Title] = true
	}
	if len(titles) != len(logAnalysers) {
		for _, a := range r.Analysers {
			t.Logf("%+v", *a)
		}
		t.Fatalf("only %v find something\n%s", titles, strings.Join(want, "\n"))
	}
	for name, order := range map[string][]int{"in order": {0, 1, 2}, "out of order": {1, 2, 0}} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			copyFiles(t, filepath.Join(dir, "registers"), filepath.Join(data, "registers"))
			copyFiles(t, filepath.Join(dir, "rules"), filepath.Join(data, "rules"))
			writeRules(t, filepath.Join(data, "rules"), ".no-content", "")
			for _, n := range order { // each in a process of its own
				keep(t, data, func(ctx context.Context, k *Keeper) error {
					_, err := k.Ingest(ctx, &Ingest{Paths: []string{files[n]}})
					return err
				})
			}
			if diff := gocmp.Diff(want, keptRules(t, data)); diff != "" {
				t.Errorf("-one-shot +data folder\n%.4000s", diff)
			}
		})
	}
}
