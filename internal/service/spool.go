package service

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
)

// reserving writes to a file as long as enough room is left for what is received meanwhile.
type reserving struct {
	io.Writer
	*space
	next int64 // bytes after which it is looked at again
}

// reserveLook is after how many bytes the room is looked at again, and reserve how much is left to others: a twentieth, or ten GiB.
const (
	reserveLook = 16 << 20
	reserveMost = 10 << 30
)

var errReserve = fault.Hint(fault.Busy, errors.New("there is too little room in the data folder for what is handed in"), "free space, or hand in less at a time")

func (w *reserving) Write(p []byte) (int, error) {
	if w.next -= int64(len(p)); w.next <= 0 {
		w.next = reserveLook
		if free, total := w.room(w.root); total > 0 && free < min(total/20, reserveMost)+reserveLook {
			return 0, errReserve
		}
	}
	return w.Writer.Write(p)
}

// spool writes what a sender sends to a file, which it removes once do has read it: nobody waits for a slow sender, and
// what broke off in the middle is never begun.
func (s *Service) spool(r io.Reader, do func(io.ReadSeeker) error) (err error) {
	f, err := os.CreateTemp(filepath.Join(s.cfg.Data, depot.TempDir), "spool-*")
	if err != nil {
		return fmt.Errorf("spool what is sent: %w", depot.Full(err))
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if _, err := io.Copy(&reserving{f, s.space, 0}, r); err != nil {
		return depot.Full(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return do(f)
}
