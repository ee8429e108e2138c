package content_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
)

// TestForeign hunts in telemetry that nobody here wrote, with all our rules. testdata/foreign.golden lists what they find, a line a file and
// rule; each line above low stands in testdata/foreign.why with the reason. go test ./content -run Foreign -update writes the list anew.
func TestForeign(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all foreign telemetry")
	}
	root := datatest.Path(t, "telemetry")
	var lines, above []string
	for _, name := range sensorFiles(t, root) {
		for _, line := range foreignFindings(t, root, name) {
			lines = append(lines, line.String())
			if line.level > hunt.Low {
				above = append(above, line.String())
			}
		}
	}
	golden(t, filepath.Join("testdata", "foreign.golden"), strings.Join(lines, "\n")+"\n")
	reasons := readReasons(t)
	for _, line := range above {
		if !reasons.justify(line) {
			t.Errorf("testdata/foreign.why does not say why: %s", line)
		}
	}
	for r, used := range reasons {
		if !used {
			t.Errorf("testdata/foreign.why explains what is not found any more: %q", r)
		}
	}
}

// foreignLine is what a rule finds in a file.
type foreignLine struct {
	file, title string
	level       hunt.Level
	records     uint64
}

func (l foreignLine) String() string {
	return fmt.Sprintf("%s\t%s\t%s\t%d", l.file, l.level, l.title, l.records)
}

// foreignFindings hunts in one file, with the registers that testdata/foreign states.
func foreignFindings(t *testing.T, root, name string) (lines []foreignLine) {
	t.Helper()
	h := node.Hunt{
		Rules: node.RulePaths{Rules: []string{"rules"}}, Registers: filepath.Join("testdata", "foreign"), Telemetry: []string{filepath.Join(root, name)},
		Version: "test", Now: written.UTC,
	}
	r, err := h.Run(context.Background())
	if err != nil {
		t.Fatalf("hunt in %s: %v", name, err)
	}
	by := map[string]foreignLine{}
	for _, f := range r.Findings {
		if f.Rule == nil {
			continue
		}
		key := fmt.Sprint(f.Level, f.Rule.Title)
		line := by[key]
		line.file, line.level, line.title = filepath.ToSlash(name), f.Level, f.Rule.Title
		line.records += f.Records
		by[key] = line
	}
	for _, key := range slices.Sorted(maps.Keys(by)) {
		lines = append(lines, by[key])
	}
	return lines
}

// sensorFiles gives what sensors and devices wrote below a folder, not the descriptions and expected results beside it.
func sensorFiles(t *testing.T, root string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(root, path)
		switch base := d.Name(); {
		case strings.HasSuffix(base, ".md"), strings.HasSuffix(base, ".out"), base == "expected.json", base == "cases.json", base == "index.json":
		default:
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 300 {
		t.Errorf("only %d files", len(names))
	}
	return names
}

// reasons are the lines of foreign.why, by what was used of them: the title of a rule, the beginning of a file's name, the reason.
type reasons map[[3]string]bool

func readReasons(t *testing.T) reasons {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "foreign.why"))
	if err != nil {
		t.Fatal(err)
	}
	r := reasons{}
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 || columns[2] == "" {
			t.Errorf("testdata/foreign.why: %q: three columns, by tabs: rule, beginning of the file's name, reason", line)
			continue
		}
		r[[3]string(columns)] = false
	}
	return r
}

// justify finds the reasons for a line of the golden list.
func (r reasons) justify(line string) (found bool) {
	columns := strings.Split(line, "\t")
	for reason := range r {
		if columns[2] == reason[0] && strings.HasPrefix(columns[0], reason[1]) {
			r[reason], found = true, true
		}
	}
	return found
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, -update writes it anew):\n%s", path, diff)
	}
}
