package lake

import (
	"errors"
	"fmt"
	iofs "io/fs"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// writeFile writes one file whose row groups are written by fill, and makes its content durable. A
// file that was not finished is removed.
func (e *encoder) writeFile(fs disk.FS, name string, p partition, word func(uint32) [sourceParts]string,
	fill func(*File) error,
) (f File, err error) {
	f = File{Name: name, Kind: p.kind, Day: p.day, Hour: p.hour, Class: p.class}
	out, err := fs.Create(name)
	if err != nil {
		if !errors.Is(err, iofs.ErrExist) {
			_ = fs.Remove(name) // it may have been made all the same
		}
		return File{}, fmt.Errorf("write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", name, err), fs.Remove(name))
			f = File{}
		}
	}()
	err = e.begin(p.kind, out, word)
	if err == nil {
		err = fill(&f)
	}
	if err == nil {
		err = e.finish(p.String())
	}
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return f, err
	}
	f.Rows, f.Bytes = uint64(e.rows), e.offset
	e.hash.Sum(f.Sum[:0])
	return f, nil
}

// writeRows writes rows of a table, sorted before, as row groups, and notes what they are in f.
func (e *encoder) writeRows(t *table, rows []uint32, f *File) error {
	when := t.occurred()
	if len(rows) > 0 {
		f.span(telemetry.Instant(when.at(int(rows[0]))))
		f.span(telemetry.Instant(when.at(int(rows[len(rows)-1]))))
	}
	t.sensors((*sensorSet)(&f.Sensors), e.source)
	groups := (len(rows) + t.groupRows() - 1) / t.groupRows()
	for ; groups > 0; groups-- {
		n := (len(rows) + groups - 1) / groups // as even as can be
		if err := e.rowGroup(t, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (f *File) span(t telemetry.Instant) {
	if !t.Known() {
		return
	}
	if f.First == 0 || t < f.First {
		f.First = t
	}
	f.Last = max(f.Last, t)
}

const (
	groupRows  = 128 << 10
	groupBytes = 32 << 20 // of texts in a row group, about
)

// groupRows gives how many rows of the table make a row group.
func (t *table) groupRows() int {
	if t.arena.bytes <= groupBytes {
		return groupRows
	}
	return int(max(1024, min(groupRows, int64(t.n)*groupBytes/t.arena.bytes)))
}
