package correlate

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// mostRuns is how many files are open at a time; more are joined.
const mostRuns = 128

// run is a file of sorted records, each behind its length.
type run struct {
	file *os.File
	in   *bufio.Reader
	cur  []byte
}

// spill writes what waits to a sorted run.
func (c *Correlator) spill() error {
	if len(c.runs) >= mostRuns {
		if err := c.joinRuns(); err != nil {
			return err
		}
	}
	p := &c.pending
	p.sort(p.items)
	r, err := c.write(func(put func([]byte) error) error {
		for _, w := range p.items {
			if err := put(p.record(w)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.runs = append(c.runs, r)
	c.totals.Spilled += uint64(len(p.items))
	p.buf, p.items, p.dead = p.buf[:0], p.items[:0], 0
	return nil
}

// joinRuns makes one run of all.
func (c *Correlator) joinRuns() error {
	r, err := c.write(func(put func([]byte) error) error { return merge(c.runs, put) })
	if err != nil {
		return err
	}
	err = c.closeRuns()
	c.runs = append(c.runs, r)
	return err
}

// write makes a run of what from puts.
func (c *Correlator) write(from func(put func([]byte) error) error) (*run, error) {
	f, err := os.CreateTemp(c.limits.Folder, "stormglass-matches-*")
	if err != nil {
		return nil, fmt.Errorf("write matches to disk: %w", err)
	}
	out := bufio.NewWriterSize(f, 1<<18)
	var head []byte
	err = from(func(record []byte) error {
		head = binary.AppendUvarint(head[:0], uint64(len(record)))
		_, _ = out.Write(head) // the writer keeps its first error for the next call
		_, err := out.Write(record)
		return err
	})
	r := &run{file: f}
	if err = errors.Join(err, out.Flush()); err != nil {
		return nil, fmt.Errorf("write matches to disk: %w", errors.Join(err, r.close()))
	}
	return r, nil
}

func (r *run) close() error { return errors.Join(r.file.Close(), os.Remove(r.file.Name())) }

func (c *Correlator) closeRuns() error {
	var err error
	for _, r := range c.runs {
		err = errors.Join(err, r.close())
	}
	c.runs = nil
	return err
}

// takeAll takes what waits in memory and on disk.
func (c *Correlator) takeAll() error {
	if len(c.runs) == 0 {
		return c.pending.takeUntil(never, c.feed)
	}
	if err := c.spill(); err != nil {
		return err
	}
	return merge(c.runs, c.feed)
}

// merge hands the records of sorted runs to f in their order.
func merge(runs []*run, f func([]byte) error) error {
	var h byRecord
	for _, r := range runs {
		if _, err := r.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read matches from disk: %w", err)
		}
		r.in = bufio.NewReaderSize(r.file, 1<<16)
		more, err := r.next()
		if err != nil {
			return err
		}
		if more {
			h = append(h, r)
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		if err := f(h[0].cur); err != nil {
			return err
		}
		more, err := h[0].next()
		if err != nil {
			return err
		}
		if more {
			heap.Fix(&h, 0)
		} else {
			heap.Pop(&h)
		}
	}
	return nil
}

// next reads the next record; not more: there is none.
func (r *run) next() (more bool, err error) {
	n, err := binary.ReadUvarint(r.in)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err == nil && n > mostRecord {
		err = errRecord
	}
	if err == nil {
		r.cur = append(r.cur[:0], make([]byte, n)...)
		_, err = io.ReadFull(r.in, r.cur)
	}
	if err != nil {
		return false, fmt.Errorf("read matches from disk: %w", err)
	}
	return true, nil
}

const mostRecord = (mostFields + 4) * (mostText + 8)

type byRecord []*run

func (h byRecord) Len() int           { return len(h) }
func (h byRecord) Less(i, j int) bool { return bytes.Compare(h[i].cur, h[j].cur) < 0 }
func (h byRecord) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byRecord) Push(x any)        { *h = append(*h, x.(*run)) }

func (h *byRecord) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
