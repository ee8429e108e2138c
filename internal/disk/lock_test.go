package disk_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// TestMain is also the other process of TestLockOfAnotherProcess: it takes the lock of a folder, says
// so and keeps it until its standard input ends. And that of TestHolderOfAnotherUser.
func TestMain(m *testing.M) {
	if root := os.Getenv("STORMGLASS_TEST_HOLDER"); root != "" {
		askHolder(root)
		return
	}
	root := os.Getenv("STORMGLASS_TEST_LOCK")
	if root == "" {
		os.Exit(m.Run())
	}
	if _, err := disk.Lock(root, "/run/other.sock"); err != nil {
		panic(err)
	}
	println("held") // to standard error
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1) // without Release
}

func TestLockOfAnotherProcess(t *testing.T) {
	root := t.TempDir()
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), "STORMGLASS_TEST_LOCK="+root)
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := other.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stderr).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	_, err = disk.Lock(root, "")
	held, ok := errors.AsType[*disk.HeldError](err)
	if !ok || held.PID != other.Process.Pid || held.Socket != "/run/other.sock" || held.Root != root {
		t.Errorf("lock gave %v (%+v), want that process %d holds it", err, held, other.Process.Pid)
	}
	if fault.KindOf(err) != fault.Busy || fault.HintOf(err) == "" {
		t.Errorf("kind %v, hint %q", fault.KindOf(err), fault.HintOf(err))
	}
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it ends with 1
	mine, err := disk.Lock(root, "")
	if err != nil {
		t.Fatalf("after the holder ended: %v", err)
	}
	if err := mine.Release(); err != nil {
		t.Error(err)
	}
}

func TestLockAndRelease(t *testing.T) {
	root := t.TempDir()
	for range 2 {
		held, err := disk.Lock(root, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := disk.Lock(root, ""); fault.KindOf(err) != fault.Busy {
			t.Errorf("a second lock gives %v", err)
		}
		if err := held.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := disk.Lock(filepath.Join(root, "none"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there gives %v", err)
	}
}

// A lock file is small text, but anything may lie there: whoever is refused still learns that it is held.
func TestLockHeldBySomeoneUnreadable(t *testing.T) {
	for _, text := range []string{"", "pid\n", "pid x\n", "pid 1 2", strings.Repeat("pid ", 1<<16), "\xff\x00\nsocket "} {
		root := t.TempDir()
		held, err := disk.Lock(root, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, disk.LockFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = disk.Lock(root, "")
		if other, ok := errors.AsType[*disk.HeldError](err); !ok || other.PID != 0 || other.Socket != "" {
			t.Errorf("%.20q: lock gave %v (%+v)", text, err, other)
		}
		if err := held.Release(); err != nil {
			t.Fatal(err)
		}
	}
}
