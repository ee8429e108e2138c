package wal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// Loss is a part of a log that cannot be read.
type Loss struct {
	File   string
	Offset int64    // bytes into the file
	Bytes  int64    // that are no frame; 0 when the file is missing
	First  Position // of the first frame that is missing
	Frames uint64   // how many are missing; 0 when nothing tells
	Err    error    // what is wrong
}

// Salvage is Read for a log that may be damaged: it calls fn for every frame that can be had, in order, and lost for
// every part that cannot. A frame behind damage is known by its checksums: nothing that somebody sent to us passes
// for one. It is for logs whose frames mean something alone, and nobody may be writing before it returns. Where the log ends
// in the middle of a frame that is a loss too: Open cuts such an end, and comes first.
//
// An error is of the disk, of fn, or says that a later program wrote the log.
func Salvage(fsys disk.FS, dir string, from Position, fn func(Position, uint8, []byte) error, lost func(Loss)) error {
	vouched, err := readSynced(fsys, dir)
	if err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	segs, err := segments(fsys, dir)
	if err != nil {
		return err
	}
	for len(segs) > 1 && segs[1].first <= from {
		segs = segs[1:]
	}
	v := salvage{fsys: fsys, dir: dir, from: from, next: max(from, 1), fn: fn, lost: lost}
	if len(segs) > 0 && (from == 0 || segs[0].first < from) {
		v.next = segs[0].first
	}
	for _, seg := range segs {
		v.until(seg.first)
		if err := v.segment(seg); err != nil {
			return err
		}
	}
	v.until(vouched)
	v.told()
	return nil
}

// salvage goes through the segments of a log.
type salvage struct {
	fsys    disk.FS
	dir     string
	from    Position
	next    Position // expected
	fn      func(Position, uint8, []byte) error
	lost    func(Loss)
	pending *Loss // at the end of a segment: what follows says how many frames it had
}

// until says where the log goes on: whatever was expected before is missing.
func (v *salvage) until(first Position) {
	if first > v.next {
		if v.pending == nil {
			v.pending = &Loss{File: segment{v.next}.file(v.dir), First: v.next, Err: errMissing}
		}
		v.pending.Frames = uint64(first - v.next)
		v.next = first
	}
	v.told()
}

func (v *salvage) told() {
	if v.pending != nil {
		v.lost(*v.pending)
		v.pending = nil
	}
}

// segment reads one segment.
func (v *salvage) segment(seg segment) error {
	s, err := openScanner(v.fsys, v.dir, seg)
	if d, ok := passable(err); ok { // without its salt no frame can be told from garbage
		info, err := v.fsys.Stat(d.File)
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		v.pending = &Loss{File: d.File, Bytes: info.Size(), First: v.next, Err: d.Err}
		return nil
	}
	if err != nil {
		return err
	}
	err = v.frames(s)
	return errors.Join(err, s.file.Close())
}

// passable gives the damage that an error tells of. That a later program wrote the log is none to pass over.
func passable(err error) (*DamageError, bool) {
	d, ok := errors.AsType[*DamageError](err)
	return d, ok && fault.KindOf(d.Err) != fault.Conflict
}

// frames hands on the frames of a segment.
func (v *salvage) frames(s *scanner) error {
	if s.unborn { // it was only being made
		return nil
	}
	for {
		f, payload, err := s.step()
		switch {
		case errors.Is(err, errEnd):
			return nil
		case err != nil:
			if err := v.skip(s, err); err != nil {
				return err
			}
			if s.offset == s.size {
				return nil
			}
			continue
		}
		v.next = f.position + 1
		if f.position >= v.from {
			if err := v.fn(f.position, f.kind, payload); err != nil {
				return err
			}
		}
	}
}

// skip goes on at the next frame behind what is none, or at the end of the segment.
func (v *salvage) skip(s *scanner, end error) error {
	l := Loss{File: s.name, Offset: s.offset, First: s.next}
	if torn, ok := errors.AsType[*tornError](end); ok {
		l.Err = torn.err
	} else if d, ok := errors.AsType[*DamageError](end); ok {
		l.Err = d.Err
	} else {
		return end
	}
	offset, position, err := s.find(s.whole)
	if err != nil {
		return err
	}
	l.Bytes = offset - s.offset
	s.offset = offset
	if position == 0 {
		v.next, v.pending = s.next, &l
		return nil
	}
	l.Frames = uint64(position - s.next)
	s.next = position
	s.in.Reset(io.NewSectionReader(s.file, offset, s.size-offset))
	v.lost(l)
	return nil
}

// find looks from the scanner's offset on, where the expected frame is not, for a frame that is as like says. It gives where it begins and its position, or
// the end of the file and 0.
func (s *scanner) find(like func(frameHead, int64) (bool, error)) (offset int64, position Position, err error) {
	const window = 1 << 20
	buf := make([]byte, min(window, s.size-s.offset))
	for base := s.offset; s.size-base >= frameHeadSize; base += int64(len(buf)) - frameHeadSize + 1 {
		n := min(int64(len(buf)), s.size-base)
		if err := s.readAt(buf[:n], base); err != nil {
			return 0, 0, err
		}
		for i := int64(0); i+frameHeadSize <= n; i++ {
			p := Position(binary.LittleEndian.Uint64(buf[i+8:]))
			if p < s.next || p-s.next > Position(s.size/frameHeadSize) {
				continue // most offsets end here
			}
			f, ok := s.seals.decodeHead(buf[i:n])
			if !ok || f.check(p) != nil || int64(f.length) > s.size-(base+i)-frameHeadSize {
				continue
			}
			if ok, err := like(f, base+i); ok || err != nil {
				return base + i, p, err
			}
		}
	}
	return s.size, 0, nil
}

// whole tells whether the payload of a frame at an offset is as it was written.
func (s *scanner) whole(f frameHead, offset int64) (bool, error) {
	payload := make([]byte, f.length)
	if err := s.readAt(payload, offset+frameHeadSize); err != nil {
		return false, err
	}
	return s.seals.payloadSum(payload) == f.payloadSum, nil
}
