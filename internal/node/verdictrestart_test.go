package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/report"
)

// TestLieCrashAfterCommit: that records of a rule's log source came is part of the commit that brings them: a process that ends between the
// commit and the database does not have a verdict say that none ever did.
func TestLieCrashAfterCommit(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.hunt() // the rules were looked up in the past, where there is nothing
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, []byte(l.logins("r1", 0, 24)+l.logins("r2", 0, 24)), 0o600); err != nil {
		t.Fatal(err)
	}
	l.do(func(ctx context.Context, k *Keeper) error {
		_, err := (&Ingest{Paths: []string{path}}).Run(ctx, k.Depot)
		return err
	})
	v := l.verdict(l.hunt(), "A login", hunt.NotFound)
	if v.Never || v.Hours != 48 {
		t.Errorf("never: %v, %d hours", v.Never, v.Hours)
	}
}

// told is all that a hunt says of a folder, but when it was asked.
func (l *lying) told() string {
	l.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, report.JSON, l.hunt(), report.Options{MaxFindings: -1}); err != nil {
		l.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(b.Bytes(), &all); err != nil {
		l.Fatal(err)
	}
	for _, key := range []string{"started", "took_ms"} {
		delete(all, key)
	}
	out, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		l.Fatal(err)
	}
	return strings.ReplaceAll(string(out), l.data, "DATA")
}

// TestRestartInABaselineChangesNothing: what analysers learn over weeks, findings and verdicts are the same to the byte whether one process
// takes the weeks in, or each of many a part, some of which end between a commit and the database.
func TestRestartInABaselineChangesNothing(t *testing.T) {
	dir := t.TempDir()
	flows, registers := analysed(t, dir)
	writeRules(t, registers, "devices.yaml", "devices:\n  - {id: core-r1, names: [core-r1]}\n  - {id: core-r2, names: [core-r2]}\n  - {id: acc-r3, names: [acc-r3]}\n")
	writeRules(t, registers, "servers.yaml", "servers:\n  - {service: jump, addresses: [192.0.2.200, \"192.0.2.30/31\"]}\n")
	var logs []string
	for _, part := range [][2]int{{0, 10}, {10, 33}, {33, 61}, {61, 66}, {66, 70}} {
		path := filepath.Join(dir, fmt.Sprintf("log.%02d.log", part[0]))
		if err := os.WriteFile(path, []byte(logDays(part[0], part[1])), 0o600); err != nil {
			t.Fatal(err)
		}
		logs = append(logs, path)
	}
	var rules strings.Builder
	for i, name := range append(slices.Clip(logAnalysers), "beacon", "longpair") {
		fmt.Fprintf(&rules, "---\ntitle: Of %s\nid: 5e0b7a10-0000-4000-8000-0000000003a%d\nlogsource: {product: stormglass, service: derived}\ndetection:\n  sel: {event.dataset: stormglass.%s}\n  condition: sel\nlevel: medium\n", name, i, name)
	}
	names := []string{"00", "03", "06", "09"}
	steps := make([][]string, len(logs))
	for i := range logs {
		steps[i] = []string{logs[i]}
		if i < len(names) {
			steps[i] = append(steps[i], filepath.Join(flows, "conn."+names[i]+".log"), filepath.Join(flows, "dns."+names[i]+".log"))
		}
	}
	folder := func() *lying {
		l := &lying{kept: newKept(t, "")}
		if err := os.RemoveAll(filepath.Join(l.data, "registers")); err != nil {
			t.Fatal(err)
		}
		copyFiles(t, registers, filepath.Join(l.data, "registers"))
		writeRules(t, filepath.Join(l.data, "rules"), "derived.yml", strings.TrimPrefix(rules.String(), "---\n"))
		writeRules(t, filepath.Join(l.data, "rules"), ".no-content", "")
		return l
	}
	one := folder()
	one.do(func(ctx context.Context, k *Keeper) error {
		for _, step := range steps {
			if _, err := k.Ingest(ctx, &Ingest{Paths: step}); err != nil {
				return err
			}
		}
		return nil
	})
	want := one.told()
	for _, found := range []string{"Of firstseen", "Of hours", "Of dormant", "Of beacon"} {
		if !strings.Contains(want, found) {
			t.Errorf("%s: nothing of it is told, the test asks too little", found)
		}
	}
	many := folder()
	for i, step := range steps {
		many.do(func(ctx context.Context, k *Keeper) error {
			if i%2 == 1 { // it ends between the commit and the database
				_, err := (&Ingest{Paths: step}).Run(ctx, k.Depot)
				return err
			}
			_, err := k.Ingest(ctx, &Ingest{Paths: step})
			return err
		})
	}
	if diff := gocmp.Diff(strings.Split(want, "\n"), strings.Split(many.told(), "\n")); diff != "" {
		t.Errorf("-one process +many\n%.6000s", diff)
	}
}
