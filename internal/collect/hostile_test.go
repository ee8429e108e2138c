package collect

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const bombWords = "error: expands to more than 250 times its size, as a decompression bomb does; unpack it first if you trust it"

func put(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// noisy gives text that compresses to about half.
func noisy(n int) []byte {
	rnd := rand.New(rand.NewPCG(1, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = "0123456789abcdef"[rnd.IntN(16)]
		if i%80 == 79 {
			b[i] = '\n'
		}
	}
	return b
}

// rawHeader gives a header block of a tar, in the format of GNU.
func rawHeader(name string, size int64, flag byte) []byte {
	b := make([]byte, 512)
	copy(b, name)
	copy(b[100:], "0000600\x00")
	copy(b[108:], "0000000\x00")
	copy(b[116:], "0000000\x00")
	copy(b[124:], fmt.Sprintf("%011o\x00", size))
	copy(b[136:], "00000000000\x00")
	copy(b[148:], "        ")
	b[156] = flag
	copy(b[257:], "ustar\x0000")
	sum := 0
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

func padded(s string) []byte {
	b := []byte(s)
	return append(b, make([]byte, (512-len(b)%512)%512)...)
}

func paxRecord(k, v string) string {
	n := len(k) + len(v) + 3
	for {
		s := fmt.Sprintf("%d %s=%s\n", n, k, v)
		if len(s) == n {
			return s
		}
		n = len(s)
	}
}

func TestSparseMembersAreRefused(t *testing.T) {
	var b bytes.Buffer
	records := paxRecord("GNU.sparse.major", "1") + paxRecord("GNU.sparse.minor", "0") + paxRecord("GNU.sparse.name", "huge.log") + paxRecord("GNU.sparse.realsize", "1125899906842624")
	b.Write(rawHeader("pax", int64(len(records)), 'x'))
	b.Write(padded(records))
	b.Write(rawHeader("huge.log", 512, '0'))
	b.Write(padded("0\n"))
	b.Write(rawHeader("after.log", int64(len(sampleText)), '0'))
	b.Write(padded(sampleText))
	b.Write(make([]byte, 1024))
	want := map[string]string{
		"a.tar!huge.log":  "error: a sparse file in a tar is not read; unpack it first",
		"a.tar!after.log": sampleText,
	}
	if diff := cmp.Diff(want, walk(t, &Files{}, put(t, "a.tar", b.Bytes()))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestEndOfTar(t *testing.T) {
	whole := tarOf(t, map[string][]byte{"x.log": []byte(sampleText)})
	file := 512 + len(padded(sampleText))
	const cut = "error: the archive ends without its end mark: it may be cut off"
	for name, tc := range map[string]struct {
		data []byte
		want string // of the archive itself
	}{
		"whole.tar":   {whole, ""},
		"padded.tar":  {append(bytes.Clone(whole), make([]byte, 9000)...), ""},
		"oneend.tar":  {whole[:file+512], ""},
		"cut.tar":     {whole[:file], cut},
		"unpadded":    {whole[:512+len(sampleText)], cut},
		"cut.tar.gz":  {gz(t, whole[:file]), cut},
		"two.tar":     {append(bytes.Clone(whole), whole...), "error: the archive goes on after its end mark; what follows was not read"},
		"trailer.tgz": {gz(t, whole)[:len(gz(t, whole))-4], "error: tar archive: the gzip data is cut off"},
	} {
		want := map[string]string{name + "!x.log": sampleText}
		if tc.want != "" {
			want[name] = tc.want
		}
		if diff := cmp.Diff(want, walk(t, &Files{}, put(t, name, tc.data))); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestCompressionWithinZip: what a gzip in a zip may expand to is measured by its own bytes.
func TestCompressionWithinZip(t *testing.T) {
	text := noisy(2 << 20)
	path := put(t, "a.zip", zipOf(t, map[string][]byte{"x.gz": gz(t, text), "y.zst": zst(t, text)}))
	f := &Files{Limits: Limits{FreeBytes: 1 << 18}}
	got := walk(t, f, path)
	for _, name := range []string{"a.zip!x.gz", "a.zip!y.zst"} {
		if got[name] != string(text) {
			t.Errorf("%s: %d bytes: %.80s", name, len(got[name]), got[name])
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if done := f.Done.Load(); done < info.Size()*9/10 || done > info.Size() {
		t.Errorf("counted %d of %d bytes", done, info.Size())
	}
	got = walk(t, f, put(t, "b.zip", zipOf(t, map[string][]byte{"x.gz": gz(t, make([]byte, 8<<20))})))
	if diff := cmp.Diff(map[string]string{"b.zip!x.gz": bombWords}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestArchiveAsAWhole: many members that are each within the limits are together not.
func TestArchiveAsAWhole(t *testing.T) {
	members := map[string][]byte{}
	for i := range 30 {
		members[strconv.Itoa(i)] = bytes.Repeat([]byte("0\n"), 450<<10)
	}
	for name, data := range map[string][]byte{"a.zip": zipOf(t, members), "a.tgz": gz(t, tarOf(t, members))} {
		got := walk(t, &Files{Limits: Limits{FreeBytes: 1 << 20}}, put(t, name, data))
		read := 0
		for _, s := range got {
			if !strings.HasPrefix(s, "error: ") {
				read++
			}
		}
		if read > 10 || !strings.Contains(fmt.Sprint(got), "decompression bomb") {
			t.Errorf("%s: %d members were read", name, read)
		}
	}
}

// TestZipLies: the size that a directory claims for compressed data buys nothing.
func TestZipLies(t *testing.T) {
	data := zipOf(t, map[string][]byte{"a": make([]byte, 8<<20)})
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[at+20:], 1<<31)
	got := walk(t, &Files{Limits: Limits{FreeBytes: 1 << 20}}, put(t, "a.zip", data))
	if diff := cmp.Diff(map[string]string{"a.zip!a": bombWords}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestZipDirectory: it is held in memory, so it may not be larger than one of many files is.
func TestZipDirectory(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range maxDirectory>>10 + 1 {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: strconv.Itoa(i), Comment: strings.Repeat("x", 1024)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a.zip": "error: the directory of the archive is larger than 32 MiB; unpack it first"}
	if diff := cmp.Diff(want, walk(t, &Files{}, put(t, "a.zip", b.Bytes()))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestZipSharedData: two entries of the directory name the same bytes.
func TestZipSharedData(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"a", "b", "c"} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, sampleText)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	first := bytes.Index(data, []byte("PK\x01\x02"))
	second := first + 4 + bytes.Index(data[first+4:], []byte("PK\x01\x02"))
	copy(data[second+42:second+46], data[first+42:first+46]) // the place of the local header
	want := map[string]string{
		"a.zip!a": sampleText,
		"a.zip!b": "error: its data are also those of another file in the archive, as in a decompression bomb",
		"a.zip!c": sampleText,
	}
	if diff := cmp.Diff(want, walk(t, &Files{}, put(t, "a.zip", data))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestManyRefusals: they are told one by one up to a number, then together.
func TestManyRefusals(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range toldRefusals + 500 {
		s := "\xfd7zXZ\x00"
		_ = w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%04d.xz", i), Size: int64(len(s)), Mode: 0o600, Typeflag: tar.TypeReg})
		_, _ = io.WriteString(w, s)
	}
	_ = w.Close()
	path := put(t, "a.tar", b.Bytes())
	got := walk(t, &Files{}, path)
	says := got["a.tar"]
	if len(got) != toldRefusals+1 || !strings.Contains(says, "500 more files") || !strings.Contains(says, "1000.xz: xz compression") {
		t.Errorf("%d members; the archive says %q", len(got), says)
	}
	got = walk(t, &Files{Limits: Limits{MaxMembers: 100}}, path)
	if len(got) != 101 || got["a.tar"] != "error: more than 100 files; the rest was not read" {
		t.Errorf("%d members; the archive says %q", len(got), got["a.tar"])
	}
}

// TestManyFiles: a folder that holds too many is left, and the next path is read.
func TestManyFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.log", i)), []byte(sampleText), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := walk(t, &Files{Limits: Limits{MaxMembers: 10}}, dir, put(t, "after.log", []byte(sampleText)))
	if len(got) != 12 || got["after.log"] != sampleText || got[filepath.Base(dir)] != "error: more than 10 files; the rest was not read" {
		t.Errorf("%d members: %q", len(got), got[filepath.Base(dir)])
	}
}

func TestWordsOfErrors(t *testing.T) {
	damaged := gz(t, []byte(sampleText))
	damaged[len(damaged)-8] ^= 1
	long := strings.Repeat("ü/", 1000) + "conn.log"
	got := walk(t, &Files{}, put(t, "sum.gz", damaged), put(t, "head.gz", []byte("\x1f\x8b\x08")), put(t, "bad.gz", []byte("\x1f\x8b\x07 and so on, and on")))
	want := map[string]string{
		"sum.gz": "error: gzip: invalid checksum", "head.gz": "error: the gzip header is cut off", "bad.gz": "error: gzip: invalid header",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	path := put(t, "a.tar", tarOf(t, map[string][]byte{long: []byte(sampleText)}))
	var f Files
	err := f.Each(t.Context(), []string{path}, func(m *Member) error {
		if len(m.Name) > maxName || !strings.HasPrefix(m.Name, path+"!…") || !strings.HasSuffix(m.Name, "ü/conn.log") || strings.ToValidUTF8(m.Name, "") != m.Name {
			t.Errorf("%d bytes: %q", len(m.Name), m.Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLineEndsAndMarks(t *testing.T) {
	cr := strings.ReplaceAll(sampleText, "\n", "\r")
	late := strings.Repeat(cr, 1000) + strings.ReplaceAll(sampleText, "\n", "\r\n")
	got := walk(t, &Files{}, put(t, "cr.txt", []byte(cr)), put(t, "late.txt", []byte(late)), put(t, "crlf.txt", []byte("a\r\nb\r\n")))
	want := map[string]string{"cr.txt": sampleText, "late.txt": strings.Repeat(sampleText, 1001), "crlf.txt": "a\r\nb\r\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	wide := func(first, second string) []byte {
		return []byte(strings.NewReplacer("", "\x00").Replace(sampleText)[len(first):] + second)
	}
	for _, head := range [][]byte{wide("", ""), wide("\x00", "\x00")} {
		if is := guess(head); is != "UTF-16 without a byte order mark; convert it to UTF-8 first" {
			t.Errorf("%q is %q", head[:8], is)
		}
	}
	if is := guess(make([]byte, 1000)); is != "binary data" {
		t.Errorf("zeros are %q", is)
	}
}
