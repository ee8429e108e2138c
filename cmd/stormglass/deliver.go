package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"stormglass/internal/fault"
)

// deliver writes the answer to standard output, or to a file, which appears whole or not at all.
// A target that is no regular file (a device, a pipe) is written to as it stands.
func (a *app) deliver(to string, inputs []string, write func(io.Writer) error) error {
	if to == "" {
		if err := write(a.stdout); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		return nil
	}
	if err := writeTo(to, inputs, write); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	a.note("the answer is in %s", to)
	return nil
}

func writeTo(to string, inputs []string, write func(io.Writer) error) error {
	info, err := os.Stat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replace(to, write)
	case err != nil:
		return fault.Wrap(fault.Invalid, err)
	case info.IsDir():
		return fault.Wrap(fault.Invalid, fmt.Errorf("%s is a folder", to))
	case !info.Mode().IsRegular():
		f, err := os.OpenFile(to, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	for _, in := range inputs {
		if other, err := os.Stat(in); err == nil && os.SameFile(info, other) {
			return fault.Hint(fault.Invalid, fmt.Errorf("%s is one of the inputs", to), "name another file with --to")
		}
	}
	if target, err := filepath.EvalSymlinks(to); err == nil {
		to = target // a link stays a link
	}
	return replace(to, write)
}

// replace writes a new file beside the target under a name of its own and puts it in the target's
// place when it is complete.
func replace(to string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(to), ".stormglass-*")
	if err != nil {
		return fault.Wrap(fault.Invalid, err)
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
