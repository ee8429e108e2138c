//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package disk

import (
	"errors"
	"io/fs"
	"os"
)

// openLock takes the lock file by being the one who makes it. After a crash it lies there until
// somebody removes it.
func openLock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, errHeld
	}
	return f, err
}

func closeLock(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }
