package receive

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// numbers decodes datagrams that hold numbers: a flow for each, whose bytes are the number.
type numbers struct{}

func (numbers) Decode(d *telemetry.Datagram, s *telemetry.Set) {
	for data := d.Data; len(data) >= 8; data = data[8:] {
		b, i := s.Append(telemetry.KindFlow)
		f := &b.Flow[i]
		f.Occurred, f.Received, f.SrcBytes = d.At, d.At, binary.BigEndian.Uint64(data)
		f.Src, f.Dst = d.From.Addr(), netip.AddrFrom4([4]byte{203, 0, 113, byte(f.SrcBytes)})
	}
	if len(d.Data)%8 != 0 {
		s.Skip(0, "not a multiple of eight bytes", "")
	}
}

var noon = telemetry.InstantOf(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))

const listener = "numbers 127.0.0.1:2055"

// blockOf makes a block of two datagrams, of two senders, with some numbers in all.
func blockOf(numbers ...uint64) *Block {
	b := &Block{Listener: listener}
	for half := range 2 {
		d := telemetry.Datagram{From: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(2 - half)}), 4000), At: noon}
		for i, n := range numbers {
			if i%2 == half {
				d.Data = binary.BigEndian.AppendUint64(d.Data, n)
			}
		}
		b.Datagrams = append(b.Datagrams, d)
	}
	return b
}

// opened opens a depot and a pipeline on a file layer.
func opened(t testing.TB, root string, fsys disk.FS) (*depot.Depot, *Pipeline, error) {
	t.Helper()
	return openedWith(t, root, fsys, func(*Config) {})
}

// openedWith is opened with something else in the configuration of the pipeline.
func openedWith(t testing.TB, root string, fsys disk.FS, set func(*Config)) (*depot.Depot, *Pipeline, error) {
	t.Helper()
	d, err := depot.Open(t.Context(), root, depot.Options{FS: fsys, Registers: &register.Registers{}, TableBytes: 3 << 20, LakeBytes: 1 << 20})
	if err != nil {
		return nil, nil, err
	}
	c := configOf(d, fsys)
	set(&c)
	p, err := Open(c)
	return d, p, err
}

func configOf(d *depot.Depot, fsys disk.FS) Config {
	return Config{Depot: d, FS: fsys, Kinds: map[string]Kind{"numbers": {Gives: []telemetry.Kind{telemetry.KindFlow}, New: func() Decoder { return numbers{} }}}}
}

// reopened opens a pipeline once more on a depot whose last one was closed.
func reopened(t testing.TB, d *depot.Depot, fsys disk.FS) *Pipeline {
	t.Helper()
	p, err := Open(configOf(d, fsys))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// kept gives the numbers that a folder holds, and the sensors that saw them.
func kept(t testing.TB, root string) (all []uint64, sensors map[string]bool) {
	t.Helper()
	v, err := depot.OpenView(t.Context(), root, depot.WithFiles)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	sensors = map[string]bool{}
	err = v.Rows(t.Context(), depot.Wanted{}, func(b *telemetry.Batch) error {
		for i := range b.Flow {
			all = append(all, b.Flow[i].SrcBytes)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Files() {
		for _, s := range f.Sensors {
			sensors[s] = true
		}
	}
	slices.Sort(all)
	return all, sensors
}

func TestTakeAndFold(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	b := blockOf(1, 2, 3, 4)
	b.Datagrams[0].Data = append(b.Datagrams[0].Data, 9)
	if err := p.Take(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if got, _ := kept(t, root); len(got) != 0 {
		t.Errorf("kept before a fold: %v", got)
	}
	if n, err := p.Fold(t.Context()); err != nil || n != 4 {
		t.Errorf("folded %d, %v", n, err)
	}
	if n, err := p.Fold(t.Context()); err != nil || n != 0 {
		t.Errorf("folded again %d, %v", n, err)
	}
	if err := p.Take(t.Context(), &Block{Listener: "other 127.0.0.1:1", Datagrams: b.Datagrams}); err == nil {
		t.Error("what no decoder reads was taken")
	}
	c := p.Counts()[listener]
	if c.Datagrams != 2 || c.Records != 4 || c.Bytes != 33 || c.Problems.Losses() != 1 || c.First != noon {
		t.Errorf("counts %+v", c)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	got, sensors := kept(t, root)
	if !slices.Equal(got, []uint64{1, 2, 3, 4}) || !sensors["192.0.2.1"] || !sensors["192.0.2.2"] {
		t.Errorf("kept %v by %v", got, sensors)
	}
}

// script takes numbers in and folds, until something fails; it gives the numbers of blocks that were taken.
func script(ctx context.Context, p *Pipeline, first uint64) (taken []uint64, err error) {
	for n := first; n < first+6; n++ {
		block := []uint64{2 * n, 2*n + 1}
		if err := p.Take(ctx, blockOf(block...)); err != nil {
			return taken, err
		}
		taken = append(taken, block...)
		if n%3 == 1 {
			if _, err := p.Fold(ctx); err != nil {
				return taken, err
			}
		}
	}
	return taken, p.Close(ctx)
}

// TestKilledAtEveryCall: whichever call of the file layer is the last one that works, what was taken is there
// after a replay, and there once.
func TestKilledAtEveryCall(t *testing.T) {
	step := 2
	if testing.Short() {
		step = 41
	}
	for n := 1; ; n += step {
		root := depottest.Dir(t)
		under, err := disk.Dir(root)
		if err != nil {
			t.Fatal(err)
		}
		dying := disktest.FailAt(under, n, disktest.Dead)
		d, p, err := opened(t, root, dying)
		var taken []uint64
		if err == nil {
			taken, err = script(t.Context(), p, 1)
		}
		if d != nil {
			_ = d.Close()
		}
		if !dying.Tripped() {
			if err != nil || len(taken) != 12 {
				t.Fatalf("nothing failed, and %d were taken: %v", len(taken), err)
			}
			return
		}
		d, p, err = opened(t, root, under)
		if err != nil {
			t.Fatalf("call %d: opened again: %v", n, err)
		}
		if _, err := p.Replay(t.Context()); err != nil {
			t.Fatalf("call %d: replay: %v", n, err)
		}
		more, err := script(t.Context(), p, 100)
		if err != nil {
			t.Fatalf("call %d: afterwards: %v", n, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		got, _ := kept(t, root)
		if c := slices.Compact(slices.Clone(got)); len(c) != len(got) {
			t.Fatalf("call %d: doubled: %v", n, got)
		}
		for _, want := range append(taken, more...) {
			if !slices.Contains(got, want) {
				t.Fatalf("call %d: %d was taken and is lost; kept %v", n, want, got)
			}
		}
	}
}

// TestTakingWhileFolding: many goroutines take, one folds all the time.
func TestTakingWhileFolding(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	const takers, blocks = 4, 30
	ctx, stop := context.WithCancel(t.Context())
	var running, taking sync.WaitGroup
	running.Go(func() {
		if err := p.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	running.Go(func() {
		for ctx.Err() == nil {
			if _, err := p.Fold(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for taker := range takers {
		taking.Go(func() {
			for n := range blocks {
				if err := p.Take(t.Context(), blockOf(uint64(1000*taker+n))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	taking.Wait()
	stop()
	running.Wait()
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	got, _ := kept(t, root)
	if len(got) != takers*blocks || len(slices.Compact(got)) != takers*blocks {
		t.Errorf("%d kept, want %d", len(got), takers*blocks)
	}
}

// A block that was written to the log is the same when it is read.
func TestFrameRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &Block{Listener: rapid.String().Draw(t, "listener")}
		for range rapid.IntRange(0, 4).Draw(t, "datagrams") {
			a := address(t)
			b.Datagrams = append(b.Datagrams, telemetry.Datagram{
				From: netip.AddrPortFrom(a, rapid.Uint16().Draw(t, "port")), At: telemetry.Instant(rapid.Int64().Draw(t, "at")),
				Data: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "data"),
			})
		}
		got, err := parseBlock(appendBlock(nil, b))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(b) {
			t.Fatalf("%v, %v; want %v", got, err, b)
		}
	})
}

func address(t *rapid.T) netip.Addr {
	n := rapid.SampledFrom([]int{4, 16}).Draw(t, "bytes of the address")
	a, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "address"))
	return a
}
