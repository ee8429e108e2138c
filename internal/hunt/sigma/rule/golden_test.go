package rule

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestComplaints reads a folder of wrong rules: every complaint names its place and says what to do; what is right is read.
func TestComplaints(t *testing.T) {
	c, err := Read(os.DirFS("testdata/wrong"), ".")
	if err != nil {
		t.Fatal(err)
	}
	c.Resolve()
	var b strings.Builder
	for _, m := range c.Complaints {
		fmt.Fprintln(&b, m)
	}
	b.WriteString("\nread all the same:\n")
	for _, r := range c.Rules {
		check(t, r)
		fmt.Fprintf(&b, "%s:%d: %s\n", r.File, r.Line, r.Title)
		for _, n := range r.Notes {
			fmt.Fprintf(&b, "\tnote %d:%d: %s\n", n.Line, n.Column, n.Text)
		}
		for _, k := range r.CustomKeys {
			fmt.Fprintf(&b, "\tcustom key %s\n", k)
		}
	}
	golden(t, "testdata/wrong.golden", b.String())
	if slices.ContainsFunc(c.Complaints, func(m *Complaint) bool { return m.Line < 1 || m.Column < 1 || m.File == "" }) {
		t.Error("a complaint has no place")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s -want +got:\n%s", name, diff)
	}
}
