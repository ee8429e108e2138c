package wal

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"stormglass/internal/fault"
)

const (
	version    = 1
	headerSize = 32
	// maxFirst bounds the position a segment can begin at, so that none overflows.
	maxFirst = 1 << 62
)

var (
	magic      = [8]byte{'S', 'G', 'L', 'O', 'G', '\r', '\n', 0x1a}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// header begins a segment. The salt is random and goes into all checksums of the segment's frames:
// bytes that only look like a frame, because somebody sent them to us, do not pass for one.
type header struct {
	first Position
	salt  [8]byte
}

func newHeader(first Position) header {
	h := header{first: first}
	_, _ = rand.Read(h.salt[:]) // never fails
	return h
}

func (h header) encode() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, magic[:]...)
	b = binary.LittleEndian.AppendUint32(b, version)
	b = binary.LittleEndian.AppendUint64(b, uint64(h.first))
	b = append(b, h.salt[:]...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// decodeHeader reads headerSize bytes.
func decodeHeader(b []byte) (header, error) {
	if crc32.Checksum(b[:28], castagnoli) != binary.LittleEndian.Uint32(b[28:]) || [8]byte(b) != magic {
		return header{}, errHeader
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v != version {
		err := fmt.Errorf("log of version %d, this program knows version %d", v, version)
		return header{}, fault.Hint(fault.Conflict, err, "use the version of stormglass that wrote it, or a later one")
	}
	h := header{first: Position(binary.LittleEndian.Uint64(b[12:])), salt: [8]byte(b[20:])}
	if h.first == 0 || h.first > maxFirst {
		return header{}, fmt.Errorf("first position %d", h.first)
	}
	return h, nil
}

var errHeader = errors.New("the header is not one of a log")
