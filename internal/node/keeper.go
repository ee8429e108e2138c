package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// Keeper is a data folder open for writing, with everything that belongs to it.
type Keeper struct {
	Data    string
	Version string
	Depot   *depot.Depot
	Store   *store.Store
	Workers int // goroutines that decode and match; 0 is one a core
	Settled Settled
	Anew    bool // the database was missing or empty although the folder was not: it was made anew

	rules    *RuleBook
	extracts extractFiles                                 // of analysers
	changed  func(ctx context.Context, saved store.Saved) // when set, is told of findings that the manifest brought
	behind   func()                                       // when set, is told that records came that not all rules were asked of
	holds    []store.Hold
	took     func(*Ingested)         // when set, is told what was taken in
	keeps    func(name string) error // when set, refuses that a file of intelligence be taken out of force
	force    *force                  // intelligence in force as it was last read, nil when it is to be read
}

// OpenKeeper opens a data folder for writing, and makes it when it is not there.
func OpenKeeper(ctx context.Context, data, version string) (*Keeper, error) {
	return OpenKeeperWith(ctx, data, version, depot.Options{})
}

// OpenKeeperWith is OpenKeeper with further options.
func OpenKeeperWith(ctx context.Context, data, version string, o depot.Options) (_ *Keeper, err error) {
	k := &Keeper{Data: data, Version: version}
	o.Held = k.held
	if k.Depot, err = depot.Open(ctx, data, o); err != nil {
		return nil, err
	}
	k.openRules()
	k.extracts = extractFiles{fs: k.Depot.FS(), write: true, mu: new(sync.Mutex)}
	info, serr := os.Stat(filepath.Join(data, depot.Database))
	k.Anew = (serr != nil || info.Size() == 0) && k.Depot.Entry() > 0
	if k.Store, err = store.Open(ctx, filepath.Join(data, depot.Database), store.Options{}); err != nil {
		return nil, errors.Join(err, k.Depot.Close())
	}
	if err := errors.Join(k.catchUp(ctx), k.removeCopies(ctx)); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// Close lets the folder go.
func (k *Keeper) Close() error { return errors.Join(k.Store.Close(), k.Depot.Close()) }

// catchUp brings the store up to the manifest: a crash may have come between the two.
func (k *Keeper) catchUp(ctx context.Context) (err error) {
	if k.holds, err = k.Store.Holds(ctx, false); err != nil {
		return err
	}
	applied, err := k.Store.Applied(ctx)
	if err != nil {
		return err
	}
	rows, saved := false, store.Saved{}
	err = k.Depot.EditsSince(applied, func(b depot.Brought) error {
		rows = rows || b.Rows
		sources, err := k.untold(ctx, b.Sources)
		if err != nil {
			return err
		}
		if err := k.heldAgainst(ctx, &b); err != nil {
			return err
		}
		brought, err := k.Store.Bring(ctx, b.Entry, &store.Brought{Sources: storedSources(sources), Matched: b.Matched, Covered: b.Covered, Snapshot: b.Snapshot})
		saved.New, saved.Changed = saved.New+brought.New, saved.Changed+brought.Changed
		return err
	})
	if err != nil {
		return fmt.Errorf("bring the database up to the manifest: %w", err)
	}
	if rows {
		if err := k.forgetRules(ctx); err != nil {
			return err
		}
	}
	return k.caughtUp(ctx, saved)
}

// untold leaves out sources without an account of which the store has one: a snapshot of the manifest
// names all sources, and keeps no accounts.
func (k *Keeper) untold(ctx context.Context, sources []depot.Source) ([]depot.Source, error) {
	if !slices.ContainsFunc(sources, func(s depot.Source) bool { return s.Account == nil && !s.Part }) {
		return sources, nil
	}
	known, err := k.Store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return nil, err
	}
	part := make(map[telemetry.SourceID]bool, len(known))
	for i := range known {
		part[known[i].ID] = known[i].Part
	}
	return slices.DeleteFunc(slices.Clone(sources), func(s depot.Source) bool {
		was, ok := part[s.ID]
		return s.Account == nil && ok && was == s.Part
	}), nil
}

func storedSources(sources []depot.Source) []store.Source {
	out := make([]store.Source, 0, len(sources))
	for i := range sources {
		s := &sources[i]
		o := store.Source{ID: s.ID, After: s.After, Bytes: s.Bytes, Lines: s.Lines, Part: s.Part, Ingested: time.Now().UTC()}
		if a := s.Account; a != nil {
			o.Name, o.Format, o.Sensor, o.Undated, o.Lost, o.First, o.Last = a.Name, a.Format, a.Sensor, a.Undated, a.Lost, a.First, a.Last
			o.Failed, o.Problems, o.Whole = a.Failed, a.Problems, a.Failed == "" && a.Lost == 0
			for k := range telemetry.NumKinds {
				o.Records[k] = a.Kinds[k.String()]
			}
		}
		out = append(out, o)
	}
	return out
}

// held reports whether a case holds a day. Holds of values hold the days between their first and last
// record whole: a day's files hold all values.
func (k *Keeper) held(day telemetry.Day) bool {
	for i := range k.holds {
		if covered(&k.holds[i], day) {
			return true
		}
	}
	return false
}

// covered reports whether a day lies in the span of a hold.
func covered(h *store.Hold, day telemetry.Day) bool {
	return (h.First == 0 || h.First.Day() <= day) && (h.Last == 0 || day <= h.Last.Day())
}

// Keeping opens a data folder for writing while do works on it.
func Keeping(ctx context.Context, data, version string, do func(context.Context, *Keeper) error) error {
	k, err := OpenKeeper(ctx, data, version)
	if err != nil {
		return err
	}
	if err := k.settle(ctx); err != nil {
		return errors.Join(err, k.Close())
	}
	return errors.Join(do(ctx, k), k.Close())
}

// Exists says as an error of kind NotFound that there is no data folder: a slip of the pen must not make one, and have
// an answer come out of it.
func Exists(data string) error {
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return noDatabase(data)
	}
	return nil
}
