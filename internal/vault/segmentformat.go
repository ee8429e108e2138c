package vault

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"stormglass/internal/observable"
)

// Sizes of a segment's parts, see docs/format/vault.md.
const (
	segmentMagic   = "SGSEALED"
	segmentVersion = 1
	headSize       = 16
	footSize       = 76
	fenceSize      = 24
	blockHead      = 8
	blockTarget    = 4096     // a block is closed before a record that would make it longer
	minRecord      = 19       // bytes of a record of nothing
	maxBlock       = 8192     // longest body that a reader takes
	maxClear       = 2048     // longest value
	maxWrapped     = 16 << 10 // longest wrapped content key
	maxKeys        = 1 << 24  // content keys of a segment
	maxKeysSize    = 1 << 30  // bytes of them
	maxFilter      = 1 << 33  // bytes of a filter
	maxFences      = 1 << 28  // blocks of a segment
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// record is a value as it is kept: its kind, the content key, wrapped, and what is sealed under it.
type record struct {
	kind    observable.Kind
	wrapped []byte
	sealed  []byte
}

// stored is a record as it stands in a segment: the content key is a number in its table.
type stored struct {
	token  Token
	kind   observable.Kind
	key    uint32
	sealed []byte // shares memory with its block
}

// fence says where a block is, and its first token.
type fence struct {
	first  Token
	offset uint64
}

// CorruptError says that a file of the vault does not hold what its checksums and counts promise.
type CorruptError struct {
	File   string
	What   string
	Offset int64 // in the file, of the part that is wrong
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d: %s", e.File, e.Offset, e.What)
}

// footer closes a segment.
type footer struct {
	fencesAt, fences, keysAt, keys, filterAt, records uint64
	fencesSum, keysSum, filterSum                     uint32
}

func (f *footer) numbers() []*uint64 {
	return []*uint64{&f.fencesAt, &f.fences, &f.keysAt, &f.keys, &f.filterAt, &f.records}
}

func (f *footer) append(b []byte) []byte {
	start := len(b)
	for _, n := range f.numbers() {
		b = binary.LittleEndian.AppendUint64(b, *n)
	}
	for _, n := range []uint32{f.fencesSum, f.keysSum, f.filterSum, segmentVersion} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	b = binary.LittleEndian.AppendUint32(b, checksum(b[start:]))
	return append(b, segmentMagic...)
}

// parseFooter reads the last bytes of a segment of size bytes. What it takes is consistent with the size.
func parseFooter(b []byte, size int64) (f footer, what string) {
	if len(b) != footSize || string(b[68:]) != segmentMagic {
		return f, "it does not end as a segment does"
	}
	if binary.LittleEndian.Uint32(b[64:]) != checksum(b[:64]) {
		return f, "the footer's checksum is wrong"
	}
	if v := binary.LittleEndian.Uint32(b[60:]); v != segmentVersion {
		return f, fmt.Sprintf("it has version %d, this program reads %d", v, segmentVersion)
	}
	for i, n := range f.numbers() {
		*n = binary.LittleEndian.Uint64(b[8*i:])
	}
	for i, n := range []*uint32{&f.fencesSum, &f.keysSum, &f.filterSum} {
		*n = binary.LittleEndian.Uint32(b[48+4*i:])
	}
	end := uint64(size) - footSize
	switch {
	case f.fences == 0 || f.fences > maxFences || f.keys == 0 || f.keys > maxKeys || f.records < f.fences || f.records > f.fencesAt/minRecord:
		return f, "the footer's counts are out of bounds"
	case f.fencesAt < headSize || f.keysAt < f.fencesAt || f.filterAt < f.keysAt || end < f.filterAt:
		return f, "the footer's offsets are out of bounds"
	case f.keysAt-f.fencesAt != f.fences*fenceSize || f.filterAt-f.keysAt > maxKeysSize || f.keys*2 > f.filterAt-f.keysAt,
		end-f.filterAt > maxFilter || (end-f.filterAt)%8 != 0:
		return f, "the footer's offsets and counts disagree"
	}
	return f, ""
}

// parseFences reads the fences of blocks that lie from the head to end.
func parseFences(b []byte, end uint64) ([]fence, string) {
	fences := make([]fence, len(b)/fenceSize)
	for i := range fences {
		f := &fences[i]
		copy(f.first[:], b[i*fenceSize:])
		f.offset = binary.LittleEndian.Uint64(b[i*fenceSize+len(f.first):])
		next := end
		if i+1 < len(fences) {
			next = binary.LittleEndian.Uint64(b[(i+1)*fenceSize+len(f.first):])
		}
		switch {
		case i == 0 && f.offset != headSize || next > end || next < f.offset || next-f.offset <= blockHead || next-f.offset > blockHead+maxBlock:
			return nil, "a block's offset is out of bounds"
		case i > 0 && bytes.Compare(fences[i-1].first[:], f.first[:]) >= 0:
			return nil, "blocks are not in order"
		}
	}
	return fences, ""
}

// appendStored appends a record to a block's body.
func appendStored(b []byte, r *stored) []byte {
	b = append(b, byte(r.kind))
	b = append(b, r.token[:]...)
	b = binary.AppendUvarint(b, uint64(r.key))
	b = binary.AppendUvarint(b, uint64(len(r.sealed)))
	return append(b, r.sealed...)
}

// parseBlock reads the records of a block, head included, into records. Their tokens ascend from
// first and stay below next, when there is a next; their keys are below keys.
func parseBlock(b []byte, f fence, next *fence, keys uint64, records []stored) ([]stored, string) {
	body := b[blockHead:]
	if uint64(binary.LittleEndian.Uint32(b)) != uint64(len(body)) || binary.LittleEndian.Uint32(b[4:]) != checksum(body) {
		return records, "a block's checksum is wrong"
	}
	for len(body) > 0 {
		var r stored
		if len(body) < 1+len(r.token) {
			return records, "a record is cut off"
		}
		r.kind = observable.Kind(body[0])
		copy(r.token[:], body[1:])
		body = body[1+len(r.token):]
		key, n := binary.Uvarint(body)
		if n <= 0 || key >= keys {
			return records, "a record's content key is out of bounds"
		}
		size, m := binary.Uvarint(body[n:])
		if m <= 0 || size > uint64(len(body)-n-m) {
			return records, "a record is longer than its block"
		}
		r.key, r.sealed, body = uint32(key), body[n+m:n+m+int(size)], body[n+m+int(size):]
		if !inOrder(&r, f, next, records) {
			return records, "records are not in order"
		}
		records = append(records, r)
	}
	return records, ""
}

func inOrder(r *stored, f fence, next *fence, before []stored) bool {
	if len(before) == 0 {
		return r.token == f.first
	}
	return bytes.Compare(before[len(before)-1].token[:], r.token[:]) < 0 && (next == nil || bytes.Compare(r.token[:], next.first[:]) < 0)
}
