package depot

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

// isFull holds an error against what somebody is to be told whose disk is full.
func isFull(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, syscall.ENOSPC) || fault.KindOf(err) != fault.Busy || !strings.Contains(fault.HintOf(err), "free space") {
		t.Fatalf("kind %v, hint %q: %v", fault.KindOf(err), fault.HintOf(err), err)
	}
}

// TestFullDisk fills the disk in the middle of everything: it is said, what was committed can be read, and
// with room again the work goes on.
func TestFullDisk(t *testing.T) {
	hit := 0
	for seed := range uint64(rounds(6, 100)) {
		w := newCrashWorld(seed)
		m := w.whole(t)
		l := disktest.Limit(m, 0)
		for range 4 {
			l.Grow(int64(w.rng.IntN(60_000)) - l.Free())
			if err := w.work(t, l, 12); err != nil {
				isFull(t, err)
				hit++
			}
			w.laws(t, l)
			l.Grow(1 << 30)
			w.goesOn(t, l)
		}
	}
	if hit < 6 {
		t.Errorf("the disk was full %d times: too few to tell anything", hit)
	}
}

// TestFullTmpfs is the same with a small file system, where one may be mounted.
func TestFullTmpfs(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mount: %v: %s", err, out)
	}
	defer func() {
		if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	}()
	folder, err := disk.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	w := newCrashWorld(1)
	if err := w.work(t, folder, 3); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := os.WriteFile(dir+"/ballast", make([]byte, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("ballast: %v", err)
		}
		for { // as far as it goes: a page here and there is free
			w.now = w.now.Add(time.Hour)
			if err = w.work(t, folder, 1); err != nil {
				break
			}
		}
		isFull(t, err)
		w.laws(t, folder)
		if err := os.Remove(dir + "/ballast"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		w.goesOn(t, folder)
	}
}
