package disk_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

func TestHolder(t *testing.T) {
	for name, tt := range map[string]struct {
		text string // of the lock file, "-" for none
		want *disk.HeldError
	}{
		"no lock file":     {"-", nil},
		"let go":           {"", nil},
		"odd":              {"pid x\n", nil},
		"held":             {"pid 12\n", &disk.HeldError{PID: 12}},
		"held by a server": {"pid 12\nsocket /run/s.sock\n", &disk.HeldError{PID: 12, Socket: "/run/s.sock"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if tt.text != "-" {
				if err := os.WriteFile(filepath.Join(root, disk.LockFile), []byte(tt.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if tt.want != nil {
				tt.want.Root = root
			}
			got, err := disk.Holder(root)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// askHolder is what another user's process does: it asks who holds a folder, and says what it learns on standard output.
func askHolder(root string) {
	held, err := disk.Holder(root)
	_, _ = os.Stdout.WriteString(fault.KindOf(err).String() + "; " + fault.HintOf(err))
	if held != nil || err == nil {
		_, _ = os.Stdout.WriteString("; no error")
	}
}

// Who may not read the lock file is told to be somebody else, and not that nobody holds the folder.
func TestHolderOfAnotherUser(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("rights are other ones there")
	}
	root := t.TempDir()
	name := filepath.Join(root, disk.LockFile)
	if err := os.WriteFile(name, []byte("pid 12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(os.Args[0]) // in a folder that others may not enter
	if err != nil {
		t.Fatal(err)
	}
	ask := filepath.Join(root, "ask")
	if err := os.WriteFile(ask, program, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, open := range []string{filepath.Dir(root), root, ask} {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	other := exec.CommandContext(t.Context(), ask)
	other.Env = append(os.Environ(), "STORMGLASS_TEST_HOLDER="+root)
	other.Dir = "/"
	if !asAnother(other) { // it is root who may read everything
		if err := os.Chmod(name, 0); err != nil {
			t.Fatal(err)
		}
	}
	out, err := other.CombinedOutput()
	if want := "denied; run the command as the user of the service"; err != nil || string(out) != want {
		t.Errorf("%q, %v; want %q", out, err, want)
	}
}
