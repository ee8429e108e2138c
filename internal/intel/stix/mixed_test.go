package stix_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/stix"
)

var update = flag.Bool("update", false, "write the golden files")

// said gives all that the sources say of each value, and the notes of what was not loaded.
func said(t testing.TB, l *intel.Loader) string {
	t.Helper()
	var b strings.Builder
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return "open"
		}
		return t.Format("2006-01-02T15:04:05")
	}
	for id, v := range x.Values {
		for _, r := range x.Refs(id) {
			fmt.Fprintf(&b, "%s %s\n\t%s %q from %s until %s %s %v\n", v.Kind(), v, r.ID, r.Comment, day(r.From), day(r.Until), r.TLP, r.Names)
			s := l.Library.Sources[r.Source]
			fmt.Fprintf(&b, "\tsource %q %q of %q %s %v %v %v\n", s.ID, s.Title, s.Org, s.TLP, s.Actors, s.Campaigns, s.Malware)
		}
	}
	for _, a := range l.Library.Actors {
		fmt.Fprintf(&b, "actor %s %s %q also %q\n", a.Kind, a.ID, a.Name, a.Aliases)
	}
	for _, s := range inteltest.Account(l) {
		fmt.Fprintln(&b, s)
	}
	for _, n := range l.Reports()[0].Notes {
		fmt.Fprintf(&b, "note %s, %s: %s %q part %v\n", n.Where, n.Outcome, n.Reason, n.Value, n.Part)
	}
	return b.String()
}

// TestMixed reads a bundle in which everything stands in an awkward order. Its golden file was
// written by the reader that kept whole objects; see testdata/README.
func TestMixed(t *testing.T) {
	text, err := os.ReadFile("testdata/mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	l, err := inteltest.Load(t, stix.Read, "mixed.json", string(text), func(l *intel.Loader) { l.AllAttributes = true })
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/mixed.want", []byte(said(t, l)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/mixed.want")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), said(t, l)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestVersions reads many objects in several versions in any order: the newest of each is hunted,
// whatever its id looks like.
func TestVersions(t *testing.T) {
	const objects, versions = 5000, 4
	rnd := rand.New(rand.NewPCG(1, 2))
	var lines, want []string
	for i := range objects {
		id := fmt.Sprintf("indicator--%08x-0000-4000-8000-%012x", rnd.Uint32(), i)
		switch i % 10 {
		case 0:
			id = fmt.Sprintf("indicator--%d", i)
		case 1:
			id = strings.ToUpper(id)
		}
		for v := range versions {
			lines = append(lines, fmt.Sprintf(`{"type":"indicator","id":%q,"modified":"2024-01-01T00:00:00.%dZ","pattern":"[domain-name:value = 'v%d.d%d.example']"}`,
				id, v, v, i))
		}
		want = append(want, fmt.Sprintf("domain v%d.d%d.example", versions-1, i))
	}
	rnd.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	l, err := inteltest.Load(t, stix.Read, "versions.json", strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := inteltest.Hunted(t, l)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hunted: -want +got\n%s", diff)
	}
	account := []string{
		fmt.Sprintf("total %d loaded %d", objects*versions, objects),
		fmt.Sprintf("listed %d superseded by a newer version of the object", objects*(versions-1)),
	}
	if diff := cmp.Diff(account, inteltest.Account(l)); diff != "" {
		t.Errorf("account: -want +got\n%s", diff)
	}
}
