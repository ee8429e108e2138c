package analyse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"

	"stormglass/internal/telemetry"
)

// Extract is what an analyser keeps of a day: rows in the order of their keys. It does not change.
type Extract struct {
	Analyser string
	Version  uint32
	Day      telemetry.Day
	Span     Span
	Dropped  uint64 // rows that did not fit
	Missing  uint64 // notes that had no room

	rows io.ReaderAt // from 0 to size
	size int64
	file *os.File // that holds them; nil when they are in memory

	Release func() error // lets go of the bytes that Read was given; nil: nobody need
}

// Close lets go of the rows.
func (x *Extract) Close() error {
	var err error
	if x.Release != nil {
		err = x.Release()
		x.Release, x.rows, x.size = nil, bytes.NewReader(nil), 0
	}
	if f := x.file; f != nil {
		x.file = nil
		err = errors.Join(err, discard(f))
	}
	return err
}

func (x *Extract) reader() *rowReader {
	return &rowReader{from: bufio.NewReaderSize(io.NewSectionReader(x.rows, 0, x.size), int(min(x.size, 1<<15)))}
}

// Day is an extract being made.
type Day struct {
	Day  telemetry.Day
	Span Span // of what was read of the day

	analyser Analyser
	most     int64
	missing  uint64 // notes
	dropped  uint64 // rows
	prefix   []byte // that Size was asked for last, and the bytes of rows below it since
	below    int64
	memory   *bytes.Buffer
	file     *os.File // once there are many rows
	to       rowWriter
	err      error

	level  int              // at which rows of the key that is at work go
	floor  int              // rows that go at a lower level have no room
	sizes  [never + 1]int64 // of the rows, by their level
	levels []uint8          // of each row
}

// inMemory is how many bytes of rows of a day wait in memory.
const inMemory = 256 << 10

func newDay(a Analyser, at telemetry.Day, s Span, missing uint64) *Day {
	d := &Day{Day: at, Span: s, missing: missing, analyser: a, most: int64(a.Bounds().Rows), memory: &bytes.Buffer{}}
	d.to.to = bufio.NewWriterSize(d.memory, 1<<12)
	return d
}

var errOrder = errors.New("rows are not in the order of their keys")

// Row keeps a row. Rows of one key are kept in the order in which they come. Where they do not fit into the analyser's bound, those of keys
// with few notes in few hours go, and are counted.
func (d *Day) Row(key, value []byte) {
	if d.err != nil {
		return
	}
	if d.to.last != nil && bytes.Compare(key, d.to.last) < 0 {
		d.err = errOrder
		return
	}
	size := int64(len(key) + len(value))
	if d.to.size+size > d.most {
		d.err = d.shed()
	}
	if d.level < d.floor || d.to.size+size > d.most {
		d.dropped++
		return
	}
	if bytes.HasPrefix(key, d.prefix) {
		d.below += size
	}
	if d.err == nil {
		d.err = d.write(key, value, d.level)
	}
	if d.err == nil && d.file == nil && d.to.size > inMemory {
		d.err = d.toFile()
	}
}

func (d *Day) write(key, value []byte, level int) error {
	before := d.to.size
	err := d.to.write(key, value)
	d.sizes[level] += d.to.size - before
	d.levels = append(d.levels, uint8(level))
	return err
}

// shed leaves out rows that go before one of the key that is at work, as few of them as halves what there is, and from then on takes no
// others like them: so it does that no more often than there are levels.
func (d *Day) shed() error {
	rest, floor, gone := d.to.size, d.floor, int64(0)
	for ; floor < d.level && rest > d.most/2; floor++ {
		rest -= d.sizes[floor]
		gone += d.sizes[floor]
	}
	if gone == 0 {
		return nil
	}
	d.floor = floor
	x, err := d.rows()
	if err != nil {
		return err
	}
	levels := d.levels
	d.memory, d.file, d.to, d.sizes, d.levels = &bytes.Buffer{}, nil, rowWriter{}, [never + 1]int64{}, make([]uint8, 0, len(levels))
	d.to.to = bufio.NewWriterSize(d.memory, 1<<12)
	if x.file != nil {
		if err := d.toFile(); err != nil {
			return errors.Join(err, x.Close())
		}
	}
	r := x.reader()
	for _, level := range levels {
		if err = r.next(0); err != nil {
			break
		}
		if int(level) < d.floor {
			d.dropped++
		} else if err = d.write(r.key, r.data, int(level)); err != nil {
			break
		}
	}
	return errors.Join(err, x.Close())
}

// Size gives the bytes of the rows whose keys begin with some bytes: an analyser that gives each of several a share of its bound asks for
// it, key by key. Rows of keys that begin otherwise end the count.
func (d *Day) Size(prefix []byte) int64 {
	if !bytes.Equal(prefix, d.prefix) {
		d.prefix, d.below = append(d.prefix[:0], prefix...), 0
	}
	return d.below
}

// Drop counts rows that the analyser left out by itself.
func (d *Day) Drop(n uint64) { d.dropped += n }

func (d *Day) toFile() error {
	if err := d.to.to.Flush(); err != nil {
		return err
	}
	f, err := temporary()
	if err != nil {
		return err
	}
	d.file = f
	d.to.to = bufio.NewWriterSize(f, 1<<16)
	_, err = d.to.to.Write(d.memory.Bytes())
	d.memory = nil
	return err
}

func (d *Day) finish() (*Extract, error) {
	x, err := d.rows()
	if err = errors.Join(d.err, err); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// rows gives what was kept.
func (d *Day) rows() (*Extract, error) {
	b := d.analyser.Bounds()
	x := &Extract{Analyser: d.analyser.Name(), Version: b.Version, Day: d.Day, Span: d.Span, Dropped: d.dropped, Missing: d.missing, size: d.to.size, file: d.file}
	err := d.to.to.Flush()
	if x.file != nil {
		x.rows = x.file
	} else {
		x.rows = bytes.NewReader(d.memory.Bytes())
	}
	return x, err
}
