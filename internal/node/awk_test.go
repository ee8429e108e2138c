package node

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// counted is how many records of a kind a value stands in, by a count of lines that knows nothing of ours.
type counted map[telemetry.Kind]map[string]uint64

func (c counted) add(k telemetry.Kind, values ...string) {
	if c[k] == nil {
		c[k] = map[string]uint64{}
	}
	for _, v := range slices.Compact(slices.Sorted(slices.Values(values))) {
		c[k][v]++
	}
}

// record counts one record of Zeek's, by the names of its fields.
func (c counted) record(path string, field func(string) []string) {
	ends := append(field("id.orig_h"), field("id.resp_h")...)
	switch path {
	case "conn", "open_conn":
		c.add(telemetry.KindFlow, ends...)
	case "ssl":
		c.add(telemetry.KindTLS, ends...)
	case "dns":
		for _, v := range append(field("query"), field("answers")...) {
			v = strings.ToLower(strings.TrimSuffix(v, "."))
			if a, err := netip.ParseAddr(v); err == nil {
				ends = append(ends, a.String())
			} else {
				ends = append(ends, "domain:"+v)
			}
		}
		c.add(telemetry.KindDNS, ends...)
	}
}

// file counts one log, in tabs or in JSON.
func (c counted) file(t *testing.T, path string, content []byte) {
	t.Helper()
	var names []string
	kind := ""
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		cells := strings.Split(line, "\t")
		switch {
		case strings.HasPrefix(line, "{"):
			c.json(t, path, line)
		case cells[0] == "#path":
			kind = cells[1]
		case cells[0] == "#fields":
			names = cells[1:]
		case !strings.HasPrefix(line, "#") && len(cells) == len(names):
			c.record(kind, func(name string) []string {
				at := slices.Index(names, name)
				if at < 0 || cells[at] == "-" || cells[at] == "(empty)" {
					return nil
				}
				if name == "answers" {
					return strings.Split(cells[at], ",")
				}
				return cells[at : at+1]
			})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func (c counted) json(t *testing.T, path, line string) {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	kind := ""
	for name, k := range map[string]string{"conn_state": "conn", "query": "dns", "ssl_history": "ssl"} {
		if _, ok := fields[name]; ok {
			kind = k
		}
	}
	if k, ok := fields["_path"].(string); ok {
		kind = k
	}
	c.record(kind, func(name string) []string {
		switch v := fields[name].(type) {
		case string:
			return []string{v}
		case []any:
			var out []string
			for _, x := range v {
				out = append(out, fmt.Sprint(x))
			}
			return out
		}
		return nil
	})
}

// contentOf reads a log, unpacked.
func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".gz") {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(content)); err == nil {
			content, err = io.ReadAll(z)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestSeenCountsAsLinesDo takes Zeek logs of others in and compares, for values of each kind of record, with
// a count of the lines in which they stand. Content that lies there twice counts once.
func TestSeenCountsAsLinesDo(t *testing.T) {
	k, want, known := newKept(t, ""), counted{}, map[[32]byte]bool{}
	var folders []string
	for _, name := range []string{"json_with_all_fields", "open_conns", "proxy_rolling", "has_unknown_field", "valid_tsv"} {
		folders = append(folders, datatest.Path(t, "telemetry", "zeek-rita", name))
	}
	folders = append(folders, datatest.Path(t, "telemetry", "zeek-wrccdc"))
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			content := contentOf(t, path)
			if sum := sha256.Sum256(content); !known[sum] {
				known[sum] = true
				want.file(t, path, content)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	k.ingestAll(folders...)
	for _, kind := range []telemetry.Kind{telemetry.KindFlow, telemetry.KindDNS, telemetry.KindTLS} {
		k.compareCounts(kind, want[kind])
	}
}

// compareCounts asks for all values that were counted and compares how many records of a kind they are in.
func (k *kept) compareCounts(kind telemetry.Kind, want map[string]uint64) {
	k.Helper()
	var questions []seen.Question
	for _, v := range slices.Sorted(maps.Keys(want)) {
		if q := seen.Parse(v, true); q.Err == nil {
			questions = append(questions, q)
		}
	}
	r, err := Seen(k.Context(), k.data, questions, seen.Options{})
	if err != nil {
		k.Fatal(err)
	}
	asked := 0
	for i := range r.Answers {
		a := &r.Answers[i]
		if a.Verdict == seen.NotKept {
			continue
		}
		asked++
		if got := a.Kinds[kind]; got != want[a.Given] {
			k.Errorf("%s: %d records of kind %s, the lines are %d", a.Given, got, kind, want[a.Given])
		}
	}
	if asked < 40 {
		k.Errorf("%d values in records of kind %s: too few to tell anything", asked, kind)
	}
}

// TestSeenCountsAsAwkDoes compares with what somebody would type instead.
func TestSeenCountsAsAwkDoes(t *testing.T) {
	awk, err := exec.LookPath("awk")
	if err != nil {
		t.Skip("there is no awk here")
	}
	logs, _ := filepath.Glob(filepath.Join(datatest.Path(t, "telemetry", "zeek-rita", "proxy_rolling"), "conn.*.log.gz"))
	if len(logs) < 2 {
		t.Fatalf("%d logs of connections", len(logs))
	}
	k, args := newKept(t, ""), []string{"-F", "\t", `$1 == "#fields" { for (i = 2; i <= NF; i++) at[$i] = i - 1 }
!/^#/ { a = $at["id.orig_h"]; b = $at["id.resp_h"]; n[a]++; if (a != b) n[b]++ }
END { for (a in n) print a, n[a] }`}
	for i, path := range logs {
		plain := filepath.Join(t.TempDir(), strconv.Itoa(i))
		if err := os.WriteFile(plain, contentOf(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, plain)
	}
	out, err := exec.CommandContext(t.Context(), awk, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{}
	for line := range strings.Lines(string(out)) {
		var a string
		var n uint64
		if _, err := fmt.Sscan(line, &a, &n); err != nil {
			t.Fatal(err)
		}
		want[a] = n
	}
	k.ingestAll(logs...)
	k.compareCounts(telemetry.KindFlow, want)
}
