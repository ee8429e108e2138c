package vault

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
)

// everyFailure runs a test with the n-th call gone wrong, in every way, until no call is left.
func everyFailure(t *testing.T, test func(t *testing.T, n int, how disktest.How) (tripped bool)) {
	for _, how := range disktest.Hows {
		t.Run(how.String(), func(t *testing.T) {
			n := 1
			for test(t, n, how) {
				n++
			}
			if n < 10 {
				t.Errorf("only %d calls: the test proves little", n-1)
			}
		})
	}
}

// promises is what a vault said it had done.
type promises struct {
	durable map[string]bool
	purged  map[string]bool
}

func (p promises) check(t *testing.T, what string, fsys disk.FS, id Identity, eighth int) {
	t.Helper()
	v := openVault(t, fsys)
	defer v.Close()
	key := v.Key()
	if len(v.Damaged()) != 0 {
		t.Fatalf("%s: damaged: %v", what, v.Damaged())
	}
	for i, ok := range heldIn(t, fsys, id, key, 60, eighth) {
		s := numbered(i)
		tok := key.Token(observable.IMSI, s)
		if p.durable[s] && !ok || p.purged[s] && ok {
			t.Fatalf("%s: value %d is held: %t; promised durable %t, purged %t", what, i, ok, p.durable[s], p.purged[s])
		}
		if !p.purged[s] {
			continue
		}
		for name, content := range filesOf(t, fsys) {
			if bytes.Contains(content, tok[:]) {
				t.Fatalf("%s: purged value %d is in %s", what, i, name)
			}
		}
	}
}

// Whatever call goes wrong, and whether or not power is lost after it: promises hold. What failed is
// tried once more by the same vault.
func TestEveryFailureOfVault(t *testing.T) {
	start, id := newVault(t)
	held := promises{map[string]bool{}, map[string]bool{}}
	v := openVault(t, start)
	for i := range 12 {
		seal(t, v, observable.IMSI, numbered(i))
		held.durable[numbered(i)] = true
		if i%2 == 1 {
			if err := v.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	key := v.Key()
	everyFailure(t, func(t *testing.T, n int, how disktest.How) bool {
		m := copyOf(start)
		fsys := disktest.FailAt(m, n, how)
		p := promises{map[string]bool{}, map[string]bool{}}
		for s := range held.durable {
			p.durable[s] = true
		}
		work(t, fsys, key, p)
		what := fmt.Sprintf("call %d", n)
		p.check(t, what+", power lost", m.Crash(rand.New(rand.NewPCG(uint64(n), 7))), id, n)
		p.check(t, what, m, id, n+4)
		return fsys.Tripped()
	})
}

// work does everything a vault does, each step twice when it fails, and notes what was promised.
func work(t *testing.T, fsys disk.FS, key Key, p promises) {
	v, err := Open(fsys, key)
	if err != nil {
		if v, err = Open(fsys, key); err != nil {
			return
		}
	}
	var waiting []string
	put := func(from, to int) {
		for i := from; i < to; i++ {
			_, err := v.Seal(observable.IMSI, numbered(i))
			if err == nil {
				waiting = append(waiting, numbered(i))
			}
		}
	}
	twice := func(do func() error) bool {
		err := do()
		if err != nil {
			err = do()
		}
		return err == nil
	}
	flush := func() {
		if twice(v.Flush) {
			for _, s := range waiting {
				p.durable[s] = true
			}
			waiting = nil
		}
	}
	purge := func(i int) {
		delete(p.durable, numbered(i)) // from here on it may be gone
		waiting = remove(waiting, numbered(i))
		p.purged[numbered(i)] = twice(func() error { _, err := v.Purge(key.Token(observable.IMSI, numbered(i))); return err })
	}
	put(12, 20)
	flush()
	purge(3)
	purge(15)
	_ = twice(func() error { return v.Merge(t.Context()) })
	put(20, 24)
	purge(21)
	flush()
	purge(7)
	put(24, 26)
	if v.Close() == nil {
		for _, s := range waiting {
			p.durable[s] = true
		}
	}
}

func remove(list []string, s string) (rest []string) {
	for _, x := range list {
		if x != s {
			rest = append(rest, x)
		}
	}
	return rest
}

// Stopped anywhere, Rotate, Recover and EnsureKey leave a vault that opens, by the same join key.
func TestEveryFailureOfKeys(t *testing.T) {
	start, id := newVault(t)
	before, err := OpenKey(start)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(disk.FS) error{
		"rotate": Rotate,
		"ensure": func(fsys disk.FS) error { _, err := EnsureKey(fsys); return err },
		"recover": func(fsys disk.FS) error {
			if err := fsys.Remove(ingestKeyFile); err != nil {
				return err
			}
			return Recover(fsys, id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, how := range disktest.Hows {
				for n := 1; ; n++ {
					m := copyOf(start)
					fsys := disktest.FailAt(m, n, how)
					err := change(fsys)
					for _, after := range []*disktest.Memory{m, m.Crash(rand.New(rand.NewPCG(uint64(n), 3)))} {
						if name == "recover" && err != nil {
							if err := Recover(after, id); err != nil {
								t.Fatalf("%s, call %d: recover again: %v", how, n, err)
							}
						}
						if k, err := OpenKey(after); err != nil || k.secret().raw != before.secret().raw {
							t.Fatalf("%s, call %d: another key, %v", how, n, err)
						}
						if err := Rotate(after); err != nil {
							t.Fatalf("%s, call %d: rotate after: %v", how, n, err)
						}
						if ids, err := ingestKey(after); err != nil || len(ids) != 1 {
							t.Fatalf("%s, call %d: %d ingest keys are left, %v", how, n, len(ids), err)
						}
					}
					if !fsys.Tripped() {
						break
					}
				}
			}
		})
	}
}

// A first key that could not be written is made by the next call; one that was given out is kept.
func TestEveryFailureOfFirstKey(t *testing.T) {
	everyFailure(t, func(t *testing.T, n int, how disktest.How) bool {
		m := disktest.NewMemory()
		fsys := disktest.FailAt(m, n, how)
		given, err := EnsureKey(fsys)
		for _, after := range []*disktest.Memory{m, m.Crash(rand.New(rand.NewPCG(uint64(n), 5)))} {
			k, err2 := EnsureKey(after)
			if err2 != nil || err == nil && k.secret().raw != given.secret().raw {
				t.Fatalf("call %d: %v, then %v", n, err, err2)
			}
		}
		return fsys.Tripped()
	})
}

// An Init that failed can be done again, and never leaves an identity that opens nothing beside a
// recipient that nothing opens.
func TestEveryFailureOfInit(t *testing.T) {
	everyFailure(t, func(t *testing.T, n int, how disktest.How) bool {
		m, dir := disktest.NewMemory(), t.TempDir()
		fsys := disktest.FailAt(m, n, how)
		file := filepath.Join(t.TempDir(), "identity")
		_, err := Init(fsys, dir, file)
		if there, err2 := has(m, recipientFile); err2 != nil {
			t.Fatal(err2)
		} else if !there {
			if err == nil {
				t.Fatalf("call %d: no recipient was written", n)
			}
			file += "-again"
			if _, err := Init(m, dir, file); err != nil {
				t.Fatalf("call %d: Init again: %v", n, err)
			}
		}
		id, err := LoadIdentity(file)
		if err != nil {
			t.Fatalf("call %d: there is a recipient, but no identity: %v", n, err)
		}
		v := openVault(t, m)
		tok := seal(t, v, observable.IMSI, "001010123456789")
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		if _, text, ok := revealed(t, m, id, tok); !ok || text != "001010123456789" {
			t.Fatalf("call %d: the identity opens %q, %t", n, text, ok)
		}
		return fsys.Tripped()
	})
}

// On a full disk nothing is lost, and taking in goes on once there is room.
func TestFullDisk(t *testing.T) {
	start, id := newVault(t)
	m := copyOf(start)
	limited := disktest.Limit(m, 300)
	v := openVault(t, limited)
	for i := range 60 {
		seal(t, v, observable.IMSI, numbered(i))
	}
	if err := v.Flush(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("flush on a full disk: %v", err)
	}
	limited.Grow(1 << 20)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	p := promises{durable: map[string]bool{}}
	for i := range 60 {
		p.durable[numbered(i)] = true
	}
	p.check(t, "after there was room", m, id, 0)
}
