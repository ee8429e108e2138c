package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/observable"
)

// countingKey is the join key 00 01 02 … 1f.
func countingKey() Key {
	var raw [keySize]byte
	for i := range raw {
		raw[i] = byte(i)
	}
	return newKey(raw)
}

// The vectors were computed with another implementation of HMAC-SHA256 (Python's).
func TestTokenVectors(t *testing.T) {
	k := countingKey()
	if got := k.ID().String(); got != "fa181d4a" {
		t.Errorf("key id %s", got)
	}
	for _, c := range []struct {
		kind      observable.Kind
		canonical string
		want      string
	}{
		{observable.IMSI, "001010123456789", "tok:imsi:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d6"},
		{observable.Addr, "192.0.2.1", "tok:address:fa181d4a:d08e516a7dd7b8d77f4265dcbd2ec404"},
	} {
		if got := k.Ref(c.kind, c.canonical).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.kind, got, c.want)
		}
	}
	for _, a := range []string{"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"} {
		if got := k.AddrToken(netip.MustParseAddr(a)); hex.EncodeToString(got[:]) != "d08e516a7dd7b8d77f4265dcbd2ec404" {
			t.Errorf("token of %s: %x", a, got)
		}
	}
}

func TestTokenLaws(t *testing.T) {
	kinds := observable.Kinds()
	rapid.Check(t, func(t *rapid.T) {
		raw := [keySize]byte(rapid.SliceOfN(rapid.Byte(), keySize, keySize).Draw(t, "key"))
		k := newKey(raw)
		kind, text := rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.String().Draw(t, "text")
		h := hmac.New(sha256.New, raw[:])
		h.Write([]byte(kind.String() + "\x00" + text))
		if want := Token(h.Sum(nil)[:16]); k.Token(kind, text) != want {
			t.Fatalf("token of %s %q is not the HMAC", kind, text)
		}
		ref := k.Ref(kind, text)
		if back, err := ParseRef(ref.String()); err != nil || back != ref {
			t.Fatalf("%s comes back as %s, %v", ref, back, err)
		}
		a := netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "address")))
		if rapid.Bool().Draw(t, "IPv4") {
			a = netip.AddrFrom4([4]byte(a.AsSlice()[:4]))
		}
		if k.AddrToken(a) != k.Token(observable.Addr, a.Unmap().String()) {
			t.Fatalf("AddrToken of %s is not Token of its text", a)
		}
	})
}

func TestParseRefRefuses(t *testing.T) {
	for _, s := range []string{
		"", "tok", "tok:imsi:fa181d4a", "tik:imsi:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d6",
		"tok:unknown:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d6", "tok:imzi:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d6",
		"tok:imsi:FA181D4A:250fe2c62f94e8a905c70ebcf121c4d6", "tok:imsi:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d",
		"tok:imsi:fa181d4g:250fe2c62f94e8a905c70ebcf121c4d6", "tok:imsi:fa181d4a:250fe2c62f94e8a905c70ebcf121c4d6:",
	} {
		if r, err := ParseRef(s); err == nil {
			t.Errorf("%q is taken as %s", s, r)
		}
	}
}

func TestKeyByManyGoroutines(t *testing.T) {
	k := countingKey()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2000 {
				if got := k.Ref(observable.Addr, "192.0.2.1").String(); got != "tok:address:fa181d4a:d08e516a7dd7b8d77f4265dcbd2ec404" {
					t.Errorf("token %s", got)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkToken(b *testing.B) {
	k := countingKey()
	b.ReportAllocs()
	for b.Loop() {
		k.Token(observable.IMSI, "001010123456789")
	}
}

func BenchmarkAddrToken(b *testing.B) {
	k, a := countingKey(), netip.MustParseAddr("2001:db8:a100::17")
	b.ReportAllocs()
	for b.Loop() {
		k.AddrToken(a)
	}
}
