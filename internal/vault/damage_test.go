package vault

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// someSealed makes a vault with two files, of 90 and 90 values, and gives their tokens.
func someSealed(t *testing.T) (m *disktest.Memory, id Identity, tokens []Token) {
	t.Helper()
	m, id = newVault(t)
	v := openVault(t, m)
	for i := range 180 {
		tokens = append(tokens, seal(t, v, observable.IMSI, numbered(i)))
		if i == 89 {
			if err := v.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	return m, id, tokens
}

func numbered(i int) string { return fmt.Sprintf("00101%010d", i) }

func copyOf(m *disktest.Memory) *disktest.Memory { return m.Crash(rand.New(rand.NewPCG(1, 1))) } // all is synced

// Any byte of any file of sealed values is wrong: everything opens, no value comes out wrong, Check
// names the file, what another file holds is there, and what is sealed again is held again.
func TestDamageOfAnyByte(t *testing.T) {
	start, id, tokens := someSealed(t)
	files := filesOf(t, start)
	names := slices.Sorted(maps.Keys(files))
	step := 1
	if testing.Short() {
		step = 17
	}
	for at := 0; at < len(files[names[0]]); at += step {
		m := copyOf(start)
		content := bytes.Clone(files[names[0]])
		content[at] ^= 1 << (at % 8)
		if err := disk.WriteFile(m, sealedFolder+"/"+names[0], content); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSealed(m)
		if err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		damaged, err := s.Check(t.Context())
		if err != nil || len(damaged) == 0 {
			t.Fatalf("byte %d: check finds %v, %v", at, damaged, err)
		}
		for i, tok := range []Token{tokens[at%90], tokens[90+at%90]} {
			_, c, err := s.Reveal(id, tok)
			if err == nil && c.Expose() != numbered(90*i+at%90) {
				t.Fatalf("byte %d: a value comes out wrong", at)
			}
			if i == 1 && err != nil {
				t.Fatalf("byte %d: a value of the other file: %v", at, err)
			}
			if err != nil && fault.KindOf(err) == fault.NotFound {
				t.Fatalf("byte %d: a damaged value is said not to be held", at)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if at%37 != 0 {
			continue
		}
		v := openVault(t, m)
		for i := range 90 {
			seal(t, v, observable.IMSI, numbered(i))
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		for i := range 90 {
			if _, text, ok := revealed(t, m, id, tokens[i]); !ok || text != numbered(i) {
				t.Fatalf("byte %d: value %d gives %q, %t after it was sealed again", at, i, text, ok)
			}
		}
	}
}

// Torn or foreign files do not stand in the way of others.
func TestFilesThatAreNone(t *testing.T) {
	start, id, tokens := someSealed(t)
	files := filesOf(t, start)
	names := slices.Sorted(maps.Keys(files))
	for _, size := range []int{0, 1, headSize, headSize + footSize - 1, headSize + footSize, len(files[names[1]]) - 1} {
		m := copyOf(start)
		for _, name := range []string{names[1], "0000000000000009-0000000000000003.sealed", "notes.txt", "0000000000000009-0000000000000009.sealed.tmp"} {
			if err := disk.WriteFile(m, sealedFolder+"/"+name, files[names[1]][:size]); err != nil {
				t.Fatal(err)
			}
		}
		v := openVault(t, m)
		if len(v.Damaged()) != 1 {
			t.Errorf("%d bytes: damaged are %v", size, v.Damaged())
		}
		if _, text, ok := revealed(t, m, id, tokens[3]); !ok || text != numbered(3) {
			t.Errorf("%d bytes: a value of the other file gives %q, %t", size, text, ok)
		}
		if n, err := v.Purge(tokens[3]); n != 1 || fault.KindOf(err) != fault.Conflict {
			t.Errorf("%d bytes: purge gives %d, %v", size, n, err)
		}
		for i := range 8 {
			seal(t, v, observable.IMEI, fmt.Sprintf("49015420323751%d", i))
			if err := errors.Join(v.Flush(), v.Merge(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		now := filesOf(t, m)
		if !bytes.Equal(now[names[1]], files[names[1]][:size]) {
			t.Errorf("%d bytes: a damaged file was touched", size)
		}
		_, notes := now["notes.txt"]
		if _, there := now["0000000000000009-0000000000000009.sealed.tmp"]; there || !notes {
			t.Errorf("%d bytes: files are %v", size, slices.Sorted(maps.Keys(now)))
		}
	}
}

// A segment with a damaged block is merged no more, but purged: the block goes when it may hold the token.
func TestDamagedBlock(t *testing.T) {
	m, id := newVault(t)
	v := openVault(t, m)
	tokens := make([]Token, 0, 1000)
	for i := range 1000 {
		tokens = append(tokens, seal(t, v, observable.IMSI, numbered(i)))
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	name := span{0, 0}.path()
	s, err := openSegment(m, span{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	second := s.fences[1].offset
	var inside, outside []Token
	for _, tok := range tokens {
		if s.blockOf(tok) == 1 {
			inside = append(inside, tok)
		} else {
			outside = append(outside, tok)
		}
	}
	content := filesOf(t, m)["0000000000000000-0000000000000000.sealed"]
	content[second+blockHead+40] ^= 4
	if err := disk.WriteFile(m, name, content); err != nil {
		t.Fatal(err)
	}
	v = openVault(t, m)
	for i := range 8 {
		seal(t, v, observable.IMEI, fmt.Sprintf("49015420323751%d", i))
		err := errors.Join(v.Flush(), v.Merge(t.Context()))
		if _, ok := errors.AsType[*CorruptError](err); err != nil && !ok {
			t.Fatal(err)
		}
	}
	if n, err := v.Purge(outside[0]); n != 1 || err != nil {
		t.Errorf("purge beside the damage gives %d, %v", n, err)
	}
	if _, err := v.Purge(inside[0]); err != nil {
		t.Errorf("purge in the damage: %v", err)
	}
	for _, content := range filesOf(t, m) {
		if bytes.Contains(content, inside[0][:]) || bytes.Contains(content, inside[5][:]) {
			t.Error("the damaged block is still there")
		}
	}
	if _, _, ok := revealed(t, m, id, outside[1]); !ok {
		t.Error("a value beside the damage is gone")
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenSealed(m)
	if err != nil {
		t.Fatal(err)
	}
	if damaged, err := r.Check(t.Context()); err != nil || len(damaged) != 0 {
		t.Errorf("check finds %v, %v", damaged, err)
	}
}
