package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// The files of a vault, below the data folder.
const (
	folder        = "vault"
	joinKeyFile   = folder + "/join.key"
	ingestKeyFile = folder + "/ingest.key"
	recipientFile = folder + "/recipient"
	sealedFolder  = folder + "/sealed"
)

// maxKeyFile bounds the files of keys.
const maxKeyFile = 64 << 10

// Bits of a mode that a file of ours must not have.
const (
	forOthers    fs.FileMode = 0o077 // of a secret: anything for group and others
	othersChange fs.FileMode = 0o022 // of a public key: writing
)

// readKey reads a small file whose mode has none of the forbidden bits. The error wraps
// fs.ErrNotExist when it is missing and is fault.Denied when others may use it.
func readKey(fsys disk.FS, name string, forbidden fs.FileMode) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	content, err := readChecked(f, name, forbidden)
	return content, errors.Join(err, f.Close())
}

// statReader is a file as both package os and package disk have it.
type statReader interface {
	io.Reader
	Stat() (fs.FileInfo, error)
}

func readChecked(f statReader, name string, forbidden fs.FileMode) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read key: %s is not a file", name)
	}
	if mode := info.Mode().Perm(); mode&forbidden != 0 && runtime.GOOS != "windows" { // Windows has no such bits
		return nil, fault.Hint(fault.Denied, fmt.Errorf("read key: others than its owner may use %s (mode %04o)", name, mode),
			fmt.Sprintf("find out who could read it, then: chmod %o %s", mode&^forbidden&^0o100, name))
	}
	content, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", name, err)
	}
	if len(content) > maxKeyFile {
		return nil, fmt.Errorf("read key: %s has over %d bytes", name, maxKeyFile)
	}
	return bytes.TrimSpace(content), nil
}

// has reports whether a file is there.
func has(fsys disk.FS, name string) (bool, error) {
	_, err := fsys.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
