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
	MaxBytes   int64 // bytes out of everything packed in one walk; 0: no limit
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

// errUnpacked says that everything packed in one walk is too much together.
func errUnpacked(most int64) error {
	return fmt.Errorf("unpacks to more than %d MiB, which is the limit here; send less at a time", most>>20)
}

// unpacked is reader for what is packed by itself, which counts towards what a walk may unpack in all.
func (f *Files) unpacked(r io.Reader, in func() int64, whole *budget) io.Reader {
	b := f.Limits.reader(r, in, whole)
	b.walk = f
	return b
}

// took counts bytes that were unpacked.
func (f *Files) took(n int) error {
	f.unpackedBytes += int64(n)
	if most := f.Limits.MaxBytes; most > 0 && f.unpackedBytes > most {
		return errUnpacked(most)
	}
	return nil
}

// reader bounds the expansion of one compressed stream, and of the archive that it is a part of,
// when it is.
func (l Limits) reader(r io.Reader, in func() int64, whole *budget) *bounded {
	return &bounded{r: r, own: l.budget(in), whole: whole}
}

type bounded struct {
	r          io.Reader
	own, whole *budget
	walk       *Files // when what is read counts there too
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
	if b.err == nil && b.walk != nil {
		b.err = b.walk.took(n)
	}
	if b.err != nil {
		return 0, b.err
	}
	return n, err
}
