package wal

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

// frame is what a reader gets of one.
type frame struct {
	Position Position
	Kind     uint8
	Payload  string
}

const dir = "log"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read gives all frames from a position on.
func read(fsys disk.FS, from Position) ([]frame, Tail, error) {
	var frames []frame
	tail, err := Read(fsys, dir, from, func(p Position, kind uint8, payload []byte) error {
		frames = append(frames, frame{p, kind, string(payload)})
		return nil
	})
	return frames, tail, err
}

func wantFrames(t *testing.T, fsys disk.FS, want []frame) Tail {
	t.Helper()
	got, tail, err := read(fsys, 0)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("frames (-want +got):\n%s", diff)
	}
	return tail
}

func open(t testing.TB, fsys disk.FS, o Options) *Log {
	t.Helper()
	l, err := Open(fsys, dir, o)
	must(t, err)
	return l
}

func add(t testing.TB, l *Log, kind uint8, payload string) frame {
	t.Helper()
	p, err := l.Append(kind, []byte(payload))
	must(t, err)
	return frame{p, kind, payload}
}

func segmentNames(t testing.TB, fsys disk.FS) []string {
	t.Helper()
	entries, err := fsys.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range entries {
		if e.Name() != syncedFile {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestAppendAndRead(t *testing.T) {
	m := disktest.NewMemory()
	if _, _, err := read(m, 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a log without a folder gives %v", err)
	}
	l := open(t, m, Options{})
	wantFrames(t, m, nil)
	want := []frame{add(t, l, 1, "one"), add(t, l, 0, ""), add(t, l, 7, string(make([]byte, 100_000)))}
	if want[0].Position != 1 || want[2].Position != 3 {
		t.Errorf("positions %d to %d, want 1 to 3", want[0].Position, want[2].Position)
	}
	must(t, l.Sync())
	tail := wantFrames(t, m, want)
	if diff := cmp.Diff(Tail{First: 1, Next: 4, Segment: "log/0000000000000001.log", Size: 32 + 3*32 + 3 + 100_000}, tail); diff != "" {
		t.Error(diff)
	}
	must(t, l.Close())
	l = open(t, m, Options{})
	if found := l.Found(); found.Next != 4 || found.Torn != 0 {
		t.Errorf("found %+v, want 3 frames and nothing torn", found)
	}
	want = append(want, add(t, l, 1, "two"))
	must(t, l.Close())
	wantFrames(t, m, want)
}

// A log that is opened and closed without a frame does not grow.
func TestOpenAndCloseAddsNothing(t *testing.T) {
	m := disktest.NewMemory()
	for _, frames := range []int{0, 1} {
		l := open(t, m, Options{})
		for range frames {
			add(t, l, 1, "x")
		}
		must(t, l.Close())
		_, before, err := read(m, 0)
		must(t, err)
		for range 3 {
			must(t, open(t, m, Options{}).Close())
		}
		_, after, err := read(m, 0)
		must(t, err)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%d frames:\n%s", frames, diff)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	m := disktest.NewMemory()
	l := open(t, m, Options{})
	if _, err := l.Append(1, make([]byte, MaxPayload+1)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a payload over the limit gives %v", err)
	}
	big := add(t, l, 1, string(make([]byte, MaxPayload)))
	must(t, l.Close())
	got, _, err := read(m, 0)
	if err != nil || len(got) != 1 || got[0] != big {
		t.Errorf("the largest payload comes back as %d frames, %v", len(got), err)
	}
	_, err = l.Append(1, nil)
	for what, err := range map[string]error{"append": err, "rotate": l.Rotate(), "drop": l.Drop(9), "close": l.Close()} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after close gives %v", what, err)
		}
	}
}

func TestReadStopsWhereTold(t *testing.T) {
	m := disktest.NewMemory()
	l := open(t, m, Options{})
	for i := range 3 {
		add(t, l, 1, strconv.Itoa(i))
	}
	for _, stop := range []error{errors.New("stop"), io.EOF, fs.ErrNotExist} {
		seen := 0
		_, err := Read(m, dir, 2, func(Position, uint8, []byte) error {
			seen++
			return stop
		})
		if !errors.Is(err, stop) || seen != 1 {
			t.Errorf("read gave %v after %d frames, want %v", err, seen, stop)
		}
	}
	must(t, l.Close())
}
