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
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// judging is a rule about the records of an analyser; without a name about those of any.
func judging(name string) *rule.Rule {
	var s rule.Selection
	if name != "" {
		s.Groups = []rule.Group{{Items: []rule.Item{{Field: "event.dataset", Values: []rule.Value{{Written: "stormglass." + name}}}}}}
	}
	return &rule.Rule{Title: name, Detection: &rule.Detection{Selections: []rule.Selection{s}}}
}

// TestSteps: what came asks again of no more days than the windows of those that look at it, and no more rules than judge these.
func TestSteps(t *testing.T) {
	rules := map[*rule.Rule]bool{}
	for _, name := range []string{"beacon", "dnstunnel", "longpair", "dormant", "silence", ""} {
		rules[judging(name)] = true
	}
	asked := func(added map[telemetry.Day][]telemetry.Kind) map[string][]int {
		out := map[string][]int{}
		for _, s := range stepsOf(rules, added) {
			for r := range s.rules {
				for d := range s.days {
					out[r.Title] = append(out[r.Title], int(d))
				}
			}
		}
		for _, days := range out {
			slices.Sort(days)
		}
		return out
	}
	span := func(from, days int) (out []int) {
		for d := range days {
			out = append(out, from+d)
		}
		return out
	}
	for _, c := range []struct {
		name  string
		added map[telemetry.Day][]telemetry.Kind
		want  map[string][]int
	}{
		{"nothing", nil, map[string][]int{}},
		{"flows", map[telemetry.Day][]telemetry.Kind{1000: {telemetry.KindFlow}}, map[string][]int{
			"beacon": span(1000, 2), "longpair": span(1000, 7), "silence": span(1000, 15), "": span(1000, 15),
		}},
		{"questions", map[telemetry.Day][]telemetry.Kind{1000: {telemetry.KindDNS}}, map[string][]int{"dnstunnel": span(1000, 1), "": span(1000, 31)}},
		{"a line of long ago, and one of today: not all days between", map[telemetry.Day][]telemetry.Kind{1000: {telemetry.KindEvent}, 9000: {telemetry.KindEvent}}, map[string][]int{
			"silence": append(span(1000, 15), span(9000, 15)...), "dormant": append(span(1000, 91), span(9000, 91)...), "": append(span(1000, 91), span(9000, 91)...),
		}},
	} {
		got := asked(c.added)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestToldOfAllDays: what analysers told of days in earlier runs stays told, whatever the latest run looked at.
func TestToldOfAllDays(t *testing.T) {
	dir := t.TempDir()
	paths, registers := analysed(t, dir)
	data := filepath.Join(dir, "data")
	copyFiles(t, registers, filepath.Join(data, "registers"))
	writeRules(t, filepath.Join(data, "rules"), ".no-content", "")
	writeRules(t, filepath.Join(data, "rules"), "derived.yml", derivedRules)
	var ran []*hunt.AnalyserAccount
	for _, n := range []string{"00", "06", "09"} {
		keep(t, data, func(ctx context.Context, k *Keeper) (err error) {
			if _, err = k.Ingest(ctx, &Ingest{Paths: []string{filepath.Join(paths, "conn."+n+".log"), filepath.Join(paths, "dns."+n+".log")}}); err == nil {
				ran, err = k.analysersRan()
			}
			return err
		})
	}
	for _, a := range ran {
		if a.Name != "beacon" {
			continue
		}
		if a.First.String() != "2024-11-20" || a.Last.String() != "2024-11-29" || a.Days != 7 { // of ten days three never came
			t.Errorf("%+v", a)
		}
		return
	}
	t.Errorf("beacon told of nothing: %+v", ran)
}

// TestOldRecordsReadLittle: a record of long ago that comes each hour has no months read each time: extracts of days without news are kept.
func TestOldRecordsReadLittle(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	writeRules(t, filepath.Join(data, "rules"), ".no-content", "")
	writeRules(t, filepath.Join(data, "rules"), "derived.yml", "title: Wakes\nid: 5e0b7a10-0000-4000-8000-0000000001b0\nlogsource: {product: stormglass, service: derived}\ndetection:\n  sel: {event.dataset: stormglass.dormant}\n  condition: sel\nlevel: medium\n")
	line := func(day, minute int) string {
		at := time.Date(2025, 1, 1+day, 9, minute, 0, 0, time.UTC)
		return at.Format("Mon Jan _2 15:04:05 2006") + "\tcore-r1\top-ben\ttty2\t192.0.2.31\tstop\ttask_id=7\tservice=shell\tcmd=show version <cr>\n"
	}
	ingest := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		keep(t, data, func(ctx context.Context, k *Keeper) error {
			_, err := k.Ingest(ctx, &Ingest{Paths: []string{path}})
			return err
		})
	}
	var all strings.Builder
	for day := range 200 {
		all.WriteString(line(day, 0))
	}
	ingest("all.log", all.String())
	made := func() map[string]time.Time {
		files, err := os.ReadDir(filepath.Join(data, extractsDir, "dormant"))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]time.Time{}
		for _, f := range files {
			info, err := f.Info()
			if err != nil {
				t.Fatal(err)
			}
			out[f.Name()] = info.ModTime()
		}
		return out
	}
	before := made()
	ingest("late.log", line(10, 1))
	again := 0
	for name, at := range made() {
		if !before[name].Equal(at) {
			again++
		}
	}
	if again != 1 {
		t.Errorf("%d days were read again, want the one to which something came", again)
	}
}
