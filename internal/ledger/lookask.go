package ledger

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// ask is what a probe comes to within a space.
type ask struct {
	head     [2]uint64 // the first 16 bytes of from, for sorting
	hash     uint64    // of from, when it is one value
	from, to []byte
	probe    int32
}

// asks are the probes of a space, each kind sorted by where it begins.
type asks struct {
	values []ask
	covers []ask // each with the value of the folded row that covers its probe
	ranges []ask
}

// gather takes the probes of a space.
func (a *asks) gather(space Space, probes []Probe, segs []*Segment) error {
	if len(probes) > math.MaxInt32 {
		return fmt.Errorf("look: %d probes are too many", len(probes))
	}
	var exact, ranged int
	for i := range probes {
		if probes[i].Space != space {
			continue
		}
		if probes[i].Exact {
			exact++
		} else {
			ranged++
		}
	}
	if exact+ranged == 0 {
		return nil
	}
	folds := slices.ContainsFunc(segs, func(s *Segment) bool { return s.info.Space == space && s.info.Folds })
	a.values, a.ranges = make([]ask, 0, exact), make([]ask, 0, ranged)
	for i := range probes {
		p := &probes[i]
		if p.Space == space {
			a.add(int32(i), p)
			if folds {
				a.cover(int32(i), p)
			}
		}
	}
	sortAsks(a.values)
	sortAsks(a.covers)
	sortAsks(a.ranges)
	return nil
}

func (a *asks) add(i int32, p *Probe) {
	q := ask{head: head(p.From), from: p.From, to: p.To, probe: i}
	if !p.Exact {
		if compareBounds(p.From, p.To) < 0 {
			a.ranges = append(a.ranges, q)
		}
		return
	}
	q.hash = hashValue(p.From)
	a.values = append(a.values, q)
}

// cover asks for the folded row that covers a value or the beginning of a range, unless the probe
// asks for it anyway.
func (a *asks) cover(i int32, p *Probe) {
	key, ok := FoldOf(p.Space, p.From)
	if !ok || p.Bare || bytes.Equal(key, p.From) {
		return
	}
	if !p.Exact && compareBounds(p.From, p.To) >= 0 {
		return
	}
	a.covers = append(a.covers, ask{head: head(key), hash: hashValue(key), from: key, probe: i})
}

// head gives the first 16 bytes of a key as two numbers that sort as they do.
func head(key []byte) [2]uint64 {
	var b [16]byte
	copy(b[:], key)
	return [2]uint64{binary.BigEndian.Uint64(b[:]), binary.BigEndian.Uint64(b[8:])}
}

// compareAsks orders by where asks begin, then as they were asked.
func compareAsks(a, b ask) int {
	if a.head != b.head {
		return cmp.Or(cmp.Compare(a.head[0], b.head[0]), cmp.Compare(a.head[1], b.head[1]))
	}
	return cmp.Or(bytes.Compare(a.from, b.from), cmp.Compare(a.probe, b.probe))
}

func sortAsks(all []ask) {
	if !slices.IsSortedFunc(all, compareAsks) {
		slices.SortFunc(all, compareAsks)
	}
}
