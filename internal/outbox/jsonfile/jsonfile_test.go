package jsonfile

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

func open(t *testing.T, path string) *Sink {
	t.Helper()
	s := New(path)
	t.Cleanup(func() { s.Close() })
	return s
}

func batch(t *testing.T, from, to int) (out []*message.Message) {
	for i := from; i < to; i++ {
		out = append(out, outboxtest.Numbered(t, i))
	}
	return out
}

func deliver(t *testing.T, s *Sink, list []*message.Message) {
	t.Helper()
	if errs := s.Deliver(t.Context(), list); !slices.Equal(errs, make([]error, len(list))) {
		t.Fatalf("got %v", errs)
	}
}

// ids gives the ids of the lines of a file, each of which has to be whole.
func ids(t *testing.T, path string) (out []string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		var m message.Message
		if err := json.Unmarshal(line, &m); err != nil || line[len(line)-1] != '\n' {
			t.Errorf("line %q: %v", line, err)
		}
		out = append(out, m.ID)
	}
	return out
}

func idsOf(list []*message.Message) (out []string) {
	for _, m := range list {
		out = append(out, m.ID)
	}
	return out
}

// TestTornAnywhere cuts the file at every byte of a batch that was written and not yet known to be, as a crash may leave it, and
// delivers the batch again: each message stands once.
func TestTornAnywhere(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.jsonl")
	all := batch(t, 0, 6)
	s := open(t, whole)
	deliver(t, s, all[:3])
	deliver(t, s, all[3:])
	content, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, m := range all[:3] {
		known += len(m.Body) + 1
	}
	step := 37 // a prime, so that all places of a line are met
	path := filepath.Join(t.TempDir(), "torn.jsonl")
	for at := known; at <= len(content); at += step {
		if err := os.WriteFile(path, content[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		s := New(path)
		deliver(t, s, all[3:])
		deliver(t, s, batch(t, 6, 7))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(idsOf(batch(t, 0, 7)), ids(t, path)); diff != "" {
			t.Fatalf("torn at byte %d, -want +got:\n%s", at, diff)
		}
	}
}

func TestSaidAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.jsonl")
	s, list := open(t, path), batch(t, 0, 3)
	deliver(t, s, list)
	deliver(t, s, list) // what became of it could not be kept
	if got := ids(t, path); len(got) != 3 {
		t.Errorf("%d lines of 3", len(got))
	}
}

func TestRotated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.jsonl")
	s := open(t, path)
	deliver(t, s, batch(t, 0, 2))
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	deliver(t, s, batch(t, 2, 4))
	if err := os.Truncate(path, 0); err != nil { // rotated by copying
		t.Fatal(err)
	}
	deliver(t, s, batch(t, 4, 5))
	for name, want := range map[string][]string{path + ".1": idsOf(batch(t, 0, 2)), path: idsOf(batch(t, 4, 5))} {
		if diff := cmp.Diff(want, ids(t, name)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
}

// TestWriteFails takes the file's handle away under it: nothing half stands in the file, and the next try works.
func TestWriteFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.jsonl")
	s := open(t, path)
	deliver(t, s, batch(t, 0, 1))
	readOnly, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s.file.Close()
	s.file = readOnly
	errs := s.Deliver(t.Context(), batch(t, 1, 2))
	if len(errs) != 1 || errs[0] == nil || message.IsRefused(errs[0]) {
		t.Fatalf("got %v", errs)
	}
	deliver(t, s, batch(t, 1, 2))
	if diff := cmp.Diff(idsOf(batch(t, 0, 2)), ids(t, path)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRefusedFiles(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, bytes.Repeat([]byte("x"), maxTail+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{dir: "directory", filepath.Join(dir, "none", "f"): "no such file", other: "does not end in lines"} {
		errs := open(t, path).Deliver(t.Context(), batch(t, 0, 1))
		if len(errs) != 1 || errs[0] == nil || !strings.Contains(errs[0].Error(), says) {
			t.Errorf("%s: got %v, want %q", path, errs, says)
		}
	}
	if info, err := os.Stat(other); err != nil || info.Size() != maxTail+1 {
		t.Error("a file that is not ours was changed")
	}
}
