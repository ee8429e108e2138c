package list

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// maxLine bounds a line, in bytes; what is longer is cut and the line reported.
const maxLine = 1 << 20

// lines reads a text line by line.
type lines struct {
	r    *bufio.Reader
	line []byte // without its end; valid until next
	n    int    // number of the line
	long bool   // the line was longer than maxLine
	err  error
	buf  []byte
	back [][]byte // lines to be read again
}

func newLines(r *bufio.Reader) *lines { return &lines{r: r} }

// next reads a line; false at the end and on error.
func (s *lines) next(ctx context.Context) bool {
	if len(s.back) > 0 {
		s.line, s.back, s.long = s.back[0], s.back[1:], false
		s.n++
		return true
	}
	if s.err != nil {
		return false
	}
	if s.n%4096 == 0 && ctx.Err() != nil {
		s.err = ctx.Err()
		return false
	}
	line, err := s.r.ReadSlice('\n')
	s.long = false
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = s.more(line)
	}
	if err != nil {
		s.err = err
		if len(line) == 0 {
			return false
		}
	}
	if s.n == 0 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	s.n++
	s.line = bytes.TrimRight(line, "\r\n")
	return true
}

// more reads on where a line is longer than the buffer.
func (s *lines) more(line []byte) ([]byte, error) {
	s.buf = append(s.buf[:0], line...)
	for {
		part, err := s.r.ReadSlice('\n')
		if room := maxLine - len(s.buf); len(part) > room {
			s.buf, s.long = append(s.buf, part[:max(room, 0)]...), true
		} else {
			s.buf = append(s.buf, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return s.buf, err
		}
	}
}

// failed gives the error that ended the text, nil at its end.
func (s *lines) failed() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// isComment reports whether a line is a comment, and gives its text.
func isComment(line []byte) (text []byte, ok bool) {
	t := bytes.TrimSpace(line)
	switch {
	case len(t) == 0:
		return nil, false
	case t[0] == '#', t[0] == ';':
		return bytes.TrimSpace(bytes.TrimLeft(t, "#;")), true
	case bytes.HasPrefix(t, []byte("//")):
		return bytes.TrimSpace(t[2:]), true
	}
	return nil, false
}
