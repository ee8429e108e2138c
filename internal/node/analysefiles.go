package node

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// extractsDir holds the extracts of analysers that look at many days: DIR/NAME/DATE (docs/analysers.md).
const extractsDir = "state/analysers"

// extractFiles keeps extracts in a data folder. The zero value keeps and finds none.
type extractFiles struct {
	fs    disk.FS
	write bool
	mu    *sync.Mutex // one thing at a time is written
}

func extractFile(analyser string, day telemetry.Day) string {
	return path.Join(extractsDir, analyser, day.String())
}

// maxExtractHead is as long as the head and the end of an extract's file may be.
const maxExtractHead = 1 << 10

// load gives the extract of a day, nil when none is kept that can be used.
func (f *extractFiles) load(a analyse.Analyser, day telemetry.Day) (*analyse.Extract, analyse.Made) {
	if f.fs == nil {
		return nil, analyse.Made{}
	}
	name := extractFile(a.Name(), day)
	if info, err := f.fs.Stat(name); err != nil || info.Size() > 2*int64(a.Bounds().Rows)+maxExtractHead {
		return nil, analyse.Made{}
	}
	data, unmap, err := f.fs.Map(name) // that of beacons may be long
	if err != nil {
		return nil, analyse.Made{}
	}
	x, made, err := analyse.Read(data)
	if err != nil || x.Analyser != a.Name() || x.Day != day || x.Version != a.Bounds().Version {
		_ = unmap() // what cannot be read is made again
		return nil, analyse.Made{}
	}
	x.Release = unmap
	return x, made
}

// save keeps an extract, unless the folder is open for reading only.
func (f *extractFiles) save(x *analyse.Extract, m analyse.Made) error {
	if f.fs == nil || !f.write {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := disk.MakeDir(f.fs, path.Join(extractsDir, x.Analyser)); err != nil {
		return err
	}
	return disk.Replace(f.fs, extractFile(x.Analyser, x.Day), func(w io.Writer) error { return x.Write(w, m) })
}

// removeOld removes extracts of days so long before the latest that is told of that no window of the next days holds them, and what was not
// finished. Two windows are kept, as records may come late; and for a day what is older still, so that who sends old records every hour does
// not have months read each time.
func (f *extractFiles) removeOld(latest telemetry.Day) error {
	list := analysers()
	return f.remove(func(analyser string, file fs.DirEntry) bool {
		if strings.HasSuffix(file.Name(), disk.TempSuffix) {
			return true
		}
		n := slices.IndexFunc(list, func(a analyse.Analyser) bool { return a.Name() == analyser })
		if n >= 0 && file.Name() >= (latest-telemetry.Day(2*list[n].Bounds().Days)).String() {
			return false
		}
		info, err := file.Info()
		return err != nil || time.Since(info.ModTime()) > 24*time.Hour
	})
}

// removeAll removes all extracts: they may hold what is purged.
func (f *extractFiles) removeAll() error {
	return f.remove(func(string, fs.DirEntry) bool { return true })
}

func (f *extractFiles) remove(which func(analyser string, file fs.DirEntry) bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	folders, err := f.fs.ReadDir(extractsDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		dir := path.Join(extractsDir, folder.Name())
		files, err := f.fs.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, file := range files {
			if which(folder.Name(), file) {
				if err := f.fs.Remove(path.Join(dir, file.Name())); err != nil {
					return err
				}
			}
		}
		if err := f.fs.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}
