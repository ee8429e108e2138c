package ledger

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// CorruptError says that a segment does not hold what its checksums and counts promise.
type CorruptError struct {
	File   string
	What   string
	Offset int64 // in the file, of the part that is wrong
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("segment %s is damaged at byte %d: %s", e.File, e.Offset, e.What)
}

func (s *Segment) corrupt(what string, at int64) error {
	return &CorruptError{File: s.name, What: what, Offset: at}
}

// guard runs what reads mapped bytes. A page that the disk cannot give, or a file that became
// shorter under its map, is a memory fault; it comes back as an error.
func (s *Segment) guard(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			err = s.corrupt("cannot be read: "+fault.Error(), 0)
		default:
			panic(fault)
		}
	}()
	return read()
}

// PartialError is what Look returns when segments could not be read in full while the others were.
// Rows of a failed segment may have been given, but not all: its days (Info) are not assessed.
type PartialError struct {
	Failed []Failure // by file name
}

// Failure is a segment that could not be read.
type Failure struct {
	Segment *Segment
	Err     error
}

func (e *PartialError) Error() string {
	if len(e.Failed) == 1 {
		return e.Failed[0].Err.Error()
	}
	return fmt.Sprintf("%d segments could not be read, the first: %v", len(e.Failed), e.Failed[0].Err)
}

// Unwrap gives the error of each segment.
func (e *PartialError) Unwrap() []error {
	errs := make([]error, len(e.Failed))
	for i := range e.Failed {
		errs[i] = e.Failed[i].Err
	}
	return errs
}
