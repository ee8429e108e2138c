package depot

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"stormglass/internal/lake"
	"stormglass/internal/ledger"
)

// quarantine takes a damaged file or segment out of what is read, and notes the hole it leaves. The file
// itself is moved aside: somebody may want to look at it.
func (d *Depot) quarantine(name string, why error) (Hole, error) {
	h := Hole{Found: d.now().UTC(), What: name, Why: why.Error()}
	e := &Edit{Why: "quarantine"}
	d.mu.Lock()
	f, isFile := d.manifest.state.Files[name]
	s, isSegment := d.manifest.state.Segments[name]
	d.mu.Unlock()
	switch {
	case isFile:
		h.Kind, h.From, h.To, h.Rows = f.Kind.String(), f.Day, f.Day, f.Rows
		e.DropFiles = []string{name}
	case isSegment:
		h.Kind, h.From, h.To, h.Rows = s.Info.Space.String(), s.Info.FirstDay, s.Info.LastDay, s.Info.Rows
		e.DropSegments = []string{name}
	default:
		return h, fmt.Errorf("put %s into quarantine: the manifest does not name it: %w", name, why)
	}
	if err := d.moveAside(name); err != nil {
		return h, err
	}
	e.Holes = []Hole{h}
	return h, d.commit(e)
}

// damagedFile gives the file or segment of which an error says that it is damaged.
func damagedFile(err error) (string, bool) {
	if d, ok := errors.AsType[*ledger.CorruptError](err); ok {
		return d.File, true
	}
	if d, ok := errors.AsType[*lake.CorruptError](err); ok {
		return d.File, true
	}
	return "", false
}

// lost gives the one among some files and segments that an error tells of: it is damaged, or gone though
// only this process may remove it.
func (d *Depot) lost(err error, among []string) (string, bool) {
	if name, ok := damagedFile(err); ok || !errors.Is(err, fs.ErrNotExist) {
		return name, ok
	}
	for _, name := range among {
		if _, err := d.fs.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return name, true
		}
	}
	return "", false
}

// moveAside moves a file into the quarantine folder, if it is there at all.
func (d *Depot) moveAside(name string) error {
	to := path.Join(quarantineDir, d.newID()+"-"+path.Base(name))
	err := d.fs.Rename(name, to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		d.tidy.Lock()
		d.removed[path.Dir(name)] = true
		d.tidy.Unlock()
		err = d.fs.SyncDir(quarantineDir)
	}
	if err != nil {
		return fmt.Errorf("put %s into quarantine: %w", name, err)
	}
	return nil
}
