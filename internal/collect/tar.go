package collect

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

const tarBlock = 512

// tar hands over the files of a tar archive. Folders, links and devices hold no records.
func (f *Files) tar(ctx context.Context, w wrapped, s *stream, do func(*Member) error) error {
	a := f.archive(w.name, func() int64 { return f.Done.Load() - w.start }, do)
	start := s.consumed()
	t := tar.NewReader(s.buf)
	var end int64 // of the last entry, when its size is as stated
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		if err != nil {
			if err = tarEnd(err, s, s.consumed()-start > end); err != nil {
				if err := do(&Member{Name: w.name, Err: err}); err != nil {
					return err
				}
			}
			return a.end()
		}
		sparse := isSparse(h)
		end = s.consumed() - start
		if hasData(h) && !sparse {
			end += h.Size
		}
		end = (end + tarBlock - 1) / tarBlock * tarBlock
		if !isFile(h) {
			continue
		}
		if stop, err := a.full(); stop {
			return errors.Join(err, a.end())
		}
		m := wrapped{name: nameIn(w.name, h.Name), mod: h.ModTime, archived: true, whole: a.whole}
		if sparse {
			err = a.hand(&Member{Name: m.name, Err: errors.New("a sparse file in a tar is not read; unpack it first")})
		} else {
			err = f.tarMember(ctx, m, t, s, a)
		}
		if err != nil {
			return err
		}
	}
}

func (f *Files) tarMember(ctx context.Context, m wrapped, t *tar.Reader, s *stream, a *archive) error {
	from := s.consumed()
	inner := newStream(f.Limits.reader(t, func() int64 { return s.consumed() - from }, a.whole))
	defer inner.release()
	return f.unwrap(ctx, m, inner, a.hand)
}

// isFile reports whether an entry is a file: also one that asks for contiguous space, or has holes.
func isFile(h *tar.Header) bool {
	return h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeCont || h.Typeflag == tar.TypeGNUSparse
}

// isSparse reports whether a file has holes. They cost nothing in the archive, and their size is
// whatever the archive claims.
func isSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// hasData reports whether the bytes of an entry's size follow its header.
func hasData(h *tar.Header) bool {
	switch h.Typeflag {
	case tar.TypeLink, tar.TypeSymlink, tar.TypeChar, tar.TypeBlock, tar.TypeDir, tar.TypeFifo:
		return false
	}
	return true
}

// tarEnd says what is wrong with the end of an archive: marked tells whether any block followed its
// last entry. Behind the mark there is padding, and the checksum of a compression around it.
func tarEnd(err error, s *stream, marked bool) error {
	switch {
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("tar archive: %w", err)
	case !marked:
		return errors.New("the archive ends without its end mark: it may be cut off")
	}
	for {
		b, err := s.buf.Peek(1)
		if len(b) == 0 {
			if endOf(err) == nil {
				return nil
			}
			return fmt.Errorf("tar archive: %w", err)
		}
		b, _ = s.buf.Peek(s.buf.Buffered())
		if len(bytes.Trim(b, "\x00")) > 0 {
			return errors.New("the archive goes on after its end mark; what follows was not read")
		}
		_, _ = s.buf.Discard(len(b))
	}
}
