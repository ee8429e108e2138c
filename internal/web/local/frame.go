package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// kind says what a frame holds.
type kind byte

// The kinds of frame. Those of the client are lower case, those of the service upper case.
const (
	frameInput  kind = 'i' // a piece of standard input, at least a byte
	frameEnd    kind = 'e' // standard input is at its end
	frameCancel kind = 'c' // the command is to stop
	frameOutput kind = 'O' // a piece of standard output
	frameErrors kind = 'E' // a piece of standard error
	frameRoom   kind = 'R' // bytes of standard input that may be sent besides, as 4 bytes
	frameExit   kind = 'X' // the end: an exit as JSON
)

const (
	headerSize = 5        // kind, and length of what follows, big-endian
	maxPiece   = 32 << 10 // bytes of a frame
	inputRoom  = 1 << 18  // bytes of standard input on their way or waiting
)

// errFrame is that the other side does not keep to the form of frames.
var errFrame = errors.New("not in the form of frames")

// allowed says how long a frame of a kind may be, and at least is.
func (k kind) allowed() (least, most int, ok bool) {
	switch k {
	case frameInput, frameOutput, frameErrors:
		return 1, maxPiece, true
	case frameEnd, frameCancel:
		return 0, 0, true
	case frameRoom:
		return 4, 4, true
	case frameExit:
		return 2, maxPiece, true
	}
	return 0, 0, false
}

// appendFrame appends a frame to b.
func appendFrame(b []byte, k kind, content []byte) []byte {
	b = append(b, byte(k))
	b = binary.BigEndian.AppendUint32(b, uint32(len(content)))
	return append(b, content...)
}

// frameReader reads frames.
type frameReader struct {
	r   io.Reader
	buf [headerSize + maxPiece]byte
}

// next reads a frame, whose content is good until the next one. The error is io.EOF between two frames only.
func (f *frameReader) next() (k kind, content []byte, err error) {
	header := f.buf[:headerSize]
	if _, err := io.ReadFull(f.r, header); err != nil {
		return 0, nil, err //nolint:wrapcheck // io.EOF and io.ErrUnexpectedEOF as they are
	}
	k = kind(header[0])
	size := binary.BigEndian.Uint32(header[1:])
	least, most, ok := k.allowed()
	if !ok || size < uint32(least) || size > uint32(most) {
		return 0, nil, fmt.Errorf("frame of kind %q with %d bytes: %w", rune(header[0]), size, errFrame)
	}
	content = f.buf[headerSize : headerSize+int(size)]
	if _, err := io.ReadFull(f.r, content); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return 0, nil, err
	}
	return k, content, nil
}
