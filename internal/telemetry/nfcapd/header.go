package nfcapd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// le is the byte order of the files that are read: that of the machine that wrote them.
var le = binary.LittleEndian

// Sizes of headers. The header of layout 1 is followed by its statistics.
const (
	minHeader   = 20
	maxLayout   = 3
	headerV1    = 140
	statV1      = 136
	headerV2    = 40
	blockHeader = 12
)

// compression says how the blocks of a file are packed.
type compression uint8

// The compressions, numbered as layout 2 does.
const (
	plain compression = iota
	lzo
	bzip2
	lz4
	zstd
)

var compressionNames = [...]string{"uncompressed", "lzo", "bzip2", "lz4", "zstd"}

func (c compression) String() string {
	if int(c) < len(compressionNames) {
		return compressionNames[c]
	}
	return fmt.Sprintf("compression %d", uint8(c))
}

// header is what the header of a file says.
type header struct {
	layout      uint16
	compression compression
	finished    bool   // a file still being written says nothing of its blocks
	blocks      uint64 // with those at the end that hold the file's name and statistics
}

func nameOf(head []byte) string {
	if len(head) < minHeader {
		return "nfcapd"
	}
	if head[0] == 0xa5 {
		return "nfcapd big-endian"
	}
	switch layout := le.Uint16(head[2:]); layout {
	case 1:
		return "nfcapd v1 " + flagged(le.Uint32(head[4:])).String()
	case 2:
		return "nfcapd v2 " + compression(head[16]).String()
	default:
		return fmt.Sprintf("nfcapd v%d", layout)
	}
}

// flagged gives the compression that the flags of layout 1 tell of.
func flagged(flags uint32) compression {
	switch {
	case flags&0x01 != 0:
		return lzo
	case flags&0x08 != 0:
		return bzip2
	case flags&0x10 != 0:
		return lz4
	}
	return plain
}

// readHeader reads the header of a file and what follows it before the first block.
func readHeader(r io.Reader) (header, error) {
	var buf [headerV1 + statV1]byte
	if _, err := io.ReadFull(r, buf[:4]); err != nil {
		return header{}, fmt.Errorf("file header: %w", unexpected(err))
	}
	switch {
	case buf[0] == 0xa5 && buf[1] == 0x0c:
		return header{}, errors.New("written on a big-endian machine")
	case buf[0] != 0x0c || buf[1] != 0xa5:
		return header{}, errors.New("no file of nfcapd")
	}
	h := header{layout: le.Uint16(buf[2:])}
	size := headerV2
	switch h.layout {
	case 1:
		size = headerV1 + statV1
	case 2:
	default:
		return h, fmt.Errorf("layout %d is not known", h.layout)
	}
	if _, err := io.ReadFull(r, buf[4:size]); err != nil {
		return h, fmt.Errorf("file header: %w", unexpected(err))
	}
	if h.layout == 1 {
		h.compression = flagged(le.Uint32(buf[4:]))
		h.blocks = uint64(le.Uint32(buf[8:]))
		h.finished = h.blocks > 0
		return h, nil
	}
	h.compression = compression(buf[16])
	if int(h.compression) >= len(compressionNames) {
		return h, fmt.Errorf("%s is not known", h.compression)
	}
	if buf[17] != 0 {
		return h, errors.New("file is encrypted")
	}
	appendix := uint64(le.Uint16(buf[18:]))
	h.blocks = uint64(le.Uint32(buf[36:])) + appendix
	h.finished = h.blocks > 0
	return h, nil
}

// unexpected turns an end of file in the middle of something into what it is.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
