package analyse

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// run is groups in a temporary file, sorted by key. Of each: how much of the key is that of the one before, the rest of it, how many
// notes, how many more were counted, the hours in which they are, the notes.
type run struct {
	file  *os.File
	size  int64
	sizes []int64 // of it, by analyser
}

func writeRun(analysers int, each func(func([]byte, *group) error) error) (_ *run, err error) {
	f, err := temporary()
	if err != nil {
		return nil, err
	}
	w := rowWriter{to: bufio.NewWriterSize(f, 1<<16)}
	r := &run{file: f, sizes: make([]int64, analysers)}
	err = each(func(key []byte, g *group) error {
		before := w.size
		defer func() { r.sizes[key[0]] += w.size - before }()
		return w.write(key, g.data, uint64(g.count), g.more, uint64(g.hours))
	})
	if err = errors.Join(err, w.to.Flush()); err != nil {
		return nil, errors.Join(err, discard(f))
	}
	r.size = w.size
	return r, nil
}

func (r *run) close() error { return discard(r.file) }

// rowWriter writes keys with data and some numbers, sharing the beginnings of keys.
type rowWriter struct {
	to   *bufio.Writer
	last []byte
	head []byte
	size int64
}

func (w *rowWriter) write(key, data []byte, numbers ...uint64) error {
	shared := 0
	for shared < min(len(key), len(w.last)) && key[shared] == w.last[shared] {
		shared++
	}
	w.head = binary.AppendUvarint(w.head[:0], uint64(shared))
	w.head = binary.AppendUvarint(w.head, uint64(len(key)-shared))
	w.head = append(w.head, key[shared:]...)
	for _, n := range numbers {
		w.head = binary.AppendUvarint(w.head, n)
	}
	w.head = binary.AppendUvarint(w.head, uint64(len(data)))
	w.last = append(w.last[:0], key...)
	w.size += int64(len(w.head) + len(data))
	if _, err := w.to.Write(w.head); err != nil {
		return err
	}
	_, err := w.to.Write(data)
	return err
}

var errBadRow = errors.New("a row is longer than it can be")

// maxRowPart bounds a key and the data of a row, so that damage does not ask for all memory.
const maxRowPart = 1 << 28

// runNumbers is how many numbers a key has in a run.
const runNumbers = 3

// rowReader reads what a rowWriter wrote.
type rowReader struct {
	from    *bufio.Reader
	key     []byte
	data    []byte
	numbers [runNumbers]uint64
}

// next reads a row with so many numbers; io.EOF after the last.
func (r *rowReader) next(numbers int) error {
	shared, err := binary.ReadUvarint(r.from)
	if err != nil {
		return err
	}
	rest, err := r.length()
	if err != nil {
		return err
	}
	if shared > uint64(len(r.key)) {
		return errBadRow
	}
	if r.key, err = fill(r.from, r.key[:shared], rest); err != nil {
		return err
	}
	for i := range numbers {
		if r.numbers[i], err = binary.ReadUvarint(r.from); err != nil {
			return unexpected(err)
		}
	}
	n, err := r.length()
	if err != nil {
		return err
	}
	r.data, err = fill(r.from, r.data[:0], n)
	return err
}

func (r *rowReader) length() (int, error) {
	n, err := binary.ReadUvarint(r.from)
	if err != nil {
		return 0, unexpected(err)
	}
	if n > maxRowPart {
		return 0, errBadRow
	}
	return int(n), nil
}

// fill reads n bytes behind those of to, growing it as they come.
func fill(from *bufio.Reader, to []byte, n int) ([]byte, error) {
	for n > 0 {
		part := min(n, 1<<16)
		at := len(to)
		to = append(to, make([]byte, part)...)
		if _, err := io.ReadFull(from, to[at:]); err != nil {
			return to, unexpected(err)
		}
		n -= part
	}
	return to, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cursor is a run being read.
type cursor struct {
	rowReader
	n int
}

type cursors []*cursor

func (c cursors) Len() int { return len(c) }
func (c cursors) Less(i, j int) bool {
	if d := bytes.Compare(c[i].key, c[j].key); d != 0 {
		return d < 0
	}
	return c[i].n < c[j].n
}
func (c cursors) Swap(i, j int) { c[i], c[j] = c[j], c[i] }

// Push implements heap.Interface.
func (c *cursors) Push(x any) { *c = append(*c, x.(*cursor)) } //nolint:forcetypeassert // nothing else is pushed

// Pop implements heap.Interface.
func (c *cursors) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// merge gives the groups of several runs, those of one key as one. It may be done again.
func merge(runs []*run, bounds []Bounds, do func(key []byte, g *group) error) error {
	var open cursors
	for n, r := range runs {
		c := &cursor{n: n}
		c.from = bufio.NewReaderSize(io.NewSectionReader(r.file, 0, r.size), 1<<16)
		switch err := c.next(runNumbers); {
		case errors.Is(err, io.EOF):
		case err != nil:
			return err
		default:
			open = append(open, c)
		}
	}
	heap.Init(&open)
	var key []byte
	var g group
	for len(open) > 0 {
		key = append(key[:0], open[0].key...)
		g = group{data: g.data[:0]}
		for len(open) > 0 && bytes.Equal(open[0].key, key) {
			g.join(&open[0].rowReader, bounds[key[0]].Values)
			switch err := open[0].next(runNumbers); {
			case errors.Is(err, io.EOF):
				heap.Pop(&open)
			case err != nil:
				return err
			default:
				heap.Fix(&open, 0)
			}
		}
		if err := do(key, &g); err != nil {
			return err
		}
	}
	return nil
}

// join adds the notes of a row: those of a run all or none, so that more than the bound may stay, once.
func (g *group) join(r *rowReader, most int) {
	g.more += r.numbers[1]
	g.hours |= uint32(r.numbers[2])
	if most > 0 && int(g.count) >= most {
		g.more += r.numbers[0]
		return
	}
	g.count += uint32(r.numbers[0])
	g.data = append(g.data, r.data...)
}
