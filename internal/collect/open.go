package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
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
		if len(head) >= len(m.magic) && string(head[:len(m.magic)]) == m.magic {
			return m.is
		}
	}
	if len(head) > 262 && bytes.Equal(head[257:262], []byte("ustar")) {
		return layerTar
	}
	return layerNone
}

// wrapped is what may have to be unwrapped: one compression, one archive, one compression inside it.
type wrapped struct {
	name                 string
	mod                  time.Time
	disk                 *os.File // when it is a file as it stands on disk
	again                bool     // it can be opened again under its name
	start                int64    // Files.Done when the file was opened
	compressed, archived bool
	whole                *budget // of the archive it is a member of
}

func (f *Files) open(ctx context.Context, name string, mod time.Time, r io.Reader, disk *os.File, do func(*Member) error) error {
	start := f.Done.Load()
	s := newStream(base{r, &f.Done, ctx.Err})
	defer s.release()
	return f.unwrap(ctx, wrapped{name: name, mod: mod, disk: disk, again: disk != nil, start: start}, s, do)
}

func (f *Files) unwrap(ctx context.Context, w wrapped, s *stream, do func(*Member) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	head, err := s.buf.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return do(&Member{Name: w.name, Err: plain(err)})
	}
	refuse := func(why string) error { return do(&Member{Name: w.name, Err: errors.New(why)}) }
	switch is := layerOf(head); is {
	case layerNone:
		return do(&Member{Name: w.name, Modified: w.mod, Again: w.again && !w.archived, r: asLines(s.buf)})
	case layerXZ:
		return refuse("xz compression is not read; unpack it first (xz -dk)")
	case layerZip, layerTar:
		if w.archived {
			return refuse("an archive inside an archive is not opened; unpack the outer one first")
		}
		if is == layerTar {
			return f.tar(ctx, w, s, do)
		}
		if w.disk == nil || w.compressed {
			return refuse("a zip archive is read from a file only; save it and name the file")
		}
		return f.zip(ctx, w, do)
	case layerGzip, layerZstd, layerBzip2:
		if w.compressed {
			return refuse("compressed twice; unpack it once first")
		}
		return f.decompressed(ctx, w, s, is, do)
	}
	return fmt.Errorf("no way to unwrap %s", w.name) // not reached: every layer has its case
}

func (f *Files) decompressed(ctx context.Context, w wrapped, s *stream, is layer, do func(*Member) error) error {
	start := s.consumed()
	u, done, err := decompress(is, s.buf)
	if err != nil {
		return do(&Member{Name: w.name, Err: err})
	}
	defer done()
	w.compressed, w.disk = true, nil
	inner := newStream(f.unpacked(u, func() int64 { return s.consumed() - start }, w.whole))
	defer inner.release()
	return f.unwrap(ctx, w, inner, do)
}
