package nfcapd_test

import (
	"encoding/binary"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	kzstd "github.com/klauspost/compress/zstd"

	"stormglass/internal/telemetry/nfcapd"
)

var (
	update     = flag.Bool("update", false, "write golden files")
	recapture  = flag.Bool("recapture", false, "have nfcapd write the files of testdata again")
	formatName = map[string]string{"plain": "uncompressed", "lz4": "lz4", "lzo": "lzo", "bzip2": "bzip2"}
)

func golden(t *testing.T, name string, lines []string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s: -want +got\n%s", name, diff)
	}
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".nfcapd"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestFixtures reads what nfcapd wrote, in every compression.
func TestFixtures(t *testing.T) {
	if *recapture {
		captureFixtures(t)
	}
	for name, format := range formatName {
		data := fixture(t, name)
		if got := nfcapd.New(data).Name(); got != "nfcapd v2 "+format || !nfcapd.Sniff(data) {
			t.Errorf("%s: %q", name, got)
		}
		r := read(t, data)
		if r.err != nil || r.set.Problems.Losses() > 0 {
			t.Errorf("%s: %v %+v", name, r.err, r.set.Problems.List)
		}
		golden(t, "layout2.txt", r.texts())
	}
}

// TestZstd reads a file as nfcapd of later versions writes it: the one in Debian cannot.
func TestZstd(t *testing.T) {
	plain := fixture(t, "plain")
	z, err := kzstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := repacked(plain, 4, func(b []byte) []byte { return z.EncodeAll(b, nil) })
	if got := nfcapd.New(packed).Name(); got != "nfcapd v2 zstd" {
		t.Error(got)
	}
	if diff := cmp.Diff(read(t, plain).texts(), read(t, packed).texts()); diff != "" {
		t.Errorf("-plain +zstd\n%s", diff)
	}
}

// repacked packs the blocks of a file that is not compressed.
func repacked(plain []byte, compression byte, pack func([]byte) []byte) []byte {
	out := slices.Clone(plain[:40])
	out[16] = compression
	for rest := plain[40:]; len(rest) > 0; {
		size := binary.LittleEndian.Uint32(rest[4:])
		body := pack(rest[12 : 12+size])
		out = append(out, rest[:4]...)
		out = append(out, u32(uint32(len(body)))...)
		out = append(append(out, rest[8:12]...), body...)
		rest = rest[12+size:]
	}
	return out
}

// captureFixtures has nfcapd write one file and nfdump change its compression.
func captureFixtures(t *testing.T) {
	peer(t, "nfcapd", "nfdump")
	data, err := os.ReadFile(capture(t, scene(2), "-I", "made-up"))
	if err != nil {
		t.Fatal(err)
	}
	for name, number := range map[string]string{"plain": "0", "lzo": "1", "bzip2": "2", "lz4": "3"} {
		path := filepath.Join("testdata", name+".nfcapd")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if number == "0" {
			continue
		}
		if out, err := exec.CommandContext(t.Context(), "nfdump", "-C", "none", "-J", number, "-r", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}
