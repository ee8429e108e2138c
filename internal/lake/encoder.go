package lake

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"stormglass/internal/telemetry"
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	protocol   thrift.CompactProtocol
)

// encoder writes files, one after the other, and keeps its scratch memory between them.
type encoder struct {
	zstd   *zstd.Encoder
	source func(uint32) [sourceParts]string

	kind   telemetry.Kind
	out    io.Writer
	hash   hash.Hash
	offset int64

	chunk   chunk
	def     []uint8
	rep     []uint8
	refs    []uint64
	places  []int32
	sources []uint64 // of the row group, in the order in which they are met
	// sourceIDs are places of sources, by row.
	sourceIDs []int32
	set       numberSet
	addrs     addrSet
	textSet   textSet
	rank      ordering // of dictionaries
	order     ordering // of rows
	levels    []byte
	raw       []byte
	packed    []byte
	bytes     []byte // of the chunk
	filter    bloom.SplitBlockFilter

	group  format.RowGroup
	groups []format.RowGroup
	blooms []pendingBloom
	sums   []byte
	rows   int64
}

type pendingBloom struct {
	column int
	bytes  []byte
}

func newEncoder() (*encoder, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("make a compressor: %w", err)
	}
	return &encoder{zstd: z}, nil
}

// begin starts a file.
func (e *encoder) begin(k telemetry.Kind, out io.Writer, source func(uint32) [sourceParts]string) error {
	e.kind, e.out, e.source = k, out, source
	e.hash = sha256.New()
	e.offset, e.rows = 0, 0
	e.groups, e.blooms, e.sums = nil, nil, nil
	return e.emit([]byte(magic))
}

const magic = "PAR1"

func (e *encoder) emit(b []byte) error {
	e.hash.Write(b)
	n, err := e.out.Write(b)
	e.offset += int64(n)
	return err
}

// rowGroup writes the rows given of t as one row group.
func (e *encoder) rowGroup(t *table, rows []uint32) error {
	e.group = format.RowGroup{
		NumRows: int64(len(rows)), FileOffset: e.offset, Ordinal: int16(len(e.groups)),
		SortingColumns: thrift.Slice[format.SortingColumn]{{ColumnIdx: colOccurred, NullsFirst: true}},
	}
	if len(e.groups) >= maxRowGroups {
		return fmt.Errorf("more than %d row groups in one file", maxRowGroups)
	}
	for _, b := range t.buf {
		if err := b.encode(e, t, rows); err != nil {
			return err
		}
	}
	if err := e.writeBlooms(); err != nil {
		return err
	}
	e.groups = append(e.groups, e.group)
	e.rows += e.group.NumRows
	return nil
}

const maxRowGroups = 1 << 14

// write puts the chunk into the file: its dictionary, its pages.
func (e *encoder) write() error {
	c := &e.chunk
	m := format.ColumnMetaData{
		Type: c.col.physical(), PathInSchema: schemaPath(c.col), Codec: format.Zstd, NumValues: int64(c.slots),
		Encoding: thrift.Slice[format.Encoding]{format.RLE}, Statistics: c.statistics(),
	}
	e.bytes = e.bytes[:0]
	if c.encoding == format.RLEDictionary {
		if err := e.dictionary(&m); err != nil {
			return err
		}
	}
	m.Encoding = append(m.Encoding, c.encoding)
	m.DataPageOffset = e.offset + int64(len(e.bytes))
	for p := c.next(page{}); p.slots > 0; p = c.next(p) {
		if err := e.page(p, &m); err != nil {
			return err
		}
	}
	m.TotalCompressedSize = int64(len(e.bytes))
	e.sums = appendSum(e.sums, e.bytes)
	start := e.offset
	if err := e.emit(e.bytes); err != nil {
		return err
	}
	e.bloom(len(e.group.Columns))
	e.group.TotalByteSize += m.TotalUncompressedSize
	e.group.TotalCompressedSize += m.TotalCompressedSize
	e.group.Columns = append(e.group.Columns, format.ColumnChunk{FileOffset: start, MetaData: m})
	return nil
}

func appendSum(dst, b []byte) []byte {
	return fmt.Appendf(dst, "%08x", crc32.Checksum(b, castagnoli))
}

func schemaPath(c *column) thrift.Slice[string] {
	if c.list() {
		return thrift.Slice[string]{c.name, "list", "element"}
	}
	return thrift.Slice[string]{c.name}
}

// maxBound is the longest text that stands in statistics.
const maxBound = 64

func (c *chunk) statistics() format.Statistics {
	s := format.Statistics{NullCount: int64(c.slots - c.values)}
	if c.values > 0 && len(c.min) <= maxBound && len(c.max) <= maxBound {
		s.MinValue, s.MaxValue = slices.Clone(c.min), slices.Clone(c.max)
	}
	return s
}

func (e *encoder) dictionary(m *format.ColumnMetaData) error {
	c := &e.chunk
	e.packed = e.zstd.EncodeAll(c.dict, e.packed[:0])
	h := format.PageHeader{
		Type: format.DictionaryPage, UncompressedPageSize: int32(len(c.dict)), CompressedPageSize: int32(len(e.packed)),
		CRC:                  int32(crc32.ChecksumIEEE(e.packed)),
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(c.entries), Encoding: format.Plain}),
	}
	m.DictionaryPageOffset = e.offset
	m.Encoding = append(m.Encoding, format.Plain)
	return e.appendPage(&h, m, nil, e.packed, len(c.dict))
}

// denseShare is the part of a page that compressing must save, else the further pages of its chunk are
// written as they are: numbers in a large dictionary look like chance.
const denseShare = 50

func (e *encoder) page(p page, m *format.ColumnMetaData) error {
	c := &e.chunk
	var reps, defs int
	var err error
	e.levels, e.raw, reps, defs = c.levels(e.levels[:0], e.raw, p)
	if e.raw, err = c.body(e.raw, p); err != nil {
		return fmt.Errorf("encode column %s: %w", c.col.name, err)
	}
	body, compressed := e.raw, false
	if len(e.raw) > 64 && !c.dense {
		e.packed = e.zstd.EncodeAll(e.raw, e.packed[:0])
		if len(e.packed) < len(e.raw) {
			body, compressed = e.packed, true
		}
		c.dense = len(e.raw)-len(e.packed) < len(e.raw)/denseShare
	}
	crc := crc32.Update(crc32.ChecksumIEEE(e.levels), crc32.IEEETable, body)
	h := format.PageHeader{
		Type: format.DataPageV2, CRC: int32(crc),
		UncompressedPageSize: int32(len(e.levels) + len(e.raw)), CompressedPageSize: int32(len(e.levels) + len(body)),
		DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{
			NumValues: int32(p.slots), NumNulls: int32(p.slots - p.values), NumRows: int32(p.rows), Encoding: c.encoding,
			DefinitionLevelsByteLength: int32(defs), RepetitionLevelsByteLength: int32(reps),
			IsCompressed: thrift.New(compressed),
		}),
	}
	return e.appendPage(&h, m, e.levels, body, len(e.levels)+len(e.raw))
}

// appendPage adds a page to the chunk's bytes.
func (e *encoder) appendPage(h *format.PageHeader, m *format.ColumnMetaData, levels, body []byte, raw int) error {
	head, err := thrift.Marshal(&protocol, h)
	if err != nil {
		return fmt.Errorf("encode a page header: %w", err)
	}
	e.bytes = append(append(append(e.bytes, head...), levels...), body...)
	m.TotalUncompressedSize += int64(len(head) + raw)
	return nil
}

// bloom makes the filter of the chunk: about 8 to 16 bits for each distinct value, a power of two
// as Arrow's C++ readers ask.
func (e *encoder) bloom(column int) {
	c := &e.chunk
	if !c.col.bloom || len(c.hashes) == 0 {
		return
	}
	size := 1 << bits.Len(uint(max(len(c.hashes), bloom.BlockSize)-1))
	blocks := size / bloom.BlockSize
	e.filter = slices.Grow(e.filter[:0], blocks)[:blocks]
	e.filter.Reset()
	e.filter.InsertBulk(c.hashes)
	e.blooms = append(e.blooms, pendingBloom{column, slices.Clone(e.filter.Bytes())})
}

// writeBlooms puts the filters of a row group behind its columns.
func (e *encoder) writeBlooms() error {
	for _, b := range e.blooms {
		h := format.BloomFilterHeader{NumBytes: int32(len(b.bytes))}
		h.Algorithm.Value, h.Hash.Value, h.Compression.Value = &format.SplitBlockAlgorithm{}, &format.XxHash{}, &format.BloomFilterUncompressed{}
		head, err := thrift.Marshal(&protocol, &h)
		if err != nil {
			return fmt.Errorf("encode a filter header: %w", err)
		}
		m := &e.group.Columns[b.column].MetaData
		m.BloomFilterOffset = e.offset
		m.BloomFilterLength = int32(len(head) + len(b.bytes))
		whole := append(head, b.bytes...)
		e.sums = appendSum(e.sums, whole)
		if err := e.emit(whole); err != nil {
			return err
		}
	}
	e.blooms = e.blooms[:0]
	return nil
}

// Keys of the file's metadata.
const (
	keySchema = "stormglass.schema"
	keyWriter = "stormglass.writer"
	keySums   = "stormglass.sums"
	keyPlace  = "stormglass.partition"
)

// schemaVersion counts the additions to a kind's columns.
func schemaVersion(k telemetry.Kind) string {
	if k == telemetry.KindFlow {
		return "2"
	}
	return "1"
}

const (
	writerVersion = "lake/1"
	footerMark    = "SGF1"
)

// finish writes the footer.
func (e *encoder) finish(place string) error {
	m := format.FileMetaData{
		Version: 2, NumRows: e.rows, RowGroups: e.groups, CreatedBy: "stormglass " + writerVersion,
		Schema: schemaElements(columns(e.kind)),
		KeyValueMetadata: thrift.Slice[format.KeyValue]{
			{Key: keySchema, Value: e.kind.String() + "/" + schemaVersion(e.kind)},
			{Key: keyWriter, Value: writerVersion},
			{Key: keyPlace, Value: place},
			{Key: keySums, Value: string(e.sums)},
		},
	}
	for range columns(e.kind) {
		m.ColumnOrders = append(m.ColumnOrders, format.ColumnOrder{Value: &format.TypeDefinedOrder{}})
	}
	foot, err := thrift.Marshal(&protocol, &m)
	if err != nil {
		return fmt.Errorf("encode the footer: %w", err)
	}
	if len(foot) > maxFooter {
		return fmt.Errorf("footer of %d bytes: more than %d", len(foot), maxFooter)
	}
	return e.emit(sealed(foot))
}

// sealed gives a footer with what stands around it: its mark and checksum before, its length and
// Parquet's magic behind.
func sealed(foot []byte) []byte {
	n := len(foot)
	foot = append(foot, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	foot = append(foot, magic...)
	sum := crc32.Checksum(foot, castagnoli)
	return append([]byte{footerMark[0], footerMark[1], footerMark[2], footerMark[3], byte(sum), byte(sum >> 8), byte(sum >> 16), byte(sum >> 24)}, foot...)
}
