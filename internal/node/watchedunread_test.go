package node

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines keeps what is logged, a line each, without its time.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// with gives the lines that hold a text.
func (l *lines) with(text string) (out []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

const goodRow = `{"@timestamp":"2026-11-20T10:00:00Z","source.ip":"10.0.0.5","destination.ip":"203.0.113.4","destination.port":443,"network.iana_number":6}` + "\n"

// Rows that cannot be read are counted once, however often their file grows, and are told of.
func TestServiceTellsUnreadRows(t *testing.T) {
	data, logs := t.TempDir(), t.TempDir()
	var l lines
	s, stop := servingWith(t, data, ServiceConfig{Watch: []string{logs}}, l.log())
	defer stop()
	name := filepath.Join(logs, "flows.jsonl")
	text := goodRow + "{broken\n" + goodRow
	for i, want := range []uint64{1, 1, 2, 3} {
		switch i {
		case 1:
			text += goodRow
		case 2, 3:
			text += "{broken too\n" + goodRow
		}
		writeFile(t, logs, "flows.jsonl", text)
		waitFor(t, func() bool { return s.State().Watched.TakenIn >= uint64(i+1) })
		if got := s.State().Watched.Unread; got != want {
			t.Fatalf("state %d of the file: %d unread, want %d", i, got, want)
		}
	}
	said := l.with("records were not read")
	if len(said) != 2 || !strings.Contains(said[0], "level=WARN") || !strings.Contains(said[0], "file="+name+" records=1 why=") || !strings.Contains(said[0], "line 2") {
		t.Errorf("logged %q", said)
	}
	writeFile(t, logs, "flows.jsonl", strings.Replace(goodRow, "203", "198", 1)+"{other\n") // it was rotated
	waitFor(t, func() bool { return s.State().Watched.Unread == 4 })
}

// What is not taken in is named until it is taken in, or is gone; a file that is empty is nothing to complain of.
func TestServiceForgetsMendedFiles(t *testing.T) {
	data, logs := t.TempDir(), t.TempDir()
	var l lines
	s, stop := servingWith(t, data, ServiceConfig{Watch: []string{logs}}, l.log())
	defer stop()
	problems := func(want ...string) {
		t.Helper()
		var got []string
		waitFor(t, func() bool {
			got = nil
			for _, p := range s.State().Watched.Problems {
				got = append(got, filepath.Base(p.Name))
			}
			return len(got) == len(want)
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("problems (-want +got):\n%s", diff)
		}
	}
	writeFile(t, logs, "empty.log", "")
	writeFile(t, logs, "grows.jsonl", "\x00\x01\x02")
	problems("grows.jsonl")
	writeFile(t, logs, "goes.jsonl", "\x00\x01\x02")
	problems("grows.jsonl", "goes.jsonl")
	writeFile(t, logs, "grows.jsonl", goodRow)
	problems("goes.jsonl")
	if err := os.Remove(filepath.Join(logs, "goes.jsonl")); err != nil {
		t.Fatal(err)
	}
	problems()
	if got := l.with("empty.log"); len(got) > 0 {
		t.Errorf("of an empty file: %q", got)
	}
	if got := s.State().Watched.NotTakenIn; got != 2 {
		t.Errorf("%d not taken in, want 2", got)
	}
}
