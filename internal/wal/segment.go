package wal

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/disk"
)

const segmentSuffix = ".log"

// segment is a file of a log: the frames from first on.
type segment struct {
	first Position
}

func (s segment) file(dir string) string {
	return path.Join(dir, fmt.Sprintf("%016x%s", uint64(s.first), segmentSuffix))
}

// segments lists the segments of a log by position. Other files of the folder are none of its business.
func segments(fsys disk.FS, dir string) ([]segment, error) {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list log %s: %w", dir, err)
	}
	var segs []segment
	for _, e := range entries {
		if first, ok := parseSegment(e.Name()); ok {
			segs = append(segs, segment{first})
		}
	}
	slices.SortFunc(segs, func(a, b segment) int { return cmp.Compare(a.first, b.first) })
	return segs, nil
}

func parseSegment(name string) (Position, bool) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	if !ok || len(digits) != 16 || strings.ToLower(digits) != digits {
		return 0, false
	}
	first, err := strconv.ParseUint(digits, 16, 64)
	return Position(first), err == nil && first > 0 && first <= maxFirst
}

// DamageError says that a log is not what was written. The frames before Position are right.
type DamageError struct {
	File     string
	Offset   int64    // bytes into the file
	Position Position // of the frame that should be there
	Err      error    // what is wrong
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d, frame %d: %v", e.File, e.Offset, e.Position, e.Err)
}

func (e *DamageError) Unwrap() error { return e.Err }

var (
	errChecksum = errors.New("the checksum does not match")
	errShort    = errors.New("the file ends within it")
	errMissing  = errors.New("it is missing")
)

// missing says that the segment that begins at a position is not there.
func missing(dir string, first Position) error {
	return &DamageError{File: segment{first}.file(dir), Position: first, Err: errMissing}
}
