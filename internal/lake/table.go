package lake

import (
	"fmt"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// table holds rows of one partition in columns, in the order in which they came.
type table struct {
	cols  []column
	buf   []buffer
	n     int
	arena arena
	err   error // a text that no file can hold; the rows are wrong
}

// buffer holds one column of a table.
type buffer interface {
	add(t *table, a *addition)
	size() int64
	// encode writes the column of a row group: the rows given, in their order.
	encode(e *encoder, t *table, rows []uint32) error
}

// addition is a run of rows that go into one table, and scratch.
type addition struct {
	batch   *telemetry.Batch
	rows    []int32
	source  uint64
	numbers []uint64
}

func newTable(k telemetry.Kind) *table {
	t := &table{cols: columns(k)}
	t.buf = make([]buffer, len(t.cols))
	for i := range t.cols {
		t.buf[i] = newBuffer(&t.cols[i])
	}
	return t
}

func newBuffer(c *column) buffer {
	switch c.form {
	case formAddr:
		return &addrBuffer{col: c}
	case formText:
		return &textBuffer{col: c}
	case formTexts, formNames, formPairs:
		return &listBuffer{col: c}
	case formSource:
		return &sourceBuffer{col: c}
	case formNumber, formBool, formCode:
	}
	switch c.width {
	case 1:
		return &numberBuffer[uint8]{col: c}
	case 4:
		return &numberBuffer[uint32]{col: c}
	}
	return &numberBuffer[uint64]{col: c}
}

func (t *table) add(a *addition) error {
	if len(a.numbers) < len(a.rows) {
		a.numbers = make([]uint64, max(len(a.rows), 4096))
	}
	for _, b := range t.buf {
		b.add(t, a)
	}
	t.n += len(a.rows)
	return t.err
}

// size gives the bytes of memory that the table holds.
func (t *table) size() int64 {
	n := int64(256*len(t.buf)) + t.arena.bytes + int64(32*len(t.arena.blocks))
	for _, b := range t.buf {
		n += b.size()
	}
	return n
}

// text gives a text as it is written.
func (t *table) text(s string) string {
	if needsEscape(s) {
		s = escape(s)
	}
	if len(s) > maxTextBytes {
		t.err = fault.Wrap(fault.Invalid, fmt.Errorf("keep a text of %d bytes: more than %d", len(s), maxTextBytes))
		return ""
	}
	return s
}

func (t *table) occurred() *cells[uint64] { return &t.buf[colOccurred].(*numberBuffer[uint64]).cells }

func (t *table) ordinal() *cells[uint64] { return &t.buf[colOrdinal].(*numberBuffer[uint64]).cells }

func (t *table) source() *cells[uint32] { return &t.buf[colSourceID].(*sourceBuffer).cells }

type numberBuffer[T uint8 | uint32 | uint64] struct {
	col *column
	cells[T]
}

func (n *numberBuffer[T]) add(_ *table, a *addition) {
	v := a.numbers[:len(a.rows)]
	n.col.load(a.batch, a.rows, v)
	n.cells.add(v)
}

// sourceBuffer holds the number of each row's source. The first of the three columns of a source
// holds it for all.
type sourceBuffer struct {
	col *column
	cells[uint32]
}

func (s *sourceBuffer) add(_ *table, a *addition) {
	if s.col.typ != sourceID {
		return
	}
	v := a.numbers[:len(a.rows)]
	for i := range v {
		v[i] = a.source
	}
	s.cells.add(v)
}

// addrBuffer holds addresses as two halves. IPv4 takes the low half only, so that a table without
// IPv6 pays eight bytes an address.
type addrBuffer struct {
	col    *column
	family cells[uint8] // 0 none, 4, 6
	hi, lo cells[uint64]
}

func (b *addrBuffer) add(_ *table, a *addition) {
	var stack [256]uint64
	families, his, los := stack[:64], stack[64:128], stack[128:192]
	for rows := a.rows; len(rows) > 0; {
		n := min(len(rows), 64)
		for j, i := range rows[:n] {
			families[j], his[j], los[j] = halves(*b.col.addr(a.batch, int(i)))
		}
		b.family.add(families[:n])
		b.hi.add(his[:n])
		b.lo.add(los[:n])
		rows = rows[n:]
	}
}

func (b *addrBuffer) size() int64 { return b.family.size() + b.hi.size() + b.lo.size() }

// textBuffer holds references to texts.
type textBuffer struct {
	col    *column
	refs   cells[uint64]
	recent *recent
}

func (b *textBuffer) add(t *table, a *addition) {
	v := a.numbers[:len(a.rows)]
	for j, i := range a.rows {
		s := *b.col.text(a.batch, int(i))
		if s == "" {
			v[j] = 0
			continue
		}
		if b.recent == nil {
			b.recent = new(recent)
		}
		v[j] = b.recent.put(&t.arena, t.text(s))
	}
	b.refs.add(v)
}

func (b *textBuffer) size() int64 {
	n := b.refs.size()
	if b.recent != nil {
		n += int64(8 * len(b.recent))
	}
	return n
}

// listBuffer holds the number of texts of each row, and where its texts begin.
type listBuffer struct {
	col    *column
	from   cells[uint64] // place of the row's first text in refs
	count  cells[uint32]
	refs   cells[uint64]
	bytes  int // of all texts
	recent *recent
	one    [1]uint64
}

func (b *listBuffer) add(t *table, a *addition) {
	v := a.numbers[:len(a.rows)]
	for j, i := range a.rows {
		v[j] = uint64(b.col.span(a.batch, int(i)).Len)
	}
	b.count.add(v)
	at := uint64(b.refs.n)
	for j, n := range v {
		v[j] = 0
		if n > 0 {
			v[j] = at
			at += n
		}
	}
	b.from.add(v)
	if at == uint64(b.refs.n) {
		return
	}
	if b.recent == nil {
		b.recent = new(recent)
	}
	for _, i := range a.rows {
		before, s := b.bytes, *b.col.span(a.batch, int(i))
		b.texts(t, a.batch, s)
		if s.Len > maxListTexts || b.bytes-before > maxTextBytes {
			t.err = fault.Wrap(fault.Invalid, fmt.Errorf("keep a list of %d texts of %d bytes: more than %d, or %d",
				s.Len, b.bytes-before, maxListTexts, maxTextBytes))
		}
	}
}

func (b *listBuffer) texts(t *table, batch *telemetry.Batch, s telemetry.Span) {
	switch b.col.form {
	case formNames:
		for _, p := range batch.PairsOf(s) {
			b.text(t, p.Field.String())
		}
	case formPairs:
		for _, p := range batch.PairsOf(s) {
			b.text(t, p.Text)
		}
	default:
		for _, s := range batch.TextsOf(s) {
			b.text(t, s)
		}
	}
}

func (b *listBuffer) text(t *table, s string) {
	s = t.text(s)
	b.bytes += len(s)
	b.one[0] = b.recent.put(&t.arena, s)
	b.refs.add(b.one[:])
}

func (b *listBuffer) size() int64 {
	n := b.from.size() + b.count.size() + b.refs.size()
	if b.recent != nil {
		n += int64(8 * len(b.recent))
	}
	return n
}
