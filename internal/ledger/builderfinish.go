package ledger

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/telemetry"
)

// Made is a segment that was made.
type Made struct {
	Name string
	Info Info
}

// Finish makes the segments of one builder. See the function Finish.
func (b *Builder) Finish(ctx context.Context, name func(Space, telemetry.Day) string) ([]Made, error) {
	return Finish(ctx, []*Builder{b}, name)
}

// Finish makes one segment for each space and day of which any of the builders has facts, in files that
// name names, by space and day. The content is durable; the caller syncs the folder. The builders are
// then as new. On an error no segment of its making is left, nor any run.
func Finish(ctx context.Context, builders []*Builder, name func(Space, telemetry.Day) string) (made []Made, err error) {
	f := finisher{builders: builders}
	defer func() {
		for _, b := range builders {
			err = errors.Join(err, b.Abort())
		}
		if err != nil {
			err = errors.Join(err, f.remove())
			made = nil
		}
	}()
	if err := f.plan(ctx, name); err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, min(maxWriters, runtime.GOMAXPROCS(0))))
	for i := range f.jobs {
		g.Go(func() error { return f.jobs[i].write(ctx) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i := range f.jobs {
		made = append(made, f.jobs[i].made)
	}
	return made, nil
}

// maxWriters is how many segments are written at a time: each takes up to 32 MiB for its filter.
const maxWriters = 4

// finisher makes segments of several builders.
type finisher struct {
	builders []*Builder
	jobs     []*segmentJob
}

// segmentJob makes a segment.
type segmentJob struct {
	builder *Builder // the first: whose folder and budget count
	name    string
	meta    *Meta
	from    []dayRows
	made    Made
	written bool
}

// plan finds which segments are to be made, by space and day, and of what.
func (f *finisher) plan(ctx context.Context, name func(Space, telemetry.Day) string) error {
	for _, b := range f.builders {
		if err := b.own.Flush(ctx); err != nil {
			return err
		}
	}
	for space := range Spaces {
		days := map[telemetry.Day][]dayRows{}
		for _, b := range f.builders {
			b.parts(space, days)
		}
		meta := f.meta(space)
		for _, day := range sortedDays(days) {
			f.jobs = append(f.jobs, &segmentJob{builder: f.builders[0], name: name(space, day), meta: meta, from: days[day]})
		}
	}
	return nil
}

func sortedDays(days map[telemetry.Day][]dayRows) []telemetry.Day {
	list := make([]telemetry.Day, 0, len(days))
	for d := range days {
		list = append(list, d)
	}
	slices.Sort(list)
	return list
}

// parts adds where the builder has rows of a space, by day.
func (b *Builder) parts(space Space, days map[telemetry.Day][]dayRows) {
	t := b.tables[space]
	_ = t.eachDay(t.sorted(), func(day telemetry.Day, items []item) error {
		days[day] = append(days[day], dayRows{
			rows: uint64(len(items)),
			open: func() rows { return &tableRows{t: t, items: items} },
		})
		return nil
	})
	for _, r := range b.runs[space].list {
		for _, s := range r.sections {
			days[s.day] = append(days[s.day], dayRows{rows: s.rows, folds: s.folds, open: func() rows { return r.read(s) }})
		}
	}
}

// meta gives the dictionary of what the builders' rows of a space speak of.
func (f *finisher) meta(space Space) *Meta {
	m := &Meta{Space: space, Sensors: map[uint32]string{}}
	for _, b := range f.builders {
		if b.opts.Name == nil {
			continue
		}
		b.tables[space].used.each(func(number uint32) {
			if name, ok := b.opts.Name(number); ok {
				m.Sensors[number] = name
			}
		})
	}
	return m
}

// write writes the segment.
func (j *segmentJob) write(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w, err := NewWriter(j.builder.fs, j.name, *j.meta, WriterOptions{})
	if err != nil {
		return err
	}
	p := j.builder.pass(j.meta.Space, j.from)
	err = p.write(ctx, w.Add)
	if err == nil {
		j.made = Made{Name: j.name}
		j.made.Info, err = w.Close()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("make segment %s: %w", j.name, err), w.Abort())
	}
	j.written = true
	return nil
}

// remove removes the segments that were written.
func (f *finisher) remove() error {
	var errs []error
	for _, j := range f.jobs {
		if j.written {
			errs = append(errs, j.builder.fs.Remove(j.name))
		}
	}
	return errors.Join(errs...)
}
