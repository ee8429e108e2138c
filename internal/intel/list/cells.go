package list

import "bytes"

// quotes says whether the quotes of a record are in order.
type quotes uint8

const (
	balanced quotes = iota
	openQuote
	brokenQuote // text between a closing quote and the delimiter
)

// splitCells takes a record apart. Cells may be quoted as RFC 4180 has it, with spaces before the
// quote as abuse.ch writes them. When a quote is open, the record goes on in the next line, or is
// broken. The cells share memory with line where they can.
func splitCells(into [][]byte, line []byte, delim byte) (cells [][]byte, q quotes) {
	cells = into[:0]
	for {
		cell := bytes.TrimLeft(line, " ")
		if len(cell) == 0 || cell[0] != '"' {
			n := bytes.IndexByte(line, delim)
			if n < 0 {
				return append(cells, bytes.TrimSpace(line)), balanced
			}
			cells, line = append(cells, bytes.TrimSpace(line[:n])), line[n+1:]
			continue
		}
		text, rest, closed := quotedCell(cell[1:])
		cells = append(cells, text)
		if !closed {
			return cells, openQuote
		}
		rest = bytes.TrimLeft(rest, " ")
		if len(rest) == 0 {
			return cells, balanced
		}
		if rest[0] != delim {
			return cells, brokenQuote
		}
		line = rest[1:]
	}
}

// quotedCell reads up to the closing quote; a doubled quote stands for one.
func quotedCell(s []byte) (text, rest []byte, closed bool) {
	n := bytes.IndexByte(s, '"')
	if n >= 0 && !bytes.HasPrefix(s[n+1:], []byte(`"`)) {
		return s[:n], s[n+1:], true
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			text = append(text, s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			text = append(text, '"')
			i++
			continue
		}
		return text, s[i+1:], true
	}
	return text, nil, false
}
