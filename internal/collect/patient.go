package collect

import (
	"context"
	"io"
	"os"
	"sync"
)

// patient reads what may stay silent for ever (a pipe, a terminal, a device), so that whoever waits
// for it can be cancelled. Its goroutine ends with the input, by close, or, when a read of the
// system cannot be ended, with the process.
type patient struct {
	chunks chan chunk
	spare  chan []byte
	stop   chan struct{}
	once   sync.Once
	chunk  // being handed out
	whole  []byte
}

type chunk struct {
	rest []byte
	err  error
}

func newPatient(r io.Reader) *patient {
	p := &patient{chunks: make(chan chunk), spare: make(chan []byte, 2), stop: make(chan struct{})}
	p.spare <- make([]byte, headSize)
	p.spare <- make([]byte, headSize)
	go p.pump(r)
	return p
}

func (p *patient) pump(r io.Reader) {
	for {
		var c chunk
		select {
		case c.rest = <-p.spare:
		case <-p.stop:
			return
		}
		n, err := r.Read(c.rest)
		c.rest, c.err = c.rest[:n], err
		select {
		case p.chunks <- c:
		case <-p.stop:
			return
		}
		if err != nil {
			return
		}
	}
}

func (p *patient) close() { p.once.Do(func() { close(p.stop) }) }

// reader gives a view of p whose reads end with the context.
func (p *patient) reader(ctx context.Context) io.Reader {
	return waiting{p, ctx.Done(), ctx.Err}
}

type waiting struct {
	*patient
	done    <-chan struct{}
	stopped func() error
}

func (w waiting) Read(b []byte) (int, error) {
	for len(w.rest) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		if w.whole != nil {
			w.spare <- w.whole[:headSize]
			w.whole = nil
		}
		select {
		case <-w.done:
			return 0, w.stopped()
		case w.chunk = <-w.chunks:
			w.whole = w.rest
		}
	}
	n := copy(b, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// openPipe opens a file whose opening may wait for somebody at its other end.
func openPipe(ctx context.Context, path string) (*os.File, error) {
	type opened struct {
		h   *os.File
		err error
	}
	done := make(chan opened)
	go func() {
		h, err := os.Open(path)
		select {
		case done <- opened{h, err}:
		case <-ctx.Done():
			if err == nil {
				_ = h.Close() // read only
			}
		}
	}()
	select {
	case o := <-done:
		return o.h, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
