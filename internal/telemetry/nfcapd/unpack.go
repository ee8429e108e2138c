package nfcapd

import (
	"bytes"
	stdbzip2 "compress/bzip2"
	"errors"
	"fmt"
	"io"
	"slices"

	kzstd "github.com/klauspost/compress/zstd"
	plz4 "github.com/pierrec/lz4/v4"
)

var errTooLarge = fmt.Errorf("unpacks to more than %d octets", maxBlock)

// unpacker undoes the compression of blocks. Only zstd has state worth keeping.
type unpacker struct{ zstd *kzstd.Decoder }

// unpack gives a block without its compression, in the memory of dst where it fits. Blocks do not say how
// long they were, so memory grows as they are unpacked, up to maxBlock.
func (u *unpacker) unpack(c compression, dst, raw []byte) ([]byte, error) {
	switch c {
	case plain:
		return raw, nil
	case lzo:
		return unpackLZO(dst, raw, maxBlock)
	case bzip2:
		return unpackStream(dst, stdbzip2.NewReader(bytes.NewReader(raw)))
	case lz4:
		return unpackLZ4(dst, raw)
	case zstd:
		return u.unpackZstd(dst, raw)
	}
	return nil, errors.New("not known")
}

// unpackLZ4 unpacks a bare block. The library does not tell a block that is damaged from one that needs more
// room, so room is doubled up to what the packed size can yield at most, which is 255 times as much.
func unpackLZ4(dst, raw []byte) ([]byte, error) {
	most := min(maxBlock, 255*len(raw)+64)
	for room := min(most, max(cap(dst), 4*len(raw), 64<<10)); ; room = min(most, 2*room) {
		dst = slices.Grow(dst[:0], room)[:room]
		n, err := plz4.UncompressBlock(raw, dst)
		if err == nil {
			return dst[:n], nil
		}
		if room == most {
			return dst[:0], err
		}
	}
}

func unpackStream(dst []byte, r io.Reader) ([]byte, error) {
	out := bytes.NewBuffer(dst)
	n, err := io.Copy(out, io.LimitReader(r, maxBlock+1))
	switch {
	case err != nil:
		return nil, err
	case n > maxBlock:
		return nil, errTooLarge
	}
	return out.Bytes(), nil
}

func (u *unpacker) unpackZstd(dst, raw []byte) ([]byte, error) {
	if u.zstd == nil {
		z, err := kzstd.NewReader(nil, kzstd.WithDecoderConcurrency(1), kzstd.WithDecoderMaxMemory(maxBlock), kzstd.WithDecoderMaxWindow(maxBlock))
		if err != nil {
			return nil, err
		}
		u.zstd = z
	}
	out, err := u.zstd.DecodeAll(raw, dst)
	if errors.Is(err, kzstd.ErrDecoderSizeExceeded) {
		err = errTooLarge
	}
	return out, err
}
