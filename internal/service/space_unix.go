//go:build darwin || linux

package service

import "golang.org/x/sys/unix"

// room gives the free and the whole room of the file system that a folder lies in, 0 when it cannot be told.
func room(root string) (free, total uint64) {
	var s unix.Statfs_t
	if err := unix.Statfs(root, &s); err != nil {
		return 0, 0
	}
	size := uint64(s.Bsize)
	return s.Bavail * size, s.Blocks * size
}
