package list

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// maxRecord bounds a record that runs over several lines, in lines and bytes.
const (
	maxRecordLines = 200
	maxRecordBytes = 64 << 10
)

// csv reads records below a header.
func (rd *reader) csv(ctx context.Context, f form) {
	row := row{columns: f.columns, misp: f.columns.has(category) && f.columns.has(toIDs)}
	var cells [][]byte
	alone := 0 // lines given back, in which a quote may stay open
	for rd.lines.next(ctx) {
		if rd.lines.n == f.header {
			continue
		}
		if text, ok := isComment(rd.lines.line); ok {
			rd.comment(text)
			continue
		}
		if len(bytes.TrimSpace(rd.lines.line)) == 0 {
			continue
		}
		if rd.lines.long {
			rd.lose(intel.Reported, "a line is longer than 1 MiB")
			continue
		}
		where := rd.where()
		var q quotes
		cells, q = splitCells(cells, rd.lines.line, f.delim)
		switch {
		case q == brokenQuote, q == openQuote && alone > 0:
			alone = max(0, alone-1)
			rd.lose(intel.Reported, "a quote is not closed")
			continue
		case q == openQuote:
			record, ok := rd.join(ctx, f.delim)
			if !ok {
				alone = len(rd.lines.back)
				rd.lose(intel.Reported, "a quote is not closed")
				continue
			}
			cells, _ = splitCells(cells, record, f.delim)
		case alone > 0:
			alone--
		}
		row.cells = cells
		rd.record(where, &row)
	}
}

// join reads on until the quotes of a record are closed. When they are not within bounds, the
// lines after the first are given back to be read on their own.
func (rd *reader) join(ctx context.Context, delim byte) (record []byte, ok bool) {
	record = bytes.Clone(rd.lines.line)
	first := rd.lines.n
	var taken [][]byte
	for len(taken) < maxRecordLines && len(record) < maxRecordBytes && rd.lines.next(ctx) {
		taken = append(taken, bytes.Clone(rd.lines.line))
		record = append(append(record, '\n'), rd.lines.line...)
		if bytes.IndexByte(rd.lines.line, '"') < 0 {
			continue
		}
		switch _, q := splitCells(nil, record, delim); q {
		case balanced:
			return record, true
		case brokenQuote:
			rd.lines.back = append(taken, rd.lines.back...)
			rd.lines.n = first
			return nil, false
		case openQuote:
		}
	}
	rd.lines.back = append(taken, rd.lines.back...)
	rd.lines.n = first
	return nil, false
}

// row is one record with its header.
type row struct {
	columns columns
	cells   [][]byte
	misp    bool // an export of MISP: its types are its own
}

// text gives the cell of a role, the first that is filled.
func (r *row) text(want role) string {
	for n, c := range r.columns {
		if c == want && n < len(r.cells) {
			if s := filled(r.cells[n]); s != "" {
				return s
			}
		}
	}
	return ""
}

// filled gives the text of a cell, empty when it says that there is none.
func filled(cell []byte) string {
	switch s := string(bytes.TrimSpace(cell)); strings.ToLower(s) {
	case "-", "n/a", "na", "none", "null", "(empty)":
		return ""
	default:
		return s
	}
}

// record takes in the values of a record.
func (rd *reader) record(where intel.Where, r *row) {
	acc := rd.l.Begin(where)
	defer acc.End()
	i := intel.Indicator{Source: rd.source(r.text(sourceOf)), ID: r.text(idOf), Comment: r.text(commentOf)}
	rd.marks(r, &i)
	i.From = rowTime(acc, r.text(firstSeen))
	i.Until = rowTime(acc, r.text(lastSeen))
	if !i.Until.IsZero() && i.Until.Before(i.From) {
		acc.Lose(intel.Reported, "last seen is before first seen", 0, "")
		i.From, i.Until = time.Time{}, time.Time{}
	}
	if n, err := strconv.ParseUint(r.text(portOf), 10, 16); err == nil {
		i.Port = uint16(n)
	}
	kind := strings.ToLower(r.text(typeOf))
	wanted := r.text(toIDs)
	short := true
	for n, c := range r.columns {
		if !c.isValue() || n >= len(r.cells) {
			continue
		}
		short = false
		s := filled(r.cells[n])
		switch {
		case s == "":
		case wanted != "" && wanted != "1" && !strings.EqualFold(wanted, "true") && !rd.l.AllAttributes:
			acc.Lose(intel.Listed, "to_ids is false", kindOf(kind), s)
		case c == anyValue:
			takeTyped(acc, kind, s, r.misp, i)
		default:
			takeColumn(acc, c, s, i)
		}
	}
	if short {
		acc.Lose(intel.Reported, "a record has too few columns", 0, "")
	}
}

// marks reads tags, names and the marking of a record.
func (rd *reader) marks(r *row, i *intel.Indicator) {
	if s := r.text(tlpOf); s != "" {
		i.TLP, _ = intel.ParseTLP("tlp:" + strings.TrimPrefix(strings.ToLower(s), "tlp:"))
	}
	if s := r.text(tagsOf); s != "" {
		var m intel.Marks
		for t := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ',' || c == ';' }) {
			m.Tag(t)
		}
		i.TLP = max(i.TLP, m.TLP)
		i.Names = m.Names()
	}
	for _, want := range []role{actorOf, campaignOf, malwareOf} {
		if s := r.text(want); s != "" && !slices.Contains(i.Names, s) {
			i.Names = append(i.Names, s)
		}
	}
}

// rowTime reads the forms of time that lists have.
func rowTime(acc *intel.Item, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 && n < 7258118400 { // the year 2200
		return time.Unix(n, 0).UTC()
	}
	s = strings.TrimSuffix(s, " UTC")
	for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 && t.Year() <= 2200 {
			return t.UTC()
		}
	}
	acc.Lose(intel.Reported, "a date that cannot be read", 0, s)
	return time.Time{}
}

// takeColumn reads a value whose column says what it is.
func takeColumn(acc *intel.Item, c role, s string, i intel.Indicator) {
	switch c {
	case netValue, hostValue:
		takeHost(acc, c == netValue, s, i)
	case urlValue:
		acc.Take(observable.URL, s, i)
	case hashValue:
		takeHash(acc, s, i)
	case mailValue:
		acc.Take(observable.Email, s, i)
	case ja3Value:
		acc.Take(observable.JA3, s, i)
	case ja4Value:
		acc.Take(observable.JA4, s, i)
	case fileValue:
		acc.Take(observable.FileName, s, i)
	default:
		takeGuess(acc, s, i)
	}
}

// takeHost reads an address, a prefix or a name, any of them with a port.
func takeHost(acc *intel.Item, addr bool, s string, i intel.Indicator) {
	host := s
	if h, port, ok := observable.SplitPort(observable.Refang(s)); ok {
		host, i.Port = h, port
	}
	_, err := observable.ParseAs(observable.Addr, host)
	if addr || err == nil || strings.Contains(host, "/") {
		acc.TakeNet(host, i)
		return
	}
	acc.Take(observable.Domain, host, i)
}

// takeHash reads a hash of any kind that is told by its length.
func takeHash(acc *intel.Item, s string, i intel.Indicator) {
	v, err := observable.Parse(s)
	if err == nil {
		switch v.Kind() { //nolint:exhaustive // the others are no hashes
		case observable.MD5, observable.SHA1, observable.SHA256, observable.SHA512:
			i.Value = v
			acc.Add(i)
			return
		}
	}
	acc.Lose(intel.Reported, "value is not a hash of 32, 40, 64 or 128 hex digits", observable.MD5, s)
}
