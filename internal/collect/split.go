package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"stormglass/internal/telemetry"
)

const (
	blockSize = 256 << 10 // bytes a block aims for
	// MaxLine is the longest line that is read, in bytes; longer ones are counted and passed over.
	MaxLine = 1 << 20
)

// splitter cuts a stream into blocks of whole lines.
type splitter struct {
	r      io.Reader
	bytes  uint64
	line   uint64 // of the next block
	carry  []byte // start of a line whose end was not read yet
	long   uint64 // lines passed over
	longAt uint64 // the first of them
	open   bool   // the last line has no end
}

func newSplitter(r io.Reader) *splitter {
	return &splitter{r: r, line: 1}
}

// buffers hold the memory of blocks, of all sources: a source may be smaller than a block.
var buffers = sync.Pool{New: func() any {
	b := make([]byte, 0, blockSize+blockSize/4)
	return &b
}}

func buffer() []byte {
	b, _ := buffers.Get().(*[]byte)
	return (*b)[:0]
}

// giveBack returns a block's memory for use by a later block.
func giveBack(b []byte) {
	if cap(b) <= 2*MaxLine {
		buffers.Put(&b)
	}
}

// run sends the blocks of the stream until it ends; the error is why it ended early.
func (s *splitter) run(ctx context.Context, send func(*telemetry.Block) error) error {
	for {
		data, err := s.fill(ctx, append(buffer(), s.carry...))
		if cerr := ctx.Err(); cerr != nil {
			return cerr
		}
		s.carry = s.carry[:0]
		ended := err != nil
		if !ended {
			i := bytes.LastIndexByte(data, '\n')
			if i < 0 {
				if err := s.passOver(ctx, data); err != nil {
					return endOf(err)
				}
				continue
			}
			s.carry = append(s.carry, data[i+1:]...)
			data = data[:i+1]
		}
		s.open = len(data) > 0 && data[len(data)-1] != '\n'
		if len(data) > 0 || ended {
			b := &telemetry.Block{Data: data, Line: s.line, Last: ended}
			s.line += uint64(bytes.Count(data, []byte{'\n'}))
			if err := send(b); err != nil {
				return err
			}
		}
		if ended {
			return endOf(err)
		}
	}
}

func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// fill reads until the buffer holds a block's worth and at least one line's end, or MaxLine bytes.
func (s *splitter) fill(ctx context.Context, b []byte) ([]byte, error) {
	from := 0
	for {
		if err := ctx.Err(); err != nil {
			return b, err
		}
		if len(b) == cap(b) {
			b = append(b, make([]byte, cap(b))...)[:len(b)]
		}
		n, err := s.r.Read(b[len(b):cap(b)])
		s.took(b[len(b) : len(b)+n])
		b = b[:len(b)+n]
		if err != nil {
			return b, err
		}
		if len(b) < blockSize {
			continue
		}
		if bytes.LastIndexByte(b[from:], '\n') >= 0 || len(b) > MaxLine {
			return b, nil
		}
		from = len(b)
	}
}

func (s *splitter) took(b []byte) {
	s.bytes += uint64(len(b))
}

// passOver skips the rest of a line that is too long, and keeps what follows it.
func (s *splitter) passOver(ctx context.Context, b []byte) error {
	if s.long++; s.longAt == 0 {
		s.longAt = s.line
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.r.Read(b[:cap(b)])
		s.took(b[:n])
		if i := bytes.IndexByte(b[:n], '\n'); i >= 0 {
			s.carry = append(s.carry, b[i+1:n]...)
			s.line++
			giveBack(b)
			return nil // an error comes again with the next read
		}
		if err != nil {
			return err
		}
	}
}

// account notes what was read, once run has ended.
func (s *splitter) account(a *telemetry.Account) {
	a.Ordinals = s.line - 1
	if s.open {
		a.Ordinals = s.line
	}
	if s.long == 0 {
		return
	}
	a.Lines += s.long
	p := telemetry.Problems{List: []telemetry.Problem{{
		Reason: fmt.Sprintf("line longer than %d KiB", MaxLine>>10), Count: s.long,
		Examples: []telemetry.Example{{Line: s.longAt}},
	}}}
	a.Problems.Merge(&p)
}
