package collect

import (
	"bufio"
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

// Member is one thing to read: a file, standard input, or a member of an archive, decompressed.
// It must be read before the next one is asked for.
type Member struct {
	Name     string // as the user named it, archive members after "!"
	Modified time.Time
	Err      error // why it cannot be read; then there is nothing to read
	r        *bufio.Reader
}

// headSize is how much of a member decides its format.
const headSize = 64 << 10

// Head gives up to 64 KiB from the start of the member without consuming them.
func (m *Member) Head() []byte {
	b, _ := m.r.Peek(headSize)
	return b
}

// Emptiness says why a member has no head: it is empty, or its first bytes could not be had.
func (m *Member) Emptiness() string {
	if _, err := m.Read(make([]byte, 1)); endOf(err) != nil {
		return err.Error()
	}
	return "empty"
}

// Read reads the member's decompressed content.
func (m *Member) Read(p []byte) (int, error) { return m.r.Read(p) }

// Files walks paths. The zero value is ready; Done counts the bytes read from disk.
type Files struct {
	Stdin  io.Reader
	Limits Limits
	Done   atomic.Int64

	members int
}

// Each calls do for every file at or below the paths, in the order given and sorted by name within a
// folder. What cannot be opened is handed over with its Err, and the walk goes on; an error from
// do ends it.
func (f *Files) Each(ctx context.Context, paths []string, do func(*Member) error) error {
	f.members = 0
	for _, p := range paths {
		if err := f.path(ctx, p, do); err != nil {
			return err
		}
	}
	return nil
}

func (f *Files) path(ctx context.Context, path string, do func(*Member) error) error {
	if path == "-" {
		return f.open(ctx, "-", time.Time{}, f.Stdin, nil, do)
	}
	info, err := os.Stat(path)
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	if !info.IsDir() {
		return f.file(ctx, path, info, do)
	}
	return filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return do(&Member{Name: p, Err: plain(err)})
		case d.IsDir():
			return nil
		}
		info, err := os.Stat(p) // a link is followed to a file, never into a folder
		if err != nil {
			return do(&Member{Name: p, Err: plain(err)})
		}
		if info.IsDir() {
			return do(&Member{Name: p, Err: errors.New("a link to a folder is not followed; name the folder itself")})
		}
		return f.file(ctx, p, info, do)
	})
}

func (f *Files) file(ctx context.Context, path string, info fs.FileInfo, do func(*Member) error) error {
	if !info.Mode().IsRegular() && info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) == 0 {
		return do(&Member{Name: path, Err: fmt.Errorf("not a file (%s)", info.Mode().Type())})
	}
	h, err := os.Open(path)
	if err != nil {
		return do(&Member{Name: path, Err: plain(err)})
	}
	defer func() { _ = h.Close() }() // read only
	return f.open(ctx, path, info.ModTime(), h, h, do)
}

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

type counting struct {
	r io.Reader
	n *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
