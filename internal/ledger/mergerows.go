package ledger

import "context"

// rows are rows in ascending order. The slices of a row are valid until the next call of Next.
type rows interface {
	Next(r *Row) bool
	Err() error
}

// merger reads several sources as one, rows of equal keys combined.
type merger struct {
	heap []*source // by row
	row  Row       // in memory of its own
	err  error
}

// source is a source with its next row.
type source struct {
	rows
	row Row
}

func newMerger(sources []rows) *merger {
	m := &merger{heap: make([]*source, 0, len(sources))}
	for _, s := range sources {
		h := &source{rows: s}
		if m.read(h) {
			m.heap = append(m.heap, h)
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m
}

// read reads a source's next row.
func (m *merger) read(h *source) bool {
	if h.Next(&h.row) {
		return true
	}
	if err := h.Err(); err != nil && m.err == nil {
		m.err = err
	}
	return false
}

// Next implements rows.
func (m *merger) Next(r *Row) bool {
	if m.err != nil || len(m.heap) == 0 {
		return false
	}
	copyRow(&m.row, &m.heap[0].row)
	m.step()
	for m.err == nil && len(m.heap) > 0 && m.heap[0].row.Compare(&m.row) == 0 {
		m.row.Combine(&m.heap[0].row)
		m.step()
	}
	*r = m.row
	return m.err == nil
}

// Err implements rows.
func (m *merger) Err() error { return m.err }

// step goes on in the source with the smallest row.
func (m *merger) step() {
	if !m.read(m.heap[0]) {
		last := len(m.heap) - 1
		m.heap[0] = m.heap[last]
		m.heap = m.heap[:last]
	}
	m.sink(0)
}

// sink restores the order of the heap below i.
func (m *merger) sink(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(m.heap); c++ {
			if m.heap[c].row.Compare(&m.heap[least].row) < 0 {
				least = c
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// copyRow copies from into memory that into has.
func copyRow(into, from *Row) {
	value, sensors, peers := into.Value, into.Sensors, into.Peers
	*into = *from
	into.Value = append(value[:0], from.Value...)
	into.Sensors = append(sensors[:0], from.Sensors...)
	into.Peers = append(peers[:0], from.Peers...)
}

// kept are the rows of a source that pass a test, which may change them.
type kept struct {
	rows
	keep func(*Row) bool
}

// Next implements rows.
func (k *kept) Next(r *Row) bool {
	for k.rows.Next(r) {
		if k.keep(r) {
			return true
		}
	}
	return false
}

// fewRows are rows between two looks at a context.
const fewRows = 4096

// eachRow hands over the rows of a source; they are valid during the call.
func eachRow(ctx context.Context, from rows, row func(*Row) error) error {
	var r Row
	for n := 0; from.Next(&r); n++ {
		if n%fewRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := row(&r); err != nil {
			return err
		}
	}
	return from.Err()
}
