package sigmatest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/hunt/sigma/sigmatest"
)

// TestNaiveReadsForeignRules: the naive evaluator has an answer for every rule written by others, but for aggregations.
func TestNaiveReadsForeignRules(t *testing.T) {
	root := datatest.Path(t, "sigma")
	read := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" || strings.HasPrefix(path, filepath.Join(root, "spec")) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		sets := sigmatest.Sets{"Workstations": {"x"}, "Approved_Inviters": {"y"}}
		naive, err := sigmatest.Read(string(data), sets)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		_, err = naive.Match(sigmatest.Record{Raw: "a line"})
		if refused, aggregation := err != nil, strings.Contains(string(data), "| count("); refused != aggregation {
			t.Errorf("%s: refused %t (%v), want %t", path, refused, err, aggregation)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 100 {
		t.Errorf("read %d rules", read)
	}
}
