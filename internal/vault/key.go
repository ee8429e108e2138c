package vault

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash"
	"log/slog"
	"net/netip"
	"sync"

	"stormglass/internal/observable"
)

const (
	keySize  = 32
	keyLabel = "stormglass join key id"
)

// Key is the join key: it makes tokens. It may be used by several goroutines; the zero Key may not be used.
type Key struct {
	secret func() *keySecret // a function, so that nothing prints what it gives
}

type keySecret struct {
	raw  [keySize]byte
	id   KeyID
	macs sync.Pool // of *mac
}

// mac is an HMAC under the join key, and room for what goes in and out.
type mac struct {
	hash hash.Hash
	in   []byte
	sum  [sha256.Size]byte
}

func newKey(raw [keySize]byte) Key {
	secret := &keySecret{raw: raw}
	secret.macs.New = func() any { return &mac{hash: hmac.New(sha256.New, secret.raw[:])} }
	k := Key{func() *keySecret { return secret }}
	m := k.mac()
	defer k.done(m)
	m.in = append(m.in, keyLabel...)
	secret.id = KeyID(m.digest())
	return k
}

func makeKey() Key {
	var raw [keySize]byte
	_, _ = rand.Read(raw[:]) // documented never to fail
	return newKey(raw)
}

func (k Key) mac() *mac { return k.secret().macs.Get().(*mac) }

// done wipes what was hashed and puts m back.
func (k Key) done(m *mac) {
	clear(m.in)
	m.in = m.in[:0]
	k.secret().macs.Put(m)
}

// digest gives the MAC of m.in.
func (m *mac) digest() []byte {
	m.hash.Reset()
	m.hash.Write(m.in)
	return m.hash.Sum(m.sum[:0])
}

// ID names the key.
func (k Key) ID() KeyID { return k.secret().id }

// Token gives the token of a value in its canonical form.
func (k Key) Token(kind observable.Kind, canonical string) Token {
	m := k.mac()
	m.in = append(append(append(m.in, kind.String()...), 0), canonical...)
	t := Token(m.digest()[:len(Token{})])
	k.done(m)
	return t
}

// AddrToken is Token(observable.Addr, a.String()) for an address without zone, v4-mapped as IPv4.
func (k Key) AddrToken(a netip.Addr) Token {
	m := k.mac()
	m.in = append(append(m.in, observable.Addr.String()...), 0)
	m.in = a.Unmap().WithZone("").AppendTo(m.in)
	t := Token(m.digest()[:len(Token{})])
	k.done(m)
	return t
}

// Ref gives the token of a value with its kind and the key's id.
func (k Key) Ref(kind observable.Kind, canonical string) Ref {
	return Ref{kind, k.ID(), k.Token(kind, canonical)}
}

// Format implements fmt.Formatter.
func (Key) Format(s fmt.State, _ rune) { printMask(s) }

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue(masked) }
