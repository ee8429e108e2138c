package collect

import (
	"context"
	"errors"
	"io"

	"stormglass/internal/telemetry"
)

// Digest is SHA-256 over the start of a content.
type Digest struct {
	ID  telemetry.SourceID
	Cut bool // the content goes on in the middle of a line
}

// Digests gives the digest of the first n bytes of a file's content, decompressed, for each n of at
// (ascending) that the file reaches, and over its whole content. The file is one that gave a Member
// with Again.
func (f *Files) Digests(ctx context.Context, path string, at []uint64) (parts map[uint64]Digest, whole telemetry.SourceID, err error) {
	parts = map[uint64]Digest{}
	err = f.Each(ctx, []string{path}, func(m *Member) error {
		if m.Err != nil {
			return m.Err
		}
		for _, n := range at {
			d, err := m.digest(n)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			parts[n] = d
		}
		if _, err := io.Copy(io.Discard, m); err != nil {
			return err
		}
		whole = m.ID()
		return nil
	})
	return parts, whole, err
}

// digest reads on to byte n; io.EOF when the content ends before.
func (m *Member) digest(n uint64) (Digest, error) {
	var last lastByte
	if n < m.size {
		return Digest{}, io.EOF
	}
	if _, err := io.CopyN(&last, m, int64(n-m.size)); err != nil {
		return Digest{}, err
	}
	next, err := m.r.Peek(1)
	goesOn := err == nil && next[0] != '\n'
	return Digest{ID: m.ID(), Cut: goesOn && last.b != '\n'}, nil
}

// lastByte forgets what is written to it but for the last byte.
type lastByte struct{ b byte }

func (l *lastByte) Write(p []byte) (int, error) {
	if len(p) > 0 {
		l.b = p[len(p)-1]
	}
	return len(p), nil
}
