package rule

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/datatest"
)

// BenchmarkRead reads a folder of 3,000 rules: the foreign corpus again and again, each with an id of its own, and resolves it. On a
// shared machine cpu-ms/op, of all cores together, says more than the time that passed.
func BenchmarkRead(b *testing.B) {
	dir, size := threeThousand(b)
	b.SetBytes(size)
	b.ReportAllocs()
	before := processor(b)
	for b.Loop() {
		c, err := Read(os.DirFS(dir), ".")
		if err != nil {
			b.Fatal(err)
		}
		c.Resolve()
		if len(c.Rules) != 3000 || len(c.Complaints) > 0 {
			b.Fatal(len(c.Rules), c.Complaints)
		}
		for _, r := range c.Rules {
			if len(c.FiltersOf(r)) > 0 {
				b.Fatal(r.Key())
			}
		}
	}
	b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-ms/op")
}

// processor gives the milliseconds that the process has spent on processors.
func processor(b *testing.B) float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e6
}

// BenchmarkYAML parses the YAML of the same folder and does nothing with it.
func BenchmarkYAML(b *testing.B) {
	dir, size := threeThousand(b)
	b.SetBytes(size)
	before := processor(b)
	for b.Loop() {
		for i := range 3000 {
			text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%04d.yml", i)))
			if err != nil {
				b.Fatal(err)
			}
			var n yaml.Node
			if err := yaml.Load(text, &n); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-ms/op")
}

func threeThousand(b *testing.B) (dir string, size int64) {
	root, dir := datatest.Path(b, "sigma"), b.TempDir()
	var texts [][]byte
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".yml" || strings.HasPrefix(path, filepath.Join(root, "spec")) {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, text)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 3000 {
		text := texts[i%len(texts)]
		at := bytes.Index(text, []byte("\nid: ")) + len("\nid: ")
		text = append(fmt.Appendf(append([]byte(nil), text[:at]...), "%08d", i), text[at+8:]...)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.yml", i)), text, 0o600); err != nil {
			b.Fatal(err)
		}
		size += int64(len(text))
	}
	return dir, size
}
