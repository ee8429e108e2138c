package zeek

import (
	"fmt"
	"strings"

	"stormglass/internal/telemetry"
)

// decodeTSV reads the rows of a block, h being the header in force at its start.
func decodeTSV(h *header, b *telemetry.Block, s *telemetry.Set) {
	r := row{set: s}
	for lines := b.Lines(); lines.Next(); {
		line := lines.Text
		if line[0] == '#' {
			h = h.directive(line)
			continue
		}
		if line == h.bare {
			continue
		}
		s.Lines++
		if h.columns == nil {
			s.Skip(lines.Number, "row before any header", "")
			continue
		}
		r.begin(h.log, lines.Number, line)
		if found := r.columns(h, line); found != len(h.columns) {
			r.drop()
			if !lines.Whole && found < len(h.columns) {
				s.Skip(lines.Number, "cut off in the middle", "")
				continue
			}
			s.Skip(lines.Number, "wrong number of columns", fmt.Sprintf("expected %d, found %d", len(h.columns), found))
			continue
		}
		r.end()
	}
}

// columns puts a row's values where they go and gives how many there were.
func (r *row) columns(h *header, line string) int {
	escapes := strings.IndexByte(line, '\\') >= 0
	if len(h.sep) != 1 {
		return r.wideColumns(h, line, escapes)
	}
	sep, n, from := h.sep[0], 0, 0
	for at := 0; at <= len(line); at++ {
		if at < len(line) && line[at] != sep {
			continue
		}
		if n < len(h.columns) {
			r.column(h, n, line[from:at], escapes)
		}
		n, from = n+1, at+1
	}
	return n
}

// wideColumns is columns for a separator of several bytes.
func (r *row) wideColumns(h *header, line string, escapes bool) int {
	for n := 0; ; n++ {
		v, rest, more := strings.Cut(line, h.sep)
		if n < len(h.columns) {
			r.column(h, n, v, escapes)
		}
		if !more {
			return n + 1
		}
		line = rest
	}
}

// column puts one column's value where it goes, if it is set.
func (r *row) column(h *header, n int, v string, escapes bool) {
	if v == "" || v == h.unset || v == h.empty {
		return
	}
	c := &h.columns[n]
	switch {
	case c.multi:
		r.elements(h, c, v, escapes)
		return
	case escapes:
		v = r.plain(v)
	}
	r.put(c, v, c.typ)
}

// elements puts the elements of a set or a vector where they go.
func (r *row) elements(h *header, c *column, v string, escapes bool) {
	for first := true; ; first = false {
		element, rest, more := v, "", false
		if h.setSep != "" {
			element, rest, more = strings.Cut(v, h.setSep)
		}
		if element != h.unset && element != h.empty && element != "" {
			if escapes {
				element = r.plain(element)
			}
			if c.set != nil && (c.list || first) {
				r.put(c, element, c.typ)
			} else {
				r.extra(c, element, c.typ)
			}
		}
		if !more {
			return
		}
		v = rest
	}
}

// plain resolves the escapes of a value that has some.
func (r *row) plain(v string) string {
	if strings.IndexByte(v, '\\') < 0 {
		return v
	}
	r.buf = visible(unescape(r.buf[:0], v))
	return r.batch.Copy(r.buf)
}
