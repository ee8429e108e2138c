package wal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// Position numbers the frames through the life of a log, from 1.
type Position uint64

const (
	// MaxPayload bounds the payload of a frame, in bytes.
	MaxPayload = 16 << 20
	// frameHeadSize is how many bytes of a frame lie before its payload.
	frameHeadSize = 32
)

// frameHead is what lies before a payload.
type frameHead struct {
	length     uint32
	position   Position
	synced     Position // all frames before this one were on disk when the frame was written
	kind       uint8
	payloadSum uint32
}

// seals are the checksums of the two halves of a segment's salt, from which those of its frames go on.
type seals struct {
	head, payload uint32
}

func (h header) seals() seals {
	return seals{crc32.Checksum(h.salt[:4], castagnoli), crc32.Checksum(h.salt[4:], castagnoli)}
}

func (s seals) payloadSum(payload []byte) uint32 {
	return crc32.Update(s.payload, castagnoli, payload)
}

// appendHead adds to b what lies before the payload of a frame.
func (s seals) appendHead(b []byte, f frameHead) []byte {
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, f.length)
	b = binary.LittleEndian.AppendUint64(b, uint64(f.position))
	b = binary.LittleEndian.AppendUint64(b, uint64(f.synced))
	b = append(b, f.kind, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, f.payloadSum)
	binary.LittleEndian.PutUint32(b[start:], crc32.Update(s.head, castagnoli, b[start+4:]))
	return b
}

// decodeHead reads frameHeadSize bytes. It is false when their checksum is not one of this segment.
func (s seals) decodeHead(b []byte) (frameHead, bool) {
	b = b[:frameHeadSize]
	f := frameHead{
		length:     binary.LittleEndian.Uint32(b[4:]),
		position:   Position(binary.LittleEndian.Uint64(b[8:])),
		synced:     Position(binary.LittleEndian.Uint64(b[16:])),
		kind:       b[24],
		payloadSum: binary.LittleEndian.Uint32(b[28:]),
	}
	sum := binary.LittleEndian.Uint32(b)
	return f, b[25]|b[26]|b[27] == 0 && crc32.Update(s.head, castagnoli, b[4:]) == sum
}

// check finds what a frame whose checksum matches cannot say where the frame at want is expected.
func (f frameHead) check(want Position) error {
	switch {
	case f.position != want:
		return fmt.Errorf("frame %d stands in the place of frame %d", f.position, want)
	case f.length > MaxPayload:
		return fmt.Errorf("frame %d says that it has %d bytes", f.position, f.length)
	case f.synced > f.position:
		return fmt.Errorf("frame %d says that frames after it were on disk", f.position)
	}
	return nil
}
