package telemetry

import "bytes"

// Lines walks the lines of a block that are not blank.
type Lines struct {
	rest   []byte
	next   uint64
	last   bool
	Text   string // the line, without its end, sharing the block's memory
	Number uint64 // its number in the source
	Whole  bool   // false for a line whose end the source lacks: it may have been cut off
}

// Lines gives a walk over the block's lines.
func (b *Block) Lines() Lines { return Lines{rest: b.Data, next: b.Line, last: b.Last} }

// Next goes to the next line that is not blank and reports whether there is one.
func (l *Lines) Next() bool {
	for len(l.rest) > 0 {
		line := l.rest
		end := bytes.IndexByte(line, '\n')
		if end < 0 {
			l.rest, l.Whole = nil, !l.last
		} else {
			line, l.rest, l.Whole = line[:end], line[end+1:], true
		}
		l.Number = l.next
		l.next++
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		if !blank(line) {
			l.Text = View(line)
			return true
		}
	}
	return false
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
