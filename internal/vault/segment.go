package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"stormglass/internal/disk"
)

// segment is an immutable sorted file of sealed values, open for reading. It keeps its fences in
// memory (24 bytes for about 80 values) and its filter (ten bits a value), and reads blocks as they are asked for.
type segment struct {
	name   string
	span   span
	file   disk.File
	size   int64
	foot   footer
	fences []fence
	filter filter // nil when it is damaged

	unmergeable bool // damaged: see Merge
	shut        bool // its content keys are damaged: what it holds cannot be opened
}

// openSegment opens a segment; the error is a *CorruptError when its frame is damaged.
func openSegment(fsys disk.FS, s span) (*segment, error) {
	name := s.path()
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open sealed values: %w", err)
	}
	seg := &segment{name: name, span: s, file: f}
	if err := seg.readFrame(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return seg, nil
}

func (s *segment) corrupt(what string, at uint64) error {
	return &CorruptError{File: s.name, What: what, Offset: int64(at)}
}

// readAt reads n bytes, which the caller compared with the file's size.
func (s *segment) readAt(offset, n uint64) ([]byte, error) {
	b := make([]byte, n)
	switch _, err := s.file.ReadAt(b, int64(offset)); {
	case errors.Is(err, io.EOF):
		return nil, s.corrupt("it became shorter", offset)
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", s.name, err)
	}
	return b, nil
}

func (s *segment) readFrame() error {
	info, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	if s.size = info.Size(); s.size < headSize+footSize {
		return s.corrupt("it is too short", 0)
	}
	head, err := s.readAt(0, headSize)
	if err != nil {
		return err
	}
	if string(head[:8]) != segmentMagic || binary.LittleEndian.Uint32(head[12:]) != checksum(head[:12]) {
		return s.corrupt("it does not begin as a segment does", 0)
	}
	end := uint64(s.size) - footSize
	foot, err := s.readAt(end, footSize)
	if err != nil {
		return err
	}
	var what string
	if s.foot, what = parseFooter(foot, s.size); what != "" {
		return s.corrupt(what, end)
	}
	fences, err := s.readAt(s.foot.fencesAt, s.foot.fences*fenceSize)
	if err != nil {
		return err
	}
	if checksum(fences) != s.foot.fencesSum {
		return s.corrupt("the fences' checksum is wrong", s.foot.fencesAt)
	}
	if s.fences, what = parseFences(fences, s.foot.fencesAt); what != "" {
		return s.corrupt(what, s.foot.fencesAt)
	}
	_, err = s.keys()
	if _, s.shut = errors.AsType[*CorruptError](err); err != nil && !s.shut {
		return err
	}
	s.unmergeable = s.shut
	err = s.readFilter()
	if _, ok := errors.AsType[*CorruptError](err); ok {
		return nil // a filter only saves reads
	}
	return err
}

func (s *segment) readFilter() error {
	b, err := s.readAt(s.foot.filterAt, uint64(s.size)-footSize-s.foot.filterAt)
	if err != nil {
		return err
	}
	if checksum(b) != s.foot.filterSum {
		return s.corrupt("the filter's checksum is wrong", s.foot.filterAt)
	}
	s.filter = parseFilter(b)
	return nil
}

// next gives the fence after i, nil for the last one.
func (s *segment) next(i int) *fence {
	if i+1 < len(s.fences) {
		return &s.fences[i+1]
	}
	return nil
}

func (s *segment) rawBlock(i int) ([]byte, error) {
	end := s.foot.fencesAt
	if n := s.next(i); n != nil {
		end = n.offset
	}
	return s.readAt(s.fences[i].offset, end-s.fences[i].offset)
}

// block reads the records of block i into into. The error is a *CorruptError when it is damaged.
func (s *segment) block(i int, into []stored) ([]stored, error) {
	raw, err := s.rawBlock(i)
	if err != nil {
		return nil, err
	}
	records, what := parseBlock(raw, s.fences[i], s.next(i), s.foot.keys, into[:0])
	if what != "" {
		return nil, s.corrupt(what, s.fences[i].offset)
	}
	return records, nil
}

// blockOf gives the block that holds a token if any does, -1 when none can.
func (s *segment) blockOf(t Token) int {
	return sort.Search(len(s.fences), func(i int) bool { return bytes.Compare(s.fences[i].first[:], t[:]) > 0 }) - 1
}

// find looks for a token.
func (s *segment) find(t Token) (stored, bool, error) {
	i := s.blockOf(t)
	if i < 0 {
		return stored{}, false, nil
	}
	records, err := s.block(i, nil)
	if err != nil {
		return stored{}, false, err
	}
	at, ok := slices.BinarySearchFunc(records, t, func(r stored, t Token) int { return bytes.Compare(r.token[:], t[:]) })
	if !ok {
		return stored{}, false, nil
	}
	return records[at], true, nil
}

// rawKeys reads the part with the wrapped content keys as it is.
func (s *segment) rawKeys() ([]byte, error) {
	return s.readAt(s.foot.keysAt, s.foot.filterAt-s.foot.keysAt)
}

// keys reads the wrapped content keys.
func (s *segment) keys() ([][]byte, error) {
	b, err := s.rawKeys()
	if err != nil {
		return nil, err
	}
	if checksum(b) != s.foot.keysSum {
		return nil, s.corrupt("the content keys' checksum is wrong", s.foot.keysAt)
	}
	keys := make([][]byte, 0, s.foot.keys)
	for len(b) >= 2 {
		n := int(binary.LittleEndian.Uint16(b))
		if n == 0 || n > maxWrapped || n > len(b)-2 {
			break
		}
		keys = append(keys, b[2:2+n:2+n])
		b = b[2+n:]
	}
	if len(b) != 0 || uint64(len(keys)) != s.foot.keys {
		return nil, s.corrupt("the content keys do not add up", s.foot.keysAt)
	}
	return keys, nil
}

func (s *segment) close() error { return s.file.Close() }
