package geo

import (
	"errors"
	"io/fs"
)

// openPlain opens a file. A pipe or a device is refused: to open a pipe waits for a writer, and a device may have no end.
func openPlain(folder fs.FS, name string) (fs.File, error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no plain file: put one there, or take it away")
	}
	return folder.Open(name)
}
