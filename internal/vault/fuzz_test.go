package vault

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
)

// madeSegment writes a segment of n records with k content keys.
func madeSegment(t testing.TB, n, k int) []byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(n), uint64(k)))
	var out bytes.Buffer
	sw := newSegmentWriter(&out, uint64(n))
	var tok Token
	for i := range n {
		tok[0], tok[1], tok[15] = byte(i>>8), byte(i), byte(rng.Uint32())
		wrapped := bytes.Repeat([]byte{byte(i%k) + 1}, 1+i%k)
		sealed := bytes.Repeat([]byte{7}, 17+rng.IntN(20))
		if err := sw.add(&stored{tok, observable.IMSI, sw.number(wrapped), sealed}); err != nil {
			t.Fatal(err)
		}
	}
	if err := sw.finish(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// resum puts right checksums into a segment's frame, so that a fuzzer gets behind them.
func resum(b []byte) {
	if len(b) < headSize+footSize {
		return
	}
	put := func(at int, sum uint32) {
		b[at], b[at+1], b[at+2], b[at+3] = byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24)
	}
	put(12, checksum(b[:12]))
	foot := b[len(b)-footSize:]
	at := func(i int) int { // offsets that lie in the file
		n := 0
		for j := 3; j >= 0; j-- {
			n = n<<8 | int(foot[i+j])
		}
		return min(n, len(b)-footSize)
	}
	fences, keys, bits := at(0), at(16), at(32)
	if fences <= keys && keys <= bits {
		put(len(b)-footSize+48, checksum(b[fences:keys]))
		put(len(b)-footSize+52, checksum(b[keys:bits]))
		put(len(b)-footSize+56, checksum(b[bits:len(b)-footSize]))
	}
	put(len(b)-footSize+64, checksum(foot[:64]))
	for block := headSize; block+blockHead <= fences; {
		size := int(b[block]) | int(b[block+1])<<8
		end := min(block+blockHead+size, fences)
		put(block+4, checksum(b[block+blockHead:end]))
		block = end
		if size == 0 {
			return
		}
	}
}

// What is read of any bytes is in order and within its bounds; whole, it merges into the same records,
// and a token that is dropped is gone while all others are there.
func FuzzSegment(f *testing.F) {
	for _, c := range []struct{ n, k int }{{1, 1}, {3, 2}, {200, 3}, {400, 1}} {
		f.Add(madeSegment(f, c.n, c.k), false, uint16(0))
		f.Add(madeSegment(f, c.n, c.k), true, uint16(c.n/2))
	}
	f.Fuzz(func(t *testing.T, content []byte, right bool, drop uint16) {
		if right {
			content = bytes.Clone(content)
			resum(content)
		}
		m := disktest.NewMemory()
		if err := m.MkdirAll(sealedFolder); err != nil {
			t.Fatal(err)
		}
		if err := disk.WriteFile(m, span{0, 0}.path(), content); err != nil {
			t.Fatal(err)
		}
		s, err := openSealed(m)
		if err != nil {
			t.Fatal(err)
		}
		damaged, err := s.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, seg := range s.segments {
			for i := range seg.fences {
				if _, err := seg.block(i, nil); err != nil && len(damaged) == 0 {
					t.Fatalf("check did not find: %v", err)
				}
			}
		}
		if len(damaged) > 0 {
			return
		}
		before := recordsOf(t, s.segments[0])
		var merged bytes.Buffer
		if err := mergeInto(t.Context(), &merged, s.segments); err != nil {
			t.Fatal(err)
		}
		if err := disk.WriteFile(m, span{1, 1}.path(), merged.Bytes()); err != nil {
			t.Fatal(err)
		}
		seg, err := openSegment(m, span{1, 1})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, recordsOf(t, seg)); diff != "" {
			t.Fatalf("merging changed records (-before +after):\n%s", diff)
		}
		v := &Vault{fsys: m, segments: []*segment{seg}, pending: map[Token]record{}, recent: make([]Token, recentSlots), next: 2}
		gone := before[int(drop)%len(before)].Token
		if n, err := v.Purge(gone); n != 1 || err != nil {
			t.Fatalf("purge gives %d, %v", n, err)
		}
		var after []plainRecord
		for _, seg := range v.segments {
			after = recordsOf(t, seg)
		}
		for i, r := range after {
			if r.Token == gone || len(after) != len(before)-1 {
				t.Fatalf("%d of %d records are left, number %d is %x", len(after), len(before), i, r.Token)
			}
		}
	})
}

// plainRecord is a record without reference to its file.
type plainRecord struct {
	Token           Token
	Kind            observable.Kind
	Wrapped, Sealed string
}

func recordsOf(t *testing.T, s *segment) (all []plainRecord) {
	t.Helper()
	keys, err := s.keys()
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.fences {
		records, err := s.block(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			all = append(all, plainRecord{r.token, r.kind, string(keys[r.key]), string(r.sealed)})
		}
	}
	return all
}

// Any text is a token or an error; a token is written as it was read.
func FuzzParseRef(f *testing.F) {
	f.Add("tok:imsi:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d6")
	f.Add("tok:community-id:00000000:00000000000000000000000000000000")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := ParseRef(s); err == nil && r.String() != s {
			t.Errorf("%q comes back as %q", s, r)
		}
	})
}
