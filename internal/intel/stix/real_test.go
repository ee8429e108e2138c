package stix_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/stix"
)

func load(t testing.TB, path string, set ...func(*intel.Loader)) *intel.Loader {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !stix.Sniff(b[:min(len(b), 64<<10)]) {
		t.Errorf("%s is not recognised", path)
	}
	l, err := inteltest.Load(t, stix.Read, filepath.Base(path), string(b), set...)
	if err != nil {
		t.Error(err)
	}
	return l
}

// TestRealFiles reads every STIX file of the data folder; the number of objects is that of the files.
func TestRealFiles(t *testing.T) {
	for file, want := range map[string]struct {
		total  int
		hunted []string
	}{
		"ics-attack-18.1.json":    {1826, nil},
		"mobile-attack-17.1.json": {2148, nil},
		"misp-stix-events-collection.json": {20, []string{
			"domain circl.lu", "filename test_file_name",
		}},
		"misp-stix-objects-collection.json": {18, []string{"email donald.duck@disney.com"}},
	} {
		l := load(t, datatest.Path(t, "stix", file))
		if got := l.Reports()[0].Total; got != want.total {
			t.Errorf("%s: %d objects, want %d", file, got, want.total)
		}
		if diff := cmp.Diff(want.hunted, inteltest.Hunted(t, l)); diff != "" {
			t.Errorf("%s: -want +got\n%s", file, diff)
		}
		if testing.Verbose() {
			t.Log(file, len(l.Library.Actors), strings.Join(inteltest.Account(l), "\n"))
		}
	}
	server := load(t, datatest.Path(t, "stix", "taxii-medallion-default-data.json"))
	want := []string{"sha256 ef537f25c895bfa782526529a9b63d97aa631564d5d789c2b765448c8635fb6c (Poison Ivy)", "url http://x4z9arb.cn/4712"}
	if diff := cmp.Diff(want, inteltest.Hunted(t, server)); diff != "" || server.Reports()[0].Total != 19 {
		t.Errorf("server data: %v, -want +got\n%s", inteltest.Account(server), diff)
	}
	if v2 := load(t, datatest.Path(t, "misp", "pymisp", "stix2.json")); len(inteltest.Hunted(t, v2)) != 0 || v2.Reports()[0].Total != 3 {
		t.Errorf("STIX 2.0: %v", inteltest.Account(v2))
	}
	l := load(t, datatest.Path(t, "misp", "pymisp", "stix2.json"), func(l *intel.Loader) { l.AllAttributes = true })
	if diff := cmp.Diff([]string{"address 8.8.8.8"}, inteltest.Hunted(t, l)); diff != "" {
		t.Errorf("observed values: -want +got\n%s", diff)
	}
}

// BenchmarkATTACK reads ATT&CK bundles of 7.5 MB in all; design.md asks for 0.3 s on one core.
func BenchmarkATTACK(b *testing.B) {
	var texts []string
	size := 0
	for _, f := range []string{"ics-attack-18.1.json", "mobile-attack-17.1.json"} {
		text, err := os.ReadFile(datatest.Path(b, "stix", f))
		if err != nil {
			b.Fatal(err)
		}
		texts, size = append(texts, string(text)), size+len(text)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, text := range texts {
			if err := stix.Read(b.Context(), strings.NewReader(text), "attack", intel.NewLoader()); err != nil {
				b.Fatal(err)
			}
		}
	}
}
