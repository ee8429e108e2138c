package lake

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// Reader reads one file. It is not for concurrent use; several readers of a file are.
type Reader struct {
	name string
	file disk.File
	size int64
	foot *footer
}

// Open opens a file and checks its footer. Damage is a *CorruptError.
func Open(fs disk.FS, name string) (*Reader, error) {
	f, err := fs.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", name, err), f.Close())
	}
	r := &Reader{name: name, file: f, size: info.Size()}
	err = guard(func() error {
		r.foot, err = readFooter(f, r.size)
		return err
	})
	if err != nil {
		return nil, errors.Join(r.fault(-1, err), f.Close())
	}
	return r, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Kind gives the kind of the file's records.
func (r *Reader) Kind() telemetry.Kind { return r.foot.kind }

// Rows gives the number of rows.
func (r *Reader) Rows() uint64 { return uint64(r.foot.rows) }

// Partition tells what the writer said of the file as a whole: day, hour and class. ok is false when
// that cannot be read.
func (r *Reader) Partition() (day telemetry.Day, hour int, class Class, ok bool) {
	parts := strings.Split(r.foot.place, "/")
	if len(parts) != 4 || parts[0] != r.foot.kind.String() {
		return 0, 0, "", false
	}
	if parts[1] != telemetry.Day(0).String() {
		t, err := time.Parse(time.DateOnly, parts[1])
		if err != nil {
			return 0, 0, "", false
		}
		day = telemetry.Day(t.Unix() / 86400)
	}
	hour, err := strconv.Atoi(parts[2])
	class = Class(parts[3])
	return day, hour, class, err == nil && hour >= 0 && hour < 24 && class.check() == nil
}

// fault says where an error of reading comes from.
func (r *Reader) fault(group int, err error) error {
	if err = corrupt(r.name, group, err); err == nil {
		return nil
	}
	if _, ok := errors.AsType[*CorruptError](err); ok {
		return err
	}
	return fmt.Errorf("read %s: %w", r.name, err)
}

// guard turns a panic on hostile bytes into damage. There is none that we know of.
func guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged("reading it panics: %v", p)
		}
	}()
	return do()
}

// Batches calls fn with the rows that may be wanted, as batches of at most 4,096 records of one
// source each. A batch, with all its texts, and its memory are used again once fn returns.
//
// The rows of one source come by time. Rows of several sources take turns: within each 16,384 rows
// those of one source stand together. An error of fn ends the reading and is returned as it is.
func (r *Reader) Batches(ctx context.Context, w Want, fn func(*telemetry.Batch) error) error {
	s := r.scan(w)
	defer s.release()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		batches, err := s.next()
		if err != nil {
			return err
		}
		if batches == nil {
			return nil
		}
		for _, b := range batches {
			if err := fn(b); err != nil {
				return err
			}
		}
	}
}
