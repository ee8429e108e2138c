package node

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stormglass/internal/collect"
)

// watched looks at paths again and again and tells which files have come, changed or gone. It goes by size and
// time of change: what is in a file is told apart by who reads it. Links are not followed below a path that
// was named, so that nobody who may write there has other files read.
type watched struct {
	paths     []string // absolute
	files     map[string]fileState
	complaint lastSaid // of what could not be looked at
}

type fileState struct {
	size    int64
	changed time.Time
	told    bool      // as it is now
	since   time.Time // when a change that was not told was seen first
}

const (
	// maxWatched bounds the files below watched paths.
	maxWatched = 100_000
	// rest is how long a file that is read whole or not at all (a capture) must not have changed.
	rest = time.Minute
	// settle is how long a file that changes all the time is waited for: most are whole at the next look.
	settle = 10 * time.Second
)

func newWatched(paths []string) *watched {
	w := &watched{files: map[string]fileState{}}
	for _, p := range paths {
		if at, err := filepath.Abs(p); err == nil { // without a working directory it is as it is
			p = at
		}
		w.paths = append(w.paths, p)
	}
	return w
}

// expect says that a file was there before: it is gone when it is not met, if it lies below the paths.
func (w *watched) expect(name string) {
	for _, root := range w.paths {
		if target, err := filepath.EvalSymlinks(root); err == nil {
			root = target
		}
		if below, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(below) {
			w.files[name] = fileState{}
		}
	}
}

// look gives the files that came or changed and were the same when they were looked at last, or have changed
// for long enough, and those that are gone.
func (w *watched) look(now time.Time) (changed, gone []string, err error) {
	seen := map[string]bool{}
	var errs []error
	for _, p := range w.paths {
		if err := w.walk(p, now, seen, &changed); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return changed, nil, err // what could not be looked at is not gone
	}
	for name := range w.files {
		if !seen[name] {
			delete(w.files, name)
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return changed, gone, nil
}

var errTooMany = errors.New("more files than are watched; name folders further down")

func (w *watched) walk(root string, now time.Time, seen map[string]bool, changed *[]string) error {
	target, err := filepath.EvalSymlinks(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return filepath.WalkDir(target, func(name string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case e.IsDir() && leaveData(name) != nil:
			return fs.SkipDir
		case !e.Type().IsRegular() || unfinished(filepath.Base(name)):
			return nil
		case len(seen) >= maxWatched:
			return &os.PathError{Op: "watch", Path: root, Err: errTooMany}
		}
		info, err := e.Info()
		if err != nil {
			return nil //nolint:nilerr // it is gone, and the next look tells
		}
		seen[name] = true
		if w.file(name, info, now) {
			*changed = append(*changed, name)
		}
		return nil
	})
}

// unfinished reports whether a name is one by which programs mark what they are still writing: nfcapd writes the
// head of its file anew when it is done.
func unfinished(name string) bool {
	return name[0] == '.' || strings.HasPrefix(name, "nfcapd.current") || strings.HasSuffix(name, ".tmp")
}

// file reports whether a file is to be told of.
func (w *watched) file(name string, info fs.FileInfo, now time.Time) bool {
	f, known := w.files[name]
	same := known && f.size == info.Size() && f.changed.Equal(info.ModTime())
	if same && f.told {
		return false
	}
	if !known || f.told {
		f.since = now
	}
	f.size, f.changed = info.Size(), info.ModTime()
	f.told = same || now.Sub(f.since) >= settle
	if f.told && now.Sub(f.changed) < rest && readWhole(name) {
		f.told = false
	}
	w.files[name] = f
	return f.told
}

// readWhole reports whether a file cannot be read on when it grows. One that cannot be opened is told of when it is read.
func readWhole(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // opened for reading
	head := make([]byte, 4<<10)
	n, _ := io.ReadFull(f, head) // short files are what they are
	return collect.EndMatters(head[:n])
}
