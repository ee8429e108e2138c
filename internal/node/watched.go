package node

import (
	"errors"
	"fmt"
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
//
// What cannot be looked at is complained of, and is not gone: a share that is not mounted takes nothing out of force.
type watched struct {
	roots    []*watchedRoot
	files    map[string]fileState
	expected []string // files of an earlier run
	walkDir  func(root string, fn fs.WalkDirFunc) error
}

// watchedRoot is a path that was named.
type watchedRoot struct {
	path     string      // absolute
	target   string      // what it led to when it was there last
	recalled string      // the target below which expected files were looked for
	held     os.FileInfo // the folder, as of when something lay in it
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
	w := &watched{files: map[string]fileState{}, walkDir: filepath.WalkDir}
	for _, p := range paths {
		if at, err := filepath.Abs(p); err == nil { // without a working directory it is as it is
			p = at
		}
		w.roots = append(w.roots, &watchedRoot{path: p, target: p})
	}
	return w
}

// expect says that a file was there before: it is gone when it is not met, if it lies below the paths.
func (w *watched) expect(name string) { w.expected = append(w.expected, name) }

// below reports whether a file is at or below a path, both as they are without links.
func below(root, name string) bool {
	rel, err := filepath.Rel(root, name)
	return err == nil && filepath.IsLocal(rel)
}

// sight is one look at all paths.
type sight struct {
	now        time.Time
	seen       map[string]bool
	changed    []string
	away       []string // paths that could not be looked at: what lies there is not gone
	complaints []string
}

// look gives the files that came or changed and were the same when they were looked at last, or have changed
// for long enough, those that are gone, and in words what could not be looked at.
func (w *watched) look(now time.Time) (changed, gone, complaints []string) {
	l := &sight{now: now, seen: map[string]bool{}}
	for _, r := range w.roots {
		w.walk(r, l)
	}
	for name := range w.files {
		if !l.seen[name] && !l.isAway(name) {
			delete(w.files, name)
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return l.changed, gone, l.told()
}

func (l *sight) isAway(name string) bool {
	return slices.ContainsFunc(l.away, func(path string) bool { return below(path, name) })
}

// missed notes a path that could not be looked at, once.
func (l *sight) missed(path, format string, args ...any) {
	if slices.Contains(l.away, path) {
		return
	}
	l.away = append(l.away, path)
	l.complaints = append(l.complaints, fmt.Sprintf(format, args...))
}

// maxComplaints bounds what is said of one look.
const maxComplaints = 20

// told gives the complaints, in an order that does not change.
func (l *sight) told() []string {
	slices.Sort(l.complaints)
	if more := len(l.complaints) - maxComplaints; more > 0 {
		return append(l.complaints[:maxComplaints:maxComplaints], fmt.Sprintf("%d more watched folders cannot be looked into", more))
	}
	return l.complaints
}

// walk looks at one path and what lies below it, as far as it can.
func (w *watched) walk(r *watchedRoot, l *sight) {
	target, err := filepath.EvalSymlinks(r.path)
	if err != nil {
		w.recall(r)
		l.missed(r.target, "%s", r.lacking(err))
		return
	}
	r.target = target
	w.recall(r)
	if w.emptied(r) {
		l.missed(target, "watched path %s is empty, though files lay there before: what was read of them stays (is a share not mounted? if they were removed on purpose, put any file there)", r.path)
		return
	}
	err = w.walkDir(target, func(name string, e fs.DirEntry, err error) error {
		switch {
		case name == target && errors.Is(err, fs.ErrNotExist):
			l.missed(target, "%s", r.lacking(err))
			return nil
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			l.missed(name, "cannot look into watched folder %s: %v", name, reason(err))
			return nil // with what lies beside it
		case e.IsDir() && leaveData(name) != nil:
			return fs.SkipDir
		case !e.Type().IsRegular() || unfinished(filepath.Base(name)):
			return nil
		case len(l.seen) >= maxWatched:
			return errTooMany
		}
		w.meet(name, e, l)
		return nil
	})
	if err != nil {
		l.missed(target, "watched path %s: %v", r.path, err)
	}
}

var errTooMany = errors.New("more files than are watched; name folders further down")

// recall has the files of an earlier run that lie below a path be known, once it is known where it leads to.
func (w *watched) recall(r *watchedRoot) {
	if r.recalled == r.target {
		return
	}
	for _, name := range w.expected {
		if _, known := w.files[name]; !known && below(r.target, name) {
			w.files[name] = fileState{}
		}
	}
	r.recalled = r.target
}

// emptied reports whether a folder of which files are known holds nothing at all, and is not the one in which they were
// seen to be: a folder on which something is mounted is another one while it is not.
func (w *watched) emptied(r *watchedRoot) bool {
	info, err := os.Stat(r.target)
	if err != nil || !info.IsDir() {
		return false
	}
	d, err := os.Open(r.target)
	if err != nil {
		return false
	}
	defer func() { _ = d.Close() }() // opened for reading
	if _, err := d.Readdirnames(1); !errors.Is(err, io.EOF) {
		if err == nil {
			r.held = info
		}
		return false
	}
	if r.held != nil && os.SameFile(r.held, info) {
		return false
	}
	for name := range w.files {
		if below(r.target, name) {
			return true
		}
	}
	return false
}

// lacking says that a path cannot be had.
func (r *watchedRoot) lacking(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "watched path is not there: " + r.path
	}
	return fmt.Sprintf("watched path %s cannot be looked at: %v", r.path, reason(err))
}

// reason leaves the path out of an error, which is named already.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// meet looks at one file.
func (w *watched) meet(name string, e fs.DirEntry, l *sight) {
	info, err := e.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return // and the next look tells
	}
	if err != nil {
		l.missed(filepath.Dir(name), "cannot look at the files of watched folder %s: %v", filepath.Dir(name), reason(err))
		return
	}
	l.seen[name] = true
	if w.file(name, info, l.now) {
		l.changed = append(l.changed, name)
	}
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
	if !known || f.told || f.since.IsZero() { // or it is of an earlier run
		f.since = now
	}
	f.size, f.changed = info.Size(), info.ModTime()
	f.told = same || now.Sub(f.since) >= settle
	if f.told && now.Sub(f.changed) < rest && w.readWhole(name) {
		f.told = false
	}
	w.files[name] = f
	return f.told
}

// readWhole reports whether a file cannot be read on when it grows. One that cannot be opened is told of when it is read.
func (w *watched) readWhole(name string) bool {
	f, err := w.open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // opened for reading
	head := make([]byte, 4<<10)
	n, _ := io.ReadFull(f, head) // short files are what they are
	return collect.EndMatters(head[:n])
}
