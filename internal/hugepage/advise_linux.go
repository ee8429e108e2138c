package hugepage

import "golang.org/x/sys/unix"

// advise asks for the large pages that hold the bytes. An error is of no consequence: these have small ones.
func advise(from, n uintptr) {
	first := from &^ (size - 1)
	end := (from + n + size - 1) &^ (size - 1)
	_, _, _ = unix.RawSyscall(unix.SYS_MADVISE, first, end-first, unix.MADV_HUGEPAGE)
}
