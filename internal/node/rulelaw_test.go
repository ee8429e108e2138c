package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/simulate"
	"stormglass/internal/telemetry"
)

// lawRules are rules about what the simulated operator's telemetry holds: findings by themselves, correlations, a chain and a filter.
const lawRules = `title: Large flow
id: 5e0b7a10-0000-4000-8000-000000000001
logsource: {category: network_connection}
detection:
  sel: {DestinationPort: 443}
  condition: sel
level: low
---
title: Question
name: question
id: 5e0b7a10-0000-4000-8000-000000000002
logsource: {category: dns}
detection:
  sel: {query|contains: '.'}
  condition: sel
level: informational
---
title: Many questions
id: 5e0b7a10-0000-4000-8000-000000000003
correlation:
  type: event_count
  rules: [question]
  group-by: [query]
  timespan: 10m
  condition: {gte: 3}
level: high
---
title: Connection to a router's shell
id: 5e0b7a10-0000-4000-8000-000000000004
logsource: {category: firewall}
detection:
  sel: {dst_port: [22, 23]}
  condition: sel
level: medium
`

// simulated writes a simulated operator and a folder of rules.
func simulated(t *testing.T) (dir, rules string) {
	t.Helper()
	dir = t.TempDir()
	cfg := simulate.DefaultConfig()
	cfg.Days = 1
	if _, err := simulate.Write(context.Background(), dir, cfg); err != nil {
		t.Fatal(err)
	}
	rules = filepath.Join(dir, "rules")
	writeRules(t, rules, "law.yml", lawRules)
	return dir, rules
}

func writeRules(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ruleFindings writes findings of rules in short.
func ruleFindings(all []*hunt.Finding) (out []string) {
	for _, f := range all {
		if f.Rule == nil {
			continue
		}
		for _, d := range f.Days {
			if d.Withdrawn() != "" { // who takes records in out of order has seen more than there was
				continue
			}
			out = append(out, fmt.Sprintf("%s %s day %s: %d records %d bytes %s %s %d samples", f.Rule.Title, f.Subject, d.Day, d.Records, d.Bytes, d.First.Time().Format(time.RFC3339), d.Last.Time().Format(time.RFC3339), len(d.Samples)))
		}
	}
	slices.Sort(out)
	return out
}

// keptRules gives what a data folder holds of rules.
func keptRules(t *testing.T, data string) []string {
	t.Helper()
	list, err := Findings(t.Context(), data, FindingQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var all []*hunt.Finding
	for _, f := range list.Findings {
		all = append(all, f.Finding)
	}
	return ruleFindings(all)
}

func keep(t *testing.T, data string, do func(context.Context, *Keeper) error) {
	t.Helper()
	if err := Keeping(t.Context(), data, "test", do); err != nil {
		t.Fatal(err)
	}
}

// TestRulesOfADataFolderFindWhatOneShotFinds takes the same telemetry in with the rules there before, with rules that come after, in one
// commit and in many, and expects what a hunt without a data folder finds.
func TestRulesOfADataFolderFindWhatOneShotFinds(t *testing.T) {
	dir, rules := simulated(t)
	paths := []string{filepath.Join(dir, "telemetry")}
	asked := RulePaths{Rules: []string{rules}, Content: true}
	r := runHunt(t, Hunt{Rules: asked, Telemetry: paths, Registers: filepath.Join(dir, "registers")})
	want := ruleFindings(r.Findings)
	titles := map[string]bool{}
	for _, f := range r.Findings {
		titles[f.Rule.Title] = true
	}
	if len(titles) < 3 {
		t.Fatalf("only the rules %v find something: the test asks too little", titles)
	}
	for _, tt := range []struct {
		name   string
		before bool
		commit uint64
	}{{"before", true, 0}, {"before, many commits", true, 200_000}, {"after", false, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			copyFiles(t, filepath.Join(dir, "registers"), filepath.Join(data, "registers"))
			if tt.before {
				writeRules(t, filepath.Join(data, "rules"), "law.yml", lawRules)
			} else {
				writeRules(t, data, NoContent, "")
			}
			keep(t, data, func(ctx context.Context, k *Keeper) error {
				_, err := k.Ingest(ctx, &Ingest{Paths: paths, CommitBytes: tt.commit})
				return err
			})
			if !tt.before {
				if got := keptRules(t, data); len(got) > 0 {
					t.Fatalf("without rules it holds %v", got)
				}
				if err := os.Remove(filepath.Join(data, NoContent)); err != nil {
					t.Fatal(err)
				}
				writeRules(t, filepath.Join(data, "rules"), "law.yml", lawRules)
				keep(t, data, func(ctx context.Context, k *Keeper) error {
					_, err := k.HuntAll(ctx)
					return err
				})
			}
			if diff := gocmp.Diff(want, keptRules(t, data)); diff != "" {
				t.Errorf("-one-shot +data folder\n%.4000s", diff)
			}
			keep(t, data, func(ctx context.Context, k *Keeper) error { // all of it again changes nothing
				saved, err := k.HuntRules(ctx, nil, 0)
				if err == nil && saved.Saved.New+saved.Saved.Changed > 0 {
					t.Errorf("asked again of the same records: %+v", saved.Saved)
				}
				return err
			})
			if diff := gocmp.Diff(want, keptRules(t, data)); diff != "" {
				t.Errorf("after it was asked again, -one-shot +data folder\n%.4000s", diff)
			}
			replayed(t, data, asked, want)
		})
	}
}

// replayed expects a replay to tell what is found.
func replayed(t *testing.T, data string, rules RulePaths, want []string) {
	t.Helper()
	r, err := Replay(t.Context(), data, rules, 0, telemetry.Day(40_000))
	if err != nil {
		t.Fatal(err)
	}
	var all []*hunt.Finding
	for _, x := range r.Rules {
		all = append(all, x.Findings...)
		var records uint64
		for _, d := range x.Days {
			records += d.Records
		}
		if records != x.Records {
			t.Errorf("%s: its days have %d records, it has %d", x.Rule.Title, records, x.Records)
		}
	}
	if diff := gocmp.Diff(want, ruleFindings(all)); diff != "" {
		t.Errorf("-one-shot +replay\n%.4000s", diff)
	}
}

func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
