package receive

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// world is a service on files that break, and what it promised.
type world struct {
	mem *disktest.Memory
	rng *rand.Rand
	d   *depot.Depot
	p   *Pipeline

	blocks uint64          // taken in so far, or tried
	taken  map[uint64]bool // blocks that Take was answered nil for, and no power failed since
	safe   map[uint64]bool // that are durable by what was answered
}

func newWorld(seed uint64) *world {
	return &world{mem: disktest.NewMemory(), rng: rand.New(rand.NewPCG(seed, 5)), taken: map[uint64]bool{}, safe: map[uint64]bool{}}
}

// start opens the folder on a file layer and takes in what the log holds.
func (w *world) start(t testing.TB, fsys disk.FS) error {
	t.Helper()
	var err error
	if w.d, w.p, err = opened(t, "", fsys); err != nil {
		return err
	}
	_, err = w.p.Replay(t.Context())
	if lost := w.p.Lost(); lost.Any() {
		t.Fatalf("told as lost: %+v", lost)
	}
	return err
}

// numbersOf gives the two numbers of a block: whether they are kept together shows that a block is taken in whole.
func numbersOf(block uint64) []uint64 { return []uint64{2 * block, 2*block + 1} }

func (w *world) take(ctx context.Context) error {
	w.blocks++
	err := w.p.Take(ctx, blockOf(numbersOf(w.blocks)...))
	if err == nil {
		w.taken[w.blocks] = true
	}
	return err
}

// promised notes that everything taken is durable now.
func (w *world) promised() {
	for b := range w.taken {
		w.safe[b] = true
	}
}

// do does one thing at random.
func (w *world) do(ctx context.Context) (err error) {
	switch w.rng.IntN(8) {
	case 0:
		_, err = w.p.Fold(ctx)
	case 1, 2:
		err = w.p.log.Sync()
	default:
		return w.take(ctx)
	}
	if err == nil {
		w.promised()
	}
	return err
}

// check holds what is kept against what was promised, once all that the log held was taken in.
func (w *world) check(t testing.TB) {
	t.Helper()
	root := written(t, w.mem)
	got, _ := kept(t, root)
	if c := slices.Compact(slices.Clone(got)); len(c) != len(got) {
		t.Fatalf("doubled: %v", got)
	}
	is := map[uint64]bool{}
	for _, n := range got {
		is[n] = true
	}
	var whole uint64
	for b := range w.blocks {
		n := numbersOf(b + 1)
		switch {
		case is[n[0]] != is[n[1]]:
			t.Fatalf("half of block %d is kept: %v", b+1, got)
		case is[n[0]]:
			whole++
		case w.safe[b+1]:
			t.Fatalf("block %d was promised and is lost; kept %v", b+1, got)
		}
	}
	if uint64(len(got)) != 2*whole {
		t.Fatalf("kept %v of %d blocks", got, w.blocks)
	}
	records, datagrams := counted(t, w.d)
	if records != 2*whole || datagrams != 2*whole {
		t.Fatalf("the accounts tell of %d records in %d datagrams, and there are %d", records, datagrams, 2*whole)
	}
}

// counted sums up what the accounts of a folder tell.
func counted(t testing.TB, d *depot.Depot) (records, datagrams uint64) {
	t.Helper()
	latest := map[telemetry.SourceID]depot.Source{}
	err := d.EditsSince(0, func(b depot.Brought) error {
		sources := b.Sources
		for _, s := range sources {
			latest[s.ID] = s
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range latest {
		records += s.Account.Records
		datagrams += s.Lines
	}
	return records, datagrams
}

// written writes the files in memory to a folder, for readers that take one.
func written(t testing.TB, mem *disktest.Memory) string {
	t.Helper()
	files := map[string][]byte{}
	gather(t, mem, ".", files)
	root := depottest.Dir(t)
	for name, content := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if content == nil {
			if err := os.MkdirAll(name, 0o700); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// crash ends the service in one of the ways there are, and starts it again.
func (w *world) crash(t testing.TB) {
	if w.rng.IntN(2) == 0 { // killed: what was written is there, and the next start makes it durable
		w.promised()
	} else {
		w.mem = w.mem.Crash(w.rng)
		for b := range w.taken {
			if !w.safe[b] {
				delete(w.taken, b)
			}
		}
	}
	if err := w.start(t, w.mem); err != nil {
		t.Fatalf("start after a crash: %v", err)
	}
	w.promised()
	w.check(t)
}

// TestLawsOfReceiving: whatever is done in whatever order, whichever call of the file layer is the last that works, whether
// the process or the power fails: what was synced is there once, what was not is there whole and once, or not at all,
// and the accounts tell what is there.
func TestLawsOfReceiving(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(rapid.Uint64().Draw(r, "seed"))
		if err := w.start(t, w.mem); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 4).Draw(r, "runs") {
			dies := rapid.IntRange(0, 400).Draw(r, "last call")
			how := rapid.SampledFrom(disktest.Hows).Draw(r, "how")
			err := w.start(t, disktest.FailAt(w.mem, dies, how))
			for range rapid.IntRange(0, 25).Draw(r, "steps") {
				if w.p == nil || err != nil && w.rng.IntN(3) == 0 {
					break
				}
				err = w.do(t.Context()) // after an error too: what is answered well all the same is a promise
			}
			if rapid.Bool().Draw(r, "closed") && w.p != nil {
				if err := errors.Join(w.p.Close(t.Context()), w.d.Close()); err == nil {
					w.promised()
				}
			}
			w.crash(t)
		}
	})
}

// TestKilledWhileBusy: blocks are taken in by several while one folds and one syncs, and the disk dies under them.
func TestKilledWhileBusy(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 6
	}
	for seed := range uint64(rounds) {
		w := newWorld(seed)
		if err := w.start(t, w.mem); err != nil {
			t.Fatal(err)
		}
		_ = w.d.Close()
		if err := w.start(t, disktest.FailAt(w.mem, 100+w.rng.IntN(900), disktest.Dead)); err != nil {
			t.Fatal(err)
		}
		w.busy(t, 4, 40)
		w.crash(t)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// busy has goroutines take blocks in, beside one that folds and one that syncs, until the disk dies or they are done.
func (w *world) busy(t testing.TB, takers, blocks uint64) {
	t.Helper()
	var mu sync.Mutex
	var taking, other sync.WaitGroup
	done := make(chan struct{})
	other.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if _, err := w.p.Fold(t.Context()); err != nil {
				return
			}
		}
	})
	other.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if w.p.log.Sync() != nil {
				return
			}
		}
	})
	for taker := range takers {
		taking.Go(func() {
			for n := range blocks {
				b := taker*blocks + n + 1
				if err := w.p.Take(t.Context(), blockOf(numbersOf(b)...)); err != nil {
					return
				}
				mu.Lock()
				w.taken[b] = true
				mu.Unlock()
			}
		})
	}
	w.blocks = takers * blocks
	taking.Wait()
	close(done)
	other.Wait()
}

// isFull reports whether an error says that there is no room, and what to do about it.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) && strings.Contains(fault.HintOf(err), "free space")
}

// TestFullDisk: when the disk is full that is told, nothing that was taken in is lost, and it goes on when there is room
// again.
func TestFullDisk(t *testing.T) {
	failed := map[string]int{}
	step := int64(1500)
	if testing.Short() {
		step = 20000
	}
	for room := int64(200); ; room += step {
		w := newWorld(uint64(room))
		if err := w.start(t, w.mem); err != nil {
			t.Fatal(err)
		}
		_ = w.d.Close()
		limited := disktest.Limit(w.mem, 0)
		limited.Grow(room)
		err := w.start(t, limited)
		where := "start"
		for step := range 30 {
			if err != nil {
				break
			}
			where = "take"
			err = w.take(t.Context())
			if err == nil && step%7 == 6 {
				where = "fold"
				_, err = w.p.Fold(t.Context())
			}
		}
		if err == nil {
			where = "close"
			err = w.p.Close(t.Context())
		}
		if err == nil {
			break // it has room enough
		}
		failed[where]++
		if !isFull(err) {
			t.Fatalf("room for %d bytes: %s gave %v", room, where, err)
		}
		if where != "start" {
			if err := w.p.Take(t.Context(), blockOf(7777)); where != "close" && err == nil {
				w.blocks = max(w.blocks, 7777/2) // a fold that could not begin stops nothing
				t.Fatalf("room for %d bytes: %s gave %v, and more is taken in", room, where, err)
			}
		}
		limited.Grow(1 << 30)
		w.promised() // nothing but the process ended
		_ = w.d.Close()
		if err := w.start(t, limited); err != nil {
			t.Fatalf("room for %d bytes, and it does not start with more: %v", room, err)
		}
		w.check(t)
		for range 3 {
			if err := w.take(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.promised()
		w.check(t)
	}
	if failed["take"] == 0 || failed["fold"] == 0 {
		t.Errorf("where the disk was full: %v", failed)
	}
}
