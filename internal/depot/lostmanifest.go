package depot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// lostFolder reports as an error that a data folder has no folder for its manifest.
func lostFolder(f disk.FS) error {
	if _, err := f.Stat(manifestDir); errors.Is(err, fs.ErrNotExist) {
		return lost("there is no folder " + manifestDir)
	}
	return nil
}

// lostManifest reports as an error that records are there and the manifest speaks of nothing: it was lost, and to go on
// without it would drop them. What an ingest that was stopped left behind is no such thing.
func lostManifest(ctx context.Context, f disk.FS, entry uint64) error {
	if entry > 0 {
		return nil
	}
	for _, dir := range []string{lakeDir, ledgerDir} {
		err := walk(ctx, f, dir, func(name string) error {
			if _, err := f.Stat(dirtyFile); !errors.Is(err, fs.ErrNotExist) {
				return err // somebody is writing, or was stopped
			}
			if _, err := f.Stat(name); errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return lost("it names nothing, and " + name + " is there")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func lost(what string) error {
	return fault.Hint(fault.Internal, fmt.Errorf("the manifest of the data folder is missing: %s", what),
		"put "+manifestDir+"/ back from a backup; records and ledger are untouched")
}

// nothing says why a view has no edit: nothing was taken in yet, or the manifest is lost. Beside a writer that has
// just committed it is to be read again.
func (v *View) nothing(ctx context.Context) (again bool, err error) {
	if v.State.Entry > 0 {
		return false, nil
	}
	if err = errors.Join(lostFolder(v.fs), lostManifest(ctx, v.fs, 0)); err == nil {
		return false, nil
	}
	if changed, cerr := v.changed(); cerr == nil && changed {
		return true, nil
	}
	return false, err
}
