package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"stormglass/internal/fault"
)

// LockFile is the file in a data folder that its writer holds. It keeps lying there when nobody does.
const LockFile = "LOCK"

// maxHolder bounds what is read of a lock file.
const maxHolder = 4 << 10

// HeldError says that another process writes to a data folder.
type HeldError struct {
	Root   string
	PID    int    // 0 when it did not say
	Socket string // where it listens, empty when it does not
}

func (e *HeldError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("lock %s: another process writes to it", e.Root)
	}
	return fmt.Sprintf("lock %s: process %d writes to it", e.Root, e.PID)
}

// Held is the right to write to a data folder, until Release or the end of the process.
type Held struct {
	file *os.File
}

// Lock takes the data folder root for writing, which must exist, and writes into its lock file who
// holds it: this process, and socket, where it listens, when that is not empty. Readers do not lock.
// When another holds it the error is a *HeldError of kind fault.Busy.
func Lock(root, socket string) (*Held, error) {
	name := filepath.Join(root, LockFile)
	f, err := openLock(name)
	if errors.Is(err, errHeld) {
		return nil, fault.Hint(fault.Busy, holder(root, name), "wait for it to end, or stop it; reading needs no lock")
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", root, err)
	}
	if err := writeHolder(f, socket); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", root, err), closeLock(f))
	}
	return &Held{file: f}, nil
}

// Release gives the folder free.
func (h *Held) Release() error {
	if err := errors.Join(h.file.Truncate(0), closeLock(h.file)); err != nil {
		return fmt.Errorf("release %s: %w", h.file.Name(), err)
	}
	return nil
}

// Holder tells who says in its lock file that it writes to a data folder, nil when nobody does. After a crash it may be
// somebody who is gone. A lock file that may not be read is a fault of kind Denied: somebody else's service may be at work.
func Holder(root string) (held *HeldError, err error) {
	held, err = readHolder(root, filepath.Join(root, LockFile))
	if errors.Is(err, fs.ErrPermission) {
		return nil, fault.Hint(fault.Denied, fmt.Errorf("see who writes to %s: %w", root, err), "run the command as the user of the service")
	}
	if err != nil || held.PID == 0 { // what else is wrong with the folder shows when it is opened
		return nil, nil //nolint:nilnil,nilerr // nobody holds it, which is no error
	}
	return held, nil
}

// errHeld is what openLock answers when another process holds the lock.
var errHeld = errors.New("held by another process")

// writeHolder replaces the content of a lock file: "pid N" and, with a socket, "socket PATH", a line
// each.
func writeHolder(f *os.File, socket string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "pid %d\n", os.Getpid())
	if socket != "" {
		fmt.Fprintf(&b, "socket %s\n", socket)
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(b.Bytes(), 0)
	return err
}

// holder reads who holds a lock. What cannot be read stays unsaid: that it is held is known.
func holder(root, name string) *HeldError {
	held, err := readHolder(root, name)
	if err != nil {
		return &HeldError{Root: root}
	}
	return held
}

// readHolder reads a lock file.
func readHolder(root, name string) (*HeldError, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading
	text, err := io.ReadAll(io.LimitReader(f, maxHolder))
	if err != nil {
		return nil, err
	}
	held := &HeldError{Root: root}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "pid":
			pid, _ := strconv.ParseUint(value, 10, 31) // 0 when it is no number
			held.PID = int(pid)
		case "socket":
			held.Socket = value
		}
	}
	return held, nil
}
