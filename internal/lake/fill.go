package lake

import (
	"encoding/hex"
	"slices"

	"stormglass/internal/telemetry"
)

func decodeSourceID(id *telemetry.SourceID, text string) {
	var b telemetry.SourceID
	if n, err := hex.Decode(b[:], []byte(text[:min(len(text), 2*len(b))])); err == nil && n == len(b) && len(text) == 2*len(b) {
		*id = b
	}
}

// resize gives an empty batch n zero records.
func resize(b *telemetry.Batch, n int) {
	switch b.Kind { //nolint:exhaustive // the others have no rows
	case telemetry.KindFlow:
		b.Flow = zeros(b.Flow, n)
	case telemetry.KindDNS:
		b.DNS = zeros(b.DNS, n)
	case telemetry.KindHTTP:
		b.HTTP = zeros(b.HTTP, n)
	case telemetry.KindTLS:
		b.TLS = zeros(b.TLS, n)
	case telemetry.KindCert:
		b.Cert = zeros(b.Cert, n)
	case telemetry.KindFile:
		b.File = zeros(b.File, n)
	case telemetry.KindMail:
		b.Mail = zeros(b.Mail, n)
	case telemetry.KindEvent, telemetry.KindAAA:
		b.Event = zeros(b.Event, n)
	}
}

func zeros[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// fill puts column i of the kind into the batches. A column that the file lacks is absent in every
// row.
func (s *scan) fill(i int, batches []*telemetry.Batch) error {
	col, c := &columns(s.r.foot.kind)[i], s.byCol[i]
	if c != nil && col.list() {
		s.startsOf(c)
	}
	for k, b := range batches {
		rows := s.rows[k]
		var err error
		switch {
		case col.form == formSource:
		case col.store != nil:
			s.fillNumbers(col, c, b, rows)
		case c == nil:
		case col.form == formAddr:
			err = fillAddrs(col, c, b, rows)
		case col.form == formText:
			for j, row := range rows {
				if at := c.idx[row]; at >= 0 {
					*col.text(b, j) = c.texts[at]
				}
			}
		default:
			err = s.fillLists(col, c, b, rows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) fillNumbers(col *column, c *cursor, b *telemetry.Batch, rows []int32) {
	s.numbers = slices.Grow(s.numbers[:0], len(rows))[:len(rows)]
	for j, row := range rows {
		switch {
		case c == nil || c.idx[row] < 0:
			s.numbers[j] = col.absent
		case col.form == formCode:
			s.numbers[j] = c.code(c.idx[row])
		default:
			s.numbers[j] = c.nums[c.idx[row]]
		}
	}
	col.store(b, s.numbers)
}

func fillAddrs(col *column, c *cursor, b *telemetry.Batch, rows []int32) error {
	for j, row := range rows {
		if at := c.idx[row]; at >= 0 {
			a, err := c.addr(at)
			if err != nil {
				return err
			}
			*col.addr(b, j) = a
		}
	}
	return nil
}

// startsOf notes where the texts of each row begin in the window of a list column.
func (s *scan) startsOf(c *cursor) {
	s.starts = slices.Grow(s.starts[:0], len(c.counts))[:len(c.counts)]
	at := int32(0)
	for i, n := range c.counts {
		s.starts[i] = at
		at += n
	}
}

func (s *scan) fillLists(col *column, c *cursor, b *telemetry.Batch, rows []int32) error {
	for j, row := range rows {
		n := c.counts[row]
		places := c.idx[s.starts[row] : s.starts[row]+n]
		span := col.span(b, j)
		switch col.form {
		case formNames:
			*span = telemetry.Span{Start: uint32(len(b.Pairs)), Len: uint32(n)}
			for _, at := range places {
				b.Pairs = append(b.Pairs, telemetry.Pair{Field: c.field(at)})
			}
		case formPairs:
			if span.Len != uint32(n) {
				return damaged("column %s has %d texts for %d names", col.name, n, span.Len)
			}
			for k, at := range places {
				b.Pairs[int(span.Start)+k].Text = c.texts[at]
			}
		default:
			*span = telemetry.Span{Start: uint32(len(b.Texts)), Len: uint32(n)}
			for _, at := range places {
				b.Texts = append(b.Texts, c.texts[at])
			}
		}
		if span.Len == 0 {
			*span = telemetry.Span{}
		}
	}
	return nil
}
