package collect

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var gzips sync.Pool // of *gzip.Reader

// decompress begins to undo a compression; the function it gives ends that.
func decompress(is layer, r *bufio.Reader) (io.Reader, func(), error) {
	switch is {
	case layerGzip:
		z, ok := gzips.Get().(*gzip.Reader)
		if !ok {
			z = new(gzip.Reader)
		}
		if err := z.Reset(r); err != nil {
			return nil, nil, headerError("gzip", err)
		}
		return named{z, "gzip"}, func() {
			_ = z.Close() // nothing of it is written
			gzips.Put(z)
		}, nil
	case layerZstd:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, headerError("zstd", err)
		}
		return named{z, "zstd"}, z.Close, nil
	default:
		return named{bzip2.NewReader(r), "bzip2"}, func() {}, nil
	}
}

// named says which decompression failed, and turns a cut-off stream into plain words.
type named struct {
	r      io.Reader
	format string
}

func (n named) Read(p []byte) (int, error) {
	c, err := n.r.Read(p)
	switch {
	case err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return c, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return c, fmt.Errorf("the %s data is cut off", n.format)
	}
	return c, prefixed(n.format, err)
}

func headerError(format string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the %s header is cut off", format)
	}
	return prefixed(format, err)
}

// prefixed names the format before an error that does not do so itself.
func prefixed(format string, err error) error {
	if strings.HasPrefix(err.Error(), format) {
		return err
	}
	return fmt.Errorf("%s: %w", format, err)
}
