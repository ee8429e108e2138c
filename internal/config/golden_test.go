package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write what the golden files want")

// world is a folder with the files that the configurations of testdata name as {DIR}/....
func world(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{
		"cert.pem": 0o644, "key.pem": 0o600, "ca.pem": 0o644, "tokens.yaml": 0o640, "secret": 0o600, "open": 0o644, "plain": 0o644,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"zeek/feeds", "feeds", "data/lake"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func noVariables(string) string { return "" }

// TestShapes holds what is read for ever: each configuration of testdata gives what is shown of it, or its
// complaints. A released shape's files are not changed; a new shape gets a new folder.
func TestShapes(t *testing.T) {
	folders, err := filepath.Glob("testdata/config/*")
	if err != nil || len(folders) < 10 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			dir := world(t)
			in, err := os.ReadFile(filepath.Join(folder, "in"))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(outcome(t, strings.ReplaceAll(string(in), "{DIR}", dir)), dir, "{DIR}")
			file := filepath.Join(folder, "want")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// outcome gives the complaints, one a line, or what is shown.
func outcome(t *testing.T, in string) string {
	t.Helper()
	c, list := parse("stormglass.yaml", []byte(in), noVariables)
	if len(list) == 0 {
		list = c.validate()
	}
	var b strings.Builder
	for _, err := range list {
		b.WriteString(err.Error() + "\n")
	}
	if len(list) > 0 {
		return b.String()
	}
	if err := c.Show(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var indexes = regexp.MustCompile(`\[\d+\]`)

// TestWholeStatesEveryKey holds testdata/config/whole to the keys there are, so that each is read and shown.
func TestWholeStatesEveryKey(t *testing.T) {
	in, err := os.ReadFile("testdata/config/whole/in")
	if err != nil {
		t.Fatal(err)
	}
	c, list := parse("", bytes.ReplaceAll(in, []byte("{DIR}"), []byte("/d")), noVariables)
	if list != nil {
		t.Fatal(list)
	}
	sinkNames := regexp.MustCompile(`^outbox\.sinks\.[a-z]+`)
	stated := map[string]bool{}
	for path := range c.origins {
		path = sinkNames.ReplaceAllString(path, "outbox.sinks.NAME")
		stated[indexes.ReplaceAllString(path, "[]")] = true
	}
	for _, k := range Keys() {
		if !stated[k] && !stated[k+"[]"] {
			t.Errorf("%s is not in testdata/config/whole/in", k)
		}
	}
	if len(Keys()) < 50 {
		t.Errorf("only %d keys", len(Keys()))
	}
}

// TestReference holds docs/config.md to the keys there are: the first columns of its tables name them all,
// and nothing else.
func TestReference(t *testing.T) {
	page, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		if !strings.HasPrefix(m[1], "STORMGLASS_") {
			documented = append(documented, m[1])
		}
	}
	keys := Keys()
	slices.Sort(keys)
	slices.Sort(documented)
	if diff := cmp.Diff(keys, documented); diff != "" {
		t.Errorf("docs/config.md: -keys +documented\n%s", diff)
	}
	for _, v := range variables {
		if !strings.Contains(string(page), "| `"+v.name+"` | `"+v.path+"` |") {
			t.Errorf("docs/config.md has no row for %s, which sets %s", v.name, v.path)
		}
	}
}

// FuzzRead: what is read and shown reads again as the same.
func FuzzRead(f *testing.F) {
	seeds, _ := filepath.Glob("testdata/config/*/in")
	for _, seed := range seeds {
		in, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		c, list := parse("a", in, noVariables)
		if list != nil {
			return
		}
		c.validate() // whatever was read can be judged
		c.Warnings()
		shown := show(t, c)
		again, list := parse("a", []byte(shown), noVariables)
		if list != nil {
			t.Fatalf("%v in\n%s", list, shown)
		}
		if diff := cmp.Diff(c, again, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty(), comparePrefixes, compareAddrPorts); diff != "" {
			t.Fatalf("-read +shown and read\n%s\n%s", diff, shown)
		}
	})
}

// show shows without masks.
func show(t *testing.T, c *Config) string {
	t.Helper()
	var b strings.Builder
	if err := c.show(&b, func(s string) string { return s }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
