package depot

import (
	"os"
	"path/filepath"
	"strings"
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
