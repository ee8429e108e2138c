package analyse

import "crypto/sha256"

// Sealed ends bytes with their checksum, as a file of an extract is.
func Sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(append([]byte(nil), body...), sum[:]...)
}

// OnDisk gives the bytes of notes in temporary files.
func OnDisk(g *Gather) (n int64) {
	g.table.mu.Lock()
	defer g.table.mu.Unlock()
	for _, r := range g.table.runs {
		n += r.size
	}
	return n
}

// RowBytes gives the bytes of the rows of an extract.
func RowBytes(x *Extract) int64 { return x.size }
