package vault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// span is the flushes that a segment holds, which is its name: "<first>-<last>.sealed", 16 hex
// digits each. A segment whose span lies in another's was merged into it.
type span struct{ first, last uint64 }

const segmentForm = "%016x-%016x.sealed"

func (s span) path() string {
	return path.Join(sealedFolder, fmt.Sprintf(segmentForm, s.first, s.last))
}

func (s span) holds(o span) bool { return s.first <= o.first && o.last <= s.last }

func parseSpan(name string) (s span, ok bool) {
	_, err := fmt.Sscanf(name, segmentForm, &s.first, &s.last)
	return s, err == nil && s.first <= s.last && path.Base(s.path()) == name
}

// Sealed is the sealed values of a vault for reading, as they were when it was opened. It may be open
// beside a writer.
type Sealed struct {
	segments []*segment // by span
	damaged  []error    // files that cannot be used at all
	lost     []span     // of those
}

// OpenSealed opens the sealed values. Files that are damaged as a whole are left out: see Check.
func OpenSealed(fsys disk.FS) (*Sealed, error) {
	const tries = 10 // a writer may remove what it merged between the listing and the opening
	var err error
	for range tries {
		var s *Sealed
		if s, err = openSealed(fsys); err == nil {
			return s, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return nil, err
}

func openSealed(fsys disk.FS) (*Sealed, error) {
	spans, err := listSpans(fsys)
	if err != nil {
		return nil, err
	}
	s := new(Sealed)
	for _, sp := range spans { // the longest first
		if slices.ContainsFunc(s.segments, func(o *segment) bool { return o.span.holds(sp) }) {
			continue // left over by a merge: its values are in the other segment
		}
		seg, err := openSegment(fsys, sp)
		if _, ok := errors.AsType[*CorruptError](err); ok {
			s.damaged, s.lost = append(s.damaged, err), append(s.lost, sp)
		} else if err != nil {
			return nil, errors.Join(err, s.Close())
		} else {
			s.segments = append(s.segments, seg)
		}
	}
	slices.SortFunc(s.segments, func(a, b *segment) int { return cmp.Compare(a.span.first, b.span.first) })
	return s, nil
}

// listSpans gives the spans of all segments, the longest first. What has another name is not ours.
func listSpans(fsys disk.FS) ([]span, error) {
	entries, err := fsys.ReadDir(sealedFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list sealed values: %w", err)
	}
	var spans []span
	for _, e := range entries {
		if s, ok := parseSpan(e.Name()); ok {
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(b.last-b.first, a.last-a.first), cmp.Compare(a.first, b.first))
	})
	return spans, nil
}

// Close lets go of the files.
func (s *Sealed) Close() error {
	var errs []error
	for _, seg := range s.segments {
		errs = append(errs, seg.close())
	}
	s.segments = nil
	return errors.Join(errs...)
}

// Reveal opens the value of a token by the private identity. The error is fault.NotFound when the
// token is not held; a damaged copy is named in it.
func (s *Sealed) Reveal(id Identity, t Token) (observable.Kind, Clear, error) {
	var errs []error
	for _, seg := range s.segments {
		kind, text, ok, err := seg.reveal(id, t)
		if ok {
			return kind, clearOf(text), nil
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return 0, Clear{}, fmt.Errorf("reveal: %w", err)
	}
	if len(s.damaged) > 0 {
		return 0, Clear{}, fmt.Errorf("reveal: no readable file holds the token: %w", errors.Join(s.damaged...))
	}
	return 0, Clear{}, fault.Wrap(fault.NotFound, errors.New("reveal: the vault does not hold the token"))
}

func (s *segment) reveal(id Identity, t Token) (observable.Kind, string, bool, error) {
	r, ok, err := s.find(t)
	if !ok {
		return 0, "", false, err
	}
	keys, err := s.keys()
	if err != nil {
		return 0, "", false, err
	}
	text, err := open(id, t, record{r.kind, keys[r.key], r.sealed})
	if err != nil {
		return 0, "", false, fmt.Errorf("%s: %w", s.name, err)
	}
	return r.kind, text, true, nil
}

// Stats says how much is sealed.
type Stats struct {
	Files  int
	Values uint64 // a value that was sealed twice, as after damage, counts twice until a merge
	Bytes  int64
}

// Stats says how much is sealed.
func (s *Sealed) Stats() Stats { return statsOf(s.segments) }

func statsOf(segments []*segment) Stats {
	st := Stats{Files: len(segments)}
	for _, seg := range segments {
		st.Values += seg.foot.records
		st.Bytes += seg.size
	}
	return st
}

// Check reads everything and gives what is damaged (each a *CorruptError), nil when nothing is. The
// error is that of the context or of reading.
func (s *Sealed) Check(ctx context.Context) (damaged []error, err error) {
	damaged = slices.Clone(s.damaged)
	note := func(err error) error {
		if _, ok := errors.AsType[*CorruptError](err); ok {
			damaged = append(damaged, err)
			return nil
		}
		return err
	}
	for _, seg := range s.segments {
		if _, err := seg.keys(); note(err) != nil {
			return damaged, err
		}
		if err := seg.readFilter(); note(err) != nil {
			return damaged, err
		}
		var records []stored
		var n uint64
		whole := true
		for i := range seg.fences {
			if err := ctx.Err(); err != nil {
				return damaged, err
			}
			read, err := seg.block(i, records)
			if note(err) != nil {
				return damaged, err
			}
			whole = whole && err == nil
			n += uint64(len(read))
		}
		if whole && n != seg.foot.records {
			damaged = append(damaged, seg.corrupt(fmt.Sprintf("it holds %d values, not %d", n, seg.foot.records), 0))
		}
	}
	return damaged, nil
}
