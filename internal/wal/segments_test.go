package wal

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// filled makes a log of three segments with three frames each, one of them from Rotate.
func filled(t *testing.T, m disk.FS) (*Log, []frame) {
	t.Helper()
	l := open(t, m, Options{SegmentBytes: 160})
	var frames []frame
	for i := range 9 {
		if i == 6 {
			must(t, l.Rotate())
			must(t, l.Rotate()) // a segment without frames is not closed
		}
		frames = append(frames, add(t, l, uint8(i+1), fmt.Sprintf("frame %d", i)))
	}
	must(t, l.Sync())
	want := []string{"0000000000000001.log", "0000000000000004.log", "0000000000000007.log"}
	if diff := cmp.Diff(want, segmentNames(t, m)); diff != "" {
		t.Fatalf("segments (-want +got):\n%s", diff)
	}
	return l, frames
}

func TestReadFrom(t *testing.T) {
	m := disktest.NewMemory()
	l, frames := filled(t, m)
	for from := Position(1); from <= 10; from++ {
		got, tail, err := read(m, from)
		must(t, err)
		if diff := cmp.Diff(frames[from-1:], got, cmp.Comparer(slices.Equal[[]frame])); diff != "" {
			t.Errorf("from %d (-want +got):\n%s", from, diff)
		}
		if tail.First != 1 || tail.Next != 10 {
			t.Errorf("from %d: tail %+v", from, tail)
		}
	}
	if _, _, err := read(m, 11); !errors.Is(err, ErrNotHeld) {
		t.Errorf("from behind the end gives %v", err)
	}
	must(t, l.Close())
}

func TestDrop(t *testing.T) {
	m := disktest.NewMemory()
	l, frames := filled(t, m)
	for _, test := range []struct {
		before, first Position
	}{{0, 1}, {3, 1}, {4, 4}, {6, 4}, {100, 7}} {
		must(t, l.Drop(test.before))
		tail := wantFrames(t, m, frames[test.first-1:])
		if tail.First != test.first {
			t.Errorf("dropped before %d: first is %d, want %d", test.before, tail.First, test.first)
		}
		if _, _, err := read(m, test.first-1); test.first > 1 && !errors.Is(err, ErrNotHeld) {
			t.Errorf("dropped before %d: from %d gives %v", test.before, test.first-1, err)
		}
	}
	must(t, l.Close())
	l = open(t, m, Options{})
	if found := l.Found(); found.First != 7 || found.Next != 10 {
		t.Errorf("opened again: found %+v", found)
	}
	must(t, l.Close())
}

// What is not a segment is left alone.
func TestOtherFilesInTheFolder(t *testing.T) {
	m := disktest.NewMemory()
	l, frames := filled(t, m)
	must(t, l.Close())
	others := []string{"0.log", "0000000000000000.log", "000000000000000A.log", "0000000000000002.log.bak", "ffffffffffffffff.log", "0000000000000002.log.tmp"}
	for _, name := range others {
		disktest.Put(t, m, dir+"/"+name, []byte("x"))
	}
	wantFrames(t, m, frames)
	must(t, open(t, m, Options{}).Close())
	wantFrames(t, m, frames)
	names := segmentNames(t, m)
	for _, name := range others {
		if !slices.Contains(names, name) {
			t.Errorf("%s is gone", name)
		}
	}
}

func TestMissingSegment(t *testing.T) {
	m := disktest.NewMemory()
	l, frames := filled(t, m)
	must(t, l.Close())
	must(t, m.Remove("log/0000000000000004.log"))
	got, _, err := read(m, 0)
	d, ok := errors.AsType[*DamageError](err)
	if !ok || d.File != "log/0000000000000004.log" || d.Position != 4 {
		t.Errorf("read gave %v", err)
	}
	if diff := cmp.Diff(frames[:3], got); diff != "" {
		t.Error(diff)
	}
}

// A segment under another name, or from another log, is damage.
func TestMovedSegment(t *testing.T) {
	m := disktest.NewMemory()
	l, _ := filled(t, m)
	must(t, l.Close())
	must(t, m.Rename("log/0000000000000004.log", "log/0000000000000007.log"))
	if _, _, err := read(m, 7); !isDamage(err) {
		t.Errorf("read gave %v", err)
	}
	if _, err := Open(m, dir, Options{}); !isDamage(err) {
		t.Errorf("open gave %v", err)
	}
}

// A frame that was moved within its segment, or comes from another, is not taken for one.
func TestMovedFrame(t *testing.T) {
	const frameSize = frameHeadSize + len("frame 0")
	at := func(i int) int { return headerSize + i*frameSize }
	for _, test := range []struct {
		name string
		edit func(first, second []byte) []byte
	}{
		{"swapped", func(a, _ []byte) []byte {
			return slices.Concat(a[:at(0)], a[at(1):at(2)], a[at(0):at(1)], a[at(2):])
		}},
		{"repeated", func(a, _ []byte) []byte { return slices.Concat(a[:at(2)], a[at(1):]) }},
		{"left out", func(a, _ []byte) []byte { return slices.Concat(a[:at(1)], a[at(2):]) }},
		{"of another segment", func(a, b []byte) []byte { return slices.Concat(a[:at(1)], b[at(1):at(2)], a[at(2):]) }},
	} {
		m := disktest.NewMemory()
		l, frames := filled(t, m)
		must(t, l.Close())
		const name = "log/0000000000000001.log"
		disktest.Put(t, m, name, test.edit(disktest.Bytes(t, m, name), disktest.Bytes(t, m, "log/0000000000000004.log")))
		got, _, err := read(m, 0)
		if !isDamage(err) || len(got) == 3 || !slices.Equal(got, frames[:len(got)]) {
			t.Errorf("%s: read gave %v, %v", test.name, got, err)
		}
	}
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*DamageError](err)
	return ok
}
