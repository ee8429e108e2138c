package vault

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"testing"

	"filippo.io/age"
	"golang.org/x/crypto/nacl/box"

	"stormglass/internal/disk"
	"stormglass/internal/observable"
)

// A new value: its token, looked for among 200,000 held in several files, sealed; a flush to a real
// disk and a merge for every 20,000.
func BenchmarkSealNew(b *testing.B) {
	v := benchVault(b)
	i := 0
	for ; i < 200_000; i++ {
		sealOne(b, v, i)
		if i%20_000 == 0 {
			if err := v.Flush(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		sealOne(b, v, i)
		if i++; i%20_000 == 0 {
			if err := v.Flush(); err != nil {
				b.Fatal(err)
			}
			if err := v.Merge(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := v.Flush(); err != nil {
		b.Fatal(err)
	}
	st := v.Stats()
	b.ReportMetric(float64(st.Bytes)/float64(st.Values), "B/value")
	b.ReportMetric(float64(st.Files), "files")
}

// A value that was met shortly before.
func BenchmarkSealAgain(b *testing.B) {
	v := benchVault(b)
	for i := 0; b.Loop(); i++ {
		sealOne(b, v, i%1000)
	}
}

// The peer that was not taken: a message of age for each value.
func BenchmarkSealPeerAge(b *testing.B) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for b.Loop() {
		var out bytes.Buffer
		w, err := age.Encrypt(&out, id.Recipient())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.WriteString(w, "001010123456789"); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		size = out.Len()
	}
	b.ReportMetric(float64(size), "B/value")
}

// The other one: an anonymous box of NaCl for each value.
func BenchmarkSealPeerBox(b *testing.B) {
	public, _, err := box.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := box.SealAnonymous(nil, []byte("001010123456789"), public, rand.Reader); err != nil {
			b.Fatal(err)
		}
	}
}

func benchVault(b *testing.B) *Vault {
	b.Helper()
	dir := b.TempDir()
	d, err := disk.Dir(dir)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := Init(d, dir, b.TempDir()+"/identity"); err != nil {
		b.Fatal(err)
	}
	return openVault(b, d)
}

func sealOne(b *testing.B, v *Vault, i int) {
	b.Helper()
	if _, err := v.Seal(observable.IMSI, fmt.Sprintf("00101%010d", i)); err != nil {
		b.Fatal(err)
	}
}
