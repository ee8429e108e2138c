package wal

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

const lastSegment = "log/0000000000000007.log"

// ends gives where the frames of the last segment of filled end, and where the first begins.
func ends(frames []frame) []int {
	offsets := []int{headerSize}
	for _, f := range frames[6:] {
		offsets = append(offsets, offsets[len(offsets)-1]+frameHeadSize+len(f.Payload))
	}
	return offsets
}

// copied gives a log of its own with the files of another.
func copied(t *testing.T, from disk.FS) disk.FS {
	t.Helper()
	m := disktest.NewMemory()
	must(t, disk.MakeDir(m, dir))
	for _, name := range segmentNames(t, from) {
		disktest.Put(t, m, dir+"/"+name, disktest.Bytes(t, from, dir+"/"+name))
	}
	return m
}

func TestTornTailAtEveryByte(t *testing.T) {
	whole := disktest.NewMemory()
	_, frames := filled(t, whole)
	offsets := ends(frames)
	for size := len(disktest.Bytes(t, whole, lastSegment)); size >= 0; size-- {
		m := copied(t, whole)
		must(t, m.Truncate(lastSegment, int64(size)))
		left, end := 6, 0
		for i, offset := range offsets {
			if offset <= size {
				left, end = 6+i, offset
			}
		}
		tail := wantFrames(t, m, frames[:left])
		wantTail := Tail{First: 1, Next: Position(left + 1), Segment: lastSegment, Size: int64(end), Torn: int64(size - end)}
		if diff := cmp.Diff(wantTail, tail); diff != "" {
			t.Fatalf("%d bytes: tail (-want +got):\n%s", size, diff)
		}
		l, err := Open(m, dir, Options{})
		must(t, err)
		if diff := cmp.Diff(wantTail, l.Found()); diff != "" {
			t.Fatalf("%d bytes: found (-want +got):\n%s", size, diff)
		}
		next := add(t, l, 9, "goes on")
		if next.Position != wantTail.Next {
			t.Fatalf("%d bytes: goes on at %d, want %d", size, next.Position, wantTail.Next)
		}
		must(t, l.Close())
		if tail := wantFrames(t, m, append(slices.Clone(frames[:left]), next)); tail.Torn != 0 {
			t.Fatalf("%d bytes: %d bytes are torn after the log was closed", size, tail.Torn)
		}
	}
}

// Anything missing at the end of a segment that is not the last is damage.
func TestCutBeforeTheLastSegment(t *testing.T) {
	whole := disktest.NewMemory()
	_, frames := filled(t, whole)
	const name = "log/0000000000000004.log"
	for size := range len(disktest.Bytes(t, whole, name)) {
		m := copied(t, whole)
		must(t, m.Truncate(name, int64(size)))
		got, _, err := read(m, 0)
		d, ok := errors.AsType[*DamageError](err)
		if !ok || d.Offset > int64(size) || d.Position != Position(len(got)+1) || !slices.Equal(got, frames[:len(got)]) {
			t.Fatalf("%d bytes: read gave %d frames, %v", size, len(got), err)
		}
	}
}

// A segment that was being made shows that the one before it was synced: what is wrong there is damage
// still, and stays so when the log is opened.
func TestDamageBeforeAnUnbornSegment(t *testing.T) {
	m := disktest.NewMemory()
	_, frames := filled(t, m)
	must(t, m.Truncate(lastSegment, 10))
	const name = "log/0000000000000004.log"
	disktest.Flip(t, m, name, 8*len(disktest.Bytes(t, m, name))-1)
	for range 2 {
		got, _, err := read(m, 0)
		if !isDamage(err) || !slices.Equal(got, frames[:5]) {
			t.Errorf("read gave %d frames, %v", len(got), err)
		}
		if _, err := Open(m, dir, Options{}); !isDamage(err) {
			t.Errorf("open gave %v", err)
		}
	}
}

// What was there when the log was closed is not torn later: it is missing.
func TestCutAfterClose(t *testing.T) {
	whole := disktest.NewMemory()
	l, frames := filled(t, whole)
	must(t, l.Close())
	synced := disktest.Bytes(t, whole, "log/SYNCED")
	for size := range len(disktest.Bytes(t, whole, lastSegment)) {
		m := copied(t, whole)
		disktest.Put(t, m, "log/SYNCED", synced)
		must(t, m.Truncate(lastSegment, int64(size)))
		got, _, err := read(m, 0)
		if !isDamage(err) || !slices.Equal(got, frames[:len(got)]) {
			t.Fatalf("%d bytes: read gave %d frames, %v", size, len(got), err)
		}
		if _, err := Open(m, dir, Options{}); !isDamage(err) {
			t.Fatalf("%d bytes: open gave %v", size, err)
		}
	}
	for _, names := range [][]string{segmentNames(t, whole)[2:], segmentNames(t, whole)} {
		m := copied(t, whole)
		disktest.Put(t, m, "log/SYNCED", synced)
		for _, name := range names {
			must(t, m.Remove(dir+"/"+name))
		}
		if _, _, err := read(m, 0); !isDamage(err) {
			t.Fatalf("without %v: read gave %v", names, err)
		}
		if _, err := Open(m, dir, Options{}); !isDamage(err) {
			t.Fatalf("without %v: open gave %v", names, err)
		}
	}
}

// A SYNCED that is none says nothing, and costs nothing.
func TestSyncedThatIsNone(t *testing.T) {
	whole := disktest.NewMemory()
	l, frames := filled(t, whole)
	must(t, l.Close())
	synced := disktest.Bytes(t, whole, "log/SYNCED")
	for bit := range 8 * len(synced) {
		m := copied(t, whole)
		disktest.Put(t, m, "log/SYNCED", synced)
		disktest.Flip(t, m, "log/SYNCED", bit)
		wantFrames(t, m, frames)
	}
	for _, content := range [][]byte{nil, synced[:23], append(slices.Clone(synced), 0), make([]byte, 1<<20)} {
		m := copied(t, whole)
		disktest.Put(t, m, "log/SYNCED", content)
		wantFrames(t, m, frames)
	}
}

// A flipped bit is found wherever it is, and the frames before it are right. It passes for a torn tail
// only in the last frame of a log that was not closed: nothing vouches for that.
func TestEveryFlippedBit(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprintf("closed %v", closed), func(t *testing.T) {
			whole := disktest.NewMemory()
			l, frames := filledSynced(t, whole)
			if closed {
				must(t, l.Close())
			}
			for _, name := range segmentNames(t, whole) {
				for bit := range 8 * len(disktest.Bytes(t, whole, dir+"/"+name)) {
					flipped(t, whole, dir+"/"+name, bit, frames, closed)
				}
			}
		})
	}
}

// filledSynced is filled, with a Sync after every frame.
func filledSynced(t *testing.T, m disk.FS) (*Log, []frame) {
	t.Helper()
	l := open(t, m, Options{SegmentBytes: 160})
	var frames []frame
	for i := range 9 {
		frames = append(frames, add(t, l, uint8(i+1), fmt.Sprintf("frame %d", i)))
		must(t, l.Sync())
	}
	return l, frames
}

func flipped(t *testing.T, whole disk.FS, name string, bit int, frames []frame, closed bool) {
	t.Helper()
	m := copied(t, whole)
	if closed {
		disktest.Put(t, m, "log/SYNCED", disktest.Bytes(t, whole, "log/SYNCED"))
	}
	disktest.Flip(t, m, name, bit)
	got, tail, err := read(m, 0)
	if !slices.Equal(got, frames[:len(got)]) {
		t.Fatalf("%s bit %d: a wrong frame: %v", name, bit, got)
	}
	const frameSize = frameHeadSize + len("frame 0")
	inLast := name == lastSegment && bit/8 >= headerSize+2*frameSize
	d, damaged := errors.AsType[*DamageError](err)
	switch {
	case inLast && !closed && (err != nil || tail.Torn == 0):
		t.Fatalf("%s bit %d: error %v, %d bytes torn; want a torn tail", name, bit, err, tail.Torn)
	case (!inLast || closed) && !damaged:
		t.Fatalf("%s bit %d: error %v, want damage", name, bit, err)
	case damaged && (d.File != name || d.Offset > int64(bit/8) || int64(bit/8)-d.Offset >= int64(frameSize)):
		t.Fatalf("%s bit %d: %v", name, bit, err)
	}
	l, openErr := Open(m, dir, Options{})
	if name == lastSegment && (openErr == nil) != (err == nil) {
		t.Fatalf("%s bit %d: read gave %v, open %v", name, bit, err, openErr)
	}
	if openErr == nil {
		must(t, l.Close())
		again, _, _ := read(m, 0)
		if !slices.Equal(again, got) {
			t.Fatalf("%s bit %d: after open %d frames, before %d", name, bit, len(again), len(got))
		}
	}
}

// Frames behind a hole do not vouch for it when they were written before the Sync: this is what a loss
// of power leaves. Frames that somebody sent us within a payload do not either. A frame that was written
// after the Sync does.
func TestHole(t *testing.T) {
	for _, synced := range []bool{false, true} {
		m := disktest.NewMemory()
		l := open(t, m, Options{})
		kept := add(t, l, 1, "kept")
		must(t, l.Sync())
		_, before, err := read(m, 0)
		must(t, err)
		sums := header{first: 1}.seals()
		forged := sums.appendHead(nil, frameHead{position: 5, synced: 5, kind: 1, payloadSum: sums.payloadSum(nil)})
		for range 3 {
			add(t, l, 1, "lost "+string(forged))
		}
		if synced {
			must(t, l.Sync())
		}
		add(t, l, 1, "last")
		disktest.Flip(t, m, before.Segment, 8*(int(before.Size)+40))
		got, tail, err := read(m, 0)
		if diff := cmp.Diff([]frame{kept}, got); diff != "" {
			t.Errorf("synced %v: frames (-want +got):\n%s", synced, diff)
		}
		if isDamage(err) != synced || tail.Size != before.Size || tail.Torn == 0 {
			t.Errorf("synced %v: tail %+v, error %v", synced, tail, err)
		}
		if _, err := Open(m, dir, Options{}); isDamage(err) != synced {
			t.Errorf("synced %v: open gave %v", synced, err)
		}
	}
}

func TestNewerVersion(t *testing.T) {
	m := disktest.NewMemory()
	must(t, disk.MakeDir(m, dir))
	h := newHeader(1).encode()
	h[8] = 2
	disktest.Put(t, m, "log/0000000000000001.log", resealHeader(h))
	_, _, err := read(m, 0)
	_, openErr := Open(m, dir, Options{})
	for _, err := range []error{err, openErr} {
		if fault.KindOf(err) != fault.Conflict || fault.HintOf(err) == "" {
			t.Errorf("error %v of kind %v", err, fault.KindOf(err))
		}
	}
}
