package collect

import (
	"fmt"
	"io"
)

// Limits bounds what unpacking may cost (hostile-input.md H01, H08). Zero fields take the default.
type Limits struct {
	MaxRatio   int64 // bytes out for each byte in, default 250
	FreeBytes  int64 // bytes out that are not asked for their ratio, default 256 MiB
	MaxMembers int   // files in one walk, default 100,000
}

const (
	defaultRatio   = 250
	defaultFree    = 256 << 20
	defaultMembers = 100_000
	maxWindow      = 128 << 20 // of zstd, in bytes
)

func (l Limits) members() int {
	if l.MaxMembers > 0 {
		return l.MaxMembers
	}
	return defaultMembers
}

// reader bounds the expansion of one compressed stream; in tells how many compressed bytes of it
// were read so far.
func (l Limits) reader(r io.Reader, in func() int64) io.Reader {
	x := &bounded{r: r, in: in, ratio: defaultRatio, free: defaultFree}
	if l.MaxRatio > 0 {
		x.ratio = l.MaxRatio
	}
	if l.FreeBytes > 0 {
		x.free = l.FreeBytes
	}
	return x
}

type bounded struct {
	r                io.Reader
	in               func() int64
	out, ratio, free int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.out += int64(n)
	if b.out > b.free && b.out > b.ratio*max(b.in(), 1) {
		return 0, fmt.Errorf("expands to more than %d times its size, as a decompression bomb does; unpack it first if you trust it", b.ratio)
	}
	return n, err
}
