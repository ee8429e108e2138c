package nfcapd_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pierrec/lz4/v4"

	"stormglass/internal/telemetry/telemetrytest"
)

// What follows writes files of layout 1, which nfdump 1.6 wrote and 1.7 still reads, with made-up content.

func u16(n ...uint16) []byte {
	var b []byte
	for _, n := range n {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	return b
}

func u32(n ...uint32) []byte {
	var b []byte
	for _, n := range n {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func u64(n ...uint64) []byte {
	var b []byte
	for _, n := range n {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}

// sized puts type and size before a record, padded to a multiple of four octets.
func sized(kind uint16, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	return slices.Concat(u16(kind, uint16(len(body)+4)), body)
}

// block1 makes a block of records; kind is that of nfdump 1.6.
func block1(flags uint16, records ...[]byte) []byte {
	data := slices.Concat(records...)
	n := uint32(len(records))
	if flags == 2 {
		packed := make([]byte, lz4.CompressBlockBound(len(data)))
		size, err := lz4.CompressBlock(data, packed, nil)
		if err != nil || size == 0 {
			panic("nothing to compress")
		}
		data = packed[:size]
	}
	return slices.Concat(u32(n, uint32(len(data))), u16(2, flags), data)
}

// file1 makes a file of layout 1: header, statistics (none), blocks.
func file1(flags uint32, blocks ...[]byte) []byte {
	head := slices.Concat(u16(0xa50c, 1), u32(flags, uint32(len(blocks))), append([]byte("made-up"), make([]byte, 121)...))
	return slices.Concat(head, make([]byte, 136), slices.Concat(blocks...))
}

// octets1 are the sizes of the extensions used here, of which an extension map states the sum.
var octets1 = map[uint16]uint16{
	4: 4, 5: 8, 6: 4, 7: 8, 8: 4, 9: 4, 10: 16, 11: 4, 12: 16, 13: 4, 14: 4, 15: 8, 16: 4, 17: 8, 18: 4, 19: 8, 20: 16, 21: 16, 22: 40, 23: 4, 24: 16,
	25: 4, 26: 8, 27: 8, 37: 20, 38: 4, 39: 8, 40: 32, 41: 24, 42: 24, 43: 72, 45: 24, 46: 12, 48: 8,
}

// map1 makes an extension map.
func map1(id uint16, extensions ...uint16) []byte {
	sum := uint16(0)
	for _, e := range extensions {
		sum += octets1[e]
	}
	return sized(2, u16(id, sum), u16(extensions...), u16(0))
}

// flow1 makes a flow of type 10; flags, map and what follows the common part are the caller's.
func flow1(flags, extensionMap uint16, proto byte, rest ...[]byte) []byte {
	common := slices.Concat(
		u16(flags, extensionMap, 123, 456), u32(1704164645, 1704164652), []byte{64, 27, proto, 8}, u16(1025, 443), u16(1, 0),
	)
	return sized(10, append([][]byte{common}, rest...)...)
}

var (
	ends4 = u32(0xc0000201, 0xc6336402)
	ends6 = u64(0x20010db800010000, 0x1, 0x20010db800020000, 0x2)
	mac4  = u64(0x00005e005301, 0x00005e005302)
)

// records1 are records of layout 1 in all forms that have a meaning of their own.
func records1() [][]byte {
	labels := make([]uint32, 10)
	for i := range labels {
		labels[i] = uint32(i+1)<<4 | 6 | uint32(i/9)
	}
	router6 := u64(0x20010db800030000, 0x3)
	return [][]byte{
		map1(1, 5, 7, 8, 9, 11, 13, 14, 16, 18, 20, 21, 22, 23, 25, 26, 27),
		map1(2, 4, 6, 10, 12, 15, 17, 19, 24, 45),
		map1(3, 4, 37, 38, 39, 41, 42), map1(4, 46, 39, 48, 27), map1(5), map1(6, 37, 40, 43),
		sized(7, u32(9), u64(0, 0xc00002fe)[:16], u16(2, 1), u32(77)),
		sized(9, u32(^uint32(0), 100), u16(2, 1)),
		flow1(128, 1, 6, ends4, u32(500, 70_000),
			u32(3, 4), u32(64500, 64501), []byte{46, 1, 24, 25}, u32(0xcb007101), u32(0xcb007102), u16(10, 20), u32(7), u32(700), u32(3),
			mac4, mac4, u32(labels...), u32(0xc00002fe), []byte{0, 0, 1, 2}, u32(64502, 64503), u64(1704164653789)),
		flow1(1|2|4|8|16|32, 2, 17, ends6, u64(1<<33, 1<<40),
			u16(5, 6), u16(64510, 64511), u64(0x20010db800040000, 0x4), u64(0x20010db800050000, 0x5), u64(8), u64(800), u64(2), router6, u64(1000, 2000, 3000)),
		flow1(64, 3, 6, ends4, u32(0, 1234),
			u16(5, 6), u64(1704164645999), u32(4711), []byte{0, 0, 3, 0}, u16(1001, 0), u16(40000, 8443), u32(0xcb007109, 0xcb00710a),
			slices.Repeat([]byte{0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}, 2), append([]byte("alice"), make([]byte, 19)...)),
		flow1(64, 4, 17, ends4, u32(0, 0), []byte{4, 0, 0, 0}, u32(98, 99), u32(0xcb007109, 0xcb00710a), u16(1024, 2047, 1, 1024), u64(1704164653789)),
		flow1(0, 5, 1, ends4, u32(1, 84)),
		sized(1, []byte{0, 1}, u16(5, 1, 2), u32(1704164645, 1704164646), []byte{0, 2, 6, 0}, u16(5000, 22), ends4, u32(9, 900)),
		sized(1, []byte{0, 1}, u16(5, 1, 2), u32(1704164645, 1704164646), []byte{0, 2, 6, 0}, u16(5000, 22), ends4, u32(9, 900)),
	}
}

// TestLayout1 reads files of layout 1 and compares each record with what nfdump makes of it. nfdump 1.7 passes
// over flows of type 1, and over the extensions of firewalls and translators: those are checked by layout1.txt alone.
func TestLayout1(t *testing.T) {
	records := records1()
	plain := file1(0, block1(0, records[:10]...), block1(0, records[10:]...))
	packed := file1(0x10, block1(2, records[:10]...), block1(2, records[10:]...))
	r := read(t, plain)
	if r.err != nil || r.set.Problems.Losses() > 0 || len(r.entries) != 7 {
		t.Fatalf("%d records, %v, %s", len(r.entries), r.err, telemetrytest.Problems(&r.set))
	}
	golden(t, "layout1.txt", r.texts())
	if diff := cmp.Diff(r.texts(), read(t, packed).texts()); diff != "" {
		t.Errorf("-plain +lz4\n%s", diff)
	}
	peer(t, "nfdump")
	last := len(records) - 2
	plain = file1(0, block1(0, records[:10]...), block1(0, records[10:last]...))
	packed = file1(0x10, block1(2, records[:10]...), block1(2, records[10:last]...))
	for name, data := range map[string][]byte{"plain": plain, "lz4": packed} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "nfcapd.202401020305")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			compareWithNfdump(t, file)
		})
	}
}

func TestLayout1Problems(t *testing.T) {
	data := file1(0, block1(0,
		flow1(0, 9, 6, ends4, u32(1, 2)),
		map1(1, 5, 99, 7), map1(2, 8, 9), map1(3, slices.Repeat([]uint16{4}, 65)...),
		flow1(0, 1, 6, ends4, u32(1, 2), u32(3, 4), u32(5)),
		flow1(0, 2, 6, ends4, u32(1, 2)),
		flow1(0, 3, 6, ends4, u32(1, 2)),
		sized(10, u32(1)), sized(2), sized(99, u32(1, 2)),
	))
	r := read(t, data)
	want := "5 1 0\n" +
		"extension map of a flow is not known 2 [line 1 line 2]\n" +
		"extension map is too long 1 [map of 140 octets]\n" +
		"extension is not known, nor is what follows it 1 [line 1: extension 99 of layout 1, 1 more]\n" +
		"flow record ends before its extensions 1 [line 2]\n" +
		"flow record is too short 1 [line 2]\n" +
		"extension map is too short 1 []\n" +
		"record of a type that is not known 1 [type 99, 12 octets]"
	if got := telemetrytest.Problems(&r.set); got != want || r.err != nil {
		t.Errorf("%v\ngot  %s\nwant %s", r.err, got, want)
	}
}
