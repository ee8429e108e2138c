package collect

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"stormglass/internal/telemetry"
)

const sampleText = "2026-03-01T00:00:00Z host1 app[1]: hello 192.0.2.1\n2026-03-01T00:00:01Z host1 app[1]: bye 192.0.2.2\n"

func gz(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zst(t *testing.T, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

func tarOf(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for name, b := range members {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(b)), Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, b := range members {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// walk gives what Each hands over: content by name, or "error: …".
func walk(t *testing.T, f *Files, paths ...string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := f.Each(context.Background(), paths, func(m *Member) error {
		name := filepath.Base(m.Name)
		if m.Err != nil {
			got[name] = "error: " + m.Err.Error()
			return nil //nolint:nilerr // kept for the comparison
		}
		b, err := io.ReadAll(m)
		got[name] = string(b)
		if err != nil {
			got[name] = "error: " + err.Error()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFilesUnwrap(t *testing.T) {
	content := []byte(sampleText)
	bomb := make([]byte, 8<<20)
	var u16 []byte
	u16 = append(u16, 0xff, 0xfe)
	for _, c := range utf16.Encode([]rune("größe 192.0.2.1\n")) {
		u16 = append(u16, byte(c), byte(c>>8))
	}
	whole := gz(t, []byte(strings.Repeat(sampleText, 1000)))
	for _, tc := range []struct {
		file string
		data []byte
		want map[string]string
	}{
		{"plain.log", content, map[string]string{"plain.log": sampleText}},
		{"a.log.gz", gz(t, content), map[string]string{"a.log.gz": sampleText}},
		{"two.gz", append(gz(t, content), gz(t, content)...), map[string]string{"two.gz": sampleText + sampleText}},
		{"a.zst", zst(t, content), map[string]string{"a.zst": sampleText}},
		{"a.tgz", gz(t, tarOf(t, map[string][]byte{"x/conn.log.gz": gz(t, content)})), map[string]string{"conn.log.gz": sampleText}},
		{"a.zip", zipOf(t, map[string][]byte{"x.log": content}), map[string]string{"a.zip!x.log": sampleText}},
		{"bom.txt", append([]byte{0xef, 0xbb, 0xbf}, content...), map[string]string{"bom.txt": sampleText}},
		{"u16.txt", u16, map[string]string{"u16.txt": "größe 192.0.2.1\n"}},
		{"twice.gz", gz(t, gz(t, content)), map[string]string{"twice.gz": "error: compressed twice; unpack it once first"}},
		{"nested.tar", tarOf(t, map[string][]byte{"in.tar": tarOf(t, map[string][]byte{"x": content})}), map[string]string{"nested.tar!in.tar": "error: an archive inside an archive is not opened; unpack the outer one first"}},
		{"a.xz", []byte("\xfd7zXZ\x00rest"), map[string]string{"a.xz": "error: xz compression is not read; unpack it first (xz -dk)"}},
		{"cut.gz", whole[:len(whole)-30], map[string]string{"cut.gz": "error: the gzip data is cut off"}},
		{"bomb.gz", gz(t, bomb), map[string]string{"bomb.gz": "error: expands to more than 250 times its size, as a decompression bomb does; unpack it first if you trust it"}},
		{"bomb.zst", zst(t, bomb), map[string]string{"bomb.zst": "error: expands to more than 250 times its size, as a decompression bomb does; unpack it first if you trust it"}},
		{"bomb.zip", zipOf(t, map[string][]byte{"b": bomb}), map[string]string{"bomb.zip!b": "error: expands to more than 250 times its size, as a decompression bomb does; unpack it first if you trust it"}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tc.file)
			if err := os.WriteFile(path, tc.data, 0o600); err != nil {
				t.Fatal(err)
			}
			f := &Files{Limits: Limits{FreeBytes: 1 << 20}}
			if diff := cmp.Diff(tc.want, walk(t, f, path)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestFilesSaysWhatItCannotOpen(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.log"), []byte(sampleText), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	got := walk(t, &Files{}, filepath.Join(dir, "absent"), dir)
	want := map[string]string{
		"absent": "error: no such file or directory",
		"a.log":  sampleText,
		"loop":   "error: a link to a folder is not followed; name the folder itself",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMembersLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "many.tar")
	members := map[string][]byte{}
	for i := range 20 {
		members[strconv.Itoa(i)] = []byte("x\n")
	}
	if err := os.WriteFile(path, tarOf(t, members), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &Files{Limits: Limits{MaxMembers: 10}}
	names := map[string]int{}
	err := f.Each(t.Context(), []string{path, path}, func(m *Member) error {
		if m.Err != nil {
			names[m.Err.Error()]++
		} else {
			names["good"]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"good": 20, "more than 10 files; the rest was not read": 2}, names); diff != "" {
		t.Error(diff)
	}
}

// split runs a splitter over text in reads of random size and gives its blocks.
func split(t *testing.T, data string, seed uint64) ([]*telemetry.Block, *splitter) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := newSplitter(&choppy{strings.NewReader(data), rnd})
	var blocks []*telemetry.Block
	err := s.run(context.Background(), func(b *telemetry.Block) error {
		blocks = append(blocks, &telemetry.Block{Data: bytes.Clone(b.Data), Line: b.Line, Last: b.Last})
		giveBack(b.Data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return blocks, s
}

type choppy struct {
	r   io.Reader
	rnd *rand.Rand
}

func (c *choppy) Read(p []byte) (int, error) {
	return c.r.Read(p[:min(len(p), 1+c.rnd.IntN(100_000))])
}

func TestSplitterKeepsEveryLineAndItsNumber(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		var in strings.Builder
		var kept []string // "number:line"
		lines, long := uint64(0), uint64(0)
		for range 200 {
			n := rnd.IntN(20_000)
			if rnd.IntN(40) == 0 {
				n = MaxLine + rnd.IntN(2*MaxLine)
			}
			lines++
			line := strings.Repeat(string(rune('a'+rnd.IntN(26))), n)
			if n > MaxLine {
				long++
			} else {
				kept = append(kept, fmt.Sprintf("%d:%s", lines, line))
			}
			in.WriteString(line + "\n")
		}
		blocks, s := split(t, in.String(), seed)
		var got []string
		for _, b := range blocks {
			n := b.Line
			for l := range strings.Lines(string(b.Data)) {
				if l = strings.TrimSuffix(l, "\n"); len(l) <= MaxLine {
					got = append(got, fmt.Sprintf("%d:%s", n, l))
				} else {
					long-- // a line just over the limit may fit a block with its neighbours
				}
				n++
			}
		}
		if diff := cmp.Diff(kept, got); diff != "" {
			t.Fatalf("seed %d: lines differ", seed)
		}
		if s.long != long || s.bytes != uint64(in.Len()) {
			t.Errorf("seed %d: long %d want %d, bytes %d want %d", seed, s.long, long, s.bytes, in.Len())
		}
	}
}

func TestReline(t *testing.T) {
	for in, want := range map[string]string{
		`[{"a":1},{"b":"x,]}\"\n"}]`:                      "{\"a\":1}\n{\"b\":\"x,]}\\\"\\n\"}\n",
		"[\n {\n  \"a\": [1,\n 2]\n },\n {\"b\":2}\n]\n":  "{  \"a\": [1, 2] }\n{\"b\":2}\n",
		"{\n \"a\": {\"c\": 1}\n}\n{\n \"b\": \"[\"\n}\n": "{ \"a\": {\"c\": 1}}\n{ \"b\": \"[\"}\n",
		"{\"a\":1}\n{\"b\":2}\n":                          "{\"a\":1}\n{\"b\":2}\n",
		`{"Records":[{"a":1},{"b":{"Records":[{}]}}]}`:    "{\"a\":1}\n{\"b\":{\"Records\":[{}]}}\n",
		"{\n \"records\": [\n {\"a\":1}\n ]\n}\n":         "{\"a\":1}\n",
		"{\"Records\":[{\"a\":1}]}\n{\"Records\":[{}]}":   "{\"a\":1}\n{}\n",
		"[07/Mar/2026] text\n":                            "[07/Mar/2026] text\n",
	} {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		var f Files
		err := f.Each(context.Background(), []string{path}, func(m *Member) error {
			r, _, x := reline(m, m.Head())
			defer x.release()
			b, err := io.ReadAll(r)
			got := strings.ReplaceAll(string(b), "\n ", "\n")
			if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
				t.Errorf("%q\n got %q\nwant %q", in, b, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadCountsAndGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mixed.log")
	text := sampleText + strings.Repeat("x", 3*MaxLine) + "\n" + "2026-03-01T00:00:02Z host2 app[1]: nul \x00 here\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var lines []uint64
	r := Reader{Workers: 3, Handle: func(_ context.Context, b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.Len() {
			lines = append(lines, b.Head(i).Ordinal)
		}
		return nil
	}}
	var f Files
	err := f.Each(context.Background(), []string{path}, func(m *Member) error {
		a, err := r.Read(context.Background(), m)
		if a.Lines != 4 || a.Read != 3 || a.Problems.Losses() != 1 || a.Problems.List[0].Examples[0].Line != 3 {
			t.Errorf("account %+v", a)
		}
		if diff := cmp.Diff([]string{"host1", "host2"}, a.Hosts); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint64{1, 2, 4}, lines); diff != "" {
		t.Error(diff)
	}
}

func TestReadEndsWithHandle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, []byte(strings.Repeat(sampleText, 100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("enough")
	r := Reader{Handle: func(context.Context, *telemetry.Batch) error { return stop }}
	var f Files
	err := f.Each(context.Background(), []string{path}, func(m *Member) error {
		_, err := r.Read(context.Background(), m)
		return err
	})
	if !errors.Is(err, stop) {
		t.Errorf("err = %v", err)
	}
}
