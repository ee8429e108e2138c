package depot

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"stormglass/internal/lake"
	"stormglass/internal/telemetry"
)

// Compaction joins the files of one hour. Few files cost little, and joining costs a rewrite.
const (
	fewFiles     = 4
	compactRows  = 2_000_000 // of the joined file
	compactQuiet = 1         // days before today that are left alone: they still get files
)

// hourOf is what the files have in common that may be joined.
type hourOf struct {
	kind  telemetry.Kind
	day   telemetry.Day
	hour  int
	class lake.Class
}

// compact joins the files of hours that have many and get no more.
func (d *Depot) compact(ctx context.Context, m *Maintained) error {
	hours := map[hourOf][]File{}
	for _, f := range d.manifest.state.Files {
		if f.Rows < compactRows/2 {
			h := hourOf{f.Kind, f.Day, f.Hour, f.Class}
			hours[h] = append(hours[h], f)
		}
	}
	for h, files := range hours {
		if len(files) < fewFiles || h.day >= d.today()-compactQuiet && len(files) < 4*fewFiles {
			continue
		}
		slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
		if err := d.join(ctx, files, m); err != nil {
			return err
		}
	}
	return nil
}

// join rewrites files as one, as far as it does not become too large.
func (d *Depot) join(ctx context.Context, files []File, m *Maintained) error {
	var rows uint64
	n := 0
	for n < len(files) && rows+files[n].Rows <= compactRows {
		rows += files[n].Rows
		n++
	}
	if n < 2 {
		return nil
	}
	err := d.rewriteFiles(ctx, "merge", files[:n], nil)
	names := make([]string, 0, n)
	for _, f := range files[:n] {
		names = append(names, f.Name)
	}
	if name, ok := d.lost(err, names); ok {
		hole, qerr := d.quarantine(name, err)
		m.Damaged = append(m.Damaged, hole)
		return qerr
	}
	if err != nil {
		return fmt.Errorf("join files of an hour: %w", err)
	}
	m.Compacted++
	return nil
}

// rewriteFiles puts one file in the place of several of one hour, without the rows that are not kept.
func (d *Depot) rewriteFiles(ctx context.Context, why string, files []File, keep func(*telemetry.Batch, int) bool) error {
	e := &Edit{Why: why}
	in := make([]lake.File, 0, len(files))
	var taken telemetry.Day
	var entry uint64
	for _, f := range files {
		in = append(in, f.File)
		taken, entry = max(taken, f.Taken), max(entry, f.Entry)
		e.DropFiles = append(e.DropFiles, f.Name)
	}
	if keep == nil {
		keep = func(*telemetry.Batch, int) bool { return true }
	}
	out, err := lake.Rewrite(ctx, d.fs, in, lakeDir, d.newID(), keep)
	if err != nil {
		return err
	}
	if out.Rows > 0 {
		e.AddFiles = []File{{File: out, Taken: taken, Entry: entry}}
	}
	return d.commit(e)
}
