package collect

import (
	"bytes"
	"fmt"
	"io"
)

// reline puts JSON that is one array, or that is printed over several lines, into the form the
// decoders read: one value a line. Any other content passes as it is, without a reliner. Line
// numbers of such a source are the numbers of its values.
func reline(m *Member, head []byte) (io.Reader, []byte, *reliner) {
	if !wantsReline(head) {
		return m, head, nil
	}
	x := &reliner{in: newStream(m)}
	x.r, x.lines = x.in.buf, newStream(x)
	head, _ = x.lines.buf.Peek(headSize)
	return x.lines.buf, head, x
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

// release gives the memory of a reliner back, when there is one.
func (x *reliner) release() {
	if x != nil {
		x.lines.release()
		x.in.release()
	}
}

// unclosed says what the source lacks at its end, if anything: half a value is not a record, and
// an array without its end may be half a file.
func (x *reliner) unclosed() string {
	switch {
	case x == nil:
		return ""
	case x.depth > 0:
		return fmt.Sprintf("value %d is not closed: what follows its beginning was not read (%d bytes)", x.values+1, x.length)
	case x.array && !x.closed:
		return "the array that holds the values is not closed: it may be cut off"
	}
	return ""
}
