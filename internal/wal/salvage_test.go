package wal

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

// salvaged gives all that can be had of a log from a position on, and what cannot.
func salvaged(t testing.TB, fsys disk.FS, from Position) (frames []frame, losses []Loss) {
	t.Helper()
	must(t, Salvage(fsys, dir, from, func(p Position, kind uint8, payload []byte) error {
		frames = append(frames, frame{p, kind, string(payload)})
		return nil
	}, func(l Loss) { losses = append(losses, l) }))
	return frames, losses
}

func missingFrames(losses []Loss) (n uint64) {
	for _, l := range losses {
		n += l.Frames
	}
	return n
}

// goesOnPast opens a damaged log, adds to it, and salvages what it could before and what was added.
func goesOnPast(t *testing.T, m disk.FS, before []frame) {
	t.Helper()
	l, err := Open(m, dir, Options{Past: true})
	must(t, err)
	must(t, l.Rotate())
	added := add(t, l, 9, "goes on")
	must(t, l.Close())
	got, _ := salvaged(t, m, 0)
	if diff := cmp.Diff(append(slices.Clone(before), added), got); diff != "" {
		t.Fatalf("after going on (-want +got):\n%s", diff)
	}
	l, err = Open(m, dir, Options{})
	must(t, err)
	must(t, l.Drop(added.Position))
	must(t, l.Close())
	if n := len(segmentNames(t, m)); n != 1 {
		t.Fatalf("%d segments after the damage was dropped", n)
	}
	wantFrames(t, m, []frame{added})
}

// Whichever bit of a closed log flips, at most one frame is lost, or all of the segment whose header it was.
func TestSalvageAroundEveryBit(t *testing.T) {
	whole := disktest.NewMemory()
	l, frames := filled(t, whole)
	must(t, l.Close())
	synced := disktest.Bytes(t, whole, "log/SYNCED")
	for i, name := range segmentNames(t, whole) {
		for bit := range 8 * len(disktest.Bytes(t, whole, dir+"/"+name)) {
			m := copied(t, whole)
			disktest.Put(t, m, "log/SYNCED", synced)
			disktest.Flip(t, m, dir+"/"+name, bit)
			got, losses := salvaged(t, m, 0)
			want := slices.Delete(slices.Clone(frames), 3*i, 3*i+3)
			if bit >= 8*headerSize {
				k := 3*i + (bit/8-headerSize)/(frameHeadSize+len("frame 0"))
				want = slices.Delete(slices.Clone(frames), k, k+1)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s bit %d (-want +got):\n%s", name, bit, diff)
			}
			if n := missingFrames(losses); len(losses) != 1 || n != uint64(len(frames)-len(got)) {
				t.Fatalf("%s bit %d: %d of %d frames, and told of %+v", name, bit, len(got), len(frames), losses)
			}
			if l := losses[0]; l.File != dir+"/"+name || l.Offset > int64(bit/8) || l.Offset+l.Bytes <= int64(bit/8) || l.Err == nil {
				t.Fatalf("bit %d of %s is where %+v tells", bit, name, l)
			}
			if bit%5 == 0 {
				goesOnPast(t, m, got)
			}
		}
	}
}

// Wherever a closed log was cut, what is before the cut and in other segments is had, and the number of the others is told.
func TestSalvageOfWhatWasCut(t *testing.T) {
	whole := disktest.NewMemory()
	l, frames := filled(t, whole)
	must(t, l.Close())
	synced := disktest.Bytes(t, whole, "log/SYNCED")
	const size = frameHeadSize + len("frame 0")
	for i, name := range segmentNames(t, whole) {
		for cut := range len(disktest.Bytes(t, whole, dir+"/"+name)) {
			m := copied(t, whole)
			disktest.Put(t, m, "log/SYNCED", synced)
			must(t, m.Truncate(dir+"/"+name, int64(cut)))
			got, losses := salvaged(t, m, 0)
			left := max(0, cut-headerSize) / size
			want := slices.Delete(slices.Clone(frames), 3*i+left, 3*i+3)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s of %d bytes (-want +got):\n%s", name, cut, diff)
			}
			if n := missingFrames(losses); len(losses) != 1 || n != uint64(3-left) {
				t.Fatalf("%s of %d bytes: told of %+v", name, cut, losses)
			}
			goesOnPast(t, m, got)
		}
	}
}

func TestSalvageOfMissingSegments(t *testing.T) {
	whole := disktest.NewMemory()
	l, frames := filled(t, whole)
	must(t, l.Close())
	names := segmentNames(t, whole)
	for gone := range 8 {
		m := copied(t, whole)
		disktest.Put(t, m, "log/SYNCED", disktest.Bytes(t, whole, "log/SYNCED"))
		var want []frame
		for i, name := range names {
			if gone>>i&1 != 0 {
				must(t, m.Remove(dir+"/"+name))
			} else {
				want = append(want, frames[3*i:3*i+3]...)
			}
		}
		got, losses := salvaged(t, m, 1)
		if diff := cmp.Diff(want, got); diff != "" || missingFrames(losses) != uint64(9-len(want)) {
			t.Fatalf("without segments %b: told of %+v, frames (-want +got):\n%s", gone, losses, diff)
		}
		goesOnPast(t, m, want)
	}
}

// A log of a later program is refused, and is left as it is.
func TestSalvageOfALaterVersion(t *testing.T) {
	m := disktest.NewMemory()
	filled(t, m)
	content := disktest.Bytes(t, m, lastSegment)
	content[8] = version + 1
	disktest.Put(t, m, lastSegment, resealHeader(content))
	names := segmentNames(t, m)
	err := Salvage(m, dir, 0, func(Position, uint8, []byte) error { return nil }, func(Loss) { t.Error("told as lost") })
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("salvage gave %v", err)
	}
	if _, err := Open(m, dir, Options{Past: true}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("open gave %v", err)
	}
	if diff := cmp.Diff(names, segmentNames(t, m)); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
}

func TestSalvageWithoutALog(t *testing.T) {
	err := Salvage(disktest.NewMemory(), dir, 0, nil, nil)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder gave %v", err)
	}
}

// A log that ends before a position that somebody noted goes on there.
func TestOpenFrom(t *testing.T) {
	for _, filledBefore := range []bool{false, true} {
		m := disktest.NewMemory()
		var before []frame
		if filledBefore {
			l, frames := filled(t, m)
			must(t, l.Close())
			before = frames
		}
		for _, from := range []Position{5, 40} {
			l, err := Open(m, dir, Options{From: from})
			must(t, err)
			next := max(from, Position(len(before)+1))
			if l.Next() != next {
				t.Errorf("the next frame is %d, want %d", l.Next(), next)
			}
			if from == 5 {
				must(t, l.Close())
				continue
			}
			added := add(t, l, 1, "goes on")
			must(t, l.Close())
			got, losses := salvaged(t, m, from)
			if diff := cmp.Diff([]frame{added}, got); diff != "" || len(losses) != 0 {
				t.Errorf("told of %v, frames (-want +got):\n%s", losses, diff)
			}
		}
	}
}

// Whatever is done to the bytes of a log, what is salvaged are frames that were written, in their order, and at least
// those are told as lost that are missing between two of them.
func TestSalvageOfAnything(t *testing.T) {
	whole := disktest.NewMemory()
	l, frames := filled(t, whole)
	must(t, l.Close())
	names := segmentNames(t, whole)
	rapid.Check(t, func(r *rapid.T) {
		m := copied(t, whole)
		if rapid.Bool().Draw(r, "closed") {
			disktest.Put(t, m, "log/SYNCED", disktest.Bytes(t, whole, "log/SYNCED"))
		}
		for range rapid.IntRange(1, 4).Draw(r, "wounds") {
			name := dir + "/" + rapid.SampledFrom(names).Draw(r, "segment")
			content := disktest.Bytes(t, m, name)
			if len(content) == 0 {
				continue
			}
			at := rapid.IntRange(0, len(content)-1).Draw(r, "at")
			n := rapid.IntRange(1, len(content)-at).Draw(r, "bytes")
			switch rapid.IntRange(0, 3).Draw(r, "how") {
			case 0:
				copy(content[at:at+n], rapid.SliceOfN(rapid.Byte(), n, n).Draw(r, "garbage"))
			case 1:
				content = slices.Delete(content, at, at+n)
			case 2:
				content = slices.Insert(content, at, content[:n]...) // frames stand where others should
			case 3:
				content = content[:at]
			}
			disktest.Put(t, m, name, content)
		}
		l, err := Open(m, dir, Options{Past: true}) // cuts what may be torn
		must(t, err)
		must(t, l.Close())
		got, losses := salvaged(t, m, 0)
		at := -1
		var between uint64
		for _, g := range got {
			i := slices.Index(frames, g)
			if i <= at {
				r.Fatalf("salvaged %v: %v was not written, or not behind the one before", got, g)
			}
			if at >= 0 {
				between += uint64(i - at - 1)
			}
			at = i
		}
		if n := missingFrames(losses); n < between {
			r.Fatalf("%d frames are missing between those that were salvaged, and told are %+v", between, losses)
		}
		goesOnPast(t, m, got)
	})
}

// Whichever call of the file layer is the last one that works while a damaged log is opened, it can be opened again, and
// nothing that could be had is gone.
func TestStoppedWhilePassing(t *testing.T) {
	for _, damage := range []func(t *testing.T, m disk.FS){
		func(t *testing.T, m disk.FS) { disktest.Flip(t, m, lastSegment, 8*headerSize+9) },
		func(t *testing.T, m disk.FS) { disktest.Flip(t, m, lastSegment, 9) },
		func(t *testing.T, m disk.FS) { // the last one is only being made
			must(t, m.Truncate(lastSegment, 5))
			disktest.Flip(t, m, "log/0000000000000004.log", 8*headerSize+9)
		},
	} {
		whole := disktest.NewMemory()
		l, _ := filled(t, whole)
		must(t, l.Close())
		for _, how := range disktest.Hows {
			for n := 1; ; n++ {
				m := copied(t, whole)
				disktest.Put(t, m, "log/SYNCED", disktest.Bytes(t, whole, "log/SYNCED"))
				damage(t, m)
				want, _ := salvaged(t, m, 0)
				failing := disktest.FailAt(m, n, how)
				if l, err := Open(failing, dir, Options{Past: true}); err == nil {
					_ = l.Close()
				}
				got, _ := salvaged(t, m, 0)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%v at call %d (-want +got):\n%s", how, n, diff)
				}
				goesOnPast(t, m, got)
				if !failing.Tripped() {
					break
				}
			}
		}
	}
}
