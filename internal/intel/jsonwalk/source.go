package jsonwalk

import (
	"context"
	"errors"
	"io"
)

// The limits.
const (
	MaxDepth  = 64
	MaxString = 1 << 20
	MaxItem   = 32 << 20
)

// The errors of the limits.
var (
	ErrLongString = errors.New("a string is longer than 1 MiB")
	ErrDeep       = errors.New("nested deeper than 64 levels")
	ErrLargeItem  = errors.New("an item is larger than 32 MiB")
)

// source cuts over-long strings out of a JSON text, bounds what is read for one item, and stops
// when the caller gives up.
type source struct {
	r       io.Reader
	check   func() error
	left    int // bytes still allowed for the item being read; negative is no limit
	dropped int64

	inString bool
	escaped  bool
	length   int // of the current string
	cutting  bool
}

func newSource(ctx context.Context, r io.Reader) *source {
	return &source{r: r, check: ctx.Err, left: -1}
}

// Read gives the next bytes of the text.
func (s *source) Read(p []byte) (int, error) {
	for {
		if err := s.check(); err != nil {
			return 0, err
		}
		if s.left == 0 {
			return 0, ErrLargeItem
		}
		if s.left > 0 && len(p) > s.left {
			p = p[:s.left]
		}
		n, err := s.r.Read(p)
		kept := s.cut(p[:n])
		s.dropped += int64(n - kept)
		if s.left > 0 {
			s.left = max(0, s.left-kept)
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

// cut removes in place what stands in strings beyond the limit, and gives the new length.
func (s *source) cut(p []byte) int {
	w := 0
	for i := 0; i < len(p); {
		start := i
		if s.cutting {
			i = s.dropRest(p, i)
			continue
		}
		if !s.inString {
			for i < len(p) && p[i] != '"' {
				i++
			}
			if i < len(p) {
				i++
				s.inString, s.length = true, 0
			}
		} else {
			i = s.within(p, i)
		}
		if w != start {
			copy(p[w:], p[start:i])
		}
		w += i - start
	}
	return w
}

// within goes through a string from i to its end, the end of p, or the limit.
func (s *source) within(p []byte, i int) int {
	for ; i < len(p); i++ {
		c := p[i]
		switch {
		case s.escaped:
			s.escaped = false
		case s.length >= MaxString && c != '"' && (c < 0x80 || c >= 0xc0):
			s.cutting = true
			return i
		case c == '\\':
			s.escaped = true
		case c == '"':
			s.inString = false
			return i + 1
		}
		s.length++
	}
	return i
}

// dropRest gives the offset of the quote that ends the string being cut, or the length of p.
func (s *source) dropRest(p []byte, i int) int {
	for ; i < len(p); i++ {
		switch c := p[i]; {
		case s.escaped:
			s.escaped = false
		case c == '\\':
			s.escaped = true
		case c == '"':
			s.cutting = false
			return i
		}
	}
	return i
}
