package analyse

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"stormglass/internal/telemetry"
)

// Limits bound what one run of analysers holds together.
type Limits struct {
	Memory int64 // bytes of notes in memory
	Disk   int64 // bytes of notes in temporary files
}

// DefaultLimits are those of a hunt.
func DefaultLimits() Limits { return Limits{Memory: 96 << 20, Disk: 2 << 30} }

const (
	shards     = 16
	maxRuns    = 48
	groupBytes = 160 // what a group takes in memory besides its key and notes, measured as well below
	placeLen   = 5   // of a key: the analyser, the day
)

// table holds notes by key: in memory up to a bound, then in sorted runs on disk. A key begins with the analyser and the day, so that
// those come together.
type table struct {
	bounds []Bounds
	limits Limits
	seed   maphash.Seed
	shard  [shards]shard
	held   atomic.Int64

	mu    sync.Mutex // of what follows
	runs  []*run
	share share
	lost  lost
	err   error
}

type shard struct {
	mu     sync.Mutex
	groups map[string]*group
}

// group is the notes of one key: of each the source, its length, its bytes.
type group struct {
	count uint32
	hours uint32 // of the day in which there are notes, those that are only counted too: a bit for each
	more  uint64
	data  []byte
}

func newTable(bounds []Bounds, l Limits) *table {
	t := &table{bounds: bounds, limits: l, seed: maphash.MakeSeed(), share: newShare(bounds, l.Disk), lost: newLost(len(bounds))}
	for i := range t.shard {
		t.shard[i].groups = map[string]*group{}
	}
	return t
}

// appendPlace begins a key. Days sort as they follow each other, those before 1970 too.
func appendPlace(key []byte, analyser uint8, day telemetry.Day) []byte {
	key = append(key, analyser)
	return binary.BigEndian.AppendUint32(key, uint32(day)^1<<31)
}

func placeOf(key []byte) (analyser int, day telemetry.Day) {
	return int(key[0]), telemetry.Day(binary.BigEndian.Uint32(key[1:]) ^ 1<<31)
}

func (t *table) add(key []byte, hour int, source uint32, value []byte) {
	s := &t.shard[maphash.Bytes(t.seed, key)%shards]
	s.mu.Lock()
	g := s.groups[string(key)]
	grown := 0
	if g == nil {
		g = &group{}
		s.groups[string(key)] = g
		grown = groupBytes + len(key)
	}
	g.hours |= 1 << hour
	if most := t.bounds[key[0]].Values; most > 0 && int(g.count) >= most {
		g.more++
	} else {
		before := cap(g.data)
		g.count++
		g.data = binary.AppendUvarint(g.data, uint64(source))
		g.data = binary.AppendUvarint(g.data, uint64(len(value)))
		g.data = append(g.data, value...)
		grown += cap(g.data) - before
	}
	s.mu.Unlock()
	if grown > 0 && t.held.Add(int64(grown)) > t.limits.Memory {
		t.spill(false)
	}
}

// spill writes what is in memory as a run. What goes wrong is told at the end.
func (t *table) spill(all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held.Load() <= t.limits.Memory && !all { // somebody else did
		return
	}
	groups := t.take()
	for key, g := range groups {
		if t.err != nil || !t.share.room([]byte(key)) {
			t.lost.drop([]byte(key), g, t.bounds)
			delete(groups, key)
		}
	}
	if t.err != nil || len(groups) == 0 {
		return
	}
	r, err := writeRun(len(t.bounds), t.sorted(groups))
	if err != nil {
		t.err = fmt.Errorf("keep notes of analysers aside: %w", err)
		return
	}
	t.runs = append(t.runs, r)
	t.share.add(r)
	if t.share.short() {
		t.err = t.makeRoom()
	} else if len(t.runs) > maxRuns {
		t.err = t.compact(-1, false)
	}
}

// take empties the memory.
func (t *table) take() map[string]*group {
	out := map[string]*group{}
	for i := range t.shard {
		s := &t.shard[i]
		s.mu.Lock()
		for key, g := range s.groups {
			out[key] = g
			t.held.Add(-int64(groupBytes + len(key) + cap(g.data)))
		}
		s.groups = map[string]*group{}
		s.mu.Unlock()
	}
	return out
}

// sorted gives groups in the order of their keys.
func (t *table) sorted(groups map[string]*group) func(func([]byte, *group) error) error {
	keys := make([]string, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return func(do func([]byte, *group) error) error {
		for _, key := range keys {
			if err := do([]byte(key), groups[key]); err != nil {
				return err
			}
		}
		return nil
	}
}

// makeRoom thins keys with very many notes, and leaves out those with few in few hours: as few of them as frees half of what analysers
// share.
func (t *table) makeRoom() error {
	var sizes [never + 1]int64
	used := make([]int64, len(t.bounds))
	err := merge(t.runs, t.bounds, func(key []byte, g *group) error {
		t.share.thin(key, g)
		size := int64(len(key) + len(g.data))
		sizes[t.share.goes(key, g)] += size
		used[key[0]] += size
		return nil
	})
	if err != nil {
		return fmt.Errorf("join notes of analysers: %w", err)
	}
	if err := t.compact(t.share.level(&sizes, used), true); err != nil {
		return err
	}
	t.share.settle()
	return nil
}

// compact makes one run of all, without the keys that go at a level; below 0 none does.
func (t *table) compact(level int, thin bool) error {
	r, err := writeRun(len(t.bounds), func(do func([]byte, *group) error) error {
		return merge(t.runs, t.bounds, func(key []byte, g *group) error {
			if thin {
				t.share.thin(key, g)
			}
			if level >= 0 && t.share.goes(key, g) <= level {
				t.lost.drop(key, g, t.bounds)
				return nil
			}
			return do(key, g)
		})
	})
	if err != nil {
		return fmt.Errorf("join notes of analysers: %w", err)
	}
	err = t.closeRuns()
	t.runs = []*run{r}
	t.share.is(r)
	return err
}

func (t *table) closeRuns() error {
	var err error
	for _, r := range t.runs {
		err = errors.Join(err, r.close())
	}
	t.runs = nil
	return err
}

// each gives all keys in order, which ends the table.
func (t *table) each(do func(key []byte, g *group) error) (err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer func() { err = errors.Join(err, t.closeRuns()) }()
	if t.err != nil {
		return t.err
	}
	groups := t.sorted(t.take())
	if len(t.runs) == 0 {
		return groups(do)
	}
	r, err := writeRun(len(t.bounds), groups)
	if err != nil {
		return fmt.Errorf("keep notes of analysers aside: %w", err)
	}
	t.runs = append(t.runs, r)
	return merge(t.runs, t.bounds, do)
}

// close gives the table up.
func (t *table) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.take()
	return t.closeRuns()
}

// temporary makes a file that is gone when it is closed.
func temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "stormglass-notes-*")
	if err == nil {
		_ = os.Remove(f.Name()) // where that is not possible, discard does it
	}
	return f, err
}

func discard(f *os.File) error {
	err := f.Close()
	_ = os.Remove(f.Name()) // it is gone already on most systems
	return err
}
