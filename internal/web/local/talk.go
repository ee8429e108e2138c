package local

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// Why a command is told to stop.
var (
	errCancelled = errors.New("the client stopped the command")
	errGone      = errors.New("the client has gone")
)

// talk is the service's end of a connection on which a command runs.
type talk struct {
	conn   net.Conn
	cancel context.CancelCauseFunc
	in     *input

	mu  sync.Mutex // of writing
	buf []byte
}

// send writes a frame. It waits until the client fetches what was written before.
func (t *talk) send(k kind, content []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = appendFrame(t.buf[:0], k, content)
	_, err := t.conn.Write(t.buf)
	if err != nil {
		t.cancel(errGone)
		return fmt.Errorf("answer a command: %w", err)
	}
	return nil
}

// giveRoom tells the client that it may send n bytes more.
func (t *talk) giveRoom(n int) error {
	return t.send(frameRoom, binary.BigEndian.AppendUint32(nil, uint32(n)))
}

// exit ends the answer.
func (t *talk) exit(x exit) {
	text, err := json.Marshal(x)
	if err == nil {
		_ = t.send(frameExit, text) // whoever has gone does not learn it
	}
}

// receive takes in what the client sends until it goes. It never waits for the command: so it notices at once when the
// client goes.
func (t *talk) receive(f *frameReader) {
	for {
		k, content, err := f.next()
		if err != nil {
			t.cancel(errGone)
			return
		}
		switch k {
		case frameInput:
			err = t.in.add(content)
		case frameEnd:
			t.in.end(io.EOF)
		case frameCancel:
			t.cancel(errCancelled)
		default:
			err = errFrame
		}
		if err != nil {
			t.cancel(err)
			return
		}
	}
}

// output is one of the streams a command writes.
type output struct {
	t    *talk
	kind kind
}

// Write sends p in pieces.
func (o *output) Write(p []byte) (n int, err error) {
	for n < len(p) {
		piece := p[n:min(len(p), n+maxPiece)]
		if err := o.t.send(o.kind, piece); err != nil {
			return n, err
		}
		n += len(piece)
	}
	return n, nil
}
