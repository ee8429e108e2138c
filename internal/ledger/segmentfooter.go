package ledger

import (
	"bytes"
	"encoding/binary"

	"stormglass/internal/telemetry"
)

// A segment is a header, groups, the footer, and the footer's tail.
const (
	headerMagic = "SGledger"
	footerMagic = "SGledend"
	version     = 1
	headerLen   = 16 // magic, version, zero, CRC-32C of the twelve bytes before
	tailLen     = 16 // length of the footer, CRC-32C of footer and length, magic
	maxNameLen  = 1<<16 - 1
)

// Flags of a segment.
const (
	flagFolds    = 1 << 0
	flagTokens   = 1 << 1
	flagFiltered = 1 << 2
	allFlags     = flagFolds | flagTokens | flagFiltered
)

// group is a run of values with fences and a filter of its own: blocks, then fences, keys of the
// fences and fingerprints, then the table of checksums over these three.
type group struct {
	offset     int64 // of the first block
	blockBytes uint32
	blocks     uint32
	keyBytes   uint32 // of the fences' keys
	rows       uint64
	values     uint32
	fuse       fuse
	sum        uint32 // of the table
	first      []byte
	last       []byte
	pages      *pages
}

// fenceLen is the length of a fence: where its block begins, from the group's first, the block's
// CRC-32C, and where its key ends.
const fenceLen = 12

// indexLen gives the length of fences, keys and fingerprints.
func (g *group) indexLen() int64 {
	return int64(g.blocks)*fenceLen + int64(g.keyBytes) + int64(g.fuse.size())
}

// end gives where the next group begins.
func (g *group) end() int64 {
	n := g.indexLen()
	return g.offset + int64(g.blockBytes) + n + int64(tableLen(int(n)))
}

type footer struct {
	info   Info
	groups []group
	names  []byte
}

func header() []byte {
	b := append(make([]byte, 0, headerLen), headerMagic...)
	b = binary.LittleEndian.AppendUint16(b, version)
	b = binary.LittleEndian.AppendUint16(b, 0)
	return binary.LittleEndian.AppendUint32(b, checksum(b))
}

func checkHeader(data []byte) (what string) {
	switch {
	case len(data) < headerLen+tailLen:
		return "shorter than header and footer"
	case string(data[:len(headerMagic)]) != headerMagic:
		return "not a ledger segment"
	case !bytes.Equal(data[:headerLen], header()):
		return "a header that is wrong, or of a version that this program does not read"
	}
	return ""
}

// append appends footer and tail.
func (f *footer) append(b []byte) []byte {
	start := len(b)
	flags := byte(0)
	for bit, set := range map[byte]bool{flagFolds: f.info.Folds, flagTokens: f.info.Tokens, flagFiltered: f.info.Filtered} {
		if set {
			flags |= bit
		}
	}
	le := binary.LittleEndian
	b = append(b, byte(f.info.Space), flags)
	b = le.AppendUint64(b, f.info.Rows)
	b = le.AppendUint64(b, f.info.Values)
	b = le.AppendUint32(b, uint32(f.info.FirstDay))
	b = le.AppendUint32(b, uint32(f.info.LastDay))
	b = le.AppendUint32(b, uint32(len(f.groups)))
	for i := range f.groups {
		b = f.groups[i].append(b)
	}
	b = append(b, f.names...)
	b = le.AppendUint32(b, uint32(len(b)-start))
	b = le.AppendUint32(b, checksum(b[start:]))
	return append(b, footerMagic...)
}

func (g *group) append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint64(b, uint64(g.offset))
	b = le.AppendUint32(b, g.blockBytes)
	b = le.AppendUint32(b, g.blocks)
	b = le.AppendUint32(b, g.keyBytes)
	b = le.AppendUint64(b, g.rows)
	b = le.AppendUint32(b, g.values)
	b = g.fuse.append(b)
	b = le.AppendUint32(b, g.sum)
	b = le.AppendUint16(b, uint16(len(g.first)))
	b = append(b, g.first...)
	b = le.AppendUint16(b, uint16(len(g.last)))
	return append(b, g.last...)
}

// readFooter reads and checks the footer of a file whose header was right, and where everything in
// the file lies.
func readFooter(data []byte) (f footer, what string, at int64) {
	tail := data[len(data)-tailLen:]
	n := int64(binary.LittleEndian.Uint32(tail))
	at = int64(len(data)-tailLen) - n
	if string(tail[8:]) != footerMagic || at < headerLen {
		return f, "no footer at its end: it was cut, or never finished", int64(len(data) - tailLen)
	}
	if checksum(data[at:len(data)-tailLen+4]) != binary.LittleEndian.Uint32(tail[4:]) {
		return f, "the checksum of its footer is wrong", at
	}
	body := bytes.Clone(data[at : at+n]) // so that what was checked is what is used
	if what := f.read(body, data[:at]); what != "" {
		return f, what, at
	}
	return f, "", 0
}

func (f *footer) read(body, data []byte) (what string) {
	r := reader{b: body}
	f.info.Space = Space(r.byte())
	flags := r.byte()
	f.info.Folds, f.info.Tokens, f.info.Filtered = flags&flagFolds != 0, flags&flagTokens != 0, flags&flagFiltered != 0
	f.info.Rows, f.info.Values = r.uint64(), r.uint64()
	f.info.FirstDay, f.info.LastDay = telemetry.Day(r.uint32()), telemetry.Day(r.uint32())
	if flags&^byte(allFlags) != 0 || f.info.Space >= Spaces || f.info.FirstDay < minDay || f.info.FirstDay > f.info.LastDay || f.info.LastDay > maxDay {
		return "a footer with flags, space or days out of range"
	}
	if what := f.readGroups(&r, data); what != "" {
		return what
	}
	f.names = r.b
	if r.bad || !checkNames(f.names) {
		return "a footer whose dictionary is wrong"
	}
	return ""
}

// readGroups reads the directory of groups and finds their parts in data.
func (f *footer) readGroups(r *reader, data []byte) (what string) {
	n := r.uint32()
	next, rows, values := int64(headerLen), uint64(0), uint64(0)
	var last []byte
	for range n {
		var g group
		g.read(r)
		if r.bad || !g.valid(f.info.Space, next, last) || g.end() > int64(len(data)) {
			return "a directory that does not fit the file"
		}
		index := g.offset + int64(g.blockBytes)
		table := index + g.indexLen()
		g.pages = newPages(data[index:table], data[table:g.end()], g.sum)
		f.groups = append(f.groups, g)
		next, last, rows, values = g.end(), g.last, rows+g.rows, values+uint64(g.values)
	}
	if r.bad || next != int64(len(data)) || rows != f.info.Rows || values != f.info.Values {
		return "a directory that does not fit the file"
	}
	return ""
}

func (g *group) read(r *reader) {
	g.offset = int64(r.uint64())
	g.blockBytes, g.blocks, g.keyBytes = r.uint32(), r.uint32(), r.uint32()
	g.rows, g.values = r.uint64(), r.uint32()
	g.fuse = fuse{seed: r.uint64(), length: r.uint32(), count: r.uint32()}
	g.sum = r.uint32()
	g.first = r.bytes(uint64(r.uint16()))
	g.last = r.bytes(uint64(r.uint16()))
}

// valid reports whether a group can begin at offset, after a group that ends with the value last.
func (g *group) valid(space Space, offset int64, last []byte) bool {
	rows := g.rows
	return g.offset == offset && g.fuse.valid() &&
		g.blocks > 0 && uint64(g.blocks) <= rows && rows <= uint64(g.blocks)*maxBlockRows &&
		g.values > 0 && uint64(g.values) <= rows && g.values <= groupValues &&
		checkValue(space, g.first) == "" && checkValue(space, g.last) == "" &&
		bytes.Compare(last, g.first) < 0 && bytes.Compare(g.first, g.last) <= 0
}
