package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// newVault makes a folder in memory with keys, and the identity that opens its values.
func newVault(t testing.TB) (*disktest.Memory, Identity) {
	t.Helper()
	m, file := disktest.NewMemory(), filepath.Join(t.TempDir(), "identity")
	if _, err := Init(m, t.TempDir(), file); err != nil {
		t.Fatal(err)
	}
	id, err := LoadIdentity(file)
	if err != nil {
		t.Fatal(err)
	}
	return m, id
}

func openVault(t interface {
	Helper()
	Fatal(...any)
}, fsys disk.FS,
) *Vault {
	t.Helper()
	k, err := OpenKey(fsys)
	if err != nil {
		t.Fatal(err)
	}
	v, err := Open(fsys, k)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func seal(t interface {
	Helper()
	Fatal(...any)
}, v *Vault, kind observable.Kind, text string,
) Token {
	t.Helper()
	tok, err := v.Seal(kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// revealed opens a token; ok is false when it is not held.
func revealed(t interface {
	Helper()
	Fatal(...any)
}, fsys disk.FS, id Identity, tok Token,
) (kind observable.Kind, text string, ok bool) {
	t.Helper()
	s, err := OpenSealed(fsys)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	kind, c, err := s.Reveal(id, tok)
	if fault.KindOf(err) == fault.NotFound {
		return 0, "", false
	}
	if err != nil {
		t.Fatal(err)
	}
	return kind, c.Expose(), true
}

// heldIn says which of the first n numbered values files hold, and opens one in eight of them: opening
// takes its time.
func heldIn(t interface {
	Helper()
	Fatal(...any)
}, fsys disk.FS, id Identity, key Key, n, eighth int,
) []bool {
	t.Helper()
	s, err := OpenSealed(fsys)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	held := make([]bool, n)
	for i := range held {
		tok := key.Token(observable.IMSI, numbered(i))
		for _, seg := range s.segments {
			_, ok, err := seg.find(tok)
			if err != nil {
				t.Fatal(err)
			}
			held[i] = held[i] || ok
		}
		if !held[i] || i%8 != eighth%8 {
			continue
		}
		if kind, c, err := s.Reveal(id, tok); err != nil || kind != observable.IMSI || c.Expose() != numbered(i) {
			t.Fatal("value", i, "gives", kind, c.Expose(), err)
		}
	}
	return held
}

// filesOf gives the content of all files of sealed values.
func filesOf(t interface{ Fatal(...any) }, fsys disk.FS) map[string][]byte {
	files := make(map[string][]byte)
	entries, err := fsys.ReadDir(sealedFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, unmap, err := fsys.Map(sealedFolder + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = bytes.Clone(data)
		if err := unmap(); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestSealAndReveal(t *testing.T) {
	m, id := newVault(t)
	v := openVault(t, m)
	values := map[Token]string{}
	for i := range 500 {
		text := fmt.Sprintf("0010101234%05d", i)
		tok := seal(t, v, observable.IMSI, text)
		values[tok] = text
		if i%100 == 99 {
			if err := v.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	long := strings.Repeat("9", maxClear)
	values[seal(t, v, observable.IMSI, long)] = long
	for text := range 500 { // again, some held on disk, and through another vault
		seal(t, v, observable.IMSI, fmt.Sprintf("0010101234%05d", text))
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v = openVault(t, m)
	for text := range 500 {
		seal(t, v, observable.IMSI, fmt.Sprintf("0010101234%05d", text))
	}
	if err := v.Merge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := v.Stats(); st.Values != 501 || st.Files != 1 {
		t.Errorf("held: %+v, want 501 values in one file", st)
	}
	for tok, want := range values {
		if kind, got, ok := revealed(t, m, id, tok); !ok || got != want || kind != observable.IMSI {
			t.Errorf("token %x gives %s %q, %t, want %q", tok, kind, got, ok, want)
		}
	}
	for name, content := range filesOf(t, m) {
		if bytes.Contains(content, []byte("0010101234")) {
			t.Errorf("%s holds values in clear", name)
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRevealRefuses(t *testing.T) {
	m, id := newVault(t)
	v := openVault(t, m)
	defer v.Close()
	tok := seal(t, v, observable.IMSI, "001010123456789")
	if _, _, ok := revealed(t, m, id, tok); ok {
		t.Error("a value is durable before Flush")
	}
	if err := v.Flush(); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSealed(m)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, other := newVault(t)
	for name, stranger := range map[string]Identity{"other": other, "none": {}} {
		if _, c, err := s.Reveal(stranger, tok); err == nil || fault.KindOf(err) == fault.NotFound || c.Expose() != "" {
			t.Errorf("%s identity: %q, %v", name, c.Expose(), err)
		}
	}
	if _, _, err := s.Reveal(id, v.Key().Token(observable.IMEI, "001010123456789")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a token of another kind: %v", err)
	}
	for _, c := range []struct {
		kind observable.Kind
		text string
	}{{observable.Unknown, "1"}, {observable.IMSI, ""}, {observable.IMSI, strings.Repeat("7", maxClear+1)}} {
		if _, err := v.Seal(c.kind, c.text); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "77") {
			t.Errorf("sealing %d bytes of kind %s: %v", len(c.text), c.kind, err)
		}
	}
}

// Purge: neither the token nor what was sealed is left in any byte of any file, everything else is.
func TestPurgeLeavesNoByte(t *testing.T) {
	m, id := newVault(t)
	v := openVault(t, m)
	tokens := make([]Token, 400)
	sealedAs := make(map[Token][]byte)
	for i := range tokens {
		tokens[i] = seal(t, v, observable.E164, fmt.Sprintf("+1555010%04d", i))
		sealedAs[tokens[i]] = v.pending[tokens[i]].sealed
		if i%50 == 49 {
			if err := v.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if i == 250 {
			if err := v.Merge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	last := seal(t, v, observable.E164, "+15550199999") // pending
	found := func(b []byte) bool {
		for _, content := range filesOf(t, m) {
			if bytes.Contains(content, b) {
				return true
			}
		}
		return false
	}
	for i, tok := range tokens {
		if !found(tok[:]) || !found(sealedAs[tok]) {
			t.Fatalf("token %d is not in the files: the search proves nothing", i)
		}
		if i%3 != 0 {
			continue
		}
		if n, err := v.Purge(tok); n != 1 || err != nil {
			t.Fatalf("purge gives %d, %v", n, err)
		}
		if found(tok[:]) || found(sealedAs[tok]) {
			t.Fatalf("token %d is still in the files", i)
		}
	}
	if n, err := v.Purge(last); n != 1 || err != nil {
		t.Errorf("purge of a pending value gives %d, %v", n, err)
	}
	if n, err := v.Purge(last); n != 0 || err != nil {
		t.Errorf("purge once more gives %d, %v", n, err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if found(last[:]) {
		t.Error("a purged pending value was written")
	}
	for i, tok := range tokens {
		if _, text, ok := revealed(t, m, id, tok); ok != (i%3 != 0) || ok && text != fmt.Sprintf("+1555010%04d", i) {
			t.Errorf("token %d gives %q, %t", i, text, ok)
		}
	}
	v = openVault(t, m)
	again := seal(t, v, observable.E164, "+15550100000")
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if _, text, ok := revealed(t, m, id, again); !ok || text != "+15550100000" {
		t.Errorf("a purged value that comes again gives %q, %t", text, ok)
	}
}

func TestPurgeOfAll(t *testing.T) {
	m, _ := newVault(t)
	v := openVault(t, m)
	tok := seal(t, v, observable.IMEI, "490154203237518")
	if err := v.Flush(); err != nil {
		t.Fatal(err)
	}
	if n, err := v.Purge(tok); n != 1 || err != nil {
		t.Fatalf("purge gives %d, %v", n, err)
	}
	if files := filesOf(t, m); len(files) != 0 {
		t.Errorf("%d files are left", len(files))
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whatever is done in whatever order, with losses of power in between: what a Flush promised can be
// revealed, what a Purge promised cannot be found, and nothing comes out wrong.
func TestVaultAgainstModel(t *testing.T) {
	start, id := newVault(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := start.Crash(rand.New(rand.NewPCG(1, 1))) // a copy: all is synced
		v := openVault(rt, m)
		key := v.Key()
		durable, pending := map[string]bool{}, map[string]bool{}
		text := rapid.Custom(func(t *rapid.T) string { return numbered(rapid.IntRange(0, 59).Draw(t, "value")) })
		must := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"seal": func(rt *rapid.T) {
				for _, s := range rapid.SliceOfN(text, 1, 20).Draw(rt, "values") {
					seal(rt, v, observable.IMSI, s)
					if !durable[s] {
						pending[s] = true
					}
				}
			},
			"flush": func(*rapid.T) {
				must(v.Flush())
				for s := range pending {
					durable[s] = true
				}
				clear(pending)
			},
			"merge": func(*rapid.T) { must(v.Merge(context.Background())) },
			"purge": func(rt *rapid.T) {
				s := text.Draw(rt, "value")
				_, err := v.Purge(key.Token(observable.IMSI, s))
				must(err)
				delete(durable, s)
				delete(pending, s)
			},
			"crash": func(rt *rapid.T) {
				m = m.Crash(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)))
				v = openVault(rt, m)
				clear(pending)
			},
			"": func(rt *rapid.T) {
				if st := v.Stats(); st.Values != uint64(len(durable)) {
					rt.Fatalf("%d values are held, want %d", st.Values, len(durable))
				}
				files := filesOf(rt, m)
				for i, ok := range heldIn(rt, m, id, key, 60, len(durable)) {
					if ok != durable[numbered(i)] {
						rt.Fatalf("value %d is held: %t, want %t", i, ok, durable[numbered(i)])
					}
					if ok {
						continue
					}
					tok := key.Token(observable.IMSI, numbered(i))
					for name, content := range files {
						if bytes.Contains(content, tok[:]) {
							rt.Fatalf("value %d is in %s", i, name)
						}
					}
				}
			},
		})
	})
}

// The number of files stays small, and so does what is written again and again.
func TestMergeKeepsFilesFew(t *testing.T) {
	m, _ := newVault(t)
	v := openVault(t, m)
	most := 0
	for i := range 300 {
		for j := range 20 {
			seal(t, v, observable.IMSI, fmt.Sprintf("00101%05d%05d", i, j))
		}
		if err := errors.Join(v.Flush(), v.Merge(t.Context())); err != nil {
			t.Fatal(err)
		}
		most = max(most, v.Stats().Files)
	}
	if st := v.Stats(); most > 16 || st.Values != 6000 {
		t.Errorf("up to %d files, %d values at the end", most, st.Values)
	}
	if files := filesOf(t, m); len(files) != v.Stats().Files {
		t.Errorf("%d files in the folder, %d in use", len(files), v.Stats().Files)
	}
}

func TestMergeStops(t *testing.T) {
	m, _ := newVault(t)
	v := openVault(t, m)
	for i := range 8 {
		seal(t, v, observable.IMSI, fmt.Sprintf("0010100000000%02d", i))
		if err := v.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Merge(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if st := v.Stats(); st.Files != 8 || len(filesOf(t, m)) != 8 {
		t.Errorf("%d files in use, %d in the folder", st.Files, len(filesOf(t, m)))
	}
}

func TestOpenNeedsRecipient(t *testing.T) {
	m := disktest.NewMemory()
	k, err := EnsureKey(m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(m, k); fault.KindOf(err) != fault.NotFound || fault.HintOf(err) == "" {
		t.Errorf("got %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	m, id := newVault(t)
	v := openVault(t, m)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				tok, err := v.Seal(observable.IMSI, fmt.Sprintf("001010%d%08d", g%2, i))
				if err == nil && i%10 == 0 {
					err = v.Flush()
				}
				if err == nil && i%25 == 0 {
					err = v.Merge(context.Background())
				}
				if err == nil && i%7 == 0 {
					_, err = v.Purge(tok)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		text := fmt.Sprintf("0010100%08d", i)
		if _, got, ok := revealed(t, m, id, v.Key().Token(observable.IMSI, text)); ok && got != text || !ok && i%7 != 0 {
			t.Errorf("value %d gives %q, %t", i, got, ok)
		}
	}
}
