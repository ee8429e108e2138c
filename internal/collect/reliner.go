package collect

import "bufio"

// reliner copies JSON and leaves out line ends within values, and the brackets and commas around
// them. What is not JSON comes out as some line that a decoder refuses.
//
// One broken value must not take those after it along. So a value also ends, without being whole,
// where no JSON could go on: at a line end within a string, at a bracket that closes another kind
// than was opened, at an object where none may begin. And once it is longer than any line that is
// read, at an object that begins a line no further to the right than the value itself.
type reliner struct {
	r     *bufio.Reader
	in    *stream // of what goes in
	lines *stream // of what comes out
	err   error

	values uint64 // lines that came out
	length int    // bytes of the line that is coming out
	ended  bool   // its end is due
	array  bool   // the outermost value is an array
	closed bool   // and its end was seen

	depth          int
	inArray        [maxKnown]bool // what holds each level, as far as it is known
	last           byte           // the last byte of a value that is no space and not within a string
	inString, skip bool

	column, start int  // where the last byte stands in its line, where the value's first one stands
	fresh, first  bool // only space was seen in the line, before the last byte too
}

// maxKnown is how many levels of nesting are checked; decoders refuse less.
const maxKnown = 1024

func (x *reliner) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && x.err == nil {
		if x.ended {
			p[n], x.ended = '\n', false
			n++
			x.values++
			x.length = 0
			continue
		}
		c, err := x.r.ReadByte()
		if err != nil {
			x.err = err
			break
		}
		if x.step(c) {
			p[n] = c
			n++
			x.length++
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, x.err
}

// step takes a byte and reports whether it is part of a line that comes out.
func (x *reliner) step(c byte) bool {
	if c == '\n' || c == '\r' {
		if x.inString || x.depth == 0 && x.length > 0 {
			x.end()
		}
		x.column, x.fresh = 0, true
		return false
	}
	x.column++
	if x.inString {
		switch {
		case x.skip:
			x.skip = false
		case c == '\\':
			x.skip = true
		case c == '"':
			x.inString = false
		}
		return true
	}
	if c == ' ' || c == '\t' {
		return x.length > 0
	}
	x.first, x.fresh = x.fresh, false
	if x.depth == 0 {
		return x.outside(c)
	}
	return x.inside(c)
}

// outside takes a byte that is part of no object or array but the outermost.
func (x *reliner) outside(c byte) bool {
	switch c {
	case '{', '[':
		if x.length > 0 {
			return x.endBefore()
		}
		if c == '{' && x.unwrap() {
			return false
		}
		if c == '[' && !x.array {
			x.array = true
			return false
		}
		x.start = x.column
		x.open(c)
	case '}', ']':
		x.closed = x.closed || c == ']'
		return false
	case ',':
		x.ended = x.length > 0
		return false
	}
	return true
}

// unwrap passes over what stands between the brace just read and the records it wraps, if it does.
func (x *reliner) unwrap() bool {
	if x.array && !x.closed {
		return false
	}
	next, _ := x.r.Peek(maxWrapper)
	n := wrapper(next)
	if n == 0 {
		return false
	}
	_, _ = x.r.Discard(n) // it was just seen
	x.array, x.closed = true, false
	return true
}

func (x *reliner) inside(c byte) bool {
	if x.last == '{' && c != '"' && c != '}' {
		return x.endBefore()
	}
	switch c {
	case '"':
		x.inString = true
	case '{', '[':
		if !x.mayOpen() || c == '{' && x.length > MaxLine && x.first && x.column <= x.start {
			return x.endBefore()
		}
		x.open(c)
		return true
	case '}', ']':
		known := x.depth <= maxKnown
		x.depth--
		if wrong := known && x.inArray[x.depth] != (c == ']'); wrong || x.depth == 0 {
			x.closed = x.closed || wrong && c == ']'
			x.end()
		}
	}
	x.last = c
	return true
}

// mayOpen reports whether an object or array may begin here.
func (x *reliner) mayOpen() bool {
	return x.last == ':' || x.last == '[' || x.last == ',' && (x.depth > maxKnown || x.inArray[x.depth-1])
}

func (x *reliner) open(c byte) {
	if x.depth < maxKnown {
		x.inArray[x.depth] = c == '['
	}
	x.depth++
	x.last = c
}

// end ends the line that is coming out, and the value with it.
func (x *reliner) end() {
	x.ended, x.depth, x.inString, x.skip = true, 0, false, false
}

// endBefore ends the line before the byte that was just read, which comes again.
func (x *reliner) endBefore() bool {
	x.end()
	x.column--
	x.fresh = x.first
	_ = x.r.UnreadByte() // it was just read
	return false
}
