package depot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/ledger"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
	"stormglass/internal/vault"
	"stormglass/internal/wal"
)

// format is the content of FORMAT. A build that changes the layout raises the number and reads all
// lower ones.
const (
	formatFile   = "FORMAT"
	formatPrefix = "stormglass data "
	format       = formatPrefix + "1\n"
)

// The folders.
const (
	lakeDir       = "lake"
	ledgerDir     = "ledger"
	RegistersDir  = "registers"
	IntelDir      = "intel"
	VaultDir      = "vault"
	LogDir        = "wal" // of what arrived by sockets and is not committed yet
	quarantineDir = "quarantine"
	TempDir       = "tmp"
	dirtyFile     = "tmp/dirty" // there while files may lie about that no edit names
	// Database is the file of package store.
	Database = "stormglass.db"
)

// Depot is a data folder opened for writing. One process holds it at a time.
type Depot struct {
	Key   vault.Key    // makes tokens of subscribers
	Vault *vault.Vault // keeps what the tokens stand for; nil while nobody set a recipient

	fs       disk.FS
	root     string
	unlock   func() error
	manifest *manifest
	now      func() time.Time
	names    *names
	turn     sync.Mutex // of whoever reads the manifest and then changes it: one commit, or a whole round of upkeep
	mu       sync.Mutex // of the manifest itself
	o        Options
	clock    clock
	tidy     sync.Mutex      // of the two below
	removed  map[string]bool // folders out of which files went since they were synced
	begun    int             // calls of dirty without their clean

	begin        atomic.Pointer[func() Matching]
	registers    atomic.Pointer[register.Registers]
	registersErr atomic.Pointer[error]
	leasesLeft   atomic.Uint64    // see LeasesLeft
	loading      sync.Mutex       // of copied
	copied       register.Version // of the registers of which a copy is kept
}

// Registers are what the operator states, as of when they were last loaded.
func (d *Depot) Registers() *register.Registers { return d.registers.Load() }

// LoadRegisters reads the registers of the folder again, and reports whether they changed. Those in force
// stay when they cannot be read. A batch is classed by those in force when it came.
func (d *Depot) LoadRegisters() (changed bool, err error) {
	d.loading.Lock()
	defer d.loading.Unlock()
	r, err := register.Load(os.DirFS(d.root))
	if err != nil {
		complaint := fmt.Errorf("the registers cannot be read, those of before are in force: %w", err)
		d.registersErr.Store(&complaint)
		return false, err
	}
	changed = r.Version != d.Registers().Version
	if !changed {
		r = d.Registers()
	}
	d.loadedRegisters(r, nil)
	return changed, nil
}

// Options change how a data folder is kept; the zero value is right outside of tests.
type Options struct {
	Socket     string // where the writer listens for commands, for those who find the folder locked; empty when it does not
	Now        func() time.Time
	FS         disk.FS // instead of the folder itself
	TableBytes int64   // memory of each of the ledger's three tables, default 64 MiB
	LakeBytes  int64   // memory of the lake's buffers, default 256 MiB
	Budget     uint64  // rows a day and space of the ledger may have before values are folded, default 20,000,000
	FileRows   int     // rows of one file of the lake, default of package lake
	// SnapshotAfter is after how many edits the manifest is written anew, default 500.
	SnapshotAfter int
	// FrameBytes is how much of an edit one frame of the manifest holds, default 8 MiB.
	FrameBytes int
	// Held, when set, says which days a case holds: their time is never over.
	Held func(day telemetry.Day) bool
	// Registers instead of those of the folder.
	Registers *register.Registers
}

func (o Options) now() func() time.Time {
	if o.Now != nil {
		return o.Now
	}
	return time.Now
}

// Open opens a data folder for writing, and makes it when it is not there. It waits for nobody: a
// folder that another process writes to is a fault of kind Busy.
func Open(ctx context.Context, root string, o Options) (_ *Depot, err error) {
	d := &Depot{root: root, now: o.now(), o: o, fs: o.FS, removed: map[string]bool{}}
	if d.fs == nil {
		if d.fs, err = disk.Make(root); err != nil {
			return nil, fmt.Errorf("open data folder: %w", Full(err))
		}
		if _, err := d.made(ctx); err != nil { // before the lock, which is a file too
			return nil, err
		}
		lock, err := disk.Lock(root, o.Socket)
		if err != nil {
			return nil, Full(err)
		}
		d.unlock = lock.Release
	}
	defer func() {
		if err != nil {
			err = Full(errors.Join(err, d.close()))
		}
	}()
	if err := d.layout(ctx); err != nil {
		return nil, err
	}
	if o.Registers != nil {
		d.registers.Store(o.Registers)
	} else {
		r, complaint, err := openRegisters(root)
		if err != nil {
			return nil, err
		}
		d.loadedRegisters(r, complaint)
	}
	if err := d.openVault(); err != nil {
		return nil, err
	}
	if err := lostFolder(d.fs); err != nil { // the log makes it
		return nil, err
	}
	if d.manifest, err = openManifest(d.fs, &o); err != nil {
		return nil, err
	}
	if err := lostManifest(ctx, d.fs, d.manifest.state.Entry); err != nil {
		return nil, err
	}
	d.clock = clock{opened: d.now(), before: d.manifest.state.Time}
	d.names = newNames(d.manifest.state.Names)
	if err := d.sweep(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// openVault gets the key for tokens ready, and the vault when there is somebody who could open what it
// seals.
func (d *Depot) openVault() (err error) {
	if d.Key, err = vault.EnsureKey(d.fs); err != nil {
		return err
	}
	d.Vault, err = vault.Open(d.fs, d.Key)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// layout makes the folders where they are not there.
func (d *Depot) layout(ctx context.Context) error {
	if made, err := d.made(ctx); made || err != nil {
		return err
	}
	folders := []string{TempDir, lakeDir, RegistersDir, IntelDir, VaultDir, quarantineDir, manifestDir}
	for s := range ledger.Spaces {
		folders = append(folders, path.Join(ledgerDir, s.String()))
	}
	for _, dir := range folders {
		if err := disk.MakeDir(d.fs, dir); err != nil {
			return fmt.Errorf("make data folder: %w", err)
		}
	}
	if err := disk.WriteFile(d.fs, formatFile, []byte(format)); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	return nil
}

// made reports whether the folder is a data folder, and refuses one of another sort or of a newer build.
func (d *Depot) made(ctx context.Context) (bool, error) {
	switch version, err := readFormat(d.fs); {
	case err == nil && version == format:
		return true, nil
	case err == nil:
		return false, newer(d.root, version)
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("read %s: %w", formatFile, err)
	}
	return false, d.empty(ctx)
}

// empty refuses to turn somebody's folder into a data folder. What may be there is what somebody
// prepared (registers, rules, pipelines, files of addresses), and what a crash left of making it: empty folders and the beginning of FORMAT.
func (d *Depot) empty(ctx context.Context) error {
	entries, err := d.fs.ReadDir(".")
	if err != nil {
		return fmt.Errorf("read data folder: %w", err)
	}
	for _, e := range entries {
		switch e.Name() {
		case disk.LockFile, RegistersDir, RulesDir, PipelinesDir, GeoDir, formatFile + disk.TempSuffix:
			continue
		case TempDir, lakeDir, ledgerDir, IntelDir, VaultDir, quarantineDir, manifestDir, stateDir:
			if !e.IsDir() {
				return d.foreign(e.Name())
			}
			if err := walk(ctx, d.fs, e.Name(), d.foreign); err != nil {
				return err
			}
			continue
		}
		return d.foreign(e.Name())
	}
	return nil
}

func (d *Depot) foreign(name string) error {
	return fault.Hint(fault.Invalid, fmt.Errorf("%s is not a data folder of stormglass, and not empty: it holds %s", d.root, name),
		"name a new or an empty folder")
}

func readFormat(f disk.FS) (string, error) {
	b, err := disk.ReadFile(f, formatFile, 4096)
	return string(b), err
}

func newer(root, version string) error {
	if rest, ok := strings.CutPrefix(version, formatPrefix); ok {
		return fault.Hint(fault.Invalid, fmt.Errorf("data folder %s is of format %q, written by a newer build", root, strings.TrimSpace(rest)),
			"use that build; this one changed nothing")
	}
	return fault.Hint(fault.Invalid, fmt.Errorf("%s is damaged or not ours", filepath.Join(root, formatFile)), "it should hold: "+strings.TrimSpace(format))
}

// Close lets the folder go.
func (d *Depot) Close() error { return d.close() }

func (d *Depot) close() error {
	var errs []error
	if d.Vault != nil {
		errs = append(errs, d.Vault.Close())
	}
	if d.manifest != nil {
		errs = append(errs, d.manifest.close())
	}
	if d.unlock != nil {
		errs = append(errs, d.unlock())
	}
	return errors.Join(errs...)
}

// Log gives the position of the log of what arrived before which everything is kept.
func (d *Depot) Log() wal.Position {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.manifest.state.Log
}

// FS is the file layer of the folder.
func (d *Depot) FS() disk.FS { return d.fs }

// Root gives the folder's path.
func (d *Depot) Root() string { return d.root }

// Entry gives the number of the last edit.
func (d *Depot) Entry() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.manifest.state.Entry
}

// commit makes an edit durable, then removes what it dropped.
func (d *Depot) commit(e *Edit) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e.Time, e.Registers = d.now().UTC(), d.Registers().Version.String()
	if err := d.manifest.commit(e); err != nil {
		return err
	}
	for _, n := range append(e.DropFiles, e.DropSegments...) {
		if err := d.drop(n); err != nil {
			return fmt.Errorf("remove what was replaced: %w", err)
		}
	}
	return nil
}

// dirty notes that files may lie about which no edit names. clean takes the note back, once what was
// removed stays so: not after something that did not come to its clean, the next opening sweeps then.
func (d *Depot) dirty() error {
	d.tidy.Lock()
	defer d.tidy.Unlock()
	d.begun++
	return disk.WriteFile(d.fs, dirtyFile, nil)
}

func (d *Depot) clean() error {
	d.tidy.Lock()
	defer d.tidy.Unlock()
	for dir := range d.removed {
		if err := d.fs.SyncDir(dir); err != nil {
			return err
		}
		delete(d.removed, dir)
	}
	if d.begun--; d.begun > 0 {
		return nil
	}
	if err := d.fs.Remove(dirtyFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
