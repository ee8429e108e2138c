package depot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"stormglass/internal/disk"
)

// IsFolder reports whether a folder is a data folder, of this build or another.
func IsFolder(dir string) bool {
	f, err := os.Open(filepath.Join(dir, formatFile))
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // read only
	b := make([]byte, len(formatPrefix))
	n, _ := f.Read(b)
	return strings.HasPrefix(string(b[:n]), formatPrefix)
}

// CheckFormat refuses a data folder that a newer build wrote. Where nothing says what wrote it, it is somebody else's to tell.
func CheckFormat(root string) error {
	f, err := disk.Dir(root)
	if err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	version, err := readFormat(f)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && version != format {
		err = newer(root, version)
	}
	return err
}
