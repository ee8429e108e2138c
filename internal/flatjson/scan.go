package flatjson

import (
	"errors"
	"unsafe"
)

// Limits of what is accepted.
const (
	MaxDepth  = 64  // nesting of objects and arrays
	MaxNumber = 32  // bytes of a number
	MaxPath   = 256 // bytes of the path to an object that lies in another
)

// What may be wrong with a line.
var (
	ErrSyntax = errors.New("not a JSON object")
	ErrCut    = errors.New("JSON object without its end")
	ErrDepth  = errors.New("JSON nested too deep")
	ErrNumber = errors.New("JSON number too long")
	ErrPath   = errors.New("JSON keys of nested objects too long")
)

// Type is the type of a value.
type Type uint8

// The types of values.
const (
	Null Type = iota
	False
	True
	Number
	String
	Array
	Object // given for elements of arrays only: objects in objects become paths
)

// Field is one value with its path. Its texts share memory with the line or the scanner.
type Field struct {
	Key     string // the path, its steps joined by dots
	Value   string // a string without its quotes; of all other types the text as it stands
	Type    Type
	Escaped bool // Value is a string that holds escapes: see Append
}

// Scanner reads objects. Its memory is reused from object to object; not for concurrent use.
type Scanner struct {
	// Arrays makes the elements of arrays fields of their own, each under the array's path; the
	// keys of objects in arrays follow that path. No field is of type Array then.
	Arrays bool

	data   string
	pos    int
	depth  int
	fields []Field
	path   []byte // path of the object being read, with a dot at its end; empty at the top
	keys   []byte // memory of keys that do not stand in the line as they are given
}

// Scan gives the fields of the one object that line holds, valid until the next Scan and only as
// long as line is not written. On an error there are no fields.
func (s *Scanner) Scan(line string) ([]Field, error) {
	s.data, s.pos, s.depth = line, 0, 0
	s.fields, s.path, s.keys = s.fields[:0], s.path[:0], s.keys[:0]
	if s.next() != '{' {
		return nil, s.broken()
	}
	if err := s.object(); err != nil {
		return nil, err
	}
	if s.next(); s.pos < len(line) {
		return nil, ErrSyntax
	}
	return s.fields, nil
}

// Offset gives how far the last Scan came: where it failed, if it did.
func (s *Scanner) Offset() int { return s.pos }

// next skips white space and gives the byte there, 0 at the end.
func (s *Scanner) next() byte {
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		if c > ' ' {
			return c
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
		s.pos++
	}
	return 0
}

// broken says what is wrong where something else was expected.
func (s *Scanner) broken() error {
	if s.pos >= len(s.data) {
		return ErrCut
	}
	return ErrSyntax
}

// object reads an object from its brace.
func (s *Scanner) object() error {
	if s.depth++; s.depth > MaxDepth {
		return ErrDepth
	}
	s.pos++
	if s.next() == '}' {
		s.pos++
		s.depth--
		return nil
	}
	for {
		key, err := s.key()
		if err != nil {
			return err
		}
		if err := s.member(key); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.pos++
			s.next()
		case '}':
			s.pos++
			s.depth--
			return nil
		default:
			return s.broken()
		}
	}
}

// key reads a key and its colon, and gives the path it stands for.
func (s *Scanner) key() (string, error) {
	if s.pos >= len(s.data) || s.data[s.pos] != '"' {
		return "", s.broken()
	}
	text, escaped, err := s.str()
	if err != nil {
		return "", err
	}
	if s.next() != ':' {
		return "", s.broken()
	}
	s.pos++
	if !escaped && len(s.path) == 0 {
		return text, nil
	}
	from := len(s.keys)
	s.keys = append(s.keys, s.path...)
	if escaped {
		s.keys = Append(s.keys, text)
	} else {
		s.keys = append(s.keys, text...)
	}
	return view(s.keys[from:]), nil
}

// member reads the value of a key.
func (s *Scanner) member(key string) error {
	switch s.next() {
	case '"':
		text, escaped, err := s.str()
		if err != nil {
			return err
		}
		s.fields = append(s.fields, Field{key, text, String, escaped})
		return nil
	case '{':
		if len(key) > MaxPath {
			return ErrPath
		}
		above := len(s.path)
		s.path = append(append(s.path[:0], key...), '.')
		err := s.object()
		if above == 0 {
			s.path = s.path[:0]
		} else {
			s.path = s.path[:above] // a path begins with the path above it
		}
		return err
	case '[':
		if s.Arrays {
			return s.elements(key)
		}
	}
	text, typ, err := s.plain()
	if err != nil {
		return err
	}
	s.fields = append(s.fields, Field{key, text, typ, false})
	return nil
}

// plain reads a value that is neither a string nor an object in an object.
func (s *Scanner) plain() (string, Type, error) {
	from := s.pos
	var typ Type
	var err error
	switch c := s.next(); {
	case c == '-' || c >= '0' && c <= '9':
		typ, err = Number, s.number()
	case c == '[':
		typ, err = Array, s.array()
	case c == 't':
		typ, err = True, s.word("true")
	case c == 'f':
		typ, err = False, s.word("false")
	case c == 'n':
		typ, err = Null, s.word("null")
	default:
		err = s.broken()
	}
	if err != nil {
		return "", 0, err
	}
	return s.data[from:s.pos], typ, nil
}

func (s *Scanner) word(w string) error {
	rest := s.data[s.pos:]
	if len(rest) < len(w) {
		if rest == w[:len(rest)] {
			s.pos = len(s.data)
		}
		return s.broken()
	}
	if rest[:len(w)] != w {
		return ErrSyntax
	}
	s.pos += len(w)
	return nil
}

// number reads a number by the grammar of RFC 8259.
func (s *Scanner) number() error {
	from := s.pos
	if s.data[s.pos] == '-' {
		s.pos++
	}
	switch {
	case s.pos < len(s.data) && s.data[s.pos] == '0':
		s.pos++
	case !s.digits():
		return s.broken()
	}
	if s.pos < len(s.data) && s.data[s.pos] == '.' {
		if s.pos++; !s.digits() {
			return s.broken()
		}
	}
	if s.pos < len(s.data) && s.data[s.pos]|0x20 == 'e' {
		s.pos++
		if s.pos < len(s.data) && (s.data[s.pos] == '+' || s.data[s.pos] == '-') {
			s.pos++
		}
		if !s.digits() {
			return s.broken()
		}
	}
	if s.pos-from > MaxNumber {
		return ErrNumber
	}
	return nil
}

func (s *Scanner) digits() bool {
	from := s.pos
	for s.pos < len(s.data) && s.data[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos > from
}

func view(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b)) //nolint:gosec // keys live until the next Scan, as documented
}
