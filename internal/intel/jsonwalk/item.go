package jsonwalk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Item is one value of a document, held in memory, read strictly.
type Item struct {
	buf   bytes.Buffer
	dec   *jsontext.Decoder
	depth int // of the item within its document
}

func (it *Item) reset(raw []byte, depth int) {
	it.buf = *bytes.NewBuffer(raw)
	it.dec.Reset(&it.buf)
	it.depth = depth
}

// Kind gives the kind of the next value.
func (it *Item) Kind() jsontext.Kind { return it.dec.PeekKind() }

// Object calls f for each key of the object that comes next, as Doc.Object does.
func (it *Item) Object(f func(key []byte) error) error {
	return it.within('{', func() error {
		key, err := it.dec.ReadValue()
		if err != nil {
			return strictError(err)
		}
		return f(unquoted(key))
	})
}

// Array calls f for each element of the array that comes next.
func (it *Item) Array(f func() error) error { return it.within('[', f) }

// Each calls f for each element when an array comes next, and once for any other value; a null is skipped.
func (it *Item) Each(f func() error) error {
	switch it.Kind() {
	case '[':
		return it.Array(f)
	case 'n':
		return it.Skip()
	}
	return f()
}

// Fields is Object for a value that may be something else, which is skipped: MISP writes an empty
// object as [].
func (it *Item) Fields(f func(key []byte) error) error {
	if it.Kind() != '{' {
		return it.Skip()
	}
	return it.Object(f)
}

func (it *Item) within(open jsontext.Kind, f func() error) error {
	if k := it.dec.PeekKind(); k != open {
		return fmt.Errorf("expected %v", open)
	}
	if it.depth+it.dec.StackDepth() >= MaxDepth {
		return ErrDeep
	}
	if _, err := it.dec.ReadToken(); err != nil {
		return strictError(err)
	}
	for {
		switch it.dec.PeekKind() {
		case '}', ']':
			_, err := it.dec.ReadToken()
			return strictError(err)
		case 0:
			_, err := it.dec.ReadToken()
			return strictError(err)
		}
		if err := f(); err != nil {
			return err
		}
	}
}

// Skip passes over the next value; what it holds is checked like the rest.
func (it *Item) Skip() error {
	switch it.dec.PeekKind() {
	case '{', '[':
	default:
		return strictError(it.dec.SkipValue())
	}
	start := it.dec.StackDepth()
	for {
		if _, err := it.dec.ReadToken(); err != nil {
			return strictError(err)
		}
		depth := it.dec.StackDepth()
		if it.depth+depth > MaxDepth {
			return ErrDeep
		}
		if depth == start {
			return nil
		}
	}
}

// Text gives the next value as text: a string as it reads, a number or boolean as written, a null
// as nothing. Objects and arrays are an error.
func (it *Item) Text() (string, error) {
	b, err := it.Bytes()
	return string(b), err
}

// Bytes is Text without a copy, valid until the next call.
func (it *Item) Bytes() ([]byte, error) {
	switch it.dec.PeekKind() {
	case '{', '[':
		return nil, errors.New("expected a text")
	}
	v, err := it.dec.ReadValue()
	switch {
	case err != nil:
		return nil, strictError(err)
	case v.Kind() == 'n':
		return nil, nil
	case len(v) >= MaxString:
		return nil, ErrLongString
	}
	return unquoted(v), nil
}

// Texts gives the texts of an array, or a single one; values that are no text are skipped.
func (it *Item) Texts(into []string) ([]string, error) {
	err := it.Each(func() error {
		if k := it.Kind(); k == '{' || k == '[' {
			return it.Skip()
		}
		s, err := it.Text()
		if s != "" {
			into = append(into, s)
		}
		return err
	})
	return into, err
}

// unquoted gives the text of a string literal, and any other value as written.
func unquoted(v jsontext.Value) []byte {
	if v.Kind() != '"' {
		return v
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	b, _ := jsontext.AppendUnquote(nil, v) // the decoder has checked it; in a document, bad UTF-8 becomes U+FFFD
	return b
}

// strictError gives the cause without the offset within the item, which would mislead.
func strictError(err error) error {
	if se, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return se.Err
	}
	return err
}
