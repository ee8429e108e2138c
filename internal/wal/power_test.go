package wal

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// life runs a log through appends, syncs, rotations, drops, failing calls, stops of the program and
// losses of power, and checks after each start what is left.
type life struct {
	t    *testing.T
	rng  *rand.Rand
	disk *disktest.Memory
	log  *Log

	written []frame  // that may be in the log, in order
	durable Position // all frames before it must be
	dropped Position // but for those before this
}

var lifeOptions = Options{SegmentBytes: 8 << 10}

// start opens the log and checks it. When the layer fails it, or on a full disk, it stays closed.
func (l *life) start(fsys disk.FS) {
	log, err := Open(fsys, dir, lifeOptions)
	if err != nil {
		if fsys == disk.FS(l.disk) {
			l.t.Fatalf("open: %v", err)
		}
		return
	}
	l.log = log
	l.check()
	l.durable = log.Found().Next // what Open accepts stays
}

// check reads the log as one that nobody writes.
func (l *life) check() {
	l.t.Helper()
	got, tail, err := read(l.disk, 0)
	if err != nil {
		l.t.Fatalf("read: %v", err)
	}
	if tail.Next < l.durable {
		l.t.Fatalf("the log ends at %d, synced up to %d", tail.Next, l.durable)
	}
	l.written = slices.DeleteFunc(l.written, func(f frame) bool { return f.Position >= tail.Next })
	// Of what was dropped a loss of power can bring back the end.
	want := slices.DeleteFunc(slices.Clone(l.written), func(f frame) bool { return f.Position < tail.First })
	if !slices.Equal(want, got) {
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		l.t.Fatalf("%d frames, want %d; they differ from the %dth on (tail %+v)", len(got), len(want), i, tail)
	}
	if tail.First > max(l.dropped, 1) {
		l.t.Fatalf("the log begins at %d, dropped before %d", tail.First, l.dropped)
	}
}

func (l *life) step() {
	if l.log == nil {
		l.start(l.disk)
	}
	switch l.rng.IntN(12) {
	case 0, 1, 2, 3, 4, 5:
		l.append()
	case 6, 7:
		next := l.log.next
		if l.log.Sync() == nil {
			l.durable = max(l.durable, next)
		}
	case 8:
		_ = l.log.Rotate() // when it fails, so does all that follows
	case 9:
		before := Position(l.rng.Uint64N(uint64(l.log.next)) + 1)
		l.dropped = max(l.dropped, before)
		_ = l.log.Drop(before)
	case 10:
		next := l.log.next
		if l.log.Close() == nil {
			l.durable = max(l.durable, next)
		}
		l.restart()
	case 11:
		l.disk = l.disk.Crash(l.rng)
		l.restart()
	}
}

func (l *life) append() {
	payload := strings.Repeat(string(rune('a'+l.rng.IntN(26))), l.rng.IntN(1<<l.rng.IntN(14)))
	f := frame{l.log.next, uint8(1 + l.rng.IntN(255)), payload}
	failed := l.log.failed != nil
	p, err := l.log.Append(f.Kind, []byte(f.Payload))
	if failed {
		if err == nil {
			l.t.Fatal("a log that failed accepts a frame")
		}
		return
	}
	if err == nil && p != f.Position {
		l.t.Fatalf("frame %d was appended, want %d", p, f.Position)
	}
	l.written = append(l.written, f) // may be there also when Append failed
}

// restart goes on over a disk that may fail at some call.
func (l *life) restart() {
	l.log = nil
	var fsys disk.FS = l.disk
	if l.rng.IntN(2) == 0 {
		how := disktest.Hows[l.rng.IntN(len(disktest.Hows))]
		fsys = disktest.FailAt(l.disk, 1+l.rng.IntN(60), how)
	}
	l.start(fsys)
}

// No frame that was synced is lost, none is changed, none turns up that was not written, whatever
// fails and whenever the power does.
func TestLives(t *testing.T) {
	lives := uint64(60)
	if testing.Short() {
		lives = 20
	}
	for seed := range lives {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			l := life{t: t, rng: rand.New(rand.NewPCG(seed, 7)), disk: disktest.NewMemory()}
			for range 300 {
				l.step()
			}
		})
	}
}
