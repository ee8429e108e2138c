package intel

import "github.com/FastFilter/xorfilter"

// filter stands in front of an exact table: it says no for nearly everything that is not in it,
// from memory that fits a core's cache.
type filter struct {
	fuse *xorfilter.BinaryFuse8
	open bool // lets everything pass: the fuse could not be built
}

func newFilter(hashes []uint64) filter {
	if len(hashes) == 0 {
		return filter{}
	}
	f, err := xorfilter.PopulateBinaryFuse8(hashes)
	if err != nil {
		return filter{open: true} // slower, not wrong
	}
	return filter{fuse: f}
}

func (f *filter) mayHave(hash uint64) bool {
	if f.fuse == nil {
		return f.open
	}
	return f.fuse.Contains(hash)
}
