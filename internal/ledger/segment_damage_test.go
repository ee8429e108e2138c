package ledger

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk/disktest"
)

// small gives a segment of several groups, blocks and pages, and questions that touch all of it.
func small(t testing.TB, space Space, n int) (data []byte, rows []*Row, questions []question) {
	t.Helper()
	m := made{rng: rand.New(rand.NewPCG(4, uint64(space))), space: space}
	rows = m.rows(n, true)
	for i, r := range rows {
		if i%16 != 0 { // few bytes, so that all can be tried
			r.Sensors, r.Peers, r.More, r.Values = nil, nil, 0, 0
		}
	}
	folder := disktest.NewMemory()
	meta := Meta{Space: space, Sensors: map[uint32]string{1: "edge1.example.net", 2: "edge2.example.net"}}
	writeRows(t, folder, "a.seg", meta, WriterOptions{blockRows: 2, groupValues: n / 3}, rows)
	for range 8 {
		questions = append(questions, m.ask())
	}
	return disktest.Bytes(t, folder, "a.seg"), rows, questions
}

// answers is what a file gives: an error in each place where there was one.
type answers struct {
	Rows     []*Row
	Meta     Meta
	Found    []string
	Open     error
	Scan     error
	Look     error
	Verified bool
}

func readAll(data []byte, questions []question) (a answers) {
	s, err := openMapped("a.seg", data, func() error { return nil })
	if err != nil {
		return answers{Open: err}
	}
	defer s.Close()
	a.Meta = s.Meta()
	a.Found, a.Look = lookUp(context.Background(), []*Segment{s}, questions, allDays)
	a.Rows, a.Scan = scanRows(s)
	a.Verified = s.Verify(context.Background()) == nil
	return a
}

// hold fails unless every answer is the undamaged one or an error that says corrupt.
func hold(t *testing.T, what string, at int, want, got answers) {
	t.Helper()
	var corrupt *CorruptError
	for _, err := range []error{got.Open, got.Scan, got.Look} {
		if err != nil && !errors.As(err, &corrupt) {
			t.Fatalf("%s at %d: %v is no CorruptError", what, at, err)
		}
	}
	if got.Open != nil {
		return
	}
	if !cmp.Equal(want.Meta, got.Meta) {
		t.Fatalf("%s at %d: meta differs", what, at)
	}
	if got.Scan == nil && !slices.EqualFunc(want.Rows, got.Rows, func(a, b *Row) bool { return cmp.Equal(a, b) }) {
		t.Fatalf("%s at %d: the scan differs", what, at)
	}
	if got.Look == nil && !slices.Equal(want.Found, got.Found) {
		t.Fatalf("%s at %d: the look differs", what, at)
	}
	if got.Verified {
		t.Fatalf("%s at %d: the file verifies", what, at)
	}
}

// Every byte of a segment, damaged, gives an error or the same rows, and is found by Verify.
func TestEveryByte(t *testing.T) {
	for space := range Spaces {
		t.Run(space.String(), func(t *testing.T) {
			t.Parallel()
			data, rows, questions := small(t, space, 180)
			want := readAll(data, questions)
			if want.Open != nil || want.Scan != nil || want.Look != nil || !want.Verified || len(want.Rows) != len(rows) {
				t.Fatalf("the undamaged segment: %v %v %v", want.Open, want.Scan, want.Look)
			}
			f, _, _ := readFooter(data)
			if g := f.groups; len(g) < 2 || g[0].blocks < 2 || len(g[0].pages.table) < 8 || g[0].fuse.count == 0 {
				t.Fatalf("the segment has not several groups, blocks and pages, and a filter: %+v", g)
			}
			if diff := cmp.Diff(naive(rows, questions, allDays), want.Found); diff != "" {
				t.Fatalf("found in the undamaged segment (-want +got):\n%s", diff)
			}
			for i := range data {
				bit := byte(1) << (i % 8)
				data[i] ^= bit
				hold(t, "bit flipped", i, want, readAll(data, questions))
				data[i] ^= bit
			}
		})
	}
}

// A segment cut at any length does not open.
func TestEveryLength(t *testing.T) {
	data, _, _ := small(t, Names, 300)
	folder := disktest.NewMemory()
	for n := range data {
		disktest.Put(t, folder, "a.seg", data[:n])
		var corrupt *CorruptError
		if _, err := Open(folder, "a.seg"); !errors.As(err, &corrupt) {
			t.Fatalf("cut to %d bytes of %d: %v", n, len(data), err)
		}
	}
	disktest.Put(t, folder, "a.seg", append(bytes.Clone(data), 0))
	if _, err := Open(folder, "a.seg"); err == nil {
		t.Error("a segment with a byte more opens")
	}
}

// A segment of a version to come is refused in words.
func TestOtherVersion(t *testing.T) {
	data, _, _ := small(t, Texts, 10)
	data[len(headerMagic)]++
	folder := disktest.NewMemory()
	disktest.Put(t, folder, "a.seg", data)
	var corrupt *CorruptError
	if _, err := Open(folder, "a.seg"); !errors.As(err, &corrupt) {
		t.Errorf("a version to come: %v", err)
	}
}
