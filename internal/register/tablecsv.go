package register

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// listSeparator stands between the values of one cell.
const listSeparator = ";"

// readCSV reads a file with a header line that names columns, in any order; lines that begin with # are comments.
func (t *table) readCSV(d *document, data []byte) content {
	switch {
	case len(data) > maxCSV:
		d.complain(0, "it has over %d MiB: split or summarise it", maxCSV>>20)
		return content{}
	case !utf8.Valid(data):
		d.complain(lineOfBadText(data), "it is not UTF-8: save it as CSV UTF-8")
		return content{}
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = '#', -1, true, true
	header, ok := t.header(d, r)
	if !ok {
		return content{}
	}
	c := content{stated: true}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return c
		}
		if err != nil {
			d.complainOfCSV(err)
			return c
		}
		line, _ := r.FieldPos(0)
		if e, ok := t.line(d, line, header, fields); ok && !c.keep(d, e) {
			return c
		}
	}
}

// header reads the names of the columns; those that are unknown are complained of.
func (t *table) header(d *document, r *csv.Reader) ([]column, bool) {
	names, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, false
	}
	if err != nil {
		d.complainOfCSV(err)
		return nil, false
	}
	line, _ := r.FieldPos(0)
	header, seen := make([]column, len(names)), map[string]bool{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		c, ok := t.column(name)
		switch {
		case !ok && len(names) == 1 && strings.ContainsAny(name, ";\t"):
			d.complain(line, "the columns are not divided by commas: write commas, and \";\" only between the values of one cell")
			return nil, false
		case !ok:
			d.complain(line, "there is no column %s: use %s", quoted(name), strings.Join(t.keys(), ", "))
		case seen[name]:
			d.complain(line, "the column %s comes twice: drop one", quoted(name))
		}
		header[i], seen[name] = c, true
	}
	for _, c := range t.columns {
		if c.must && !seen[c.name] {
			d.complain(line, "the column %s is missing: add it", c.name)
			return nil, false
		}
	}
	return header, true
}

// line reads one entry.
func (t *table) line(d *document, line int, header []column, fields []string) (row, bool) {
	if len(fields) != len(header) {
		d.complain(line, "the line has %d columns and the header %d: make them the same, and put cells with commas in double quotes", len(fields), len(header))
		return row{}, false
	}
	r := row{line: line, cells: make(map[string]cell, len(header))}
	for i, c := range header {
		text := strings.TrimSpace(fields[i])
		if c.name == "" || text == "" {
			if c.must {
				d.complain(line, "%s has no %s: add one", t.noun, c.name)
			}
			continue
		}
		r.cells[c.name] = d.split(line, c, strings.Clone(text))
	}
	return r, true
}

// split gives the values of a cell.
func (d *document) split(line int, c column, text string) cell {
	out := cell{line: line}
	if !c.many {
		d.put(&out, line, c.name, text)
		return out
	}
	for s := range strings.SplitSeq(text, listSeparator) {
		if s = strings.TrimSpace(s); s != "" {
			d.put(&out, line, c.name, s)
		}
	}
	return out
}

func (d *document) complainOfCSV(err error) {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		d.complain(e.Line, "column %d: it is not CSV (%v): put cells with commas or quotes in double quotes, and write a quote within twice", e.Column, e.Err)
		return
	}
	d.complain(0, "it is not CSV: %v", err)
}

// lineOfBadText gives the line of the first byte that is not UTF-8.
func lineOfBadText(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}
