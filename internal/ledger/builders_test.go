package ledger

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// TestFeeders has goroutines feed the same builders, whose tables are tiny, and expects the rows of the
// model, whoever met which value.
func TestFeeders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))}
		days := rapid.IntRange(1, 12).Draw(rt, "days")
		fs := disktest.NewMemory()
		bs := NewBuilders(rapid.IntRange(1, 5).Draw(rt, "builders"), fs, "tmp", BuilderOptions{maxRows: rapid.IntRange(1, 200).Draw(rt, "rows")})
		facts := make([][]stated, rapid.IntRange(1, 4).Draw(rt, "feeders"))
		want := model{}
		for range rapid.IntRange(0, 2000).Draw(rt, "facts") {
			s, to := c.fact(days), c.IntN(len(facts))
			facts[to] = append(facts[to], s)
			want.tell(&s)
		}
		var group sync.WaitGroup
		for _, list := range facts {
			f := bs.Feeder()
			group.Go(func() {
				for i := range list {
					list[i].tell(f)
				}
			})
		}
		group.Wait()
		made, err := bs.Finish(context.Background(), segmentName(0))
		if err != nil {
			rt.Fatal(err)
		}
		segs := openAll(t, fs, namesOf(made))
		for space := range Spaces {
			if diff := diffRows(want.rows(space), allRows(t, segs, space)); diff != "" {
				rt.Fatalf("%s (-want +got)\n%s", space, diff)
			}
		}
		checkMade(rt, made)
		if left, _ := fs.ReadDir("tmp"); len(left) > 0 {
			rt.Fatalf("%d runs left", len(left))
		}
	})
}

// TestFeedersShare expects values to be divided among the builders, none of them twice.
func TestFeedersShare(t *testing.T) {
	bs := NewBuilders(4, disktest.NewMemory(), "tmp", BuilderOptions{})
	const values = 4000
	for range 2 {
		f := bs.Feeder()
		for i := range uint64(values) {
			f.Addr(addrOf(i), &Fact{})
		}
		if err := f.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rows := 0
	for i, b := range bs.list {
		n := b.tables[Addrs].entries.used
		if rows += n; n < values/8 {
			t.Errorf("builder %d has %d of %d values", i, n, values)
		}
	}
	if rows != values {
		t.Errorf("%d rows of %d values", rows, values)
	}
	if got := bs.Bytes(); got <= 0 {
		t.Errorf("%d bytes held", got)
	}
}

// TestFeederTellsOfFaults has a run that cannot be written end the intake: the feeder says so, Finish
// too, and after it nothing is left.
func TestFeederTellsOfFaults(t *testing.T) {
	memory := disktest.NewMemory()
	var fs disk.FS = disktest.FailAt(memory, 3, disktest.Once)
	bs := NewBuilders(2, fs, "tmp", BuilderOptions{maxRows: 3})
	f := bs.Feeder()
	for i := range uint64(1000) {
		f.Addr(addrOf(i), &Fact{})
	}
	f.Addr(netip.Addr{}, &Fact{})
	if f.Err() == nil || f.Refused() != 1 {
		t.Errorf("error %v, %d refused", f.Err(), f.Refused())
	}
	if made, err := bs.Finish(t.Context(), segmentName(0)); err == nil || made != nil {
		t.Errorf("made %v, %v", made, err)
	}
	if left := files(t, memory, "."); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}
