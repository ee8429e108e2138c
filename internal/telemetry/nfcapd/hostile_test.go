package nfcapd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	kzstd "github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/nfcapd"
	"stormglass/internal/telemetry/telemetrytest"
)

// file2 makes a file of layout 2.
func file2(compression byte, blocks ...[]byte) []byte {
	head := slices.Concat(u16(0xa50c, 2), u32(0x01070100), u64(1704164645), []byte{compression, 0, 0, 0}, u32(1), u64(0), u32(0, uint32(len(blocks))))
	return append(head, slices.Concat(blocks...)...)
}

func block2(n uint32, data []byte) []byte {
	return slices.Concat(u32(n, uint32(len(data))), u16(3, 0), data)
}

// flow2 makes a flow of layout 2 of extensions.
func flow2(extensions ...[]byte) []byte {
	return sized(11, u16(uint16(len(extensions))), []byte{0, 1}, u16(1), []byte{0, 9}, slices.Concat(extensions...))
}

var (
	generic = sized(1, u64(1704164645123, 1704164646000, 1704164647000, 5, 500), u16(1025, 443), []byte{6, 27, 0, 0})
	ipv4    = sized(2, ends4)
)

func TestProblems(t *testing.T) {
	data := file2(0,
		block2(9, slices.Concat(
			flow2(generic, ipv4),
			flow2(generic, sized(23, u32(1)), sized(41, u32(1, 2)), ipv4),
			flow2(generic, u16(2, 400), ends4),
			sized(11, u16(3), u16(0, 0, 0), generic),
			sized(11, u16(0)),
			flow2(sized(1, u64(1<<60, 0, 0, 5, 500), u16(1, 2), []byte{6, 0, 0, 0}), ipv4),
			sized(16, u32(1)), sized(7, u32(1)), sized(15, u32(1)),
		)),
		block2(3, slices.Concat(flow2(generic, ipv4), u16(11, 2), make([]byte, 20))),
		block2(2, flow2(generic, ipv4)),
		block2(1, slices.Concat(flow2(generic, ipv4), flow2(generic, ipv4))),
		slices.Concat(u32(1, 4), u16(4, 0), u32(7)),
	)
	r := read(t, append(data, "more"...))
	want := "10 6 1\n" +
		"extension is too short 1 [line 2: extension 23 of 4 octets]\n" +
		"extension is not known 1 [line 2: extension 41 of 8 octets]\n" +
		"extension does not fit into its record 1 [line 3]\n" +
		"flow record ends before its extensions 1 [line 3]\n" +
		"flow record is too short 1 [line 3]\n" +
		"time out of bounds 1 [line 3]\n" +
		"record of a type that is not known 1 [type 16, 8 octets]\n" +
		"exporter record is too short 1 []\n" +
		"sampler record is too short 1 []\n" +
		"record does not fit into its block 1 [line 4: 24 octets of the block are lost]\n" +
		"block has fewer records than it says 1 [line 5: 1 of 2 are not there]\n" +
		"octets after the last record of a block 1 [line 6: 76 octets]\n" +
		"block of a type that is not known 1 [type 4, 4 octets]\n" +
		"octets after the last block of the file 1 [4 octets]"
	if got := telemetrytest.Problems(&r.set); got != want || r.err != nil {
		t.Errorf("%v\n-want +got\n%s", r.err, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
	}
}

// TestSamplers reads flows that name their sampler, and others, after the records of samplers.
func TestSamplers(t *testing.T) {
	sampler := func(exporter uint16, id int64, taken, space uint32) []byte {
		return sized(15, u16(exporter, 1), u64(uint64(id)), u32(taken, space))
	}
	flow := func(exporter uint16, flags byte, named ...uint64) []byte {
		extensions := [][]byte{generic, ipv4}
		for _, id := range named {
			extensions = append(extensions, sized(18, u64(id), u16(exporter, 0)))
		}
		return sized(11, u16(uint16(len(extensions))), []byte{0, 1}, u16(exporter), []byte{flags, 9}, slices.Concat(extensions...))
	}
	data := file2(0, block2(12, slices.Concat(
		sampler(1, 9, 2, 198), sampler(1, -1, 1, 9), sampler(2, -3, 1, 4), sampler(2, 9, 1, 1), sampler(3, 0, 0, 0), sized(9, u32(7, 512), u16(1, 4)),
		flow(1, 2, 9), flow(1, 2, 8), flow(1, 0, 9), flow(2, 2, 9), flow(3, 2), flow(4, 2, 7),
	)))
	r := read(t, data)
	var got []uint32
	for i := range r.entries {
		got = append(got, r.entries[i].Sampling)
	}
	// By its own sampler; by that for all flows; not multiplied; forced by the operator; none known; of layout 1.
	if want := []uint32{100, 10, 0, 5, 0, 512}; !slices.Equal(got, want) || r.err != nil || r.set.Problems.Losses() > 0 {
		t.Errorf("%v, want %v; %v, %s", got, want, r.err, telemetrytest.Problems(&r.set))
	}
	many := make([][]byte, 0, 4200)
	for i := range 4200 {
		many = append(many, sampler(1, int64(i), 1, 1))
	}
	r = read(t, file2(0, block2(4200, slices.Concat(many...))))
	if got := telemetrytest.Problems(&r.set); got != "0 0 0\nmore samplers than are kept 104 [  ]" {
		t.Error(got)
	}
}

// TestRefused reads what cannot be read on: the error says why, and records before it were given.
func TestRefused(t *testing.T) {
	one := block2(1, flow2(generic, ipv4))
	encrypted, unknown, big := file2(0, one), file2(9, one), file2(0, one)
	encrypted[17] = 1
	big[0], big[1] = 0xa5, 0x0c
	layout3 := slices.Concat(u16(0xa50c, 3), make([]byte, 60))
	for _, tt := range []struct {
		name    string
		data    []byte
		records int
		want    string
	}{
		{"empty", nil, 0, "file header: unexpected EOF"},
		{"header cut", file2(0)[:30], 0, "file header: unexpected EOF"},
		{"other file", []byte("no such file at all, but text"), 0, "no file of nfcapd"},
		{"big-endian", big, 0, "written on a big-endian machine"},
		{"layout 3", layout3, 0, "layout 3 is not known"},
		{"encrypted", encrypted, 0, "file is encrypted"},
		{"compression", unknown, 0, "compression 9 is not known"},
		{"block missing", file2(0, one, one, one)[:40+2*len(one)], 2, "file ends after 2 of 3 blocks"},
		{"block header cut", file2(0, one, one)[:40+len(one)+5], 1, "block 2: cut off in its header: unexpected EOF"},
		{"block cut", file2(0, one, one)[:40+len(one)+32], 1, "block 2: cut off after 20 of 76 octets: unexpected EOF"},
		{"block too large", file2(0, one, slices.Concat(u32(1, 1<<32-1), u16(3, 0))), 1, "block 2: says it has 4294967295 octets, more than 16777216"},
		{"no lz4", file2(3, block2(1, []byte{0xf0, 1, 2, 3})), 0, "block 1: lz4: "},
		{"no lzo", file2(1, block2(1, []byte{0, 0, 0, 0})), 0, "block 1: lzo: damaged"},
		{"no bzip2", file2(2, block2(1, []byte("BZh9"))), 0, "block 1: bzip2: "},
		{"no zstd", file2(4, block2(1, []byte("zstd"))), 0, "block 1: zstd: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := read(t, tt.data)
			if r.err == nil || !strings.HasPrefix(r.err.Error(), tt.want) || len(r.entries) != tt.records {
				t.Errorf("%d records, %v; want %d, %s", len(r.entries), r.err, tt.records, tt.want)
			}
		})
	}
}

// TestBombs reads blocks that unpack to more than is allowed, and a block of which only the size is there.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 64<<20)
	packed := make([]byte, lz4.CompressBlockBound(len(zeros)))
	n, err := lz4.CompressBlock(zeros, packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	z, err := kzstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	// LZO: one literal, then a match of a length whose octets never end.
	lzo := slices.Concat([]byte{18, 0, 32}, make([]byte, 1<<18), []byte{1, 0, 0, 17, 0, 0})
	for name, data := range map[string][]byte{
		"lz4":  file2(3, block2(1, packed[:n])),
		"zstd": file2(4, block2(1, z.EncodeAll(zeros, nil))),
		"lzo":  file2(1, block2(1, lzo)),
		"size": file2(0, slices.Concat(u32(1, 16<<20), u16(3, 0))),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := read(t, data)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; r.err == nil || len(r.entries) > 0 || got > 96<<20 {
			t.Errorf("%s: %d octets allocated, %d records, %v", name, got, len(r.entries), r.err)
		}
	}
}

// TestStops reads with a flush that fails and with a context that is over.
func TestStops(t *testing.T) {
	one := flow2(generic, ipv4)
	data := file2(0, block2(5000, bytes.Repeat(one, 5000)), block2(1, one))
	var s telemetry.Set
	full := errors.New("disk is full")
	err := nfcapd.New(data).Read(t.Context(), bytes.NewReader(data), &s, func() error { return full })
	if !errors.Is(err, full) {
		t.Error(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := nfcapd.New(data).Read(ctx, bytes.NewReader(data), &s, func() error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	broken := errors.New("disk is broken")
	err = nfcapd.New(data).Read(t.Context(), io.MultiReader(bytes.NewReader(data[:200]), iotest.ErrReader(broken)), &s, func() error { return nil })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

// FuzzRead checks the laws of a file, whatever is in it: the same records however it arrives, numbered
// without a gap, counts that add up, and of a file that is cut off the records of the whole blocks before.
func FuzzRead(f *testing.F) {
	for name := range formatName {
		f.Add(fixture(f, name), 1000)
	}
	records := records1()
	f.Add(file1(0, block1(0, records[:10]...), block1(0, records[10:]...)), 600)
	f.Add(file1(0x10, block1(2, records...)), 300)
	f.Add(file2(0, block2(2, slices.Concat(flow2(generic, ipv4), flow2(generic, ipv4)))), 100)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		if len(data) > 1<<20 {
			return
		}
		nfcapd.Sniff(data)
		whole := read(t, data)
		pieces := readFrom(t, data, iotest.HalfReader(bytes.NewReader(data)))
		if d := cmp.Diff(summary(whole), summary(pieces)); d != "" {
			t.Fatalf("-at once +in pieces\n%s", d)
		}
		if whole.set.Read != uint64(len(whole.entries)) || whole.set.Lines < whole.set.Read || whole.set.Undated > whole.set.Read {
			t.Fatalf("%d records: %s", len(whole.entries), telemetrytest.Problems(&whole.set))
		}
		for i := range whole.entries {
			e := &whole.entries[i]
			if e.Ordinal != uint64(i+1) || e.Duration < 0 || e.Occurred < 0 {
				t.Fatalf("record %d: %s", i+1, e.text)
			}
		}
		if cut < 0 || cut >= len(data) {
			return
		}
		part := read(t, data[:cut]).texts()
		if len(part) > len(whole.entries) || !slices.Equal(part, whole.texts()[:len(part)]) {
			t.Fatalf("cut at %d: %d records, %d in all, and others", cut, len(part), len(whole.entries))
		}
	})
}

func summary(r *result) []string {
	return append(r.texts(), telemetrytest.Problems(&r.set), fmt.Sprint(r.err))
}

// BenchmarkRead reads a file of some megabytes that nfcapd wrote.
func BenchmarkRead(b *testing.B) {
	plain := fixture(b, "plain")
	size := binary.LittleEndian.Uint32(plain[44:])
	data := slices.Clone(plain[:40])
	binary.LittleEndian.PutUint32(data[36:], 200)
	data[18] = 0
	for range 200 {
		data = append(data, plain[40:40+12+size]...)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var s telemetry.Set
	records := uint64(0)
	for b.Loop() {
		flush := func() error { records += s.Read; s.Reset(); return nil }
		if err := nfcapd.New(data).Read(b.Context(), bytes.NewReader(data), &s, flush); err != nil {
			b.Fatal(err)
		}
		_ = flush()
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}
