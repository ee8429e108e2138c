package hugepage

import "unsafe"

// size is that of a large page. Where it is another, advice about parts of one is of no use and does no harm.
const size = 2 << 20

// Advise asks for large pages behind the room of s, which is for things without pointers. Before it is
// used is when to ask. What else lies in the same large pages has them too.
func Advise[T any](s []T) {
	n := uintptr(cap(s)) * unsafe.Sizeof(*new(T))
	if n == 0 {
		return
	}
	advise(uintptr(unsafe.Pointer(unsafe.SliceData(s))), n) //nolint:gosec // an address for the kernel; nothing is read or written through it
}
