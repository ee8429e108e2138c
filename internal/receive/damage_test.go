package receive

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// left is a data folder whose service was killed: 1 to 4 are committed, the blocks of 5 to 16 are in the log only, two
// numbers each.
type left struct {
	files map[string][]byte // by name, nil for folders
	log   string            // its last segment
}

func killed(t *testing.T, closeLog bool) left {
	t.Helper()
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	take := func(from, to uint64) {
		for n := from; n <= to; n += 2 {
			if err := p.Take(t.Context(), blockOf(n, n+1)); err != nil {
				t.Fatal(err)
			}
			if err := p.log.Sync(); err != nil {
				t.Fatal(err)
			}
		}
	}
	take(1, 4)
	if _, err := p.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	take(5, 16)
	if closeLog {
		if err := p.log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	l := left{files: map[string][]byte{}}
	gather(t, fsys, ".", l.files)
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if path.Dir(name) == depot.LogDir && strings.HasSuffix(name, ".log") {
			l.log = name
		}
	}
	_ = d.Close() // after its files were taken down
	return l
}

func gather(t testing.TB, fsys disk.FS, dir string, into map[string][]byte) {
	t.Helper()
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := path.Join(dir, e.Name()); e.IsDir() {
			into[name] = nil
			gather(t, fsys, name, into)
		} else {
			into[name] = disktest.Bytes(t, fsys, name)
		}
	}
}

// again makes the folder as it was left.
func (l *left) again(t testing.TB) (string, disk.FS) {
	t.Helper()
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if content := l.files[name]; content != nil {
			disktest.Put(t, fsys, name, content)
		} else if err := fsys.MkdirAll(name); err != nil {
			t.Fatal(err)
		}
	}
	return root, fsys
}

// afterDamage starts on a folder, and gives what is kept once it took in what it could, and what it says of the rest.
func afterDamage(t testing.TB, root string, fsys disk.FS) ([]uint64, Lost, uint64) {
	t.Helper()
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatalf("it does not start: %v", err)
	}
	if _, err := p.Replay(t.Context()); err != nil {
		t.Fatalf("replay: %v", err)
	}
	lost := p.Lost()
	if err := p.Take(t.Context(), blockOf(101, 102)); err != nil {
		t.Fatalf("take: %v", err)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	d, p, err = opened(t, root, fsys) // told once
	if err != nil {
		t.Fatal(err)
	}
	n, err := p.Replay(t.Context())
	if again := p.Lost(); err != nil || n != 0 || again.Any() || again.Torn != 0 {
		t.Fatalf("replayed again: %d, %v, told again %+v", n, err, again)
	}
	accounts := map[telemetry.SourceID]uint64{} // a later commit of a run tells its sources again
	gap := false
	if err := d.EditsSince(0, func(b depot.Brought) error {
		sources := b.Sources
		c, err := coverage.Decode(b.Covered)
		if err != nil {
			return err
		}
		gap = gap || slices.ContainsFunc(c.Rows(), func(r *coverage.Row) bool { return r.Sort.String() == "flow/-lost" })
		for _, s := range sources {
			if s.Account.Name == lostSource {
				accounts[s.ID] = s.Account.Lost
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	if want := lost.Any() || lost.Torn > 0; gap != want {
		t.Fatalf("coverage has a gap: %v, lost %+v", gap, lost)
	}
	var told uint64
	for _, n := range accounts {
		told += n
	}
	got, _ := kept(t, root)
	return got, lost, told
}

// without leaves numbers out of 1 to 16 and what comes after.
func without(numbers ...uint64) []uint64 {
	all := []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 101, 102}
	return slices.DeleteFunc(all, func(n uint64) bool { return slices.Contains(numbers, n) })
}

// TestFlippedBits: damage in the middle of the log costs the block it is in, and that is told.
func TestFlippedBits(t *testing.T) {
	l := killed(t, true)
	const header = 32
	block := (len(l.files[l.log]) - header) / 6
	step := 29
	if testing.Short() {
		step = 307
	}
	for bit := 3; bit < 8*len(l.files[l.log]); bit += step {
		root, fsys := l.again(t)
		disktest.Flip(t, fsys, l.log, bit)
		got, lost, told := afterDamage(t, root, fsys)
		want, frames := without(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), uint64(6)
		if bit >= 8*header {
			k := uint64((bit/8 - header) / block)
			want, frames = without(5+2*k, 6+2*k), 1
		}
		if !slices.Equal(got, want) {
			t.Fatalf("bit %d: kept %v, want %v", bit, got, want)
		}
		if lost.Frames != frames || lost.Bytes == 0 || len(lost.Parts) != 1 || told != frames {
			t.Fatalf("bit %d: %d blocks are lost, it says %+v, and the account %d", bit, frames, lost, told)
		}
	}
}

// TestCutTails: of a log that was not closed the end is lost from where it was cut; of a closed one that is damage, and
// its extent is known.
func TestCutTails(t *testing.T) {
	for _, closed := range []bool{false, true} {
		l := killed(t, closed)
		whole := l.files[l.log]
		const header = 32
		block := (len(whole) - header) / 6
		step := 1
		if closed {
			step = 3
		}
		if testing.Short() {
			step = 37
		}
		for size := 0; size < len(whole); size += step {
			root, fsys := l.again(t)
			if err := fsys.Truncate(l.log, int64(size)); err != nil {
				t.Fatal(err)
			}
			got, lost, told := afterDamage(t, root, fsys)
			blocks := uint64(max(0, size-header) / block)
			var gone []uint64
			for n := 5 + 2*blocks; n <= 16; n++ {
				gone = append(gone, n)
			}
			if !slices.Equal(got, without(gone...)) {
				t.Fatalf("closed %v, cut at %d: kept %v", closed, size, got)
			}
			torn := uint64(size)
			if size >= header {
				torn = uint64((size - header) % block)
			}
			switch {
			case closed && (lost.Frames != 6-blocks || told != 6-blocks):
				t.Fatalf("cut at %d, %d blocks are lost: it says %+v, and the account %d", size, 6-blocks, lost, told)
			case !closed && (lost.Any() || lost.Torn != torn || told != min(torn, 1)):
				t.Fatalf("cut at %d, %d bytes are torn: it says %+v, and the account %d", size, torn, lost, told)
			}
		}
	}
}

// TestForeignFrames: what cannot be taken in for another reason than damage does not stop the rest either.
func TestForeignFrames(t *testing.T) {
	l := killed(t, false)
	root, fsys := l.again(t)
	log, err := wal.Open(fsys, depot.LogDir, wal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	add := func(kind uint8, payload []byte) {
		if _, err := log.Append(kind, payload); err != nil {
			t.Fatal(err)
		}
	}
	add(7, []byte("of a later build"))
	add(frameDatagrams, []byte{200, 'x'})
	other := blockOf(51, 52)
	other.Listener = "gone 127.0.0.1:9"
	add(frameDatagrams, appendBlock(nil, other))
	add(frameDatagrams, appendBlock(nil, blockOf(61, 62)))
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	got, lost, told := afterDamage(t, root, fsys)
	want := slices.Sorted(slices.Values(append(without(), 61, 62)))
	if !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	if lost.Foreign != 1 || lost.Frames != 1 || lost.Bytes != 2 || lost.Undecoded != 2 || told != 2 {
		t.Errorf("it says %+v, and the account %d", lost, told)
	}
}

// TestLostLog: a log that was lost whole costs what only it held. What comes afterwards must not be given positions that
// a commit calls kept.
func TestLostLog(t *testing.T) {
	l := killed(t, true)
	maps.DeleteFunc(l.files, func(name string, _ []byte) bool { return path.Dir(name) == depot.LogDir })
	root, fsys := l.again(t)
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Replay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Take(t.Context(), blockOf(101, 102)); err != nil { // and it is killed before a fold
		t.Fatal(err)
	}
	defer d.Close()
	d2, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := p.Replay(t.Context()); n != 2 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
	if err := errors.Join(p.Close(t.Context()), d2.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := kept(t, root); !slices.Equal(got, []uint64{1, 2, 3, 4, 101, 102}) {
		t.Errorf("kept %v", got)
	}
}

// TestCommittedPartOfTheLog: what a crash left between a commit and letting go of the log is not taken in again, and goes
// when the log is opened: what it says in clear is in no commit any more that a purge could reach.
func TestCommittedPartOfTheLog(t *testing.T) {
	l := killed(t, true)
	before := l.files
	root, fsys := l.again(t)
	if _, _, err := opened(t, root, fsys); err != nil {
		t.Fatal(err)
	}
	got, lost, _ := afterDamage(t, root, fsys)
	if !slices.Equal(got, without()) || lost.Any() {
		t.Fatalf("kept %v, lost %+v", got, lost)
	}
	disktest.Put(t, fsys, l.log, before[l.log]) // it did not go
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fsys.Stat(l.log); err == nil {
		t.Error("what was committed is still in the log")
	}
	if n, err := p.Replay(t.Context()); n != 0 || err != nil || p.Lost().Frames != 0 {
		t.Errorf("replayed %d, %v, %+v", n, err, p.Lost())
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
}
