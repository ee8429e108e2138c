package node

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// open opens a file that was met below the watched paths. Others may write there: no link leads out of what is watched, and nothing that
// is put in the place of the file is waited for.
func (w *watched) open(name string) (*os.File, error) {
	for i := range w.roots {
		at := w.roots[i].target
		if !below(at, name) {
			continue
		}
		if info, err := os.Stat(at); err == nil && !info.IsDir() { // the file itself is watched
			at = filepath.Dir(at)
		}
		rel, err := filepath.Rel(at, name)
		if err != nil {
			return nil, err
		}
		root, err := os.OpenRoot(at)
		if err != nil {
			return nil, err
		}
		f, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if cerr := root.Close(); err == nil && cerr != nil {
			_ = f.Close() // read only
			return nil, cerr
		}
		return f, err
	}
	return nil, fmt.Errorf("%s lies below nothing that is watched: %w", name, fs.ErrNotExist)
}
