package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// repair sets every checksum that can be found to what it should be, so that damage gets past them.
func repair(data []byte) []byte {
	if len(data) < headerLen+tailLen {
		return data
	}
	binary.LittleEndian.PutUint32(data[headerLen-4:], checksum(data[:headerLen-4]))
	tail := data[len(data)-tailLen:]
	at := int64(len(data)-tailLen) - int64(binary.LittleEndian.Uint32(tail))
	if at < headerLen {
		return data
	}
	binary.LittleEndian.PutUint32(tail[4:], checksum(data[at:len(data)-tailLen+4]))
	f, what, _ := readFooter(data)
	if what != "" {
		return data
	}
	for i := range f.groups {
		g := &f.groups[i]
		g.repair(data)
	}
	return f.append(data[:at:at])
}

// repair sets the checksums of a group.
func (g *group) repair(data []byte) {
	blocks := data[g.offset:][:g.blockBytes]
	for i := range int(g.blocks) {
		fence := g.pages.data[i*fenceLen:]
		from, to := binary.LittleEndian.Uint32(fence), g.blockBytes
		if i+1 < int(g.blocks) {
			to = binary.LittleEndian.Uint32(fence[fenceLen:])
		}
		if from <= to && to <= g.blockBytes {
			binary.LittleEndian.PutUint32(fence[4:], checksum(blocks[from:to]))
		}
	}
	copy(g.pages.table, appendTable(nil, g.pages.data))
	g.sum = checksum(g.pages.table)
}

// FuzzSegment reads any bytes as a segment. What opens and verifies writes to a segment of the same
// rows, and every value in it is found; nothing else is ever more than an error.
func FuzzSegment(f *testing.F) {
	for space := range Spaces {
		data, _, _ := small(f, space, 20)
		f.Add(data, false)
		f.Add(data, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, whole bool) {
		data = bytes.Clone(data)
		if whole {
			data = repair(data)
		}
		s, err := openMapped("a.seg", data, func() error { return nil })
		if err != nil {
			return
		}
		rows, scanErr := scanRows(s)
		verifyErr := s.Verify(context.Background())
		probes := []Probe{{Space: s.info.Space, From: []byte{}}}
		for _, r := range rows[:min(100, len(rows))] {
			probes = append(probes, Probe{Space: s.info.Space, From: r.Value, Exact: true})
		}
		found := make([]int, len(probes))
		lookErr := Look(context.Background(), []*Segment{s}, probes, allDays, func(probe int, _ *Row) error {
			found[probe]++
			return nil
		})
		var damage *CorruptError
		for _, err := range []error{scanErr, verifyErr, lookErr} {
			if err != nil && !errors.As(err, &damage) {
				t.Fatalf("%v is no CorruptError", err)
			}
		}
		if verifyErr != nil {
			return
		}
		if scanErr != nil || lookErr != nil || found[0] != len(rows) {
			t.Fatalf("a file that verifies: scan %v, look %v, %d rows found of %d", scanErr, lookErr, found[0], len(rows))
		}
		for i, n := range found {
			if n == 0 && len(rows) > 0 {
				t.Fatalf("a file that verifies: probe %d of %q finds nothing", i, probes[i].From)
			}
		}
		again, err := scanRows(segmentOf(t, s.Meta(), WriterOptions{}, rows))
		if diff := cmp.Diff(rows, again, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("written again: error %v, rows (-want +got):\n%s", err, diff)
		}
	})
}

// FuzzBlock reads any bytes as the parts of a block. What is read keeps to the limits and the order,
// and writes to a block of the same rows.
func FuzzBlock(f *testing.F) {
	for space := range Spaces {
		m := made{rng: rand.New(rand.NewPCG(3, uint64(space))), space: space}
		for _, n := range []int{1, 2, 9} {
			w := blockWriter{space: space}
			for _, r := range m.rows(n, true) {
				w.add(r)
			}
			f.Add(byte(space), byte(w.rows-1), w.keys(nil), w.facts(nil))
		}
	}
	f.Fuzz(func(t *testing.T, space, last byte, keys, facts []byte) {
		sp := Space(space % byte(Spaces))
		rows, what := readBlockRows(sp, plainBlock(last, keys, facts))
		if what != "" {
			return
		}
		w := blockWriter{space: sp}
		for i, r := range rows {
			if err := checkRow(sp, r); err != nil {
				t.Fatalf("row %d was read: %v", i, err)
			}
			if i > 0 && rows[i-1].Compare(r) >= 0 {
				t.Fatalf("row %d is out of order", i)
			}
			w.add(r)
		}
		z, err := newEncoder()
		if err != nil {
			t.Fatal(err)
		}
		again, what := readBlockRows(sp, w.append(nil, z))
		if diff := cmp.Diff(rows, again, cmpopts.EquateEmpty()); diff != "" || what != "" {
			t.Fatalf("written again: %q, rows (-want +got):\n%s", what, diff)
		}
	})
}

// plainBlock puts a block together that is not compressed.
func plainBlock(last byte, keys, facts []byte) []byte {
	b := []byte{last, 0}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(keys)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(facts)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(keys)))
	return append(append(b, keys...), facts...)
}

// readBlockRows gives the rows of a block, and what is wrong with it.
func readBlockRows(space Space, data []byte) (rows []*Row, what string) {
	z, err := inflater()
	if err != nil {
		return nil, err.Error()
	}
	var b block
	if what := b.readKeys(space, data, z); what != "" {
		return nil, what
	}
	for i := range b.rows {
		var r Row
		if what := b.row(i, &r, z); what != "" {
			return nil, what
		}
		rows = append(rows, r.Clone())
	}
	return rows, ""
}
