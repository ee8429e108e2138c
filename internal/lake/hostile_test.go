package lake

import (
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// TestLyingPages: pages that promise much in few bytes are damage, or cost what a page may cost.
func TestLyingPages(t *testing.T) {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	small := z.EncodeAll([]byte("some bytes"), nil)
	run := append(binary.AppendUvarint(nil, uint64(maxPageSlots)<<1), 1)
	const limit = 32 << 20
	for name, c := range map[string]struct {
		raw, slots, rows int32
		chunk            int64 // values in the chunk, by the footer
		levels           []byte
		damage           string
	}{
		"256 MiB of 19 bytes":          {maxPageBytes, 30, 30, 30, run, "cannot come of"},
		"2 GiB":                        {1<<31 - 1, 30, 30, 30, run, "a page of"},
		"more values than the chunk":   {10, 1 << 20, 1 << 20, 30, run, "a page of"},
		"more values than a page has":  {10, maxPageSlots + 1, 1, 1 << 24, run, "a page of"},
		"more rows than a page has":    {10, maxPageRows + 1, maxPageRows + 1, 1 << 24, run, "a page of"},
		"as many rows as a page has":   {int32(len(run)) + 8<<16, maxPageRows, maxPageRows, 1 << 20, run, ""},
		"fewer levels than its values": {10, 1 << 16, 1 << 16, 1 << 16, []byte{2, 1}, "runs end early"},
	} {
		head, err := thrift.Marshal(&protocol, &format.PageHeader{
			Type: format.DataPageV2, UncompressedPageSize: c.raw, CompressedPageSize: int32(len(c.levels) + len(small)),
			DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{
				NumValues: c.slots, NumRows: c.rows, Encoding: format.Plain, DefinitionLevelsByteLength: int32(len(c.levels)),
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		cur := &cursor{leaf: &leaf{typ: int32(format.Int64)}, meta: &chunkMeta{slots: c.chunk}, bytes: append(append(head, c.levels...), small...)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err = cur.window(nil, 1)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.damage) {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > limit {
			t.Errorf("%s: %d MiB taken", name, n>>20)
		}
	}
}

// TestMixedPages: a column with a dictionary has no page without it. Row groups are passed by the
// dictionary alone, so such a page would hide its values.
func TestMixedPages(t *testing.T) {
	head, err := thrift.Marshal(&protocol, &format.PageHeader{
		Type: format.DataPageV2, UncompressedPageSize: 15, CompressedPageSize: 15,
		DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{
			NumValues: 1, NumRows: 1, Encoding: format.Plain, DefinitionLevelsByteLength: 2, IsCompressed: thrift.New(false),
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	page := append(append(head, 2, 1, 9, 0, 0, 0), "192.0.2.7"...)
	for at, damage := range map[int64]string{0: "", 4: "in a column with a dictionary"} {
		c := &cursor{leaf: &leaf{typ: int32(format.ByteArray)}, meta: &chunkMeta{slots: 1, dictAt: at}, bytes: page}
		err := c.window(nil, 1)
		if damage == "" && (err != nil || c.texts[c.idx[0]] != "192.0.2.7") || damage != "" && (err == nil || !strings.Contains(err.Error(), damage)) {
			t.Errorf("dictionary at %d: %v", at, err)
		}
	}
}
