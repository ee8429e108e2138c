package message_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds a text against a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s, -want +got:\n%s", name, diff)
	}
}

func TestForms(t *testing.T) {
	for name, m := range outboxtest.All(t) {
		golden(t, name+".json", string(m.Body)+"\n")
		golden(t, name+".txt", m.Text())
		if strings.Contains(string(m.Body)+m.Text(), "hunter2") {
			t.Errorf("%s tells a secret", name)
		}
	}
}

func TestDecode(t *testing.T) {
	for name, m := range outboxtest.All(t) {
		got, err := message.Decode(m.Body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
	if _, err := message.Decode([]byte("{")); err == nil {
		t.Error("half a message was read")
	}
}

func TestClean(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"two\nlines\x1b[1m", `two\nlines\x1b[1m`},
		{"password=hunter2 x", "password=*** x"},
		{strings.Repeat("ä", 30), strings.Repeat("ä", 10) + "…"},
		{"\xff", `\xff`},
	} {
		if got := message.Clean(tt.in, 20); got != tt.want {
			t.Errorf("Clean(%q) is %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestBriefSaysLessOfTheSame(t *testing.T) {
	m := outboxtest.Single(t)
	b := m.Brief()
	if f := b.Findings[0]; f.Value != m.Findings[0].Value || f.Sources != nil || f.Samples != nil || m.Findings[0].Sources == nil {
		t.Errorf("brief is %+v", f)
	}
}
