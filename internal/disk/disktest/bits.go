package disktest

import (
	"testing"

	"stormglass/internal/disk"
)

// Bytes gives the content of a file.
func Bytes(t testing.TB, fsys disk.FS, name string) []byte {
	t.Helper()
	data, unmap, err := fsys.Map(name)
	if err != nil {
		t.Fatal(err)
	}
	content := append([]byte{}, data...)
	if err := unmap(); err != nil {
		t.Fatal(err)
	}
	return content
}

// Put makes a file hold content, durably.
func Put(t testing.TB, fsys disk.FS, name string, content []byte) {
	t.Helper()
	if err := disk.WriteFile(fsys, name, content); err != nil {
		t.Fatal(err)
	}
}

// Flip changes one bit of a file, counted from the lowest of its first byte.
func Flip(t testing.TB, fsys disk.FS, name string, bit int) {
	t.Helper()
	content := Bytes(t, fsys, name)
	content[bit/8] ^= 1 << (bit % 8)
	Put(t, fsys, name, content)
}
