package wal

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"stormglass/internal/disk"
)

// scanBuffer is how many bytes of a segment are read at a time.
const scanBuffer = 128 << 10

// scanner reads one segment frame by frame, as far as its file reached when it was opened.
type scanner struct {
	name   string
	file   disk.File
	in     *bufio.Reader
	size   int64    // of the file
	offset int64    // where the next frame begins
	next   Position // of the next frame
	unborn bool     // the file has no header yet, and no frame: it was being made
	seals  seals
	buf    []byte // of the payload read last
}

// openScanner opens a segment and reads its header.
func openScanner(fsys disk.FS, dir string, seg segment) (*scanner, error) {
	name := seg.file(dir)
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	s := &scanner{name: name, file: f, next: seg.first}
	if err := s.start(seg); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

func (s *scanner) start(seg segment) error {
	info, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	s.size = info.Size()
	s.in = bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.size), scanBuffer)
	if s.size < headerSize {
		s.unborn = true
		return nil
	}
	b := make([]byte, headerSize)
	if _, err := io.ReadFull(s.in, b); err != nil {
		return s.cut(err)
	}
	h, err := decodeHeader(b)
	if errors.Is(err, errHeader) && s.size == headerSize {
		s.unborn = true // a frame is written only after the header is on disk
		return nil
	}
	if err == nil && h.first != seg.first {
		err = fmt.Errorf("it begins with frame %d", h.first)
	}
	if err != nil {
		return s.damage(err)
	}
	s.seals, s.offset = h.seals(), headerSize
	return nil
}

func (s *scanner) damage(err error) error {
	return &DamageError{File: s.name, Offset: s.offset, Position: s.next, Err: err}
}

// errEnd says that a segment ends where a frame does.
var errEnd = errors.New("the segment ends")

// step reads the next frame. The payload is valid until the next step. At the end of the file the
// error is errEnd; where there is no frame it is a *tornError.
func (s *scanner) step() (frameHead, []byte, error) {
	left := s.size - s.offset
	if s.unborn {
		return frameHead{}, nil, &tornError{errHeader}
	}
	if left == 0 {
		return frameHead{}, nil, errEnd
	}
	if left < frameHeadSize {
		return frameHead{}, nil, &tornError{errShort}
	}
	b, err := s.in.Peek(frameHeadSize)
	if err != nil {
		return frameHead{}, nil, s.cut(err)
	}
	f, ok := s.seals.decodeHead(b)
	if !ok {
		return frameHead{}, nil, &tornError{errChecksum}
	}
	if err := f.check(s.next); err != nil {
		return frameHead{}, nil, s.damage(err)
	}
	if int64(f.length) > left-frameHeadSize {
		return frameHead{}, nil, &tornError{errShort}
	}
	payload, err := s.payload(int(f.length))
	if err != nil {
		return frameHead{}, nil, err
	}
	if s.seals.payloadSum(payload) != f.payloadSum {
		return frameHead{}, nil, &tornError{errChecksum}
	}
	s.offset += frameHeadSize + int64(f.length)
	s.next++
	return f, payload, nil
}

// payload reads n bytes that the file was seen to hold.
func (s *scanner) payload(n int) ([]byte, error) {
	if _, err := s.in.Discard(frameHeadSize); err != nil {
		return nil, s.cut(err)
	}
	if cap(s.buf) < n {
		s.buf = make([]byte, n)
	}
	if _, err := io.ReadFull(s.in, s.buf[:n]); err != nil {
		return nil, s.cut(err)
	}
	return s.buf[:n], nil
}

// cut words what came of reading bytes that the file was seen to hold.
func (s *scanner) cut(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // it became shorter
	}
	return fmt.Errorf("read %s: %w", s.name, err)
}
