package depot

import (
	"math/rand/v2"
	"testing"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// story does everything that changes a folder, once: it makes it, takes in twice, gives up once, merges
// what is quiet by then and purges.
func (w *crashWorld) story(t *testing.T, f disk.FS) (err error) {
	d, err := w.open(t.Context(), f)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	for _, step := range []func() error{
		func() error { return w.take(t.Context(), d) },
		func() error { return w.giveUp(t.Context(), d) },
		func() error { return w.take(t.Context(), d) },
		func() error { w.now = w.now.Add(5 * 24 * time.Hour); _, err := d.Maintain(t.Context()); return err },
		func() error { return w.purge(t.Context(), d) },
		func() error { return w.take(t.Context(), d) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// TestEveryCallFails has each call of the file layer go wrong in each way: what was acknowledged before
// is there, the rest whole or not at all, and the folder goes on, also when the power fails on top.
func TestEveryCallFails(t *testing.T) {
	const seed = 5
	for _, how := range disktest.Hows {
		t.Run(how.String(), func(t *testing.T) {
			begin := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)).IntN(rounds(149, 1))
			t.Logf("from call %d", begin+1)
			tried := 0
			for n := begin + 1; ; n += rounds(149, 1) {
				w := newCrashWorld(seed)
				m := disktest.NewMemory()
				f := disktest.FailAt(m, n, how)
				err := w.story(t, f)
				if !f.Tripped() {
					if err != nil {
						t.Fatalf("nothing went wrong, and the answer is: %v", err)
					}
					break
				}
				if n%2 == 0 {
					m = m.Crash(rand.New(w.rng))
				}
				w.goesOn(t, m)
				if t.Failed() {
					t.Fatalf("call %d, answered: %v", n, err)
				}
				tried++
			}
			t.Logf("%d calls tried", tried)
		})
	}
}
