package simulate

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// shared is the default operator, written once for the tests that only read it.
var shared struct {
	sync.Once
	dir   string
	truth *Truth
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range []string{shared.dir, monthly.dir} {
		if dir != "" {
			os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}

func operator(t *testing.T) (dir string, truth *Truth) {
	t.Helper()
	shared.Do(func() {
		shared.dir, shared.err = os.MkdirTemp("", "simulate") //nolint:usetesting // outlives the test that makes it
		if shared.err == nil {
			shared.truth, shared.err = Write(t.Context(), shared.dir, DefaultConfig())
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.dir, shared.truth
}

// written is one record as it stands in a file.
type written struct {
	family string // as in Sighting.Telemetry
	line   string
}

// eachLine gives every line of a folder, decompressed. It knows nothing of the product, captures excepted: of those it
// gives a line for each record that the product makes.
func eachLine(t *testing.T, dir string, yield func(path, line string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if strings.HasSuffix(path, ".pcap") {
			eachExported(t, path, func(line string) { yield(rel, line) })
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		var r io.Reader = f
		if strings.HasSuffix(path, ".gz") {
			if r, err = gzip.NewReader(f); err != nil {
				return err
			}
		}
		s := bufio.NewScanner(r)
		s.Buffer(nil, 1<<24)
		for s.Scan() {
			yield(rel, s.Text())
		}
		return s.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// eachRecord gives every record of the telemetry.
func eachRecord(t *testing.T, dir string, yield func(written)) {
	t.Helper()
	inSummary := false
	eachLine(t, filepath.Join(dir, "telemetry"), func(path, line string) {
		top, rest, _ := strings.Cut(filepath.ToSlash(path), "/")
		switch top {
		case "zeek":
			if !strings.HasPrefix(line, "#") {
				name, _, _ := strings.Cut(filepath.Base(rest), ".")
				yield(written{"zeek/" + name, line})
			}
		case "eve":
			var x struct {
				Type string `json:"event_type"`
			}
			if err := json.Unmarshal([]byte(line), &x); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			yield(written{"eve/" + x.Type, line})
		case "flows":
			inSummary = inSummary || line == "Summary"
			if !inSummary && !strings.HasPrefix(line, "ts,") {
				yield(written{"flows/nfdump", line})
			}
		case "exports":
			fields := strings.SplitN(line, "\t", 3)
			yield(written{fields[1], line})
		case "aaa":
			yield(written{"aaa/" + strings.TrimSuffix(rest, ".acct"), line})
		case "archive":
			yield(written{"archive/" + strings.TrimSuffix(rest, ".log"), line})
		case "subscribers":
			if line != "" && line[0] != '\t' { // of a record of several lines the first, which has its time
				yield(written{"subscribers/" + strings.TrimSuffix(rest, ".log"), line})
			}
		case "syslog":
			yield(written{"syslog/" + strings.TrimSuffix(rest, ".log"), line})
		default:
			t.Errorf("unexpected file %s", path)
		}
	})
}

// words splits a line into the texts that a value could be, each once.
func words(line string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsFuncSeq(line, isBreak) {
		m[strings.Trim(w, ".:")] = true
	}
	return m
}

// isBreak reports whether a character stands between values.
func isBreak(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("_.:/?=-", r)
}
