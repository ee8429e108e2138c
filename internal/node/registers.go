package node

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/register"
)

// LoadRegisters reads the registers of a folder that holds their files.
func LoadRegisters(dir string) (*register.Registers, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read registers: %s is no folder", dir))
	}
	r, err := register.Load(registerFolder{os.DirFS(dir)})
	if err != nil {
		return nil, fmt.Errorf("read registers: %w", err)
	}
	return r, nil
}

// registerFolder has a folder of registers stand for that of a data folder.
type registerFolder struct{ files fs.FS }

// Open implements fs.FS.
func (f registerFolder) Open(name string) (fs.File, error) {
	in, ok := strings.CutPrefix(name, "registers/")
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.files.Open(in)
}
