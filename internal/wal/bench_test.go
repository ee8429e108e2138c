package wal

import (
	"strconv"
	"testing"

	"stormglass/internal/disk"
)

func benchLog(b *testing.B) (disk.FS, *Log) {
	b.Helper()
	fsys, err := disk.Dir(b.TempDir())
	must(b, err)
	return fsys, open(b, fsys, Options{})
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{64, 1400, 64 << 10} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			_, l := benchLog(b)
			payload := make([]byte, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Append(1, payload); err != nil {
					b.Fatal(err)
				}
			}
			must(b, l.Close())
		})
	}
}

// Records that arrive on many connections at once, each acknowledged after it is on disk.
func BenchmarkAppendAndSync(b *testing.B) {
	for _, writers := range []int{1, 16, 256} {
		b.Run(strconv.Itoa(writers), func(b *testing.B) {
			_, l := benchLog(b)
			payload := make([]byte, 1400)
			b.SetParallelism(writers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := l.Append(1, payload); err != nil {
						b.Error(err)
					}
					if err := l.Sync(); err != nil {
						b.Error(err)
					}
				}
			})
			must(b, l.Close())
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, size := range []int{64, 1400, 64 << 10} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			fsys, l := benchLog(b)
			payload := make([]byte, size)
			n := (32 << 20) / (size + frameHeadSize)
			for range n {
				add(b, l, 1, string(payload))
			}
			must(b, l.Close())
			b.SetBytes(32 << 20)
			b.ReportAllocs()
			for b.Loop() {
				frames := 0
				_, err := Read(fsys, dir, 0, func(Position, uint8, []byte) error { frames++; return nil })
				if err != nil || frames != n {
					b.Fatalf("%d frames of %d, %v", frames, n, err)
				}
			}
		})
	}
}
