package lake

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// resealed gives a file whose checksums are right again, as far as its footer can be read: what
// somebody would do who wants a reader to fail.
func resealed(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) < 20 {
		return b
	}
	n := int(binary.LittleEndian.Uint32(b[len(b)-8:]))
	if n <= 0 || n > len(b)-20 {
		return b
	}
	foot := b[len(b)-8-n : len(b)-8]
	if f, err := parseFooter(foot, int64(len(b)-16-n)); err == nil {
		var sums []byte
		for _, g := range f.groups {
			for _, c := range g.chunks {
				sums = appendSum(sums, b[c.start:c.start+c.length])
			}
			for _, c := range g.chunks {
				if c.bloomAt != 0 {
					sums = appendSum(sums, b[c.bloomAt:c.bloomAt+int64(c.bloomBytes)])
				}
			}
		}
		if at := bytes.Index(foot, []byte(keySums)); at >= 0 {
			at = min(at+len(keySums)+1, len(foot))
			_, k := binary.Uvarint(foot[at:])
			copy(foot[min(at+max(k, 0), len(foot)):], sums)
		}
	}
	copy(b[len(b)-16-n:], footerMark)
	binary.LittleEndian.PutUint32(b[len(b)-12-n:], crc32.Checksum(b[len(b)-8-n:], castagnoli))
	return b
}

// FuzzOpen: whatever the bytes, also with right checksums, reading ends with rows that can be
// walked or with damage; it never panics, not even inside, and never gives more rows than it says.
func FuzzOpen(f *testing.F) {
	for _, kind := range laketest.Kinds() {
		m := laketest.New(5, 1)
		m.Nasty = true
		d := disktest.NewMemory()
		w := NewWriter(d, "lake", Options{NewID: func() string { return "1" }})
		if err := w.Add(m.Batch(kind, m.Source(0), 30), func(int) Class { return "own" }); err != nil {
			f.Fatal(err)
		}
		files, err := w.Finish(context.Background())
		if err != nil {
			f.Fatal(err)
		}
		whole := disktest.Bytes(f, d, files[0].Name)
		if !bytes.Equal(whole, resealed(whole)) {
			f.Fatal("sealing a whole file again changes it")
		}
		f.Add(whole, uint32(0), []byte{})
		for i := range 30 {
			f.Add(whole, uint32(i*len(whole)/30), []byte{0xff, byte(i)})
		}
	}
	want := Want{Values: []observable.Value{observable.OfAddr(telemetry.ParseAddr("192.0.2.7")), observable.Of(observable.Domain, "example.org")}}
	f.Fuzz(func(t *testing.T, data []byte, at uint32, patch []byte) {
		if len(data) > 0 {
			copy(data[int(at)%len(data):], patch)
		}
		d := disktest.NewMemory()
		disktest.Put(t, d, "f.parquet", resealed(data))
		all, err := walk(t, d, Want{})
		if err != nil {
			return
		}
		some, err := walk(t, d, want)
		if err == nil && some > all {
			t.Fatalf("%d rows for a value of %d in all", some, all)
		}
	})
}

func walk(t *testing.T, d *disktest.Memory, w Want) (rows uint64, err error) {
	r, err := Open(d, "f.parquet")
	if err == nil {
		err = r.Batches(context.Background(), w, func(b *telemetry.Batch) error {
			for i := range b.Len() {
				_ = laketest.Dump(b, i)
			}
			rows += uint64(b.Len())
			return nil
		})
		if err == nil && len(w.Values) == 0 && rows != r.Rows() {
			t.Fatalf("%d rows of %d", rows, r.Rows())
		}
		_ = r.Close()
	}
	if err != nil {
		if _, ok := errors.AsType[*CorruptError](err); !ok || strings.Contains(err.Error(), "panics") {
			t.Fatal(fmt.Errorf("not damage: %w", err))
		}
	}
	return rows, err
}
