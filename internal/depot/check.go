package depot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
	"stormglass/internal/vault"
)

// Checked is what a check looked at and what it found wrong.
type Checked struct {
	Files, Segments int
	Bytes           int64
	Faults          []Fault
}

// Fault is one thing that is wrong with a data folder.
type Fault struct {
	What     string // file or segment, or a part of the folder
	Why      string
	From, To telemetry.Day // what it held, where that is known
	Repaired string        // what was done about it; empty when nothing was
}

// Check reads everything that the manifest names and verifies every checksum. It changes nothing.
func Check(ctx context.Context, f disk.FS, s *State) (*Checked, error) {
	c := &Checked{}
	for _, g := range s.segments() {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		c.Segments++
		c.Bytes += g.Info.Bytes
		if err := verifySegment(ctx, f, g); err != nil {
			c.Faults = append(c.Faults, Fault{What: g.Name, Why: err.Error(), From: g.Info.FirstDay, To: g.Info.LastDay})
		}
	}
	for _, l := range (&View{State: s}).Files() {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		c.Files++
		c.Bytes += l.Bytes
		if err := lake.Verify(ctx, f, &l.File); err != nil {
			c.Faults = append(c.Faults, Fault{What: l.Name, Why: err.Error(), From: l.Day, To: l.Day})
		}
	}
	c.vault(ctx, f)
	return c, ctx.Err()
}

func verifySegment(ctx context.Context, f disk.FS, s Segment) error {
	g, err := ledger.Open(f, s.Name)
	if err != nil {
		return err
	}
	err = g.Verify(ctx)
	if err == nil && g.Info() != s.Info {
		err = errors.New("it is not the segment that the manifest names")
	}
	return errors.Join(err, g.Close())
}

// vault checks the sealed values, where there are any.
func (c *Checked) vault(ctx context.Context, f disk.FS) {
	sealed, err := vault.OpenSealed(f)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		c.Faults = append(c.Faults, Fault{What: VaultDir, Why: err.Error()})
		return
	}
	damaged, err := sealed.Check(ctx)
	if err = errors.Join(err, sealed.Close()); err != nil {
		damaged = append(damaged, err)
	}
	for _, err := range damaged {
		c.Faults = append(c.Faults, Fault{What: VaultDir, Why: err.Error()})
	}
}

// Repair puts what a check found damaged into quarantine, and makes the ledger of those days again
// from the rows of the lake, as far as those are all there. What cannot be made again stays a hole in
// coverage.
func (d *Depot) Repair(ctx context.Context, c *Checked) (err error) {
	defer func() { err = Full(err) }()
	d.turn.Lock()
	defer d.turn.Unlock()
	if err := d.dirty(); err != nil {
		return err
	}
	if err := d.repair(ctx, c); err != nil {
		return err
	}
	return d.clean()
}

func (d *Depot) repair(ctx context.Context, c *Checked) error {
	lost := map[telemetry.Day]bool{}
	for i := range c.Faults {
		f := &c.Faults[i]
		s, isSegment := d.manifest.state.Segments[f.What]
		_, isFile := d.manifest.state.Files[f.What]
		if !isSegment && !isFile {
			continue
		}
		if _, err := d.quarantine(f.What, errors.New(f.Why)); err != nil {
			return err
		}
		f.Repaired = "moved to " + quarantineDir + "; its rows are a hole in coverage"
		if isSegment {
			for day := s.Info.FirstDay; day <= s.Info.LastDay; day++ {
				lost[day] = true
			}
		}
	}
	days := d.complete(sortedDays(lost))
	if len(days) == 0 {
		return nil
	}
	if err := d.rebuild(ctx, days); err != nil {
		return fmt.Errorf("make the ledger again: %w", err)
	}
	for i := range c.Faults {
		if f := &c.Faults[i]; covered(f, days) {
			f.Repaired = "made again from the rows of the lake"
		}
	}
	return nil
}

func covered(f *Fault, days []telemetry.Day) bool {
	for day := f.From; day <= f.To; day++ {
		if !slices.Contains(days, day) {
			return false
		}
	}
	return f.Repaired != ""
}

// complete gives those days of which every row that was ever kept is still there.
func (d *Depot) complete(days []telemetry.Day) []telemetry.Day {
	s := d.manifest.state
	return slices.DeleteFunc(days, func(day telemetry.Day) bool {
		return slices.ContainsFunc(s.Expired, func(x Expired) bool { return x.Day == day }) ||
			slices.ContainsFunc(s.Holes, func(h Hole) bool { return h.lake() && h.From <= day && day <= h.To })
	})
}

// lake reports whether a hole is one of rows, and not of the ledger.
func (h *Hole) lake() bool {
	for s := range ledger.Spaces {
		if h.Kind == s.String() {
			return false
		}
	}
	return true
}

// within reports whether all days of a hole are among some.
func (h *Hole) within(days []telemetry.Day) bool {
	for day := h.From; day <= h.To; day++ {
		if !slices.Contains(days, day) {
			return false
		}
	}
	return true
}

// rebuild makes the ledger of whole days again from the rows of the lake, in place of what it holds of
// them.
func (d *Depot) rebuild(ctx context.Context, days []telemetry.Day) error {
	e := &Edit{Why: "repair"}
	made, taken, err := d.observed(ctx, days)
	if err != nil {
		return err
	}
	for _, m := range made {
		e.AddSegments = append(e.AddSegments, Segment{Name: m.Name, Info: m.Info, Days: []telemetry.Day{m.Info.FirstDay}, Taken: taken})
	}
	for _, s := range d.manifest.state.segments() {
		if !slices.ContainsFunc(s.Days, func(day telemetry.Day) bool { return slices.Contains(days, day) }) {
			continue
		}
		e.DropSegments = append(e.DropSegments, s.Name)
		rest, err := d.merged(ctx, []Segment{s}, func(r *ledger.Row) bool { return !slices.Contains(days, r.Day) })
		if err != nil {
			return err
		}
		if rest.Info.Rows > 0 {
			e.AddSegments = append(e.AddSegments, rest)
		} else if err := d.drop(rest.Name); err != nil {
			return err
		}
	}
	e.Filled = days
	e.Names = d.names.take()
	if err := d.syncLedger(); err != nil {
		return err
	}
	return d.commit(e)
}

// observed makes segments of what stands in the rows of some days.
func (d *Depot) observed(ctx context.Context, days []telemetry.Day) ([]ledger.Made, telemetry.Day, error) {
	values := ledger.NewBuilders(1, d.fs, TempDir, d.builderOptions())
	w := newWorker(d, values.Feeder())
	var taken telemetry.Day
	for _, f := range d.files() {
		if !slices.Contains(days, f.Day) {
			continue
		}
		taken = max(taken, f.Taken)
		r, err := lake.Open(d.fs, f.Name)
		if err != nil {
			return nil, 0, err
		}
		err = r.Batches(ctx, lake.Want{}, w.add)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, 0, errors.Join(err, values.Abort())
		}
	}
	made, err := values.Finish(ctx, d.segmentName)
	return made, taken, err
}
