package lake

import (
	"context"
	"errors"
	"fmt"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// Rewrite joins files of one partition into a new one below dir, by time, without the records for
// which keep answers false; a nil keep keeps all. The files read are left as they are. When nothing
// is kept there is no file, and the one given has no rows and no name.
//
// Content and name of the new file are durable. Memory is that of some row groups, and of a window
// of each file read: join some dozens at once, not thousands. keep is called once for each record.
func Rewrite(ctx context.Context, fs disk.FS, in []File, dir, id string, keep func(b *telemetry.Batch, i int) bool) (f File, err error) {
	if len(in) == 0 {
		return File{}, fault.Wrap(fault.Invalid, errors.New("rewrite no files"))
	}
	if err := checkID(id); err != nil {
		return File{}, err
	}
	p := in[0].partition()
	for i := range in {
		if in[i].partition() != p {
			return File{}, fault.Wrap(fault.Invalid, fmt.Errorf("rewrite %s and %s as one: they are of two partitions", in[0].Name, in[i].Name))
		}
	}
	m := &merge{ctx: ctx, keep: keep, table: newTable(p.kind)}
	defer func() { err = errors.Join(err, m.close()) }()
	for i := range in {
		if err := m.open(fs, in[i].Name); err != nil {
			return File{}, err
		}
	}
	return m.write(fs, dir, id, p)
}

// merge takes rows from several sorted files by time.
type merge struct {
	ctx    context.Context //nolint:containedctx // of one call of Rewrite
	keep   func(b *telemetry.Batch, i int) bool
	inputs []*input
	table  *table
	src    sources
	add    addition
	order  ordering
}

// input is one file and the rows of its window that were not taken yet.
type input struct {
	r       *Reader
	scan    *scan
	batches []*telemetry.Batch
	left    [][]int32 // rows of each batch, ascending in time
	last    telemetry.Instant
	done    bool
}

func (m *merge) open(fs disk.FS, name string) error {
	r, err := Open(fs, name)
	if err != nil {
		return err
	}
	in := &input{r: r, scan: r.scan(Want{})}
	m.inputs = append(m.inputs, in)
	return m.refill(in)
}

func (m *merge) close() (err error) {
	for _, in := range m.inputs {
		in.scan.release()
		err = errors.Join(err, in.r.Close())
	}
	return err
}

// refill loads the next window of a file of which everything was taken.
func (m *merge) refill(in *input) error {
	for !in.done && !in.some() {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		batches, err := in.scan.next()
		if err != nil {
			return err
		}
		in.done = batches == nil
		in.batches = batches
		for len(in.left) < len(batches) {
			in.left = append(in.left, nil)
		}
		in.left = in.left[:len(batches)]
		for k, b := range batches {
			in.left[k] = m.kept(b, in.left[k][:0])
			if n := b.Len(); n > 0 {
				in.last = max(in.last, b.Head(n-1).Occurred)
			}
		}
	}
	return nil
}

func (m *merge) kept(b *telemetry.Batch, rows []int32) []int32 {
	for i := range b.Len() {
		if m.keep == nil || m.keep(b, i) {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

func (in *input) some() bool {
	for _, rows := range in.left {
		if len(rows) > 0 {
			return true
		}
	}
	return false
}

// step moves the rows up to the earliest end of a window into the table. done is true when there
// are none left.
func (m *merge) step() (done bool, err error) {
	until, some := telemetry.Instant(0), false
	for _, in := range m.inputs {
		if err := m.refill(in); err != nil {
			return false, err
		}
		if !in.done && (!some || in.last < until) {
			until, some = in.last, true
		}
	}
	if !some {
		return true, nil
	}
	for _, in := range m.inputs {
		if in.done {
			continue
		}
		for k, b := range in.batches {
			if err := m.takeUntil(b, &in.left[k], until); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

func (m *merge) takeUntil(b *telemetry.Batch, left *[]int32, until telemetry.Instant) error {
	n := 0
	for n < len(*left) && b.Head(int((*left)[n])).Occurred <= until {
		n++
	}
	if n == 0 {
		return nil
	}
	m.add.batch, m.add.rows, m.add.source = b, (*left)[:n], uint64(m.src.number(b.Source))
	*left = (*left)[n:]
	return m.table.add(&m.add)
}

func (m *merge) write(fs disk.FS, dir, id string, p partition) (File, error) {
	e, err := newEncoder()
	if err != nil {
		return File{}, err
	}
	done, err := m.gather()
	if err != nil || m.table.n == 0 {
		return File{}, err
	}
	folders := make(map[string]bool)
	folder := p.folder(dir)
	if err := fs.MkdirAll(folder); err != nil {
		return File{}, fmt.Errorf("make folder %s: %w", folder, err)
	}
	noteFolders(folders, folder)
	f, err := e.writeFile(fs, p.file(dir, id), p, m.src.word, func(f *File) error {
		for m.table.n > 0 {
			if err := e.writeRows(m.table, m.table.order(&m.order), f); err != nil {
				return err
			}
			m.table = newTable(p.kind)
			if !done {
				if done, err = m.gather(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return File{}, err
	}
	return f, syncFolders(fs, folders)
}

// gatherRows is how many rows are gathered before they are written: several row groups, so that none
// ends up small.
const gatherRows = 4 * groupRows

// gather fills the table.
func (m *merge) gather() (done bool, err error) {
	for !done && m.table.n < gatherRows && m.table.arena.bytes < 4*groupBytes {
		if done, err = m.step(); err != nil {
			return false, err
		}
	}
	return done, nil
}
