package ledger

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"stormglass/internal/disk"
)

// WriterOptions say how a segment is written.
type WriterOptions struct {
	NoFilter bool // for spills, which are only merged

	blockRows, groupValues int // for tests; 0 is the most
}

// Writer writes a segment, in memory that follows the size of a group and not that of the segment.
// After an error it is only good for Abort.
type Writer struct {
	fs   disk.FS
	name string
	file disk.File
	out  *bufio.Writer
	zstd *zstd.Encoder
	opts WriterOptions

	at     int64 // what was written, in bytes
	info   Info
	names  []byte
	groups []group
	last   key

	group  group // the one under way
	block  blockWriter
	buf    []byte
	fences []byte
	keys   []byte // of the fences
	end    []byte // last value of the block before
	filter fuseBuilder
}

// NewWriter begins a segment in a file that must not exist.
func NewWriter(fs disk.FS, name string, m Meta, o WriterOptions) (*Writer, error) {
	if err := checkMeta(m); err != nil {
		return nil, fmt.Errorf("write segment %s: %w", name, err)
	}
	z, err := newEncoder()
	if err != nil {
		return nil, fmt.Errorf("write segment %s: %w", name, err)
	}
	f, err := fs.Create(name)
	if err != nil {
		return nil, fmt.Errorf("write segment: %w", err)
	}
	if o.blockRows == 0 {
		o.blockRows = blockRows
	}
	if o.groupValues == 0 {
		o.groupValues = groupValues
	}
	w := &Writer{fs: fs, name: name, file: f, out: bufio.NewWriterSize(f, 1<<18), zstd: z, opts: o}
	w.info = Info{Space: m.Space, Filtered: !o.NoFilter}
	w.names = appendNames(nil, m.Sensors)
	w.block.space = m.Space
	w.group.offset = headerLen
	return w, w.write(header())
}

func newEncoder() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<17), zstd.WithLowerEncoderMem(true))
}

func checkMeta(m Meta) error {
	if m.Space >= Spaces {
		return fmt.Errorf("no such space: %d", m.Space)
	}
	for n, s := range m.Sensors {
		if len(s) > maxNameLen {
			return fmt.Errorf("the name of sensor %d is longer than %d bytes", n, maxNameLen)
		}
	}
	return nil
}

func (w *Writer) write(b []byte) error {
	w.at += int64(len(b))
	if _, err := w.out.Write(b); err != nil {
		return fmt.Errorf("write segment %s: %w", w.name, err)
	}
	return nil
}

// Add adds a row. Rows come in strictly ascending order; one that does not, or that is beyond the
// limits, is refused. Nothing of r is kept.
func (w *Writer) Add(r *Row) error {
	if err := checkRow(w.info.Space, r); err != nil {
		return err
	}
	if !w.last.before(r) {
		return errors.New("add to segment: rows out of order")
	}
	fresh := !w.last.same(r.Value)
	if fresh && (int(w.group.values) >= w.opts.groupValues || w.group.blockBytes >= groupBytes) {
		if err := w.endGroup(); err != nil {
			return err
		}
	}
	if w.block.full(w.opts.blockRows, len(r.Sensors)) {
		if err := w.endBlock(); err != nil {
			return err
		}
	}
	if fresh {
		w.group.values++
		if !w.opts.NoFilter {
			w.filter.hashes = append(w.filter.hashes, hashValue(r.Value))
		}
	}
	w.block.add(r)
	w.last.take(r)
	w.info.count(r)
	w.group.rows++
	return nil
}

// endBlock writes the block under way, and its fence.
func (w *Writer) endBlock() error {
	if w.block.rows == 0 {
		return nil
	}
	if w.group.blocks == 0 {
		w.group.first = append([]byte(nil), w.block.first...)
	}
	w.keys = append(w.keys, separator(w.end, w.block.first, w.group.blocks == 0)...)
	w.end = append(w.end[:0], w.block.last...)
	w.buf = w.block.append(w.buf[:0], w.zstd)
	if int64(w.group.blockBytes)+int64(len(w.buf)) > maxGroupBytes {
		return errors.New("add to segment: a group of more than 4 GiB")
	}
	w.fences = binary.LittleEndian.AppendUint32(w.fences, w.group.blockBytes)
	w.fences = binary.LittleEndian.AppendUint32(w.fences, checksum(w.buf))
	w.fences = binary.LittleEndian.AppendUint32(w.fences, uint32(len(w.keys)))
	w.group.blocks++
	w.group.blockBytes += uint32(len(w.buf))
	return w.write(w.buf)
}

// separator gives the key of a fence: the shortest beginning of the block's first value that is
// after the last value of the block before, or the whole value when that is the same. The first
// block of a group has an empty key.
func separator(last, first []byte, only bool) []byte {
	if only {
		return nil
	}
	return first[:min(len(first), sharedPrefix(last, first)+1)]
}

// endGroup writes fences, filter and table of the group under way.
func (w *Writer) endGroup() error {
	if err := w.endBlock(); err != nil {
		return err
	}
	if w.group.blocks == 0 {
		return nil
	}
	w.group.last = append([]byte(nil), w.end...)
	w.group.keyBytes = uint32(len(w.keys))
	index := append(append(w.buf[:0], w.fences...), w.keys...)
	var prints []byte
	w.group.fuse, prints = w.filter.build()
	index = append(index, prints...)
	n := len(index)
	index = appendTable(index, index[:n])
	w.group.sum = checksum(index[n:])
	w.groups = append(w.groups, w.group)
	w.info.Values += uint64(w.group.values)
	w.buf, w.fences, w.keys = index, w.fences[:0], w.keys[:0]
	err := w.write(index)
	w.group = group{offset: w.at}
	return err
}

// Close writes what is left, makes the content durable and closes the file. The caller syncs the folder.
// After an error the file is there and no segment: Abort removes it.
func (w *Writer) Close() (Info, error) {
	if err := w.endGroup(); err != nil {
		return Info{}, err
	}
	f := footer{info: w.info, groups: w.groups, names: w.names}
	if err := w.write(f.append(nil)); err != nil {
		return Info{}, err
	}
	if err := w.out.Flush(); err != nil {
		return Info{}, fmt.Errorf("write segment %s: %w", w.name, err)
	}
	if err := w.file.Sync(); err != nil {
		return Info{}, fmt.Errorf("sync segment %s: %w", w.name, err)
	}
	err := w.file.Close()
	w.file = nil
	if err != nil {
		return Info{}, fmt.Errorf("close segment %s: %w", w.name, err)
	}
	w.info.Bytes = w.at
	return w.info, nil
}

// Abort closes and removes the file, whole or not.
func (w *Writer) Abort() error {
	var closed error
	if w.file != nil {
		closed = w.file.Close()
		w.file = nil
	}
	return errors.Join(closed, w.fs.Remove(w.name))
}
