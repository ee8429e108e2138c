package collect

import (
	"archive/tar"
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"stormglass/internal/telemetry"
)

// BenchmarkTinyMembers reads a tar.gz of 10,000 members of one line each.
func BenchmarkTinyMembers(b *testing.B) {
	path := filepath.Join(b.TempDir(), "tiny.tgz")
	h, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	z := gzip.NewWriter(h)
	w := tar.NewWriter(z)
	for i := range 10_000 {
		s := fmt.Sprintf("a.example.com %d\n", i)
		_ = w.WriteHeader(&tar.Header{Name: fmt.Sprintf("d/%06d.log", i), Size: int64(len(s)), Mode: 0o600, Typeflag: tar.TypeReg})
		_, _ = io.WriteString(w, s)
	}
	_ = w.Close()
	_ = z.Close()
	_ = h.Close()
	b.ReportAllocs()
	for b.Loop() {
		var f Files
		r := Reader{Handle: func(context.Context, *telemetry.Batch) error { return nil }}
		n := 0
		err := f.Each(b.Context(), []string{path}, func(m *Member) error {
			n++
			_, err := r.Read(b.Context(), m)
			return err
		})
		if err != nil || n != 10_000 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkReline puts an array of printed objects into lines.
func BenchmarkReline(b *testing.B) {
	in := strings.ReplaceAll(records("[\n", 30_000, ",\n", "\n]\n"), ",\"", ",\n  \"")
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if _, err := io.Copy(io.Discard, &reliner{r: bufio.NewReaderSize(strings.NewReader(in), headSize)}); err != nil {
			b.Fatal(err)
		}
	}
}
