package depot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"stormglass/internal/disk"
	"stormglass/internal/register"
)

// The copy of the registers that loaded last: a slip of the pen in what the operator states is to stop nobody who asks
// what is in the network.
const stateDir = "state"

// LoadRegisters loads the registers of a data folder that are in force, for who needs nothing else of it.
func LoadRegisters(root string) (*register.Registers, error) {
	r, _, err := openRegisters(root)
	return r, err
}

// openRegisters loads the registers of a folder, or where those cannot be read the copy of the last ones that could;
// complaint is then what is wrong with them.
func openRegisters(root string) (r *register.Registers, complaint, err error) {
	data := os.DirFS(root)
	r, err = register.Load(data)
	if err == nil {
		return r, nil, nil
	}
	kept, kerr := register.Load(os.DirFS(filepath.Join(root, stateDir)))
	if kerr != nil || !standsFor(kept, data) {
		return nil, nil, err
	}
	return kept, fmt.Errorf("the registers cannot be read, those of before are in force: %w", err), nil
}

// standsFor reports whether a copy can be used for the registers of a folder: of each file that says what is kept, and how, it has
// an earlier state. Without one nothing would be known of subscribers, say, of whom the file that cannot be read tells. The other
// registers only approve: without one of them less is assessed.
func standsFor(kept *register.Registers, data fs.FS) bool {
	some := false
	for _, name := range register.Files() {
		if _, err := fs.Stat(data, name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		some = true
		if _, ok := kept.Content(name); !ok && register.Decides(name) {
			return false
		}
	}
	return some
}

// keepRegisters makes the copy hold what is in force. Each file takes its new content in one step; after a crash in between
// one of them may be that of before, which could be read too.
func (d *Depot) keepRegisters(r *register.Registers) error {
	if kept, err := register.Load(os.DirFS(filepath.Join(d.root, stateDir))); err == nil && kept.Version == r.Version {
		return nil
	}
	dir := path.Join(stateDir, RegistersDir)
	if err := disk.MakeDir(d.fs, dir); err != nil {
		return err
	}
	for _, name := range register.Files() {
		copied := path.Join(stateDir, name)
		if content, ok := r.Content(name); ok {
			if err := disk.WriteFile(d.fs, copied, content); err != nil {
				return err
			}
			continue
		}
		if err := d.fs.Remove(copied); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return d.fs.SyncDir(dir)
}

// loadedRegisters puts registers in force, and keeps a copy of them unless they are themselves the copy.
func (d *Depot) loadedRegisters(r *register.Registers, complaint error) {
	d.registers.Store(r)
	if complaint == nil && d.copied != r.Version {
		if err := d.keepRegisters(r); err != nil {
			complaint = fmt.Errorf("keep a copy of the registers: %w", Full(err))
		} else {
			d.copied = r.Version
		}
	}
	d.registersErr.Store(&complaint)
}

// RegistersErr says what is wrong with the registers: they cannot be read, and those of before are in force, or no copy
// of them could be kept. It is nil when nothing is.
func (d *Depot) RegistersErr() error {
	if p := d.registersErr.Load(); p != nil {
		return *p
	}
	return nil
}
