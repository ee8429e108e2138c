package local

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"stormglass/internal/fault"
)

func absolute(dir string) bool { return filepath.IsAbs(dir) }

// maxPath is how long the path of a socket may be, in bytes: 108 with its end on Linux, 104 elsewhere.
func maxPath() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

// DefaultPath says where the socket of a data folder lies: below $XDG_RUNTIME_DIR, or a private folder in the place for temporary files. The
// same folder gives the same path for the same user. runtimeDir is $XDG_RUNTIME_DIR, empty when it is not set.
func DefaultPath(data, runtimeDir string) (string, error) {
	at, err := filepath.Abs(data)
	if err != nil {
		return "", fmt.Errorf("say where the socket of %s lies: %w", data, err)
	}
	if target, err := filepath.EvalSymlinks(at); err == nil { // a folder that is not there yet has no links
		at = target
	}
	digest := sha256.Sum256([]byte(at))
	dir := filepath.Join(os.TempDir(), "stormglass-"+strconv.Itoa(os.Geteuid()))
	if filepath.IsAbs(runtimeDir) {
		dir = filepath.Join(runtimeDir, "stormglass")
	}
	return filepath.Join(dir, hex.EncodeToString(digest[:8])+".sock"), nil
}

// checkPath refuses paths that the system would cut or refuse without saying why.
func checkPath(path string) error {
	if len(path) > maxPath() {
		return fault.Hint(fault.Invalid, fmt.Errorf("the path of the socket has %d bytes, the system takes %d: %s", len(path), maxPath(), path), "choose a shorter one")
	}
	return nil
}

// makeFolder makes the folder of a socket, or sees to it that nobody else may enter the one that is there.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the folder of the socket: %w", err)
	}
	if !info.IsDir() {
		return fault.Hint(fault.Invalid, fmt.Errorf("%s, where the socket is to lie, is no folder", dir), "remove it, or choose another place")
	}
	if runtime.GOOS == "windows" {
		return nil // modes say nothing there
	}
	if bits := info.Mode().Perm(); bits&0o077 != 0 {
		return fault.Hint(fault.Invalid, fmt.Errorf("the folder %s of the socket has mode %04o: others may enter it", dir, bits), "chmod 700 "+dir)
	}
	if uid, ok := owner(info); ok && uid != os.Geteuid() {
		return fault.Hint(fault.Denied, fmt.Errorf("the folder %s of the socket belongs to somebody else", dir), "remove it, or choose another place")
	}
	return nil
}

// errNotSocket is that something else lies at the path.
var errNotSocket = errors.New("it is no socket")
