package collect

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
)

// maxDirectory is how much of a zip archive may be its directory: all of it is held in memory.
const maxDirectory = 32 << 20

// zip hands over the files of a zip archive.
func (f *Files) zip(ctx context.Context, w wrapped, do func(*Member) error) error {
	info, err := w.disk.Stat()
	if err != nil {
		return do(&Member{Name: w.name, Err: plain(err)})
	}
	size := info.Size()
	disk := &zipDisk{disk: w.disk, done: &f.Done, left: size - (f.Done.Load() - w.start), stopped: ctx.Err}
	disk.limit = maxDirectory
	z, err := zip.NewReader(disk, size)
	disk.limit = 0
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // members are read, never written to their paths
		return do(&Member{Name: w.name, Err: err})
	}
	files := slices.DeleteFunc(z.File, func(m *zip.File) bool { return m.FileInfo().IsDir() })
	a := f.archive(w.name, func() int64 { return size }, do)
	shared := overlapping(files[:min(len(files), f.Limits.members())])
	for _, m := range files {
		if stop, err := a.full(); stop {
			return errors.Join(err, a.end())
		}
		if err := f.zipMember(ctx, m, shared[m], disk, a); err != nil {
			return err
		}
	}
	return a.end()
}

func (f *Files) zipMember(ctx context.Context, m *zip.File, shared bool, disk *zipDisk, a *archive) error {
	name := nameIn(a.name, m.Name)
	switch {
	case m.Flags&1 != 0:
		return a.hand(&Member{Name: name, Err: errors.New("the archive is encrypted; unpack it first")})
	case shared:
		return a.hand(&Member{Name: name, Err: errors.New("its data are also those of another file in the archive, as in a decompression bomb")})
	}
	r, err := m.Open()
	if err != nil {
		return a.hand(&Member{Name: name, Err: err})
	}
	defer func() { _ = r.Close() }() // read only
	from := disk.n
	s := newStream(f.unpacked(r, func() int64 { return disk.n - from }, a.whole))
	defer s.release()
	return f.unwrap(ctx, wrapped{name: name, mod: m.Modified, archived: true, whole: a.whole}, s, a.hand)
}

// overlapping finds the members whose compressed data begin within those of another.
func overlapping(files []*zip.File) map[*zip.File]bool {
	type span struct {
		m        *zip.File
		from, to int64
	}
	spans := make([]span, 0, len(files))
	for _, m := range files {
		if from, err := m.DataOffset(); err == nil { // else opening it tells
			spans = append(spans, span{m, from, from + int64(min(m.CompressedSize64, 1<<62))})
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	found := map[*zip.File]bool{}
	var end int64
	for _, s := range spans {
		if s.from < end && s.to > s.from {
			found[s.m] = true
			continue
		}
		end = max(end, s.to)
	}
	return found
}

// zipDisk is the file of a zip archive: it counts what is really read, and ends with the walk.
type zipDisk struct {
	disk    *os.File
	n       int64
	limit   int64 // of n, while the directory is read
	done    *atomic.Int64
	left    int64 // what the progress may still count
	stopped func() error
}

// ReadAt is called by one goroutine at a time, since members are read one by one.
func (d *zipDisk) ReadAt(p []byte, off int64) (int, error) {
	if err := d.stopped(); err != nil {
		return 0, err
	}
	if d.limit > 0 && d.n > d.limit {
		return 0, fmt.Errorf("the directory of the archive is larger than %d MiB; unpack it first", d.limit>>20)
	}
	n, err := d.disk.ReadAt(p, off)
	d.n += int64(n)
	fresh := max(min(int64(n), d.left), 0)
	d.left -= fresh
	d.done.Add(fresh)
	return n, err
}
