package collect

import (
	"bufio"
	"io"
	"sync"
	"sync/atomic"
)

// stream is a buffered reader that knows how much of its source was consumed. It comes from a pool
// and goes back by release: a walk over many small files needs few of them.
type stream struct {
	buf *bufio.Reader // reads from the stream itself
	r   io.Reader
	n   int64 // bytes that buf took from r
}

var streams sync.Pool // of *stream

func newStream(r io.Reader) *stream {
	s, ok := streams.Get().(*stream)
	if !ok {
		s = &stream{buf: bufio.NewReaderSize(nil, headSize)}
	}
	s.r, s.n = r, 0
	s.buf.Reset(s)
	return s
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	return n, err
}

// consumed gives how many bytes whoever reads buf has taken from it.
func (s *stream) consumed() int64 { return s.n - int64(s.buf.Buffered()) }

// release gives the stream's memory back; nobody may read it any more.
func (s *stream) release() {
	s.r = nil
	s.buf.Reset(nil)
	streams.Put(s)
}

// base reads what stands on disk or comes through a pipe: it counts for the progress, and ends
// when the walk is cancelled.
type base struct {
	r       io.Reader
	n       *atomic.Int64
	stopped func() error
}

func (b base) Read(p []byte) (int, error) {
	if err := b.stopped(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	b.n.Add(int64(n))
	return n, err
}
