package collect

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// layer is a wrapping that is undone before a format is looked for.
type layer uint8

const (
	layerNone layer = iota
	layerGzip
	layerZstd
	layerBzip2
	layerXZ
	layerZip
	layerTar
)

func layerOf(head []byte) layer {
	for _, m := range []struct {
		magic string
		is    layer
	}{{"\x1f\x8b", layerGzip}, {"\x28\xb5\x2f\xfd", layerZstd}, {"BZh", layerBzip2}, {"\xfd7zXZ\x00", layerXZ}, {"PK\x03\x04", layerZip}, {"PK\x05\x06", layerZip}} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.is
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return layerTar
	}
	return layerNone
}

// depth says how far a member is wrapped: one compression, one archive, one compression inside it.
type depth struct{ compressed, archived bool }

func (f *Files) open(ctx context.Context, name string, mod time.Time, r io.Reader, disk *os.File, do func(*Member) error) error {
	return f.unwrap(ctx, name, mod, bufio.NewReaderSize(counting{r, &f.Done}, headSize), disk, depth{}, do)
}

func (f *Files) unwrap(ctx context.Context, name string, mod time.Time, r *bufio.Reader, disk *os.File, d depth, do func(*Member) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	head, err := r.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return do(&Member{Name: name, Err: plain(err)})
	}
	refuse := func(format string, args ...any) error {
		return do(&Member{Name: name, Err: fmt.Errorf(format, args...)})
	}
	switch is := layerOf(head); is {
	case layerNone:
		return f.hand(name, mod, r, do)
	case layerXZ:
		return refuse("xz compression is not read; unpack it first (xz -dk)")
	case layerZip, layerTar:
		if d.archived {
			return refuse("an archive inside an archive is not opened; unpack the outer one first")
		}
		if is == layerTar {
			return f.tar(ctx, name, r, do)
		}
		if disk == nil || d.compressed {
			return refuse("a zip archive is read from a file only; save it and name the file")
		}
		return f.zip(ctx, name, disk, do)
	case layerGzip, layerZstd, layerBzip2:
		if d.compressed {
			return refuse("compressed twice; unpack it once first")
		}
		u, done, err := decompress(is, r)
		if err != nil {
			return refuse("%w", err)
		}
		defer done()
		d.compressed = true
		start := f.Done.Load()
		limited := f.Limits.reader(u, func() int64 { return f.Done.Load() - start })
		return f.unwrap(ctx, name, mod, bufio.NewReaderSize(limited, headSize), nil, d, do)
	}
	return nil
}

func decompress(is layer, r io.Reader) (io.Reader, func(), error) {
	switch is {
	case layerGzip:
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip header: %w", err)
		}
		return named{z, "gzip"}, func() { _ = z.Close() }, nil
	case layerZstd:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd header: %w", err)
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
	return c, fmt.Errorf("%s: %w", n.format, err)
}

func (f *Files) hand(name string, mod time.Time, r *bufio.Reader, do func(*Member) error) error {
	f.members++
	if f.members > f.Limits.members() {
		return fmt.Errorf("more than %d files; name fewer at a time", f.Limits.members())
	}
	return do(&Member{Name: name, Modified: mod, r: fromUTF16(r)})
}

func (f *Files) tar(ctx context.Context, name string, r io.Reader, do func(*Member) error) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return do(&Member{Name: name, Err: fmt.Errorf("tar archive: %w", err)})
		case h.Typeflag != tar.TypeReg:
			continue // folders, links and devices hold no records
		}
		if err := f.unwrap(ctx, name+"!"+h.Name, h.ModTime, bufio.NewReaderSize(t, headSize), nil, depth{archived: true}, do); err != nil {
			return err
		}
	}
}

func (f *Files) zip(ctx context.Context, name string, disk *os.File, do func(*Member) error) error {
	info, err := disk.Stat()
	if err != nil {
		return do(&Member{Name: name, Err: plain(err)})
	}
	z, err := zip.NewReader(disk, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // members are read, never written to their paths
		return do(&Member{Name: name, Err: err})
	}
	for _, m := range z.File {
		if m.FileInfo().IsDir() {
			continue
		}
		if err := f.zipMember(ctx, name, m, do); err != nil {
			return err
		}
	}
	return nil
}

func (f *Files) zipMember(ctx context.Context, archive string, m *zip.File, do func(*Member) error) error {
	name := archive + "!" + m.Name
	if m.Flags&1 != 0 {
		return do(&Member{Name: name, Err: errors.New("the archive is encrypted; unpack it first")})
	}
	r, err := m.Open()
	if err != nil {
		return do(&Member{Name: name, Err: err})
	}
	defer func() { _ = r.Close() }() // read only
	limited := f.Limits.reader(r, func() int64 { return int64(min(m.CompressedSize64, 1<<62)) })
	return f.unwrap(ctx, name, m.Modified, bufio.NewReaderSize(limited, headSize), nil, depth{archived: true}, do)
}
