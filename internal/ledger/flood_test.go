package ledger

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// peaks are the largest heap and folder while something ran, sampled.
type peaks struct{ heap, folder int64 }

// watch samples until stop is called.
func watch(dir string) (stop func() peaks) {
	done, result := make(chan struct{}), make(chan peaks)
	go func() {
		var p peaks
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				result <- p
				return
			case <-tick.C:
				p.heap, p.folder = max(p.heap, heapInUse()), max(p.folder, sizeOfFolder(dir))
			}
		}
	}()
	return func() peaks {
		close(done)
		return <-result
	}
}

func heapInUse() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() + s[1].Value.Uint64())
}

func sizeOfFolder(dir string) int64 {
	var n int64
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // it was removed meanwhile
		}
		if i, err := d.Info(); err == nil {
			n += i.Size()
		}
		return nil
	})
	return n
}

// flood makes the segment of a day with so many random names below one domain, and among them names of
// others, under a budget.
func flood(t testing.TB, names int, o BuilderOptions) (Made, []*Row, peaks) {
	t.Helper()
	dir := t.TempDir()
	fs, err := disk.Make(dir)
	if err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()
	stop := watch(dir)
	r := rand.New(rand.NewPCG(1, 1))
	b := NewBuilder(fs, "tmp", o)
	f := Fact{Kind: telemetry.KindDNS, At: telemetry.Instant(firstDay) * 86400e9, Packets: 1}
	for i := range names {
		b.Name(fmt.Sprintf("%016x.flood.example.com", r.Uint64()), &f)
		if i%1000 == 0 {
			b.Name(fmt.Sprintf("www.site%d.example", i/1000%500), &f)
			b.Name("example.com", &f)
		}
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil {
		t.Fatal(err)
	}
	p := stop()
	segs := openAll(t, fs, namesOf(made))
	return made[0], allRows(t, segs, Names), p
}

// TestFlood floods a day with random names: the segment holds one row for them, and the others, and
// neither memory nor disk follow the flood.
func TestFlood(t *testing.T) {
	const names, budget = 600_000, 50_000
	_, rows, p := flood(t, names, BuilderOptions{TableBytes: 8 << 20, Budget: budget})
	t.Logf("peaks: heap %d MiB, disk %d MiB", p.heap>>20, p.folder>>20)
	var folded []uint64
	exact := 0
	for _, r := range rows {
		switch name := NameOf(r.Value); {
		case r.Folded && name == "example.com":
			folded = append(folded, r.Values, r.Records())
		case !r.Folded && (name == "example.com" || strings.HasSuffix(name, ".example")):
			exact++
		default:
			t.Errorf("row of %s, folded %v", name, r.Folded)
		}
	}
	if diff := gocmp.Diff([]uint64{names, names}, folded); diff != "" {
		t.Errorf("values and records folded (-want +got)\n%s", diff)
	}
	if exact != 501 {
		t.Errorf("%d names kept, want 501", exact)
	}
	if p.heap > 64<<20 || p.folder > 32<<20 {
		t.Errorf("heap of %d MiB and %d MiB on disk at a time", p.heap>>20, p.folder>>20)
	}
}

// TestSpoofedSources floods a day with single packets from random addresses, among those that answered.
func TestSpoofedSources(t *testing.T) {
	const budget = 5000
	fs, r := folderOf(t), rand.New(rand.NewPCG(1, 1))
	b := NewBuilder(fs, "tmp", BuilderOptions{TableBytes: 2 << 20, Budget: budget})
	at := telemetry.Instant(firstDay) * 86400e9
	for i := range 100_000 {
		b.Addr(netip.AddrFrom4([4]byte{198, 18, byte(r.IntN(10)), byte(i)}), &Fact{At: at, Roles: 1 << 3, Packets: 1})
		low := r.Uint32()
		b.Addr(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 5: byte(i % 4), 12: byte(low >> 24), 13: byte(low >> 16), 14: byte(low >> 8), 15: byte(low)}), &Fact{At: at, Roles: 1 << 3, Packets: 1})
		if i%100 == 0 {
			b.Addr(netip.AddrFrom4([4]byte{198, 18, byte(i / 100 >> 8), byte(i / 100)}), &Fact{At: at, Roles: 1 << 2, Packets: 9})
		}
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil {
		t.Fatal(err)
	}
	answered, folded := 0, 0
	var records uint64
	for _, x := range allRows(t, openAll(t, fs, namesOf(made)), Addrs) {
		records += x.Records()
		if x.Roles&(1<<2) != 0 {
			answered++
		}
		if x.Folded {
			folded++
		}
	}
	if records != 201_000 || answered != 1000 || folded < 4 || made[0].Info.Rows > budget {
		t.Errorf("%d rows with %d records, %d answered, %d folded", made[0].Info.Rows, records, answered, folded)
	}
}

// TestManyDays makes segments for many days in all spaces at once, from spills that have all days.
func TestManyDays(t *testing.T) {
	const days = 240
	fs, r := folderOf(t), rand.New(rand.NewPCG(1, 1))
	b := NewBuilder(fs, "tmp", BuilderOptions{TableBytes: 1 << 20})
	for i := range 60_000 {
		f := Fact{At: telemetry.Instant(int(firstDay)+r.IntN(days)) * 86400e9}
		b.Addr(addrOf(uint64(i)), &f)
		b.Name(fmt.Sprintf("n%d.example.com", i), &f)
		b.Text(observable.MD5, strconv.Itoa(i), &f)
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil {
		t.Fatal(err)
	}
	var rows uint64
	for _, m := range made {
		rows += m.Info.Rows
	}
	if len(made) != 3*days || rows != 180_000 {
		t.Errorf("%d segments with %d rows", len(made), rows)
	}
}

// BenchmarkFlood floods a day with 5 million random names.
func BenchmarkFlood(b *testing.B) {
	for b.Loop() {
		made, rows, p := flood(b, 5_000_000, BuilderOptions{Budget: 100_000})
		b.ReportMetric(float64(p.heap>>20), "MiB-heap")
		b.ReportMetric(float64(p.folder>>20), "MiB-disk")
		b.ReportMetric(float64(len(rows)), "rows")
		b.ReportMetric(float64(made.Info.Bytes), "B-segment")
	}
}
