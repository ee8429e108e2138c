//go:build unix

package collect

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

func fifo(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	return path
}

func TestNoFilesInAFolder(t *testing.T) {
	dir := t.TempDir()
	fifo(t, dir)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "zero")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.log"), []byte(sampleText), 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"a.log":  sampleText,
		"pipe":   "error: not a file (named pipe); name it itself to read it",
		"socket": "error: not a file (socket); name it itself to read it",
		"zero":   "error: not a file (device); name it itself to read it",
	}
	if diff := cmp.Diff(want, walk(t, &Files{}, dir)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// cancelled runs what must end soon after its context, and with its error.
func cancelled(t *testing.T, run func(ctx context.Context) error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
}

func readAll(ctx context.Context, f *Files, path string) error {
	r := Reader{Handle: func(context.Context, *telemetry.Batch) error { return nil }}
	return f.Each(ctx, []string{path}, func(m *Member) error {
		_, err := r.Read(ctx, m)
		return err
	})
}

func TestSilentInputsEndWithTheContext(t *testing.T) {
	t.Run("pipe without a writer", func(t *testing.T) {
		path := fifo(t, t.TempDir())
		cancelled(t, func(ctx context.Context) error { return readAll(ctx, &Files{}, path) })
	})
	t.Run("pipe with a silent writer", func(t *testing.T) {
		path := fifo(t, t.TempDir())
		w, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		cancelled(t, func(ctx context.Context) error { return readAll(ctx, &Files{}, path) })
	})
	t.Run("standard input", func(t *testing.T) {
		r, w := io.Pipe()
		defer w.Close()
		cancelled(t, func(ctx context.Context) error { return readAll(ctx, &Files{Stdin: r}, "-") })
	})
	t.Run("standard input after a start", func(t *testing.T) {
		r, w := io.Pipe()
		defer w.Close()
		go func() { _, _ = io.WriteString(w, strings.Repeat(sampleText, 1000)) }()
		cancelled(t, func(ctx context.Context) error { return readAll(ctx, &Files{Stdin: r}, "-") })
	})
	t.Run("endless line", func(t *testing.T) {
		cancelled(t, func(ctx context.Context) error {
			return readAll(ctx, &Files{Stdin: io.MultiReader(strings.NewReader(strings.Repeat(sampleText, 1000)), endless{})}, "-")
		})
	})
	t.Run("endless line, without the walk", func(t *testing.T) {
		cancelled(t, func(ctx context.Context) error {
			return newSplitter(endless{}).run(ctx, func(*telemetry.Block) error { return nil })
		})
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestPipesAreRead: being cancellable changes nothing of what is read.
func TestPipesAreRead(t *testing.T) {
	text := noisy(3 << 20)
	path := fifo(t, t.TempDir())
	go func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return
		}
		_, _ = w.Write(text)
		_ = w.Close()
	}()
	got := walk(t, &Files{Stdin: bytes.NewReader(gz(t, text))}, path, "-", "-")
	if got["pipe"] != string(text) || got["-"] != "" {
		t.Errorf("%d and %d bytes", len(got["pipe"]), len(got["-"]))
	}
	if got := walk(t, &Files{Stdin: bytes.NewReader(gz(t, text))}, "-"); got["-"] != string(text) {
		t.Errorf("%d bytes", len(got["-"]))
	}
}
