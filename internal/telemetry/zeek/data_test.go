package zeek_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/zeek"
)

// TestBothForms reads logs of the same traffic in both of Zeek's forms.
func TestBothForms(t *testing.T) {
	dir := datatest.Path(t, "telemetry", "zeek-wrccdc")
	files, err := os.ReadDir(filepath.Join(dir, "zeek-default"))
	if err != nil || len(files) != 13 {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		name, _, _ := strings.Cut(f.Name(), ".")
		t.Run(name, func(t *testing.T) {
			tsv := read(t, filepath.Join(dir, "zeek-default", f.Name()), "zeek tsv")
			json := read(t, filepath.Join(dir, "zeek-json", name+".json.gz"), "zeek json")
			if len(tsv) != len(json) || len(tsv) == 0 {
				t.Fatalf("%d records and %d", len(tsv), len(json))
			}
			bad := 0
			for i := range tsv {
				if tsv[i] != json[i] {
					if bad++; bad <= 3 {
						t.Errorf("record %d\ntsv  %s\njson %s", i, tsv[i], json[i])
					}
				}
			}
			t.Logf("%d records, %d differ", len(tsv), bad)
		})
	}
}

// read gives a file's records without ordinals (the forms differ by the header's lines) and Raw.
func read(t *testing.T, path, format string) []string {
	t.Helper()
	text := telemetrytest.Load(t, path)
	head := telemetrytest.Head(text)
	if !zeek.Sniff(head, path) {
		t.Fatalf("%s: not taken for Zeek", path)
	}
	d := zeek.New(head, path)
	if d.Name() != format {
		t.Errorf("%s: read as %s", path, d.Name())
	}
	sets := telemetrytest.Read(d, text, len(text)/3, len(text)/2)
	var out []string
	for _, s := range sets {
		if s.Lines != s.Read || len(s.Problems.List) != 0 || s.Undated != 0 {
			t.Errorf("%s: lines %d, read %d, undated %d, problems %+v", path, s.Lines, s.Read, s.Undated, s.Problems)
		}
	}
	for _, r := range telemetrytest.Records(sets...) {
		kind, rest, _ := strings.Cut(r, " ")
		_, rest, _ = strings.Cut(rest, " ")
		out = append(out, kind+" "+telemetrytest.WithoutRaw(rest))
	}
	return out
}

// explained are the skips that are right, as "file: reason count".
var explained = map[string]bool{
	// The header names 30 columns, the one row has 29.
	"zeek-rita/has_unknown_field/http.log: wrong number of columns 1": true,
	// Cut off on purpose.
	"zeek-rita/truncated/conn.log: cut off in the middle 1":      true,
	"zeek-rita/truncated/conn_json.log: cut off in the middle 1": true,
	// Port 93145 of a made-up line; the rest of its record is read.
	"zeek-rita/truncated/conn_json.log: value not understood 1": true,
}

// notZeek are files without anything of Zeek at their start; they are read as text.
var notZeek = map[string]bool{
	"zeek-rita/text_file/conn.log":     true, // prose
	"zeek-rita/truncated/conn_top.log": true, // rows without their header
	// A comment and nothing else.
	"zeek-btest/expected/scripts.base.protocols.ssl.dtls-stun-dpd/analyzer.log": true,
	// Columns without names.
	"zeek-btest/expected/scripts.base.protocols.ssl.max-history-length/ssl-max-history-length-3.log":       true,
	"zeek-btest/expected/scripts.base.protocols.ssl.max-history-length/ssl-max-history-length-default.log": true,
	"zeek-btest/expected/scripts.base.protocols.ssl.max-history-length/weird-max-history-length-3.log":     true,
	"zeek-btest/expected/scripts.policy.protocols.http.var-extraction-uri/http-reduced.log":                true,
}

// TestEveryFile reads all logs of two collections.
func TestEveryFile(t *testing.T) {
	for _, folder := range []string{"zeek-rita", "zeek-btest/expected"} {
		dir := datatest.Path(t, "telemetry", filepath.FromSlash(folder))
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text := telemetrytest.Load(t, path)
			name, _ := filepath.Rel(dir, path)
			name = folder + "/" + filepath.ToSlash(name)
			sniffed := zeek.Sniff(telemetrytest.Head(text), path)
			if sniffed == notZeek[name] {
				t.Errorf("%s: taken for Zeek: %v", name, sniffed)
			}
			if !sniffed {
				return nil
			}
			set := telemetrytest.Read(zeek.New(telemetrytest.Head(text), path), text)[0]
			for _, p := range set.Problems.List {
				line := fmt.Sprintf("%s: %s %d", name, p.Reason, p.Count)
				if !explained[line] {
					t.Errorf("%s %v", line, p.Examples)
				}
			}
			if masked := strings.Contains(string(text), "\nXXXXXXXXXX.XXXXXX\t"); masked && set.Undated == 0 {
				t.Errorf("%s: times out of XXXXXXXXXX.XXXXXX", name)
			}
			if set.Read == 0 && set.Lines > 0 {
				t.Errorf("%s: nothing read of %d lines", name, set.Lines)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
