package misp_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/misp"
)

// TestRealFiles reads every JSON file of the MISP folder: each is recognised and accounted for.
func TestRealFiles(t *testing.T) {
	root := datatest.Path(t, "misp")
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" || d.Name() == "stix2.json" {
			return err
		}
		n++
		name := strings.TrimPrefix(path, root+"/")
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !misp.Sniff(b[:min(len(b), 64<<10)]) {
			t.Errorf("%s is not recognised", name)
		}
		l, err := inteltest.Load(t, misp.Read, name, string(b))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		r := l.Reports()[0]
		if r.Total == 0 {
			t.Errorf("%s holds no item", name)
		}
		if testing.Verbose() {
			t.Log(name, strings.Join(inteltest.Account(l), "; "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 100 {
		t.Errorf("only %d files", n)
	}
}

// TestRealGalaxies: the names that a telecom operator asks for first.
func TestRealGalaxies(t *testing.T) {
	for file, want := range map[string]int{"threat-actor": 1041, "botnet": 148, "microsoft-activity-group": 179, "mitre-intrusion-set": 191} {
		b, err := os.ReadFile(datatest.Path(t, "misp", "galaxy", "clusters", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		l, err := inteltest.Load(t, misp.Read, file, string(b))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(l.Library.Actors); got != want {
			t.Errorf("%s: %d actors, want %d", file, got, want)
		}
		for _, a := range l.Library.Actors {
			if a.Name == "GhostEmperor" && (a.Country != "CN" || !strings.Contains(strings.Join(a.Aliases, ","), "Salt Typhoon")) {
				t.Errorf("GhostEmperor: %+v", a)
			}
		}
	}
}

// TestRealWarningLists: lists of special-purpose ranges are told from lists of somebody's ranges.
func TestRealWarningLists(t *testing.T) {
	special := map[string]bool{"rfc1918": true, "rfc3849": true, "rfc5735": true, "rfc6598": true, "multicast": true}
	dirs, err := os.ReadDir(datatest.Path(t, "misp", "warninglists"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		b, err := os.ReadFile(datatest.Path(t, "misp", "warninglists", d.Name(), "list.json"))
		if err != nil {
			t.Fatal(err)
		}
		l := intel.NewLoader()
		if err := misp.Read(t.Context(), strings.NewReader(string(b)), d.Name(), l); err != nil {
			t.Fatal(err)
		}
		if len(l.Library.WarningLists) != 1 {
			t.Fatalf("%s: %d lists", d.Name(), len(l.Library.WarningLists))
		}
		if w := l.Library.WarningLists[0]; w.Special != special[d.Name()] || w.Version == 0 || len(w.Applies) == 0 {
			t.Errorf("%s: special %v, version %d, applies to %v", d.Name(), w.Special, w.Version, w.Applies)
		}
	}
}
