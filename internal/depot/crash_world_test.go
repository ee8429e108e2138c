package depot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"strconv"
	"testing"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// crashWorld is what was done to a data folder over a file layer that breaks, and how it was answered.
type crashWorld struct {
	rng     *rand.Rand
	now     time.Time
	intakes []*crashIntake
}

// answer is how a change was answered.
type answer uint8

const (
	never answer = iota // it was not asked to count
	doubt               // it was asked to and an error came back, or the power failed
	acked               // it was told that it counts
)

// crashIntake is what was taken in at once.
type crashIntake struct {
	sources []Source
	rows    map[telemetry.SourceID][]crashRecord
	mark    netip.Addr // stands in some of its records and nowhere else
	commit  answer
	purge   answer // of the mark
}

// crashRecord is what the model remembers of a record; its ordinal is its index and one.
type crashRecord struct {
	marked bool
	counts []count // what the ledger counts it for
}

func newCrashWorld(seed uint64) *crashWorld {
	return &crashWorld{rng: rand.New(rand.NewPCG(seed, 77)), now: time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}
}

// options are those of a small folder: little memory, so that runs are spilled and files are many.
func (w *crashWorld) options(f disk.FS) Options {
	return Options{FS: f, Now: func() time.Time { return w.now }, Registers: &register.Registers{}, TableBytes: 3 << 20, LakeBytes: 1 << 20, FileRows: 9, SnapshotAfter: 7, FrameBytes: 700}
}

func (w *crashWorld) open(ctx context.Context, f disk.FS) (*Depot, error) {
	return Open(ctx, "the folder", w.options(f))
}

// intake makes records up: two sources of all the kinds in use, on the days up to today, some undated.
func (w *crashWorld) intake() (*crashIntake, []*telemetry.Batch) {
	k := len(w.intakes)
	in := &crashIntake{
		mark: netip.AddrFrom4([4]byte{203, 0, 113, byte(k)}), rows: map[telemetry.SourceID][]crashRecord{},
	}
	w.intakes = append(w.intakes, in)
	var batches []*telemetry.Batch
	for n := range 1 + w.rng.IntN(2) {
		s := Source{Head: Fingerprint{byte(k), byte(k >> 8), byte(n)}, Bytes: 5000, Lines: uint64(5 + w.rng.IntN(20)), Account: &Account{Name: "a.log"}}
		s.Rows = NewSourceID(s.Head)
		s.ID = telemetry.SourceID{byte(k), byte(k >> 8), byte(n), 1}
		in.sources = append(in.sources, s)
		batches = append(batches, w.batches(in, &s)...)
	}
	return in, batches
}

func (w *crashWorld) batches(in *crashIntake, s *Source) []*telemetry.Batch {
	src := &telemetry.Source{Name: fmt.Sprintf("s-%x.log", s.ID[:3]), ID: s.Rows, Sensor: "zeek"}
	kinds := []telemetry.Kind{telemetry.KindFlow, telemetry.KindDNS, telemetry.KindEvent}
	byKind := map[telemetry.Kind]*telemetry.Batch{}
	for ordinal := uint64(1); ordinal <= s.Lines; ordinal++ {
		kind := kinds[w.rng.IntN(len(kinds))]
		b := byKind[kind]
		if b == nil {
			b = &telemetry.Batch{Kind: kind, Source: src}
			byKind[kind] = b
		}
		r := crashRecord{marked: w.rng.IntN(4) == 0}
		i := b.Append(ordinal)
		if w.rng.IntN(12) > 0 {
			at := w.now.AddDate(0, 0, -w.rng.IntN(2)).Add(-time.Duration(w.rng.IntN(2)) * time.Hour)
			if w.rng.IntN(12) == 0 { // of a day that is long quiet
				at = at.AddDate(0, 0, -20-w.rng.IntN(3))
			}
			b.Head(i).Occurred = telemetry.InstantOf(at)
		}
		w.fill(b, i, in, r.marked)
		in.rows[s.Rows] = append(in.rows[s.Rows], r)
	}
	var out []*telemetry.Batch
	for _, kind := range kinds {
		if b := byKind[kind]; b != nil {
			out = append(out, b)
			observe(b, func(i int, c count) {
				r := &in.rows[s.Rows][b.Head(i).Ordinal-1]
				r.counts = append(r.counts, c)
			})
		}
	}
	return out
}

func (w *crashWorld) fill(b *telemetry.Batch, i int, in *crashIntake, marked bool) {
	peer := netip.AddrFrom4([4]byte{198, 51, 100, byte(w.rng.IntN(6))})
	if marked {
		peer = in.mark
	}
	e := b.Ends(i)
	e.Src, e.Dst, e.Proto = netip.AddrFrom4([4]byte{192, 0, 2, byte(w.rng.IntN(9))}), peer, 6
	name := "h" + strconv.Itoa(w.rng.IntN(8)) + ".example.com"
	switch b.Kind {
	case telemetry.KindFlow:
		b.Flow[i].SrcBytes, b.Flow[i].SrcPackets, b.Flow[i].Answered = 100, 2, telemetry.Answered
	case telemetry.KindDNS:
		b.DNS[i].Query, b.DNS[i].QType = name, "A"
	default:
		b.Event[i].Dataset, b.Event[i].Host = "syslog", "r"+strconv.Itoa(w.rng.IntN(3))
		b.Event[i].Raw = "get http://" + name + "/x to " + peer.String()
		b.AddPair(&b.Event[i].Pairs, telemetry.FieldNamed("message"), b.Event[i].Raw)
	}
}

// take takes an intake in and commits it.
func (w *crashWorld) take(ctx context.Context, d *Depot) error {
	in, batches := w.intake()
	open, err := d.Begin()
	if err != nil {
		return err
	}
	for _, b := range batches {
		if err := open.Add(ctx, b); err != nil {
			return errors.Join(err, open.Abort())
		}
	}
	in.commit = doubt
	if err := open.Commit(ctx, in.sources); err != nil {
		return err
	}
	in.commit = acked
	return nil
}

// giveUp begins to take something in and lets it be.
func (w *crashWorld) giveUp(ctx context.Context, d *Depot) error {
	_, batches := w.intake()
	open, err := d.Begin()
	if err != nil {
		return err
	}
	for _, b := range batches {
		if err := open.Add(ctx, b); err != nil {
			return errors.Join(err, open.Abort())
		}
	}
	return open.Abort()
}

// purge purges the mark of some intake that is kept.
func (w *crashWorld) purge(ctx context.Context, d *Depot) error {
	in := w.intakes[w.rng.IntN(len(w.intakes))]
	if in.purge == acked {
		return nil
	}
	in.purge = doubt
	if _, err := d.Purge(ctx, observable.Of(observable.Addr, in.mark.String()), "somebody", "a test"); err != nil {
		return err
	}
	in.purge = acked
	return nil
}

// step does something to an open folder.
func (w *crashWorld) step(ctx context.Context, d *Depot) error {
	switch w.rng.IntN(9) {
	case 0, 1:
		w.now = w.now.Add(time.Duration(w.rng.IntN(60)) * time.Hour)
		return nil
	case 2, 3:
		_, err := d.Maintain(ctx)
		return err
	case 4:
		return w.giveUp(ctx, d)
	case 5:
		if len(w.intakes) > 0 {
			return w.purge(ctx, d)
		}
	}
	return w.take(ctx, d)
}

// filesBelow lists the files below a folder.
func filesBelow(t *testing.T, f disk.FS, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := walk(t.Context(), f, dir, func(name string) error {
		out[name] = true
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

// rounds is how often a test does what it draws: few times, and many in a soak.
func rounds(few, many int) int {
	if os.Getenv("STORMGLASS_SOAK") != "" {
		return many
	}
	return few
}
