package depot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"

	"stormglass/internal/disk"
	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// sweep removes what a crash left: files that no edit names. It looks only when something was being
// written.
func (d *Depot) sweep(ctx context.Context) error {
	if err := d.removeBelow(ctx, TempDir, func(name string) bool { return name == dirtyFile }); err != nil {
		return err
	}
	if _, err := d.fs.Stat(dirtyFile); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("look for what was left: %w", err)
	}
	s := d.manifest.state
	named := func(name string) bool {
		_, isFile := s.Files[name]
		_, isSegment := s.Segments[name]
		return isFile || isSegment
	}
	for _, dir := range []string{lakeDir, ledgerDir} {
		if err := d.removeBelow(ctx, dir, named); err != nil {
			return err
		}
	}
	d.tidy.Lock()
	d.begun++ // by whoever did not come to its end
	d.tidy.Unlock()
	return d.clean()
}

// removeBelow removes every file below a folder that is not to be kept.
func (d *Depot) removeBelow(ctx context.Context, dir string, keep func(name string) bool) error {
	return walk(ctx, d.fs, dir, func(name string) error {
		if keep(name) {
			return nil
		}
		if err := d.drop(name); err != nil {
			return fmt.Errorf("remove what was left: %w", err)
		}
		return nil
	})
}

// walk calls do for every file below a folder. A folder that is not there is empty.
func walk(ctx context.Context, f disk.FS, dir string, do func(name string) error) error {
	entries, err := f.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read folder %s: %w", dir, err)
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := path.Join(dir, e.Name())
		if e.IsDir() {
			err = walk(ctx, f, name, do)
		} else {
			err = do(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drop removes a file that may be gone already.
func (d *Depot) drop(name string) error {
	err := d.fs.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	d.tidy.Lock()
	defer d.tidy.Unlock()
	d.removed[path.Dir(name)] = true
	return err
}

// newID gives a name for a new file: sorted by the time it is made, and unlike any other.
func (d *Depot) newID() string {
	var b [14]byte
	ms := d.now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (8 * (5 - i)))
	}
	_, _ = rand.Read(b[6:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

func (d *Depot) today() telemetry.Day { return telemetry.InstantOf(d.now()).Day() }

func (d *Depot) lakeOptions() lake.Options {
	return lake.Options{NewID: d.newID, Memory: d.o.LakeBytes, Rows: d.o.FileRows}
}

func (d *Depot) builderOptions() ledger.BuilderOptions {
	bytes := d.o.TableBytes
	if bytes == 0 {
		bytes = ledger.DefaultTableBytes
	}
	return ledger.BuilderOptions{TableBytes: bytes / int64(runtime.GOMAXPROCS(0)), Budget: d.o.Budget, Name: d.names.name}
}
