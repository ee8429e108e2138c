package nfcapd

import (
	"context"
	"errors"
	"fmt"
	"io"

	"stormglass/internal/telemetry"
)

// flushAt is how many records the set holds before they are handed on.
const flushAt = 4096

// Decoder reads one file. It serves one goroutine.
type Decoder struct {
	name      string
	exporters exporters
	maps      map[uint16][]uint16 // extension maps of layout 1
	raw, data []byte              // a block as it stands in the file, and without its compression
	unpack    unpacker
	rec       record
	stop      error // why records are no longer wanted
}

// Sniff reports whether head is the start of a file of nfcapd, of whatever layout and byte order.
func Sniff(head []byte) bool {
	if len(head) < minHeader {
		return false
	}
	switch [2]byte(head) {
	case [2]byte{0x0c, 0xa5}:
		return head[2] >= 1 && head[2] <= maxLayout && head[3] == 0
	case [2]byte{0xa5, 0x0c}:
		return head[3] >= 1 && head[3] <= maxLayout && head[2] == 0
	}
	return false
}

// New makes a decoder for the file whose first octets are head.
func New(head []byte) *Decoder {
	return &Decoder{name: nameOf(head), exporters: newExporters(), maps: map[uint16][]uint16{}}
}

// Name gives the format's name: "nfcapd v2 lz4".
func (d *Decoder) Name() string { return d.name }

// Read reads a file. Records are numbered as they stand in it, those that cannot be read left out.
// An error says why reading stopped before the end; the records of all whole blocks before were given.
func (d *Decoder) Read(ctx context.Context, r io.Reader, s *telemetry.Set, flush func() error) error {
	h, err := readHeader(r)
	if err != nil {
		return err
	}
	defer d.exporters.missed(s)
	for n := uint64(1); ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if h.finished && n > h.blocks {
			return d.rest(r, s)
		}
		b, err := d.block(r, h)
		if errors.Is(err, io.EOF) {
			if h.finished {
				return fmt.Errorf("file ends after %d of %d blocks", n-1, h.blocks)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("block %d: %w", n, err)
		}
		if d.records(b, h, s, flush); d.stop != nil {
			return d.stop
		}
	}
}

// rest counts what follows the last block that the header tells of: nothing, in a file that is whole.
func (d *Decoder) rest(r io.Reader, s *telemetry.Set) error {
	n, err := io.Copy(io.Discard, r)
	if n > 0 {
		s.Skip(0, "octets after the last block of the file", fmt.Sprintf("%d octets", n))
	}
	if err != nil {
		return fmt.Errorf("after the last block: %w", err)
	}
	return nil
}

// handOn flushes the set when it holds enough, and reports whether to go on.
func (d *Decoder) handOn(s *telemetry.Set, flush func() error) bool {
	if len(s.Batch(telemetry.KindFlow).Flow) >= flushAt {
		d.stop = flush()
	}
	return d.stop == nil
}
