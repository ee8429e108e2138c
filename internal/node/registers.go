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
	in, err := inRegisters("open", name)
	if err != nil {
		return nil, err
	}
	return f.files.Open(in)
}

// Stat implements fs.StatFS: nothing is opened for it.
func (f registerFolder) Stat(name string) (fs.FileInfo, error) {
	in, err := inRegisters("stat", name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(f.files, in)
}

// inRegisters gives the name of a file of a data folder within its folder of registers.
func inRegisters(op, name string) (string, error) {
	in, ok := strings.CutPrefix(name, "registers/")
	if !ok {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return in, nil
}
