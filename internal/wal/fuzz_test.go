package wal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

// resealHeader makes the checksum of a header right.
func resealHeader(b []byte) []byte {
	binary.LittleEndian.PutUint32(b[28:], crc32.Checksum(b[:28], castagnoli))
	return b
}

// reseal makes the checksums of a segment right as far as its frames can be walked, so that the fuzzer
// gets behind them.
func reseal(b []byte) []byte {
	if len(b) < headerSize {
		return b
	}
	copy(b, magic[:])
	b[8], b[9], b[10], b[11] = version, 0, 0, 0
	resealHeader(b)
	sums := header{salt: [8]byte(b[20:])}.seals()
	for at := headerSize; len(b)-at >= frameHeadSize; {
		head := b[at : at+frameHeadSize]
		head[25], head[26], head[27] = 0, 0, 0
		length := int(binary.LittleEndian.Uint32(head[4:]))
		whole := length <= len(b)-at-frameHeadSize
		if whole {
			sum := sums.payloadSum(b[at+frameHeadSize:][:length])
			binary.LittleEndian.PutUint32(head[28:], sum)
		}
		binary.LittleEndian.PutUint32(head, crc32.Update(sums.head, castagnoli, head[4:]))
		if !whole {
			break
		}
		at += frameHeadSize + length
	}
	return b
}

// encoded reads a segment by itself and writes what it read.
func encoded(t *testing.T, fsys disk.FS, content []byte) ([]byte, error) {
	t.Helper()
	s, err := openScanner(fsys, dir, segment{1})
	if err != nil {
		return nil, err
	}
	defer func() { must(t, s.file.Close()) }()
	var out []byte
	if !s.unborn {
		h, err := decodeHeader(content[:headerSize])
		must(t, err)
		out = h.encode()
	}
	for {
		f, payload, err := s.step()
		if cap(s.buf) > len(content) {
			t.Fatalf("%d bytes of memory for a file of %d", cap(s.buf), len(content))
		}
		if err != nil {
			return out, err
		}
		out = append(s.seals.appendHead(out, f), payload...)
	}
}

func FuzzSegment(f *testing.F) {
	m := disktest.NewMemory()
	l, err := Open(m, dir, Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"one", "", "three and more"} {
		add(f, l, 3, text)
		must(f, l.Sync())
	}
	whole := disktest.Bytes(f, m, "log/0000000000000001.log")
	for _, cut := range []int{0, 1, 33, 50} {
		f.Add(whole[:len(whole)-cut], false)
		f.Add(whole[:len(whole)-cut], true)
	}
	f.Add(whole[:headerSize], false)
	f.Add(whole[:7], true)
	f.Fuzz(func(t *testing.T, content []byte, seal bool) {
		if seal {
			content = reseal(append([]byte{}, content...))
		}
		segmentLaws(t, content)
	})
}

// segmentLaws are those of a log of one segment, whatever lies in it.
func segmentLaws(t *testing.T, content []byte) {
	m := disktest.NewMemory()
	must(t, disk.MakeDir(m, dir))
	const name = "log/0000000000000001.log"
	disktest.Put(t, m, name, content)

	frames, tail, err := read(m, 0)
	out, end := encoded(t, m, content)
	if diff := cmp.Diff(string(content[:len(out)]), string(out)); diff != "" {
		t.Fatalf("what was read and written again (-want +got):\n%s", diff)
	}
	_, torn := errors.AsType[*tornError](end)
	if err == nil && (tail.Size != int64(len(out)) || tail.Torn != int64(len(content)-len(out)) || !torn && !errors.Is(end, errEnd)) {
		t.Fatalf("tail %+v of %d bytes, of which %d are frames; the last step gave %v", tail, len(content), len(out), end)
	}
	if d, ok := errors.AsType[*DamageError](err); ok && (d.File != name || d.Offset != int64(len(out))) {
		t.Fatalf("%v, but %d bytes are frames", err, len(out))
	}

	l, openErr := Open(m, dir, Options{})
	if (openErr == nil) != (err == nil) {
		t.Fatalf("read gave %v, open %v", err, openErr)
	}
	if openErr != nil {
		salvageLaws(t, m, frames)
		return
	}
	if diff := cmp.Diff(tail, l.Found()); diff != "" {
		t.Fatalf("found (-read +open):\n%s", diff)
	}
	frames = append(frames, add(t, l, 1, "goes on"))
	must(t, l.Close())
	if tail := wantFrames(t, m, frames); tail.Torn != 0 {
		t.Fatalf("%d bytes are torn after the log was closed", tail.Torn)
	}
}

// salvageLaws are those of a damaged log: what Read gave before the damage is had, and it goes on.
func salvageLaws(t *testing.T, m disk.FS, before []frame) {
	t.Helper()
	l, err := Open(m, dir, Options{Past: true})
	if fault.KindOf(err) == fault.Conflict { // of a later version
		return
	}
	must(t, err)
	added := add(t, l, 1, "goes on")
	must(t, l.Close())
	got, losses := salvaged(t, m, 0)
	if len(losses) == 0 {
		t.Fatal("damage, and nothing is told as lost")
	}
	if diff := cmp.Diff(before, got[:min(len(before), len(got))]); diff != "" && len(before) > 0 {
		t.Fatalf("before the damage (-want +got):\n%s", diff)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Position <= got[i-1].Position {
			t.Fatalf("frame %d behind frame %d", got[i].Position, got[i-1].Position)
		}
	}
	if got[len(got)-1] != added {
		t.Fatalf("the last frame is %+v, want %+v", got[len(got)-1], added)
	}
}
