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
	var lines []foreignLine
	for _, name := range sensorFiles(t, root) {
		lines = append(lines, foreignFindings(t, "foreign", root, name)...)
	}
	justified(t, "foreign", lines)
}

// TestForeignRouters does so as if every private address were a router's and nothing else were stated: rules about routers are asked of
// laptops then, and what they find is what laptops do. A line is a folder and a rule.
func TestForeignRouters(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all foreign telemetry")
	}
	root := datatest.Path(t, "telemetry")
	var lines []foreignLine
	for _, name := range []string{"flows-akvorado", "netflow-logstash", "pcap-ndpi", "zeek-btest", "zeek-rita", "zeek-wrccdc"} {
		lines = append(lines, foreignFindings(t, "foreign-routers", root, name)...)
	}
	if len(lines) < 10 {
		t.Errorf("%d lines: laptops that are called routers do not behave so well", len(lines))
	}
	justified(t, "foreign-routers", lines)
}

// justified holds what was found to the golden list of a name, and each line above low to the reasons.
func justified(t *testing.T, name string, lines []foreignLine) {
	t.Helper()
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line.String() + "\n")
	}
	golden(t, filepath.Join("testdata", name+".golden"), text.String())
	reasons := readReasons(t, filepath.Join("testdata", name+".why"))
	for _, line := range lines {
		if line.level > hunt.Low && !reasons.justify(line) {
			t.Errorf("testdata/%s.why does not say why: %s", name, line)
		}
	}
	for r, used := range reasons {
		if !used {
			t.Errorf("testdata/%s.why explains what is not found any more: %q", name, r)
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

// foreignFindings hunts in a file or folder, with the registers of a folder of testdata.
func foreignFindings(t *testing.T, registers, root, name string) (lines []foreignLine) {
	t.Helper()
	h := node.Hunt{
		Rules: node.RulePaths{Content: true}, Registers: filepath.Join("testdata", registers), Telemetry: []string{filepath.Join(root, name)},
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

// reasons are the lines of a file of reasons, by what was used of them: the title of a rule, the beginning of a file's name, the reason.
type reasons map[[3]string]bool

func readReasons(t *testing.T, path string) reasons {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := reasons{}
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 || columns[2] == "" {
			t.Errorf("%s: %q: three columns, by tabs: rule, beginning of the file's name, reason", path, line)
			continue
		}
		r[[3]string(columns)] = false
	}
	return r
}

// justify finds the reasons for a line of the golden list.
func (r reasons) justify(line foreignLine) (found bool) {
	for reason := range r {
		if line.title == reason[0] && strings.HasPrefix(line.file, reason[1]) {
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
