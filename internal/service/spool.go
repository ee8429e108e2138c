package service

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"stormglass/internal/depot"
)

// spool writes what a sender sends to a file, which it removes once do has read it: nobody waits for a slow sender, and
// what broke off in the middle is never begun.
func (s *Service) spool(r io.Reader, do func(io.Reader) error) (err error) {
	f, err := os.CreateTemp(filepath.Join(s.cfg.Data, depot.TempDir), "spool-*")
	if err != nil {
		return fmt.Errorf("spool what is sent: %w", depot.Full(err))
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if _, err := io.Copy(f, r); err != nil {
		return depot.Full(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return do(f)
}
