package collect

import (
	"bufio"
	"bytes"
	"io"
)

// reline puts JSON that is one array, or that is printed over several lines, into the form the
// decoders read: one value a line. Any other content passes as it is. Line numbers of such a
// source are the numbers of its values.
func reline(m *Member, head []byte) (io.Reader, []byte) {
	if !wantsReline(head) {
		return m, head
	}
	r := bufio.NewReaderSize(&reliner{r: m.r}, headSize)
	head, _ = r.Peek(headSize)
	return r, head
}

// wantsReline reports whether content opens an array of objects, or an object whose first line
// does not end it.
func wantsReline(head []byte) bool {
	b := bytes.TrimLeft(head, " \t\r\n")
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case '[':
		b = bytes.TrimLeft(b[1:], " \t\r\n")
		return len(b) > 0 && b[0] == '{'
	case '{':
		line, _, more := bytes.Cut(b, []byte{'\n'})
		line = bytes.TrimRight(line, " \t\r")
		return more && (len(line) == 1 || line[len(line)-1] == ',' && !bytes.ContainsRune(line, '}'))
	}
	return false
}

// reliner copies JSON and leaves out line ends within values, and the brackets and commas around
// them. It keeps no state but the nesting, so it bounds nothing and breaks nothing: what is not
// JSON comes out as some line that a decoder refuses.
type reliner struct {
	r              *bufio.Reader
	depth          int
	array          bool // the outermost value is an array
	ended          bool // a value ended: its line end is due
	inString, skip bool
	err            error
}

func (x *reliner) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && x.err == nil {
		if x.ended {
			p[n], x.ended = '\n', false
			n++
			continue
		}
		c, err := x.r.ReadByte()
		if err != nil {
			x.err = err
			break
		}
		if out, keep := x.step(c); keep {
			p[n] = out
			n++
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, x.err
}

func (x *reliner) step(c byte) (byte, bool) {
	if x.inString {
		switch {
		case x.skip:
			x.skip = false
		case c == '\\':
			x.skip = true
		case c == '"':
			x.inString = false
		}
		return c, c != '\n' && c != '\r'
	}
	switch c {
	case '"':
		x.inString = true
	case '\n', '\r':
		return 0, false
	case '{', '[':
		if c == '[' && x.depth == 0 && !x.array {
			x.array = true
			return 0, false
		}
		x.depth++
	case '}', ']':
		if x.depth == 0 {
			return 0, false // the end of the outermost array
		}
		x.depth--
		x.ended = x.depth == 0
	case ',', ' ', '\t':
		if x.depth == 0 {
			return 0, false
		}
	}
	return c, true
}
