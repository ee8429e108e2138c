package content_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/telemetry"
)

// derivedSuffix is how files of test data end that hold what an analyser emits, not what a source writes: a JSON object of fields and
// texts on each line. They prove a rule about an analyser whose own tests prove what it emits.
const derivedSuffix = ".derived.jsonl"

// judged gives what rules find in the derived records of a file.
func judged(t testing.TB, path string) (found []finding) {
	t.Helper()
	registers, err := node.LoadRegisters(filepath.Join("testdata", "registers"))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := node.RulePaths{Content: true, Geo: filepath.Join("testdata", "geo")}.Load(registers)
	if err != nil {
		t.Fatal(err)
	}
	reported := rules.Collection.Reported()
	b := derivedBatch(t, path)
	rules.Program.Evaluator().Batch(b, func(n, record int) {
		if r := rules.Program.Rules()[n].Rule; reported[r] {
			info := hunt.RuleInfoOf(r)
			found = append(found, finding{info, info.Level, b.Event[record].Host, path})
		}
	})
	return found
}

// derivedBatch reads the derived records of a file.
func derivedBatch(t testing.TB, path string) *telemetry.Batch {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b := &telemetry.Batch{Kind: telemetry.KindDerived}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var fields map[string]string
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%s:%d: %v", path, n+1, err)
		}
		i := b.Append(uint64(n + 1))
		for name, v := range fields {
			id := telemetry.FieldNamed(name)
			if b.Assign(i, id, v) != telemetry.Taken {
				b.AddPair(&b.Event[i].Pairs, id, v)
			}
		}
	}
	return b
}
