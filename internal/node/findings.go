package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/store"
)

// Reading opens the database of a data folder for reading, beside whoever writes, while do works on it.
func Reading(ctx context.Context, data string, do func(context.Context, *store.Store) error) error {
	return withStore(ctx, data, store.Options{ReadOnly: true}, do)
}

// Deciding opens the database of a data folder for what people decide and for who asked: short changes, for
// which nobody who writes telemetry has to stop. Nothing is made that is not there.
func Deciding(ctx context.Context, data string, do func(context.Context, *store.Store) error) error {
	return withStore(ctx, data, store.Options{}, do)
}

func withStore(ctx context.Context, data string, o store.Options, do func(context.Context, *store.Store) error) (err error) {
	path := filepath.Join(data, depot.Database)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return noDatabase(data)
	}
	if err := depot.CheckFormat(data); err != nil { // a newer build may have changed what the database means
		return err
	}
	s, err := store.Open(ctx, path, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(ctx, s)
}

// noDatabase says what is wrong with a folder that has no database.
func noDatabase(data string) error {
	hint := "stormglass ingest --data " + data + " PATH… makes one in a new or empty folder"
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return fault.Hint(fault.NotFound, fmt.Errorf("there is no data folder %s", data), hint)
	}
	return fault.Hint(fault.NotFound, fmt.Errorf("%s holds no database (%s): it is not a data folder of stormglass, or nothing was taken in yet", data, depot.Database), hint)
}

// FindingQuery says which findings are wanted.
type FindingQuery struct {
	store.Filter
	New bool // only what hunt --new has not told yet
	All bool // dismissed ones and ones that are gone, too
}

// FoundList is findings that are kept.
type FoundList struct {
	Findings   []store.Stored
	Dismissed  int    // further ones that were left out because somebody dismissed them; those of the canary are not counted
	LastChange uint64 // number of the last change of any finding
	Devices    bool   // a register of devices names those that findings are about
}

// Findings lists what is kept, what matters most first, beside whoever writes. Dismissed ones are left out
// unless they are asked for.
func Findings(ctx context.Context, data string, q FindingQuery) (*FoundList, error) {
	out := &FoundList{}
	err := Reading(ctx, data, func(ctx context.Context, s *store.Store) error {
		var err error
		if out.LastChange, err = s.LastChange(ctx); err != nil {
			return err
		}
		if q.New {
			told, err := s.Cursor(ctx, cursorNew)
			if err != nil {
				return err
			}
			q.Since = max(q.Since, told)
		}
		q.Gone = q.All
		hide := !q.All && len(q.Status) == 0
		if hide {
			q.Status = []store.Status{store.StatusOpen, store.StatusAcknowledged}
		}
		if out.Findings, err = s.Findings(ctx, q.Filter); err != nil || !hide {
			return err
		}
		q.Status, q.NoSamples, q.Limit = []store.Status{store.StatusDismissed}, true, 0
		dismissed, err := s.Findings(ctx, q.Filter)
		out.Dismissed = byPeople(dismissed)
		return err
	})
	if err != nil {
		return out, err
	}
	if slices.ContainsFunc(out.Findings, func(f store.Stored) bool { return f.Subject.Kind == hunt.SubjectDevice }) {
		out.Devices = nameKept(data, out.Findings)
	}
	return out, nil
}

// nameKept names the registered devices that findings are about, by the registers of a data folder; stated: they state devices. Registers that
// cannot be read name nobody: status and whatever rests on them say what is wrong with them.
func nameKept(data string, all []store.Stored) (stated bool) {
	r, err := depot.LoadRegisters(data)
	if err != nil || len(r.Devices) == 0 {
		return false
	}
	of := deviceOf(r)
	for i := range all {
		if f := all[i].Finding; f.Subject.Kind == hunt.SubjectDevice {
			f.Device = of(f.Subject, f.First)
		}
	}
	return true
}

// Finding gives one finding with its history, by at least 4 hex digits that its id begins with.
func Finding(ctx context.Context, data, id string) (f store.Stored, history []store.Step, err error) {
	err = Reading(ctx, data, func(ctx context.Context, s *store.Store) error {
		var err error
		if f, err = s.Finding(ctx, id); err != nil {
			return err
		}
		history, err = s.History(ctx, f.ID.String())
		return err
	})
	if err == nil && f.Subject.Kind == hunt.SubjectDevice {
		nameKept(data, []store.Stored{f})
	}
	return f, history, err
}

// Decide takes a step of triage on each of some findings, and gives them as they are then. It stops at the
// first that cannot be taken.
func Decide(ctx context.Context, data string, ids []string, act store.Act, step func(context.Context, *store.Store, string, store.Act) (hunt.FindingID, error)) (done []store.Stored, err error) {
	act.Who = whoIs(ctx)
	err = Deciding(ctx, data, func(ctx context.Context, s *store.Store) error {
		for _, id := range ids {
			full, err := step(ctx, s, id, act)
			if err != nil {
				return err
			}
			f, err := s.Finding(ctx, full.String())
			if err != nil {
				return err
			}
			done = append(done, f)
		}
		return nil
	})
	return done, err
}
