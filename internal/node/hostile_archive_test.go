package node

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"stormglass/internal/report"
)

func gzipped(tb testing.TB, write func(w io.Writer)) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	write(w)
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func zstded(tb testing.TB, write func(w io.Writer)) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		tb.Fatal(err)
	}
	write(w)
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileCompression: what came before the damage is hunted, and so is the next file.
func TestHostileCompression(t *testing.T) {
	text := manyLines(20_000)
	plain := func(w io.Writer) { _, _ = io.WriteString(w, text) }
	gz, zs := gzipped(t, plain), zstded(t, plain)
	broken := func(b []byte) []byte {
		c := bytes.Clone(b)
		c[len(c)/2] ^= 0xff
		return c
	}
	bomb := func(w io.Writer) { // text at first, so that it is recognised, then zeros
		_, _ = io.WriteString(w, manyLines(2000))
		zeros := make([]byte, 1<<20)
		for range 300 {
			_, _ = w.Write(zeros)
		}
	}
	gzBomb := gzipped(t, bomb)
	for _, tt := range []struct {
		name    string
		content []byte
		least   uint64 // records that are read before the damage
		says    string
	}{
		{"half.gz", gz[:len(gz)/2], 1000, "the gzip data is cut off"},
		{"head.gz", gz[:11], 0, "gzip"},
		{"magic.gz", gz[:3], 0, "gzip header"},
		{"trailer.gz", gz[:len(gz)-1], 20_000, "the gzip data is cut off"},
		{"corrupt.gz", broken(gz), 0, "gzip"},
		{"half.zst", zs[:len(zs)/2], 0, "the zstd data is cut off"},
		{"head.zst", zs[:11], 0, "zstd"},
		{"corrupt.zst", broken(zs), 0, "zstd"},
		{"trailing.zst", append(bytes.Clone(zs), "garbage garbage"...), 20_000, "zstd"},
		{"cut.bz2", []byte("BZh91AY&SY"), 0, "the bzip2 data is cut off"},
		{"corrupt.bz2", []byte("BZh9" + strings.Repeat("x", 100)), 0, "bzip2"},
		{"bomb.gz", gzBomb, 2000, "decompression bomb"},
		{"bomb.zst", zstded(t, bomb), 2000, "decompression bomb"},
		{"nested.gz", gzipped(t, func(w io.Writer) { _, _ = w.Write(gzBomb) }), 0, "compressed twice"},
		{"xz.xz", []byte("\xfd7zXZ\x00rest"), 0, "xz"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			after := "2026-01-06T10:00:00Z after app: seen " + hostileValue + "\n"
			r, out := hunted(t, []string{hostileIntel(t, dir)}, put(t, dir, tt.name, string(tt.content)), put(t, dir, "after.txt", after))
			a := account(t, r, tt.name)
			if says := complaint(a); !strings.Contains(says, tt.says) {
				t.Errorf("the account says %q, want %q in it", says, tt.says)
			}
			if a.Whole() || a.Read < tt.least {
				t.Errorf("whole %v, %d records read, want at least %d", a.Whole(), a.Read, tt.least)
			}
			if b := account(t, r, "after.txt"); b.Read != 1 || !b.Whole() {
				t.Errorf("the next file: %+v", b)
			}
			if got := records(r); got < tt.least+1 {
				t.Errorf("found in %d records, want at least %d", got, tt.least+1)
			}
			if !strings.Contains(out[report.Table], tt.name) {
				t.Error("the table does not name the file")
			}
		})
	}
}

// hostileNames are names of files and members that do harm where they are shown or used as paths.
var hostileNames = []string{
	"../../../etc/cron.d/x", "/etc/passwd", "esc\x1b]0;owned\a\x1b[31m.log", "new\nline.log", "\u202egpj.exe",
	"<script>alert(1)</script>.log", "=cmd|' /C calc'!A0", "bad\xff\xfe.log",
}

// TestHostileArchives: members are read under any name, what is cut off is said, and nothing is written.
func TestHostileArchives(t *testing.T) {
	dir := t.TempDir()
	var tb, zb bytes.Buffer
	tw, zw := tar.NewWriter(&tb), zip.NewWriter(&zb)
	add := func(name, content string) {
		_ = tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600, Typeflag: tar.TypeReg, Format: tar.FormatGNU})
		_, _ = io.WriteString(tw, content)
		w, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, content)
	}
	for i, n := range hostileNames {
		add(n, goodText(i))
	}
	add("half.gz", string(gzipped(t, func(w io.Writer) { _, _ = io.WriteString(w, manyLines(5000)) })[:2000]))
	add("inner.tar", strings.Repeat("\x00", 257)+"ustar"+strings.Repeat("\x00", 300))
	_ = tw.WriteHeader(&tar.Header{Name: "link", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink})
	_ = tw.WriteHeader(&tar.Header{Name: "device", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 5})
	add("last.log", goodText(99))
	if err := errors.Join(tw.Close(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "a.tar", tb.String())
	put(t, dir, "b.zip", zb.String())
	put(t, dir, "cut.tar", tb.String()[:700])
	put(t, dir, "cut.zip", zb.String()[:zb.Len()-30])
	if err := os.Mkdir(filepath.Join(dir, "i"), 0o700); err != nil {
		t.Fatal(err)
	}
	list := hostileIntel(t, filepath.Join(dir, "i"))
	for _, name := range []string{"a.tar", "b.zip"} {
		r, out := hunted(t, []string{list}, filepath.Join(dir, name))
		if got := records(r); got < uint64(len(hostileNames)+1) {
			t.Errorf("%s: found in %d records", name, got)
		}
		for member, says := range map[string]string{"half.gz": "gzip", "inner.tar": "an archive inside an archive"} {
			if a := account(t, r, name+"!"+member); !strings.Contains(complaint(a), says) {
				t.Errorf("%s!%s: %q", name, member, complaint(a))
			}
		}
		for _, a := range r.Accounts {
			if strings.HasSuffix(a.Source.Name, "!link") || strings.HasSuffix(a.Source.Name, "!device") {
				t.Errorf("%s was opened", a.Source.Name)
			}
		}
		harmless(t, out)
	}
	r, _ := hunted(t, []string{list}, filepath.Join(dir, "cut.zip"), put(t, dir, "ok.txt", goodText(1)))
	if a := account(t, r, "cut.zip"); !strings.Contains(complaint(a), "zip") || records(r) != 1 {
		t.Errorf("cut.zip: %q, %d records", complaint(a), records(r))
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 6 {
		t.Errorf("files beside the archives: %v, %v", left, err)
	}
}
