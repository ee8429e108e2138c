package wal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// slowDisk lets Sync of a file end when something comes from end, and counts.
type slowDisk struct {
	disk.FS
	end   chan error
	syncs atomic.Int32
}

type slowFile struct {
	disk.File
	fs *slowDisk
}

func (d *slowDisk) Append(name string) (disk.File, error) {
	f, err := d.FS.Append(name)
	return &slowFile{f, d}, err
}

func (f *slowFile) Sync() error {
	f.fs.syncs.Add(1)
	if err := <-f.fs.end; err != nil {
		return err
	}
	return f.File.Sync()
}

// slowLog opens a log over a slowDisk within a bubble of synctest.
func slowLog(t *testing.T) (*slowDisk, *Log) {
	t.Helper()
	m := disktest.NewMemory()
	must(t, open(t, m, Options{}).Close())
	d := &slowDisk{FS: m, end: make(chan error, 1)}
	d.end <- nil // of Open
	l := open(t, d, Options{})
	d.syncs.Store(0)
	return d, l
}

// Whoever appends while the disk works waits for the next Sync, and all of them share it.
func TestSyncsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := slowLog(t)
		var done atomic.Int32
		appendAndSync := func() {
			_, err := l.Append(1, []byte("x"))
			if err := errors.Join(err, l.Sync()); err != nil {
				t.Error(err)
			}
			done.Add(1)
		}
		go appendAndSync()
		synctest.Wait()
		for range 20 {
			go appendAndSync()
		}
		synctest.Wait()
		if d.syncs.Load() != 1 || done.Load() != 0 || l.next != 22 {
			t.Errorf("%d syncs, %d done, next frame is %d; want all appended while one sync runs", d.syncs.Load(), done.Load(), l.next)
		}
		d.end <- nil
		synctest.Wait()
		if d.syncs.Load() != 2 || done.Load() != 1 {
			t.Errorf("%d syncs, %d done; want the first done and a second sync for all others", d.syncs.Load(), done.Load())
		}
		d.end <- nil
		synctest.Wait()
		if d.syncs.Load() != 2 || done.Load() != 21 {
			t.Errorf("%d syncs, %d done; want two for all", d.syncs.Load(), done.Load())
		}
		must(t, l.Close())
	})
}

// When the Sync that many wait for goes wrong, all of them hear of it.
func TestFailedSyncIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := slowLog(t)
		var failed atomic.Int32
		for range 10 {
			go func() {
				_, err := l.Append(1, []byte("x"))
				if errors.Join(err, l.Sync()) != nil {
					failed.Add(1)
				}
			}()
		}
		synctest.Wait()
		d.end <- errors.New("no disk")
		synctest.Wait()
		if failed.Load() != 10 || d.syncs.Load() != 1 {
			t.Errorf("%d of 10 heard of it, %d syncs", failed.Load(), d.syncs.Load())
		}
		if err := l.Close(); err == nil {
			t.Error("close answers nothing for frames in doubt")
		}
	})
}

// shrinking is a disk whose files became shorter since they were asked for their size.
type shrinking struct{ disk.FS }

type shrunk struct{ disk.File }

func (d shrinking) Open(name string) (disk.File, error) {
	f, err := d.FS.Open(name)
	return shrunk{f}, err
}

func (f shrunk) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	return longer{info}, err
}

type longer struct{ fs.FileInfo }

func (l longer) Size() int64 { return l.FileInfo.Size() + 100 }

// A segment that is cut while it is read does not end where it was cut.
func TestSegmentShrinksWhileRead(t *testing.T) {
	m := disktest.NewMemory()
	l := open(t, m, Options{})
	want := []frame{add(t, l, 1, "one"), add(t, l, 2, "two")}
	got, _, err := read(shrinking{m}, 0)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read gave %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	must(t, l.Close())
}

// Writers, a dropper and readers at once: a reader sees frames without a gap, none twice, none changed,
// and no error but that they were dropped.
func TestReadWhileWriting(t *testing.T) {
	folder, err := disk.Dir(t.TempDir())
	must(t, err)
	for name, fsys := range map[string]disk.FS{"memory": disktest.NewMemory(), "folder": folder} {
		t.Run(name, func(t *testing.T) { readWhileWriting(t, fsys) })
	}
}

func readWhileWriting(t *testing.T, fsys disk.FS) {
	l := open(t, fsys, Options{SegmentBytes: 2000})
	var writers, readers sync.WaitGroup
	var stop atomic.Bool
	for w := range 4 {
		writers.Go(func() { write(t, l, w) })
	}
	for range 2 {
		readers.Go(func() {
			for !stop.Load() {
				follow(t, fsys)
			}
		})
	}
	writers.Wait()
	stop.Store(true)
	readers.Wait()
	must(t, l.Close())
	if next := follow(t, fsys); next != 4*200+1 {
		t.Errorf("the log ends at %d", next)
	}
}

// write appends and syncs frames, and drops what is older than 100 frames.
func write(t *testing.T, l *Log, w int) {
	for i := range 200 {
		payload := binary.LittleEndian.AppendUint32(nil, uint32(w))
		payload = fmt.Appendf(payload, "%0*d", i%50+3, i)
		p, err := l.Append(uint8(w), payload)
		if err == nil && i%3 == 0 {
			err = l.Sync()
		}
		if err == nil && i%20 == 0 && p > 100 {
			err = l.Drop(p - 100)
		}
		if err != nil {
			t.Error(err)
			return
		}
	}
}

// follow reads the log once and tells where it ends.
func follow(t *testing.T, fsys disk.FS) Position {
	var before Position
	last := map[uint8]int{}
	tail, err := Read(fsys, dir, 0, func(p Position, kind uint8, payload []byte) error {
		var i int
		if before != 0 && p != before+1 {
			return fmt.Errorf("frame %d follows frame %d", p, before)
		}
		if w := binary.LittleEndian.Uint32(payload); w != uint32(kind) {
			return fmt.Errorf("frame of type %d has the payload of %d", kind, w)
		}
		if _, err := fmt.Sscanf(string(payload[4:]), "%d", &i); err != nil {
			return err
		}
		if had, ok := last[kind]; ok && i != had+1 {
			return fmt.Errorf("writer %d: %d follows %d", kind, i, had)
		}
		before, last[kind] = p, i
		return nil
	})
	if err != nil && !errors.Is(err, ErrNotHeld) {
		t.Error(err)
	}
	return tail.Next
}
