package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// Purge drops the sealed value of a token: its copies in memory and files, and the token itself. It
// needs no private key. It gives how many copies were dropped. Where a damaged block may hold the token, the
// whole block goes; its values were lost already. When a file is damaged as a whole the error is fault.Conflict:
// nobody can say that it does not hold the value. A value that comes in again later is sealed again.
//
// A file system or a disk may keep the old blocks of a file for a while; this is theirs to wipe.
func (v *Vault) Purge(t Token) (copies int, err error) {
	v.upkeep.Lock()
	defer v.upkeep.Unlock()
	v.flush.Lock()
	defer v.flush.Unlock()
	if err := errors.Join(sweepTemporary(v.fsys), v.sweep(math.MaxUint64)); err != nil { // a leftover could come back once what holds it is gone
		return 0, fmt.Errorf("purge value: %w", err)
	}
	v.mu.Lock()
	if _, ok := v.pending[t]; ok {
		delete(v.pending, t)
		copies++
	}
	*v.slot(t) = Token{}
	v.mu.Unlock()
	for _, s := range v.snapshot() {
		dropped, err := v.purge(s, t)
		if err != nil {
			return copies, fmt.Errorf("purge value: %w", err)
		}
		copies += dropped
	}
	if len(v.damaged) > 0 {
		return copies, fault.Hint(fault.Conflict, fmt.Errorf("purge value: it may stand in: %w", errors.Join(v.damaged...)),
			"bring the file back from a backup, or remove it")
	}
	return copies, nil
}

// purge drops a token from one segment.
func (v *Vault) purge(s *segment, t Token) (int, error) {
	_, found, err := s.find(t)
	_, damaged := errors.AsType[*CorruptError](err)
	switch {
	case err != nil && !damaged:
		return 0, err
	case err == nil && !found:
		return 0, nil
	}
	left, err := v.rewrite(s, t)
	if err != nil {
		return 0, err
	}
	v.mu.Lock()
	at := slices.Index(v.segments, s)
	if left == nil {
		v.segments = slices.Delete(slices.Clone(v.segments), at, at+1)
	} else {
		v.segments = slices.Clone(v.segments)
		v.segments[at] = left
	}
	v.mu.Unlock()
	if err := s.close(); err != nil {
		return 0, err
	}
	if found {
		return 1, nil
	}
	return 0, nil
}

// rewrite replaces a segment by one without the token, and gives nil when nothing was left of it.
// Other blocks are copied as they are, damaged ones too.
func (v *Vault) rewrite(s *segment, t Token) (*segment, error) {
	at := s.blockOf(t)
	kept, err := s.block(at, nil)
	if _, damaged := errors.AsType[*CorruptError](err); err != nil && !damaged {
		return nil, err
	}
	kept = slices.DeleteFunc(kept, func(r stored) bool { return r.token == t })
	if len(kept) == 0 && len(s.fences) == 1 {
		if err := v.fsys.Remove(s.name); err != nil && !errors.Is(err, fs.ErrNotExist) { // an earlier Purge got so far
			return nil, err
		}
		return nil, v.fsys.SyncDir(sealedFolder)
	}
	keys, err := s.rawKeys()
	if err != nil {
		return nil, err
	}
	err = disk.Replace(v.fsys, s.name, func(w io.Writer) error {
		sw := newSegmentWriter(w, s.foot.records)
		for i := range s.fences {
			if err := s.copyBlock(sw, i, at, kept); err != nil {
				return err
			}
		}
		return sw.finishWith(keys, s.foot.keys, s.foot.keysSum)
	})
	if err != nil {
		return nil, err
	}
	return openSegment(v.fsys, s.span)
}

// copyBlock copies block i, or writes kept in place of block at.
func (s *segment) copyBlock(sw *segmentWriter, i, at int, kept []stored) error {
	if i == at {
		for j := range kept {
			if err := sw.add(&kept[j]); err != nil {
				return err
			}
		}
		return nil
	}
	raw, err := s.rawBlock(i)
	if err != nil {
		return err
	}
	records, _ := parseBlock(raw, s.fences[i], s.next(i), s.foot.keys, nil)
	return sw.raw(s.fences[i].first, raw, records)
}
