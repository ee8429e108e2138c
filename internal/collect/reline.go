package collect

import (
	"bytes"
	"fmt"
	"io"
)

// reline puts JSON that is one array, also one that is wrapped in an object (wrapper), or that is printed over several lines, into
// the form the decoders read: one value a line. Any other content passes as it is, without a reliner. Line
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

// maxWrapper bounds what may stand between an object's brace and the records it wraps.
const maxWrapper = 128

// wrapper measures what stands behind the brace of an object that does nothing but hold records: the key Records (as AWS
// CloudTrail delivers files) or records (Azure), and the bracket of an array of objects. 0 for any other object.
func wrapper(b []byte) int {
	b = b[:min(len(b), maxWrapper)]
	rest := bytes.TrimLeft(b, " \t\r\n")
	if !bytes.HasPrefix(rest, []byte(`"Records"`)) && !bytes.HasPrefix(rest, []byte(`"records"`)) {
		return 0
	}
	rest = rest[len(`"Records"`):]
	for _, mark := range []byte{':', '['} {
		if rest = bytes.TrimLeft(rest, " \t\r\n"); len(rest) == 0 || rest[0] != mark {
			return 0
		}
		rest = rest[1:]
	}
	if first := bytes.TrimLeft(rest, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return 0
	}
	return len(b) - len(rest)
}

// wantsReline reports whether content opens an array of objects, an object that wraps such, or one whose first line
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
		if wrapper(b[1:]) > 0 {
			return true
		}
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
