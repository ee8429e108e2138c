package flatjson

// array reads an array from its bracket, checking all it holds and keeping none of it.
func (s *Scanner) array() error {
	if s.depth++; s.depth > MaxDepth {
		return ErrDepth
	}
	s.pos++
	if s.next() == ']' {
		s.pos++
		s.depth--
		return nil
	}
	for {
		if err := s.skip(); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.pos++
		case ']':
			s.pos++
			s.depth--
			return nil
		default:
			return s.broken()
		}
	}
}

// elements reads an array from its bracket, its elements as values of key.
func (s *Scanner) elements(key string) error {
	if s.depth++; s.depth > MaxDepth {
		return ErrDepth
	}
	s.pos++
	if s.next() == ']' {
		s.pos++
		s.depth--
		return nil
	}
	for {
		if err := s.member(key); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.pos++
		case ']':
			s.pos++
			s.depth--
			return nil
		default:
			return s.broken()
		}
	}
}

// skip reads any value.
func (s *Scanner) skip() error {
	switch s.next() {
	case '"':
		_, _, err := s.str()
		return err
	case '{':
		return s.skipObject()
	}
	_, _, err := s.plain()
	return err
}

func (s *Scanner) skipObject() error {
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
		if s.next() != '"' {
			return s.broken()
		}
		if _, _, err := s.str(); err != nil {
			return err
		}
		if s.next() != ':' {
			return s.broken()
		}
		s.pos++
		if err := s.skip(); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.pos++
		case '}':
			s.pos++
			s.depth--
			return nil
		default:
			return s.broken()
		}
	}
}

// Elements walks the elements of an array that Scan gave.
type Elements struct {
	s     Scanner
	Field // the element; its Key is empty, and Objects and Arrays are their text
	done  bool
}

// ElementsOf walks the array whose text is given: the Value of a Field of type Array.
func ElementsOf(text string) Elements {
	e := Elements{s: Scanner{data: text}, done: len(text) < 2 || text[0] != '['}
	e.s.pos = 1
	return e
}

// Next goes to the next element and reports whether there is one.
func (e *Elements) Next() bool {
	if e.done {
		return false
	}
	switch e.s.next() {
	case ']', 0:
		e.done = true
		return false
	case ',':
		e.s.pos++
		e.s.next()
	}
	from := e.s.pos
	var err error
	e.Field = Field{}
	switch e.s.next() {
	case '"':
		e.Type = String
		e.Value, e.Escaped, err = e.s.str()
	case '{':
		e.Type, err = Object, e.s.skipObject()
		e.Value = e.s.data[from:e.s.pos]
	default:
		e.Value, e.Type, err = e.s.plain()
	}
	e.done = err != nil
	return err == nil
}
