package node

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
)

func TestInPart(t *testing.T) {
	tests := []struct {
		name string
		r    intel.FileReport
		want string
	}{
		{"whole", intel.FileReport{Total: 3, Loaded: 2, Listed: map[string]int{"to_ids is false": 1}}, ""},
		{"items not read", intel.FileReport{Total: 9, Loaded: 6, Reported: map[string]int{"not an address": 2, "odd": 1}}, "3 of 9 items could not be read, 2 of them: not an address"},
		{"broken off", intel.FileReport{Total: 5, Loaded: 4, Reported: map[string]int{"odd": 1}, Failed: "unexpected EOF"}, "not read to its end, 4 items were: unexpected EOF"},
		{"nothing to match", intel.FileReport{Total: 1, Listed: map[string]int{"to_ids is false": 1}}, "it holds no value that is matched: to_ids is false"},
		{"nothing at all", intel.FileReport{}, "it holds no value that is matched"},
		{"an empty document", intel.FileReport{Total: 1, Listed: map[string]int{noContent: 1}}, "it holds no value that is matched: " + noContent},
		{"a galaxy of tools", intel.FileReport{Total: 1, Listed: map[string]int{"cluster of type tool: names no actor or malware": 1}}, ""},
		{"the index of a feed", intel.FileReport{Total: 1, Listed: map[string]int{"index of a feed, its events are read from their own files": 1}}, ""},
		{"definitions and more", intel.FileReport{Total: 2, Listed: map[string]int{"cluster of type x": 1, "deleted": 1}}, "it holds no value that is matched: cluster of type x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, inPart(&tt.r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Libraries hold no value that is matched, and that is right: the readers' own words are what is gone by.
func TestLibrariesAreWhole(t *testing.T) {
	data, feed := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"galaxy.json":     `{"type":"tool","name":"Tools","uuid":"6bf0b2b0-0000-4000-8000-000000000001","description":"d","source":"s","authors":["a"],"version":1,"category":"tool","values":[{"value":"T","uuid":"6bf0b2b0-0000-4000-8000-000000000002","description":"d"}]}`,
		"preventive.json": `{"type":"preventive-measure","name":"Measures","uuid":"6bf0b2b0-0000-4000-8000-000000000003","description":"d","source":"s","authors":["a"],"version":1,"category":"measure","values":[{"value":"Backup","uuid":"6bf0b2b0-0000-4000-8000-000000000004","description":"d"}]}`,
		"warning.json":    `{"name":"List","description":"d","version":1,"type":"cidr","matching_attributes":["ip-dst"],"list":["192.0.2.0/24"]}`,
		"manifest.json":   `{"5e6f0b2b-0000-4000-8000-000000000005":{"info":"An event","date":"2026-01-01","analysis":"2","threat_level_id":"1","timestamp":"1","Orgc":{"name":"o","uuid":"5e6f0b2b-0000-4000-8000-000000000006"},"Tag":[]}}`,
	} {
		writeFile(t, feed, name, text)
	}
	k, err := OpenKeeper(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	added, err := k.AddIntel(t.Context(), nil, []string{feed})
	if err != nil || len(added.Files) != 4 {
		t.Fatalf("%+v, %v", added, err)
	}
	for _, f := range added.Files {
		if why := inPart(f.Report); why != "" {
			t.Errorf("%s: %s", filepath.Base(f.Name), why)
		}
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
}

// What was not read of intelligence stands in the state until the file changes, and after a start again.
func TestServiceTellsIntelInPart(t *testing.T) {
	data, feed := t.TempDir(), t.TempDir()
	name := filepath.Join(feed, "iocs.csv")
	var l lines
	cfg := ServiceConfig{WatchIntel: []string{feed}}
	s, stop := servingWith(t, data, cfg, l.log())
	writeFile(t, feed, "iocs.csv", "type,value\nip-dst,203.0.113.1\nip-dst,not.an.address.at.all/\n")
	told := func(s *Service) func() bool {
		return func() bool {
			p := s.State().InPart
			return len(p) == 1 && strings.HasPrefix(p[0], "intelligence "+name+": 1 of 2 items could not be read")
		}
	}
	waitFor(t, told(s))
	stop()
	s, stop = servingWith(t, data, cfg, l.log())
	defer stop()
	waitFor(t, told(s))
	if said := l.with("intelligence was read in part"); len(said) == 0 || !strings.Contains(said[0], "level=WARN") || !strings.Contains(said[0], "items=2 values=1") {
		t.Errorf("logged %q", said)
	}
	writeFile(t, feed, ".iocs.csv", "type,value\nip-dst,203.0.113.1\nip-dst,203.0.113.2\nip-dst,203.0.113.3\n")
	if err := os.Rename(filepath.Join(feed, ".iocs.csv"), name); err != nil { // in one step
		t.Fatal(err)
	}
	waitFor(t, func() bool { return s.State().InPart == nil && s.State().Values == 3 })
	want := []string{`level=INFO msg="intelligence changed" file=` + name + ` values_before=1 values=3`}
	if got := l.with("intelligence changed"); !slices.Equal(got, want) {
		t.Errorf("logged %q, want %q", got, want)
	}
	if got := l.with("out of force"); len(got) > 0 {
		t.Errorf("a file that changed: %q", got)
	}
}
