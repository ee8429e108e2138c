package dnstap

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Limits of frame streams. The format has none for data; a response and its query at their longest are 128 KiB.
const (
	maxFrame   = 192 << 10
	maxControl = 512
	// maxPassed is how long a frame may be that is passed over. Beyond, the length is no length.
	maxPassed = 64 << 20
)

// contentType is what a stream of dnstap says that it holds.
const contentType = "protobuf:dnstap.Dnstap"

// The control frames.
const (
	controlAccept = 1
	controlStart  = 2
	controlStop   = 3
	controlReady  = 4
	controlFinish = 5
)

// fieldContentType is the one field that control frames have.
const fieldContentType = 1

// What ends the reading of a stream.
var (
	errCut     = errors.New("cut off in the middle of a frame")
	errControl = errors.New("control frame that contradicts itself")
	errContent = errors.New("a frame stream of something else than dnstap")
	errStart   = errors.New("data before the start of a frame stream")
	errLength  = errors.New("frame length beyond any sense")
)

// Sniff reports whether a source begins like a frame stream of dnstap.
func Sniff(head []byte) bool {
	if len(head) < 12 || binary.BigEndian.Uint32(head) != 0 {
		return false
	}
	n := binary.BigEndian.Uint32(head[4:])
	if n > maxControl || uint64(len(head)) < 8+uint64(n) {
		return false
	}
	kind, ours, err := control(head[8 : 8+n])
	return err == nil && ours && (kind == controlStart || kind == controlReady)
}

// control reads a control frame: what it is, and whether it names our content.
func control(b []byte) (kind uint32, ours bool, err error) {
	if len(b) < 4 {
		return 0, false, errControl
	}
	kind, b = binary.BigEndian.Uint32(b), b[4:]
	for len(b) > 0 {
		if len(b) < 8 {
			return 0, false, errControl
		}
		field, n := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
		if b = b[8:]; uint64(n) > uint64(len(b)) {
			return 0, false, errControl
		}
		ours = ours || field == fieldContentType && bytes.Equal(b[:n], []byte(contentType))
		b = b[n:]
	}
	return kind, ours, nil
}

// frames reads the frames of a stream, or of several one after the other.
type frames struct {
	in      *bufio.Reader
	buf     []byte
	started bool
	stopped bool // the last frame ended a stream
	passed  uint64
}

func newFrames(r io.Reader) *frames { return &frames{in: bufio.NewReaderSize(r, 64<<10)} }

// next gives the next frame of data, valid until the one after; io.EOF at the end. Frames that are too long are
// passed over and counted.
func (f *frames) next() ([]byte, error) {
	for {
		n, err := f.length()
		if err != nil {
			return nil, err
		}
		switch {
		case n == 0:
			if err := f.control(); err != nil {
				return nil, err
			}
		case !f.started:
			return nil, errStart
		case n > maxPassed:
			return nil, fmt.Errorf("%w: %d octets", errLength, n)
		case n > maxFrame:
			if _, err := f.in.Discard(int(n)); err != nil {
				return nil, cut(err)
			}
			f.passed++
		default:
			return f.read(n)
		}
	}
}

// length reads the four octets that a frame begins with.
func (f *frames) length() (uint32, error) {
	var b [4]byte
	if _, err := io.ReadFull(f.in, b[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		return 0, cut(err)
	}
	return binary.BigEndian.Uint32(b[:]), nil
}

func (f *frames) read(n uint32) ([]byte, error) {
	if uint32(cap(f.buf)) < n {
		f.buf = make([]byte, n, max(2*n, 4096)) // n is at most maxFrame
	}
	f.buf = f.buf[:n]
	if _, err := io.ReadFull(f.in, f.buf); err != nil {
		return nil, cut(err)
	}
	return f.buf, nil
}

func (f *frames) control() error {
	n, err := f.length()
	if err != nil {
		return cut(err)
	}
	if n > maxControl {
		return errControl
	}
	b, err := f.read(n)
	if err != nil {
		return err
	}
	kind, ours, err := control(b)
	if err != nil {
		return err
	}
	switch kind {
	case controlStart:
		if !ours {
			return errContent
		}
		f.started, f.stopped = true, false
	case controlStop:
		f.started, f.stopped = false, true
	case controlReady, controlAccept, controlFinish: // of a dialogue that was recorded
	default:
		return errControl
	}
	return nil
}

// cut says that a source ended too early; other errors of reading stay what they are.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}
