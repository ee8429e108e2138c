package wal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// session opens a log, begins a segment if there is something before, works and closes it, as far as
// that goes. It tells which frames were acknowledged by a Sync and which may be there besides, and
// whether something failed.
func session(fsys disk.FS) (acknowledged, tried []frame, err error) {
	l, err := Open(fsys, dir, Options{SegmentBytes: 200})
	if err != nil {
		return nil, nil, err
	}
	err = l.Rotate()
	for i := range 8 {
		f := frame{l.next, 1, fmt.Sprintf("frame %d with some text", i)}
		tried = append(tried, f)
		_, appendErr := l.Append(f.Kind, []byte(f.Payload))
		syncErr := l.Sync()
		if syncErr == nil && appendErr == nil {
			acknowledged = slices.Clone(tried)
		}
		err = errors.Join(err, appendErr, syncErr)
		if i == 5 {
			err = errors.Join(err, l.Rotate(), l.Drop(2))
		}
	}
	return acknowledged, tried, errors.Join(err, l.Close())
}

// Whichever call goes wrong, in whichever way: the caller hears of it, what was acknowledged is there,
// and the next process goes on; what that found and added outlives a loss of power.
func TestEveryCallFails(t *testing.T) {
	for _, how := range disktest.Hows {
		t.Run(how.String(), func(t *testing.T) {
			everyCallFails(t, how, nil)
			everyCallFails(t, how, []frame{{1, 9, "before"}})
		})
	}
}

// everyCallFails does so with a log that holds frames already and was closed.
func everyCallFails(t *testing.T, how disktest.How, before []frame) {
	for n := 1; ; n++ {
		m := disktest.NewMemory()
		if len(before) > 0 {
			l := open(t, m, Options{})
			for _, f := range before {
				add(t, l, f.Kind, f.Payload)
			}
			must(t, l.Close())
		}
		f := disktest.FailAt(m, n, how)
		acknowledged, tried, err := session(f)
		acknowledged, tried = slices.Concat(before, acknowledged), slices.Concat(before, tried)
		if !f.Tripped() {
			if err != nil || len(acknowledged) != len(before)+8 || n < 30 {
				t.Fatalf("without a failure %d frames, %d calls, %v", len(acknowledged), n, err)
			}
			return
		}
		if err == nil {
			t.Fatalf("call %d failed and nobody heard of it", n)
		}
		l, err := Open(m, dir, Options{})
		if err != nil {
			t.Fatalf("call %d: opened again: %v", n, err)
		}
		got, tail, err := read(m, 0)
		must(t, err)
		kept := slices.DeleteFunc(slices.Clone(tried), func(f frame) bool { return f.Position < tail.First })
		acknowledged = slices.DeleteFunc(acknowledged, func(f frame) bool { return f.Position < tail.First })
		if len(got) < len(acknowledged) || !slices.Equal(got, kept[:len(got)]) {
			t.Fatalf("call %d: %v are there, %v were acknowledged", n, got, acknowledged)
		}
		got = append(got, add(t, l, 2, "goes on"))
		must(t, l.Sync())
		for seed := range uint64(12) {
			wantFrames(t, m.Crash(rand.New(rand.NewPCG(seed, uint64(n)))), got)
		}
		must(t, l.Close())
	}
}

// After a failure a log accepts nothing, and says so, also to who asks for what he appended before.
func TestNothingAfterAFailure(t *testing.T) {
	for _, op := range []string{"write", "sync"} {
		m := disktest.NewMemory()
		count := disktest.FailAt(m, 0, disktest.Once)
		must(t, open(t, count, Options{}).Close())
		count = disktest.FailAt(m, 0, disktest.Once)
		must(t, open(t, count, Options{}).file.Close())
		calls := count.Calls() - 1 // up to the end of Open

		n := map[string]int{"write": calls + 2, "sync": calls + 3}[op]
		l := open(t, disktest.FailAt(m, n, disktest.Once), Options{})
		add(t, l, 1, "in doubt")
		_, appendErr := l.Append(1, nil)
		syncErr := l.Sync()
		if (appendErr != nil) != (op == "write") || syncErr == nil {
			t.Fatalf("%s: append gave %v, sync %v", op, appendErr, syncErr)
		}
		_, again := l.Append(1, nil)
		for what, err := range map[string]error{"append": again, "sync": l.Sync(), "rotate": l.Rotate(), "drop": l.Drop(2), "close": l.Close()} {
			if !errors.Is(err, syscall.EIO) {
				t.Errorf("%s: %s afterwards gives %v, want why it failed", op, what, err)
			}
		}
	}
}

// A full disk: what was acknowledged stays, and the log opens without a byte of room, so that the
// program can start and make some.
func TestFullDisk(t *testing.T) {
	for room := int64(0); ; room += 7 {
		m := disktest.NewMemory()
		limited := disktest.Limit(m, room)
		acknowledged, _, err := session(limited)
		if err == nil {
			if len(acknowledged) != 8 || room < 200 {
				t.Fatalf("%d frames fit into %d bytes", len(acknowledged), room)
			}
			return
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("%d bytes: session gave %v", room, err)
		}
		limited.Grow(-limited.Free())
		got, tail, err := read(limited, 0)
		must(t, err)
		if len(got) == 0 && tail.Size < headerSize {
			continue // no room for a header
		}
		for _, f := range acknowledged {
			if f.Position >= tail.First && !slices.Contains(got, f) {
				t.Fatalf("%d bytes: %v is lost", room, f)
			}
		}
		l, err := Open(limited, dir, Options{})
		if err != nil {
			t.Fatalf("%d bytes: opened on a full disk: %v", room, err)
		}
		_, err = l.Append(1, []byte("no room"))
		if err == nil {
			err = l.Close() // what was torn made room
		}
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("%d bytes: goes on with %v", room, err)
		}
	}
}
