package hugepage_test

import (
	"testing"

	"stormglass/internal/hugepage"
)

// Advice changes nothing that was written, whatever the room, and none is asked for nothing.
func TestAdvise(t *testing.T) {
	for _, n := range []int{0, 1, 4096, 3 << 20} {
		s := make([]byte, n, n+n/2)
		for i := range s {
			s[i] = byte(i % 251)
		}
		hugepage.Advise(s)
		for i := range s {
			if s[i] != byte(i%251) {
				t.Fatalf("of %d bytes, byte %d is %d after advice", n, i, s[i])
			}
		}
	}
	hugepage.Advise[uint64](nil)
}
