package lake

import (
	"errors"
	"fmt"
)

// CorruptError tells of a file whose bytes are not what was written. Of a row group whose
// checksums are wrong nothing was given away; of those before it something may have been.
type CorruptError struct {
	File     string
	RowGroup int // from 0; -1 for the file as a whole
	Err      error
}

func (e *CorruptError) Error() string {
	if e.RowGroup < 0 {
		return fmt.Sprintf("%s is damaged: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s is damaged in row group %d: %v", e.File, e.RowGroup, e.Err)
}

func (e *CorruptError) Unwrap() error { return e.Err }

// damage is the cause inside a CorruptError until the border adds file and row group.
type damage struct{ what string }

func (d *damage) Error() string { return d.what }

func damaged(format string, args ...any) error { return &damage{fmt.Sprintf(format, args...)} }

// corrupt turns damage into a *CorruptError; other errors, of the disk or of a caller, stay.
func corrupt(file string, group int, err error) error {
	if d, ok := errors.AsType[*damage](err); ok {
		return &CorruptError{File: file, RowGroup: group, Err: d}
	}
	return err
}

// closed closes a reader at the end of a call that may have failed.
func closed(r *Reader, err error) error { return errors.Join(err, r.Close()) }
