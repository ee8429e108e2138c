package node

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

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
	data, err := disk.ReadFile(f.fs, extractFile(a.Name(), day), int64(a.Bounds().Rows)+maxExtractHead)
	if err != nil {
		return nil, analyse.Made{}
	}
	x, made, err := analyse.Read(data)
	if err != nil || x.Analyser != a.Name() || x.Day != day || x.Version != a.Bounds().Version {
		return nil, analyse.Made{}
	}
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

// keptDays is for how many days before the latest extracts are kept.
const keptDays = 70

// removeOld removes extracts of days long before the latest that is told of, and what was not finished.
func (f *extractFiles) removeOld(latest telemetry.Day) error {
	return f.remove(func(name string) bool {
		return name < (latest-keptDays).String() || strings.HasSuffix(name, disk.TempSuffix)
	})
}

// removeAll removes all extracts: they may hold what is purged.
func (f *extractFiles) removeAll() error { return f.remove(func(string) bool { return true }) }

func (f *extractFiles) remove(which func(name string) bool) error {
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
			if which(file.Name()) {
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
