package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// Files walks paths. The zero value is ready; Done counts the bytes read from disk.
type Files struct {
	Stdin io.Reader
	// StdinName is what that which is read from Stdin is called, "-" when empty.
	StdinName string
	Limits    Limits
	// Leave, when set, says which folders are not read, and why.
	Leave func(dir string) error
	// Open, when set, opens every path, which is then a file and nothing else: what others may put in the place of one
	// (a link, a pipe) while it is on its way must not be followed or waited for.
	Open func(path string) (*os.File, error)
	Done atomic.Int64

	stdin  *patient
	opened int // members of all archives of this walk

	unpackedBytes int64 // in this walk
}

// Each calls do for every file at or below the paths, in the order given and sorted by name within a
// folder. What cannot be opened is handed over with its Err, and the walk goes on; an error from
// do, or the context's, ends it.
func (f *Files) Each(ctx context.Context, paths []string, do func(*Member) error) error {
	f.opened, f.unpackedBytes = 0, 0
	defer func() {
		if f.stdin != nil {
			f.stdin.close()
			f.stdin = nil
		}
	}()
	give := func(m *Member) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.Name = endOfName(m.Name, maxName)
		if err := do(m); err != nil {
			return err
		}
		return ctx.Err()
	}
	for _, p := range paths {
		if err := f.path(ctx, p, give); err != nil {
			return err
		}
	}
	return nil
}

func (f *Files) path(ctx context.Context, path string, do func(*Member) error) error {
	if path == "-" {
		return f.standardInput(ctx, do)
	}
	if f.Open != nil {
		return f.given(ctx, path, do)
	}
	info, err := os.Stat(path)
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	if info.IsDir() {
		return f.folder(ctx, path, do)
	}
	if info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0 {
		return f.pipe(ctx, path, do)
	}
	if !info.Mode().IsRegular() {
		return do(&Member{Name: path, Err: fmt.Errorf("not a file (%s)", sortOf(info.Mode()))})
	}
	return f.file(ctx, path, info, do)
}

func (f *Files) folder(ctx context.Context, path string, do func(*Member) error) error {
	n := 0
	return filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return do(&Member{Name: p, Err: plain(err)})
		case d.IsDir() && f.Leave != nil:
			if err := f.Leave(p); err != nil {
				return cmp.Or(do(&Member{Name: p, Err: err}), fs.SkipDir)
			}
			return nil
		case d.IsDir():
			return nil
		}
		if n++; n > f.Limits.members() {
			if err := do(&Member{Name: path, Err: tooMany(f.Limits.members())}); err != nil {
				return err
			}
			return fs.SkipAll
		}
		info, err := os.Stat(p) // a link is followed to a file, never into a folder
		switch {
		case err != nil:
			return do(&Member{Name: p, Err: plain(err)})
		case info.IsDir():
			return do(&Member{Name: p, Err: errors.New("a link to a folder is not followed; name the folder itself")})
		case !info.Mode().IsRegular():
			return do(&Member{Name: p, Err: fmt.Errorf("not a file (%s); name it itself to read it", sortOf(info.Mode()))})
		}
		return f.file(ctx, p, info, do)
	})
}

func tooMany(n int) error { return fmt.Errorf("more than %d files; the rest was not read", n) }

// sortOf names what is not a file.
func sortOf(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "named pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "of an unknown sort"
}

func (f *Files) file(ctx context.Context, path string, info fs.FileInfo, do func(*Member) error) error {
	h, err := os.Open(path)
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	defer func() { _ = h.Close() }() // read only
	return f.open(ctx, path, info.ModTime(), h, h, do)
}

// given reads a file that Open opens.
func (f *Files) given(ctx context.Context, path string, do func(*Member) error) error {
	h, err := f.Open(path)
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	defer func() { _ = h.Close() }() // read only
	info, err := h.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("not a file (%s)", sortOf(info.Mode()))
	}
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	return f.open(ctx, path, info.ModTime(), h, h, do)
}

func (f *Files) pipe(ctx context.Context, path string, do func(*Member) error) error {
	h, err := openPipe(ctx, path)
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	defer func() { _ = h.Close() }() // read only
	p := newPatient(h)
	defer p.close()
	return f.open(ctx, path, time.Time{}, p.reader(ctx), nil, do)
}

func (f *Files) standardInput(ctx context.Context, do func(*Member) error) error {
	if f.Stdin == nil {
		return do(&Member{Name: f.stdinName(), Err: errors.New("there is no standard input")})
	}
	if f.stdin == nil {
		f.stdin = newPatient(f.Stdin)
	}
	return f.open(ctx, f.stdinName(), time.Time{}, f.stdin.reader(ctx), nil, do)
}

func (f *Files) stdinName() string { return cmp.Or(f.StdinName, "-") }

// plain takes the operation and the path off a file error: the name stands beside it anyway.
func plain(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// Size adds up what the paths hold on disk, for a progress bar: 0 when it cannot be told.
func Size(paths []string) int64 {
	var n int64
	for _, p := range paths {
		if p == "-" {
			return 0
		}
		_ = filepath.WalkDir(p, func(_ string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil //nolint:nilerr // what cannot be read is told when it is read
			}
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
			return nil
		})
	}
	return n
}
