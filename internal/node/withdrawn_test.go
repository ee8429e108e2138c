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

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// TestLateRecordsWithdraw: who sends lines with old times, so that a source and an hour were always an account's own, does not make what was
// found vanish: it stays, with the days of which records came. So it does however often rules are asked, and lines of others take nothing back.
func TestLateRecordsWithdraw(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	writeRules(t, filepath.Join(data, "rules"), ".no-content", "")
	var rules []string
	for i, name := range []string{"firstseen", "hours"} {
		rules = append(rules, fmt.Sprintf("title: Of %s\nid: 5e0b7a10-0000-4000-8000-0000000001d%d\nlogsource: {product: stormglass, service: derived}\ndetection:\n  sel: {event.dataset: stormglass.%s}\n  condition: sel\nlevel: medium\n", name, i, name))
	}
	writeRules(t, filepath.Join(data, "rules"), "derived.yml", strings.Join(rules, "---\n"))
	line := func(day, hour int, user, source string) string { // day 0 is a Monday
		at := time.Date(2025, 1, 6+day, hour, 12, 0, 0, time.UTC)
		return at.Format("Mon Jan _2 15:04:05 2006") + "\tcore-r1\t" + user + "\ttty2\t" + source + "\tstop\ttask_id=7\tservice=shell\tcmd=show version <cr>\n"
	}
	ingest := func(name string, lines ...string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		keep(t, data, func(ctx context.Context, k *Keeper) error {
			_, err := k.Ingest(ctx, &Ingest{Paths: []string{path}})
			return err
		})
	}
	told := func() (out []string) {
		t.Helper()
		list, err := Findings(t.Context(), data, FindingQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Findings {
			for _, d := range f.Days {
				out = append(out, fmt.Sprintf("%s %s: %s", f.Rule.Title, d.Day, d.Withdrawn()))
			}
		}
		return out
	}
	same := func(when string, want ...string) {
		t.Helper()
		got := told()
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", when, diff)
		}
	}
	var month []string
	for d := range 29 {
		month = append(month, line(d, 9, "op-ben", "192.0.2.31"), line(d, 10, "op-anna", "192.0.2.30"))
	}
	ingest("month.log", append(month, line(28, 3, "op-ben", "192.0.2.77"))...)
	before := []string{"Of firstseen 2025-02-03: ", "Of hours 2025-02-03: "}
	same("at first", before...)
	ingest("others.log", line(12, 3, "op-anna", "192.0.2.30"))
	var mine []string
	for _, s := range told() {
		if strings.Contains(s, "2025-02-03") {
			mine = append(mine, s)
		}
	}
	if diff := gocmp.Diff(before, mine); diff != "" {
		t.Errorf("after lines of somebody else: -want +got\n%s", diff)
	}
	ingest("forged.log", line(7, 3, "op-ben", "192.0.2.77"), line(14, 3, "op-ben", "192.0.2.77"))
	var after []string
	for _, s := range told() {
		if strings.Contains(s, "2025-02-03") {
			after = append(after, s)
		}
	}
	why := "records of 2025-01-13, 2025-01-20 came after this was found"
	want := []string{"Of firstseen 2025-02-03: " + why, "Of hours 2025-02-03: " + why}
	if diff := gocmp.Diff(want, after); diff != "" {
		t.Errorf("after forged lines: -want +got\n%s", diff)
	}
	all := told()
	keep(t, data, func(ctx context.Context, k *Keeper) error {
		_, err := k.HuntRules(ctx, nil, 0)
		return err
	})
	same("asked again", all...)
	ingest("later.log", line(29, 9, "op-ben", "192.0.2.31"))
	same("a day later", all...)
}

// TestLateFor: what is late for which days, by hand: latest day told of is 1000; of hours (57 days) and beacon (2 days).
func TestLateFor(t *testing.T) {
	days := map[telemetry.Day]bool{}
	for d := telemetry.Day(900); d <= 1001; d++ {
		days[d] = true
	}
	events, flows := []telemetry.Kind{telemetry.KindEvent}, []telemetry.Kind{telemetry.KindFlow}
	for _, c := range []struct {
		name  string
		rule  string
		added map[telemetry.Day][]telemetry.Kind
		day   telemetry.Day
		want  string
	}{
		{"of the first day of the window", "hours", map[telemetry.Day][]telemetry.Kind{944: events}, 1000, "records of 1972-08-02 came after this was found"},
		{"of the day before it", "hours", map[telemetry.Day][]telemetry.Kind{943: events}, 1000, ""},
		{"of the day that goes on", "hours", map[telemetry.Day][]telemetry.Kind{1000: events}, 1000, ""},
		{"of a day that is over", "hours", map[telemetry.Day][]telemetry.Kind{999: events}, 999, "records of 1972-09-26 came after this was found"},
		{"of a day of which nothing was told", "hours", map[telemetry.Day][]telemetry.Kind{1000: events}, 1001, ""},
		{"of a kind that it does not look at", "hours", map[telemetry.Day][]telemetry.Kind{999: flows}, 1000, ""},
		{"of the day after", "beacon", map[telemetry.Day][]telemetry.Kind{999: flows}, 998, ""},
		{
			"of more days than are named", "hours",
			map[telemetry.Day][]telemetry.Kind{991: events, 992: events, 993: events, 994: events, 995: events},
			1000,
			"records of 1972-09-18, 1972-09-19, 1972-09-20 and 2 further days came after this was found",
		},
	} {
		s := step{rules: map[*rule.Rule]bool{judging(c.rule): true}, days: days}
		if got := lateFor(s, c.added, 1000)[c.day]; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
