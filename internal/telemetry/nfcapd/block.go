package nfcapd

import (
	"fmt"
	"io"
	"slices"
)

// maxBlock bounds a block, as it stands in the file and without its compression. nfdump itself refuses
// more than 5 MiB.
const maxBlock = 16 << 20

// readStep is how much of a block is read at a time: memory follows what is there, not what a header says.
const readStep = 1 << 20

// block is one block without its compression.
type block struct {
	records uint32
	kind    uint16
	data    []byte // valid until the next block
}

// block reads the next block; io.EOF when there is none.
func (d *Decoder) block(r io.Reader, h header) (block, error) {
	var head [blockHeader]byte
	switch n, err := io.ReadFull(r, head[:]); {
	case n == 0 && err != nil:
		return block{}, err
	case err != nil:
		return block{}, fmt.Errorf("cut off in its header: %w", err)
	}
	size := le.Uint32(head[4:])
	b := block{records: le.Uint32(head[:]), kind: le.Uint16(head[8:])}
	flags := le.Uint16(head[10:])
	if size > maxBlock {
		return b, fmt.Errorf("says it has %d octets, more than %d", size, maxBlock)
	}
	raw, err := d.fill(r, int(size))
	if err != nil {
		return b, fmt.Errorf("cut off after %d of %d octets: %w", len(raw), size, err)
	}
	c := h.compression
	if flags&1 != 0 { // a block that is not compressed, in whatever file
		c = plain
	}
	if b.data, err = d.unpack.unpack(c, d.data[:0], raw); err != nil {
		return b, fmt.Errorf("%s: %w", c, err)
	}
	if c != plain {
		d.data = b.data
	}
	return b, nil
}

// fill reads n octets into the decoder's buffer.
func (d *Decoder) fill(r io.Reader, n int) ([]byte, error) {
	d.raw = d.raw[:0]
	for len(d.raw) < n {
		have, step := len(d.raw), min(n-len(d.raw), readStep)
		d.raw = slices.Grow(d.raw, step)[:have+step]
		got, err := io.ReadFull(r, d.raw[have:])
		if err != nil {
			return d.raw[:have+got], unexpected(err)
		}
	}
	return d.raw, nil
}
