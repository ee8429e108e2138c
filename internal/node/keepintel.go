package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"stormglass/internal/collect"
	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// AddedIntel says what adding intelligence did.
type AddedIntel struct {
	Files   []AddedFile
	Skipped []*intel.FileReport // what could not be read
}

// AddedFile is one file of intelligence that was added.
type AddedFile struct {
	Name   string
	ID     store.IntelID
	Known  bool // it was in force before
	Values int
	Report *intel.FileReport
}

// AddIntel puts every file of intelligence at or below the paths in force. A copy of each stays in the
// data folder, as it was given.
func (k *Keeper) AddIntel(ctx context.Context, stdin io.Reader, paths []string) (*AddedIntel, error) {
	return k.addIntel(ctx, &collect.Files{Stdin: stdin, Leave: leaveData}, paths)
}

// AddIntelOf is AddIntel of what a reader holds, under a name.
func (k *Keeper) AddIntelOf(ctx context.Context, name string, r io.Reader) (*AddedIntel, error) {
	return k.addIntel(ctx, &collect.Files{Stdin: r, StdinName: name}, []string{"-"})
}

func (k *Keeper) addIntel(ctx context.Context, files *collect.Files, paths []string) (*AddedIntel, error) {
	out := &AddedIntel{}
	err := files.Each(ctx, paths, func(m *collect.Member) error {
		if why := notIntel(m); why != "" {
			out.Skipped = append(out.Skipped, &intel.FileReport{File: m.Name, Skipped: why})
			return nil
		}
		added, err := k.addFile(ctx, m)
		if why, ok := errors.AsType[*unreadableError](err); ok && ctx.Err() == nil {
			out.Skipped = append(out.Skipped, &intel.FileReport{File: m.Name, Skipped: why.Error()})
			return nil
		}
		if err != nil {
			return fmt.Errorf("add %s: %w", m.Name, err)
		}
		out.Files = append(out.Files, added)
		return nil
	})
	return out, err
}

// notIntel says why a member is not read as intelligence, empty when it is.
func notIntel(m *collect.Member) string {
	switch {
	case m.Err != nil:
		return m.Err.Error()
	case len(m.Head()) == 0:
		return m.Emptiness()
	case intelReader(m.Head()) == nil:
		return notAForm
	}
	return ""
}

// unreadableError is that a file cannot be read to its end, or says what cannot be: it is its own fault, and of it nothing is
// put in force.
type unreadableError struct{ err error }

func (e *unreadableError) Error() string { return e.err.Error() }
func (e *unreadableError) Unwrap() error { return e.err }

// source remembers that reading failed, so that it can be told from writing.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (k *Keeper) addFile(ctx context.Context, m *collect.Member) (AddedFile, error) {
	added := AddedFile{Name: m.Name}
	id, size, err := k.copyIntel(m)
	if err != nil {
		return added, depot.Full(err)
	}
	added.ID = store.IntelID(id)
	l := intel.NewLoader()
	if err := k.loadFile(ctx, store.IntelFile{ID: store.IntelID(id), Name: m.Name}, l); err != nil {
		return added, err
	}
	x, err := l.Index()
	if err != nil {
		return added, &unreadableError{err}
	}
	k.force = nil
	values := make([]observable.Value, 0, x.Len())
	for _, v := range x.Values {
		values = append(values, v)
	}
	before, err := k.Store.Intel(ctx, false)
	if err != nil {
		return added, err
	}
	for _, f := range before {
		added.Known = added.Known || f.ID == store.IntelID(id)
	}
	added.Values = len(values)
	if r := l.Reports(); len(r) > 0 {
		added.Report = r[0]
	}
	return added, k.Store.AddIntel(ctx, store.IntelFile{
		ID: store.IntelID(id), Name: m.Name, Added: time.Now().UTC(), Bytes: size, Report: added.Report,
	}, values)
}

// copyIntel keeps a copy of a member's content under its SHA-256.
func (k *Keeper) copyIntel(m *collect.Member) (id telemetry.SourceID, size uint64, err error) {
	f, err := os.CreateTemp(filepath.Join(k.Data, depot.TempDir), "intel-*")
	if err != nil {
		return id, 0, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // once it was renamed there is nothing to remove
	z, err := zstd.NewWriter(f)
	if err == nil {
		var n int64
		from := &source{Reader: m}
		if n, err = io.Copy(z, from); from.err != nil {
			err = &unreadableError{from.err}
		}
		size, err = uint64(n), errors.Join(err, z.Close())
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return id, 0, err
	}
	id = m.ID()
	if err := os.Rename(f.Name(), k.intelPath(store.IntelID(id))); err != nil {
		return id, 0, err
	}
	folder, err := disk.Dir(k.Data)
	if err != nil {
		return id, 0, err
	}
	return id, size, folder.SyncDir(depot.IntelDir) // before the database relies on it
}

func (k *Keeper) intelPath(id store.IntelID) string {
	return filepath.Join(k.Data, depot.IntelDir, id.String()+".zst")
}

// RemoveIntel takes a file of intelligence out of force, by its name or the beginning of its id. A service keeps what it
// puts in force itself.
func (k *Keeper) RemoveIntel(ctx context.Context, name string) (store.IntelFile, error) {
	if err := k.mayRemove(ctx, name); err != nil {
		return store.IntelFile{}, err
	}
	return k.removeIntel(ctx, name)
}

func (k *Keeper) removeIntel(ctx context.Context, name string) (store.IntelFile, error) {
	k.force = nil
	f, err := k.Store.RemoveIntel(ctx, name)
	if err != nil {
		return f, err
	}
	return f, k.removeCopy(f)
}

func (k *Keeper) removeCopy(f store.IntelFile) error {
	if err := os.Remove(k.intelPath(f.ID)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the copy of %s: %w", f.Name, err)
	}
	return nil
}

// removeCopies removes copies of intelligence that is out of force: a crash may have come between the two.
func (k *Keeper) removeCopies(ctx context.Context) error {
	files, err := k.Store.Intel(ctx, true)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, f := range files {
		named[filepath.Base(k.intelPath(f.ID))] = true
		if f.Removed.IsZero() {
			continue
		}
		if err := k.removeCopy(f); err != nil {
			return err
		}
	}
	return k.removeUnnamed(named)
}

// removeUnnamed removes copies of which the database does not know: they were not put in force.
func (k *Keeper) removeUnnamed(named map[string]bool) error {
	if k.Anew { // a database that was lost may be put back
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(k.Data, depot.IntelDir))
	if err != nil {
		return fmt.Errorf("look for copies of intelligence: %w", err)
	}
	for _, e := range entries {
		if named[e.Name()] || filepath.Ext(e.Name()) != ".zst" {
			continue
		}
		if err := os.Remove(filepath.Join(k.Data, depot.IntelDir, e.Name())); err != nil {
			return fmt.Errorf("remove a copy of intelligence that is not in force: %w", err)
		}
	}
	return nil
}

// loadFile reads a stored file of intelligence into a loader, under the name it was given by.
func (k *Keeper) loadFile(ctx context.Context, f store.IntelFile, l *intel.Loader) error {
	files := &collect.Files{}
	return files.Each(ctx, []string{k.intelPath(f.ID)}, func(m *collect.Member) error {
		m.Name = f.Name
		_, err := loadMember(ctx, m, l)
		return err
	})
}

// force is the intelligence in force.
type force struct {
	loader *intel.Loader
	index  *intel.Index
}

// inForce gives the intelligence in force, which is read when it changed since.
func (k *Keeper) inForce(ctx context.Context) (*force, error) {
	if k.force != nil {
		return k.force, nil
	}
	l, err := k.loadIntel(ctx)
	if err != nil {
		return nil, err
	}
	x, err := l.Index()
	if err != nil {
		return nil, err
	}
	k.force = &force{l, x}
	return k.force, nil
}

// loadIntel reads all intelligence in force.
func (k *Keeper) loadIntel(ctx context.Context) (*intel.Loader, error) {
	l := intel.NewLoader()
	files, err := k.Store.Intel(ctx, false)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := k.loadFile(ctx, f, l); err != nil {
			return nil, fmt.Errorf("read intelligence: %w", err)
		}
	}
	return l, nil
}
