package jsonwalk

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// HeadSize is how much of a file decides what it is, in bytes.
const HeadSize = 64 << 10

// Doc is a JSON document, or several one after the other, being read.
type Doc struct {
	src  *source
	dec  *jsontext.Decoder
	head []byte
	item Item
}

// New starts reading r.
func New(ctx context.Context, r io.Reader) (*Doc, error) {
	b := bufio.NewReaderSize(r, HeadSize)
	head, err := b.Peek(HeadSize)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read the beginning: %w", err)
	}
	head = bytes.Clone(head)
	if bytes.HasPrefix(head, bom) {
		_, _ = b.Discard(len(bom)) // just peeked
		head = head[len(bom):]
	}
	d := &Doc{src: newSource(ctx, b), head: head}
	d.dec = jsontext.NewDecoder(d.src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	d.item.dec = jsontext.NewDecoder(&d.item.buf)
	return d, nil
}

var bom = []byte("\ufeff")

// Outline gives the shape of the first value, as far as the first 64 KiB show it.
func (d *Doc) Outline() Outline { return OutlineOf(d.head) }

// Kind gives the kind of the next value: '{', '[', '"', '0', 'n', 't', 'f'; 0 at the end and on error.
func (d *Doc) Kind() jsontext.Kind { return d.dec.PeekKind() }

// More reports whether a further top-level value follows.
func (d *Doc) More() bool {
	if d.dec.PeekKind() != 0 {
		return true
	}
	_, err := d.dec.ReadToken()
	return !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Object calls f for each key of the object that comes next. F must read the value. The key is
// valid until it does.
func (d *Doc) Object(f func(key []byte) error) error {
	return d.within('{', func() error {
		key, err := d.dec.ReadValue()
		if err != nil {
			return d.fail(err)
		}
		return f(unquoted(key))
	})
}

// Array calls f for each element of the array that comes next. F must read the element.
func (d *Doc) Array(f func() error) error { return d.within('[', f) }

func (d *Doc) within(open jsontext.Kind, f func() error) error {
	if d.dec.PeekKind() != open {
		if err := d.Skip(); err != nil {
			return err
		}
		return d.fail(fmt.Errorf("expected %v", open))
	}
	if d.dec.StackDepth() >= MaxDepth {
		return d.fail(ErrDeep)
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return d.fail(err)
	}
	for {
		switch k := d.dec.PeekKind(); k {
		case '}', ']':
			_, err := d.dec.ReadToken()
			return d.fail(err)
		case 0:
			if _, err := d.dec.ReadToken(); err != nil {
				return d.fail(err)
			}
			return d.fail(io.ErrUnexpectedEOF)
		}
		if err := f(); err != nil {
			return err
		}
	}
}

// Each calls f for each element when an array comes next, and once when anything else does.
func (d *Doc) Each(f func() error) error {
	if d.Kind() == '[' {
		return d.Array(f)
	}
	return f()
}

// Skip passes over the next value without holding it.
func (d *Doc) Skip() error { return d.fail(d.dec.SkipValue()) }

// Item reads the next value in whole. The first error says that the document cannot be read on;
// whether the item is sound shows when it is read. The item is valid until the next call.
func (d *Doc) Item() (*Item, error) {
	d.src.left = MaxItem
	raw, err := d.dec.ReadValue()
	d.src.left = -1
	if err != nil {
		return nil, d.fail(err)
	}
	d.item.reset(raw, d.dec.StackDepth())
	return &d.item, nil
}

// Error is an error of the document, with the place.
type Error struct {
	Offset int64  // of the end of what was read, in bytes from the beginning
	At     string // JSON Pointer (RFC 6901) of the value read last
	Err    error
}

// Error gives place and cause.
func (e *Error) Error() string {
	at := e.At
	if at == "" {
		at = "/"
	}
	return fmt.Sprintf("after byte %d (%s): %v", e.Offset, at, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

func (d *Doc) fail(err error) error {
	if err == nil {
		return nil
	}
	if _, done := errors.AsType[*Error](err); done {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	at := string(d.dec.StackPointer())
	if se, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		err = se.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the file ends in the middle: %w", io.ErrUnexpectedEOF)
	}
	if len(at) > 200 {
		at = at[:200] + "…"
	}
	return &Error{Offset: d.dec.InputOffset() + d.src.dropped, At: at, Err: err}
}

// Fail makes an error of the document at the present place, for what the caller finds wrong.
func (d *Doc) Fail(err error) error { return d.fail(err) }
