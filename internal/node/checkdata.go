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
	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/store"
	"stormglass/internal/wal"
)

// CheckedData is what a check of a data folder looked at and found.
type CheckedData struct {
	depot.Checked
	Holes []depot.Hole // found and taken out by an earlier command
	Lost  []string     // what a repair moved aside and could not make again
}

// Unrepaired counts the faults about which nothing was done.
func (c *CheckedData) Unrepaired() int {
	n := 0
	for i := range c.Faults {
		if c.Faults[i].Repaired == "" {
			n++
		}
	}
	return n
}

// CheckData reads everything that a data folder holds and verifies every checksum. It changes nothing and
// needs no lock: what a writer drops meanwhile is no fault.
func CheckData(ctx context.Context, data string) (*CheckedData, error) {
	state, err := stateOf(ctx, data)
	if err != nil {
		return nil, err
	}
	folder, err := disk.Dir(data)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	checked, err := depot.Check(ctx, folder, state)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	out := &CheckedData{Checked: *checked, Holes: state.Holes}
	if err := out.stillNamed(ctx, data, state); err != nil {
		return nil, err
	}
	return out, out.database(ctx, data, state)
}

// RepairData checks a data folder, and puts right what can be put right. Nobody else may be writing.
func RepairData(ctx context.Context, data string) (_ *CheckedData, err error) {
	if _, err := stateOf(ctx, data); err != nil { // opening makes a folder, this does not
		return nil, err
	}
	d, err := depot.Open(ctx, data, depot.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	out, err := CheckData(ctx, data)
	if err != nil {
		return nil, err
	}
	if err := d.Repair(ctx, &out.Checked); err != nil {
		return out, fmt.Errorf("repair: %w", err)
	}
	after, err := stateOf(ctx, data)
	if err != nil {
		return out, err
	}
	for _, h := range after.Holes {
		if !slices.ContainsFunc(out.Holes, func(o depot.Hole) bool { return o.What == h.What }) {
			out.Lost = append(out.Lost, h.What)
		}
	}
	return out, nil
}

// stateOf reads the manifest of a data folder.
func stateOf(ctx context.Context, data string) (*depot.State, error) {
	v, err := depot.OpenView(ctx, data, depot.WithFiles)
	if _, damaged := errors.AsType[*wal.DamageError](err); damaged {
		return nil, fault.Hint(fault.Internal, err, "without its manifest a folder cannot be repaired: put the folder manifest back from a backup, "+
			"or take the telemetry in again into a new folder; the records are still there to read with any tool for Parquet, below "+filepath.Join(data, "lake"))
	}
	if err != nil {
		return nil, err
	}
	return v.State, v.Close()
}

// stillNamed drops faults of what a writer replaced while it was being looked at.
func (c *CheckedData) stillNamed(ctx context.Context, data string, before *depot.State) error {
	if len(c.Faults) == 0 {
		return nil
	}
	now, err := stateOf(ctx, data)
	if err != nil || now.Entry == before.Entry {
		return err
	}
	c.Faults = slices.DeleteFunc(c.Faults, func(f depot.Fault) bool {
		_, wasFile := before.Files[f.What]
		_, wasSegment := before.Segments[f.What]
		_, isFile := now.Files[f.What]
		_, isSegment := now.Segments[f.What]
		return (wasFile || wasSegment) && !isFile && !isSegment
	})
	return nil
}

// database looks through the database.
func (c *CheckedData) database(ctx context.Context, data string, state *depot.State) error {
	path := filepath.Join(data, depot.Database)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && state.Entry == 0 {
		return nil
	}
	if err != nil {
		c.Faults = append(c.Faults, depot.Fault{What: depot.Database, Why: err.Error()})
		return nil //nolint:nilerr // what cannot be looked at is a fault that is told
	}
	c.Bytes += info.Size()
	s, err := store.Open(ctx, path, store.Options{ReadOnly: true})
	if err != nil {
		if k := fault.KindOf(err); k == fault.Busy || k == fault.Conflict || ctx.Err() != nil { // it is busy, or of another build
			return err
		}
		c.Faults = append(c.Faults, depot.Fault{What: depot.Database, Why: err.Error()})
		return nil
	}
	damage, err := s.Check(ctx)
	for _, d := range damage {
		c.Faults = append(c.Faults, depot.Fault{What: depot.Database, Why: d})
	}
	return errors.Join(err, s.Close())
}
