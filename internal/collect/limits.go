package collect

import (
	"fmt"
	"io"
)

// Limits bounds what unpacking may cost (hostile-input.md H01, H08). Zero fields take the default.
type Limits struct {
	MaxRatio   int64 // bytes out for each byte in, default 250
	FreeBytes  int64 // bytes out that are not asked for their ratio, default 256 MiB
	MaxMembers int   // files of one archive, and files below one path, default 100,000
}

const (
	defaultRatio   = 250
	defaultFree    = 256 << 20
	defaultMembers = 100_000
	maxWindow      = 128 << 20 // of zstd, in bytes
	walkFactor     = 10        // members of all archives of a walk, in MaxMembers
)

func (l Limits) members() int {
	if l.MaxMembers > 0 {
		return l.MaxMembers
	}
	return defaultMembers
}

// budget is what may come out of something packed; in tells how many packed bytes were read so far.
type budget struct {
	in               func() int64
	out, ratio, free int64
}

func (l Limits) budget(in func() int64) *budget {
	b := &budget{in: in, ratio: defaultRatio, free: defaultFree}
	if l.MaxRatio > 0 {
		b.ratio = l.MaxRatio
	}
	if l.FreeBytes > 0 {
		b.free = l.FreeBytes
	}
	return b
}

func (b *budget) err() error {
	if b == nil || b.out <= b.free || b.out <= b.ratio*max(b.in(), 1) {
		return nil
	}
	return fmt.Errorf("expands to more than %d times its size, as a decompression bomb does; unpack it first if you trust it", b.ratio)
}

// reader bounds the expansion of one compressed stream, and of the archive that it is a part of,
// when it is.
func (l Limits) reader(r io.Reader, in func() int64, whole *budget) io.Reader {
	return &bounded{r: r, own: l.budget(in), whole: whole}
}

type bounded struct {
	r          io.Reader
	own, whole *budget
	err        error
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.r.Read(p)
	b.own.out += int64(n)
	if b.err = b.own.err(); b.err == nil && b.whole != nil {
		b.whole.out += int64(n)
		b.err = b.whole.err()
	}
	if b.err != nil {
		return 0, b.err
	}
	return n, err
}
