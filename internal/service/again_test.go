package service

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"stormglass/internal/node"
	"stormglass/internal/outbox"
)

// A service whose disk is full stays there, says so, goes on when there is room, and tells how long it did not work. What HTTP
// acknowledged before is there.
func TestDiskFull(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("needs root on Linux, to mount a small file system")
	}
	root := t.TempDir()
	if err := syscall.Mount("tmpfs", root, "tmpfs", 0, "size=24m"); err != nil {
		t.Skip("cannot mount a small file system: ", err)
	}
	defer func() { _ = syscall.Unmount(root, syscall.MNT_DETACH) }()
	c := configured(t)
	c.Data = filepath.Join(root, "data")
	c.Memory = 256 << 20
	told := filepath.Join(t.TempDir(), "told.jsonl")
	c.Outbox.Sinks = map[string]outbox.Sink{"file": {Type: outbox.TypeFile, Path: told}}
	c.Outbox.Routes = []outbox.Route{{Name: "all", To: []string{"file"}}}
	token := tokenFile(t, c)
	s, stop := run(t, c)
	at := client{t, "http://" + s.http.said(), token}
	if code := at.do("POST", "/api/v1/ingest?name=a", "<13>1 "+time.Now().UTC().Format(time.RFC3339)+" edge1 app - - - before 203.0.113.9\n", nil); code/100 != 2 {
		t.Fatalf("ingest: %d", code)
	}
	filler := filepath.Join(root, "filler")
	if err := fill(filler); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if code := at.do("POST", "/api/v1/ingest?name=b", strings.Repeat("<13>does not fit\n", 10_000), nil); code != 503 {
		t.Errorf("with a full disk a request is answered %d", code)
	}
	message := "<13>1 " + time.Now().UTC().Format(time.RFC3339) + " edge1 app - - - " + strings.Repeat("x", 1000)
	until(t, "noticed that the disk is full", func() bool {
		send(t, "udp", s.bound()[1].Addr(), message)
		st, err := s.Status(context.WithoutCancel(t.Context()))
		// Which of the log and the database meets it first is chance.
		return err == nil && !st.Ready && (strings.Contains(st.NotReady[0], "no space left") || strings.Contains(st.NotReady[0], "the disk is full"))
	})
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	until(t, "working again", func() bool {
		st, err := s.Status(context.WithoutCancel(t.Context()))
		return err == nil && st.Ready
	})
	until(t, "told", func() bool {
		text, _ := os.ReadFile(told) // not there at first
		return strings.Contains(string(text), "was_out_of_service")
	})
	if code := at.do("POST", "/api/v1/ingest?name=c", "<13>1 "+time.Now().UTC().Format(time.RFC3339)+" edge1 app - - - after 203.0.113.10\n", nil); code/100 != 2 {
		t.Errorf("ingest afterwards: %d", code)
	}
	stop()
	kinds, _, err := node.Coverage(t.Context(), c.Data, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil || len(kinds) == 0 || kinds[0].Records < 2 {
		t.Errorf("kept %+v, %v", kinds, err)
	}
}

// fill writes a file until there is no room left.
func fill(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	chunk := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(chunk)
	}
	return errors.Join(err, f.Close())
}
