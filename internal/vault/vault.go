package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// maxPending is how many new values are held in memory at most: about 40 MB.
const maxPending = 1 << 18

// recentSlots is the size of the table of tokens known to be held, 1 MiB. A power of two.
const recentSlots = 1 << 16

// Vault takes values in. It may be used by several goroutines; one Vault is open for a folder, by
// whoever holds the data folder's lock.
type Vault struct {
	key  Key
	fsys disk.FS

	upkeep sync.Mutex // Merge, Purge, Close: taken before flush
	flush  sync.Mutex // whoever writes what is pending: taken before mu

	mu       sync.Mutex
	sealer   sealer
	pending  map[Token]record
	flushing map[Token]record // being written
	segments []*segment       // by span
	lost     []span           // of files that are damaged as a whole
	damaged  []error
	recent   []Token
	next     uint64 // number of the next flush
}

// Open opens the vault for taking values in, with its join key (EnsureKey, OpenKey). It needs a
// recipient: the error is fault.NotFound without one.
func Open(fsys disk.FS, key Key) (*Vault, error) {
	to, err := recipient(fsys)
	if err != nil {
		return nil, err
	}
	if err := disk.MakeDir(fsys, sealedFolder); err != nil {
		return nil, err
	}
	if err := sweepTemporary(fsys); err != nil {
		return nil, err
	}
	held, err := openSealed(fsys)
	if err != nil {
		return nil, err
	}
	v := &Vault{
		key: key, fsys: fsys, sealer: sealer{to: to}, pending: make(map[Token]record),
		segments: held.segments, lost: held.lost, damaged: held.damaged, recent: make([]Token, recentSlots),
	}
	for _, s := range v.spans() {
		v.next = max(v.next, s.last+1)
	}
	if err := v.sweep(math.MaxUint64); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return v, nil
}

// sweepTemporary removes, durably, files that were not finished. Nobody may be writing one.
func sweepTemporary(fsys disk.FS) error {
	entries, err := fsys.ReadDir(sealedFolder)
	if err != nil {
		return fmt.Errorf("list sealed values: %w", err)
	}
	removed := false
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), disk.TempSuffix) {
			if err := fsys.Remove(sealedFolder + "/" + e.Name()); err != nil {
				return fmt.Errorf("remove unfinished file: %w", err)
			}
			removed = true
		}
	}
	if !removed {
		return nil
	}
	return fsys.SyncDir(sealedFolder)
}

// sweep removes, durably, files with spans that begin before limit and that nobody reads: what was merged
// into another file, and what a merge or flush wrote but could not bring to an end. All their values are
// in other files or still pending. The caller holds upkeep or is alone; for a limit beyond next, flush too.
func (v *Vault) sweep(limit uint64) error {
	spans, err := listSpans(v.fsys)
	if err != nil {
		return err
	}
	known := v.spans() // after the listing: a file that is flushed meanwhile is known or beyond limit
	removed := false
	for _, s := range spans {
		if s.first >= limit || slices.Contains(known, s) {
			continue
		}
		if err := v.fsys.Remove(s.path()); err != nil {
			return fmt.Errorf("remove merged file: %w", err)
		}
		removed = true
	}
	if !removed {
		return nil
	}
	return v.fsys.SyncDir(sealedFolder)
}

// spans gives those of all files that count, damaged ones too.
func (v *Vault) spans() []span {
	spans := slices.Clone(v.lost)
	for _, s := range v.snapshot() {
		spans = append(spans, s.span)
	}
	return spans
}

func (v *Vault) snapshot() []*segment {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.segments)
}

// Key gives the join key.
func (v *Vault) Key() Key { return v.key }

// Seal gives the token of a value in its canonical form and keeps the value, sealed, unless it is held
// already. It is durable once Flush has returned nil. The value has 1 to 2048 bytes, else the error is
// fault.Invalid; no error shows it.
func (v *Vault) Seal(kind observable.Kind, canonical string) (Token, error) {
	if kind == observable.Unknown || canonical == "" || len(canonical) > maxClear {
		return Token{}, fault.Wrap(fault.Invalid, fmt.Errorf("seal value of kind %s: it has %d bytes, want 1 to %d", kind, len(canonical), maxClear))
	}
	t := v.key.Token(kind, canonical)
	full, err := v.keep(kind, t, canonical)
	if full && err == nil {
		err = v.Flush()
	}
	return t, err
}

func (v *Vault) keep(kind observable.Kind, t Token, canonical string) (full bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	slot := v.slot(t)
	if *slot == t {
		return false, nil
	}
	held, err := v.holds(t)
	if err != nil {
		return false, err
	}
	if !held {
		r, err := v.sealer.seal(kind, t, canonical)
		if err != nil {
			return false, err
		}
		v.pending[t] = r
	}
	*slot = t
	return len(v.pending) >= maxPending, nil
}

// slot gives the place of a token in the table of recent ones. Tokens are evenly spread.
func (v *Vault) slot(t Token) *Token { return &v.recent[(int(t[0])|int(t[1])<<8)&(recentSlots-1)] }

// holds reports whether a token is held. One that may stand in a damaged block, or whose content key is
// damaged, is not: the value is at hand and is sealed once more.
func (v *Vault) holds(t Token) (bool, error) {
	if _, ok := v.pending[t]; ok {
		return true, nil
	}
	if _, ok := v.flushing[t]; ok {
		return true, nil
	}
	for _, s := range v.segments {
		if s.shut || !s.filter.may(t) {
			continue
		}
		_, ok, err := s.find(t)
		if _, damaged := errors.AsType[*CorruptError](err); err != nil && !damaged {
			return false, err
		}
		if ok {
			return true, nil
		}
	}
	return false, nil
}

// Flush makes all that was sealed before durable. When it fails, nothing is lost: the next one tries again.
func (v *Vault) Flush() error {
	v.flush.Lock()
	defer v.flush.Unlock()
	return v.write()
}

func (v *Vault) write() error {
	v.mu.Lock()
	if len(v.pending) == 0 {
		v.mu.Unlock()
		return nil
	}
	values, n := v.pending, v.next
	v.flushing, v.pending = values, make(map[Token]record)
	v.sealer.flushes++
	v.mu.Unlock()

	seg, err := v.writeSegment(span{n, n}, values)

	v.mu.Lock()
	defer v.mu.Unlock()
	v.flushing = nil
	if err != nil {
		maps.Copy(v.pending, values)
		return fmt.Errorf("flush sealed values: %w", err)
	}
	v.segments = append(v.segments, seg)
	v.next++
	return nil
}

func (v *Vault) writeSegment(s span, values map[Token]record) (*segment, error) {
	tokens := slices.SortedFunc(maps.Keys(values), func(a, b Token) int { return bytes.Compare(a[:], b[:]) })
	err := disk.Replace(v.fsys, s.path(), func(w io.Writer) error {
		sw := newSegmentWriter(w, uint64(len(tokens)))
		for _, t := range tokens {
			r := values[t]
			if err := sw.add(&stored{t, r.kind, sw.number(r.wrapped), r.sealed}); err != nil {
				return err
			}
		}
		return sw.finish()
	})
	if err != nil {
		return nil, err
	}
	return openSegment(v.fsys, s)
}

// Close flushes and lets go of the files.
func (v *Vault) Close() error {
	v.upkeep.Lock()
	defer v.upkeep.Unlock()
	v.flush.Lock()
	defer v.flush.Unlock()
	err := v.write()
	for _, s := range v.segments {
		err = errors.Join(err, s.close())
	}
	v.segments = nil
	return err
}

// Stats says how much is sealed and durable.
func (v *Vault) Stats() Stats { return statsOf(v.snapshot()) }

// Damaged gives the files that are damaged as a whole, found when the vault was opened.
func (v *Vault) Damaged() []error { return v.damaged }

// LogValue implements slog.LogValuer.
func (v *Vault) LogValue() slog.Value {
	st := v.Stats()
	return slog.GroupValue(slog.Int("files", st.Files), slog.Uint64("values", st.Values), slog.Int64("bytes", st.Bytes))
}
