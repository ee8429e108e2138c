package vault

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"stormglass/internal/observable"
)

// sealer seals values under a content key that it forgets after a while: it is kept only as a message
// of age to the recipient. One message for many values makes a value cost a microsecond and 16
// bytes; as each value is sealed on its own, one can be dropped without opening the others.
type sealer struct {
	to      age.Recipient
	aead    func() cipher.AEAD // nil before the first; a function, so that nothing prints the key
	wrapped []byte
	values  int // sealed under this content key
	flushes int
}

// A content key serves so many values and flushes. What it sealed lies open to who can read this
// process's memory while it serves.
const (
	keyValues  = 1 << 20
	keyFlushes = 256
)

func (s *sealer) seal(kind observable.Kind, t Token, canonical string) (record, error) {
	if s.aead == nil || s.values >= keyValues || s.flushes >= keyFlushes {
		if err := s.renew(); err != nil {
			return record{}, err
		}
	}
	s.values++
	nonce, aead := nonceOf(t), s.aead()
	sealed := aead.Seal(make([]byte, 0, len(canonical)+aead.Overhead()), nonce[:], []byte(canonical), boundTo(kind, t))
	return record{kind: kind, wrapped: s.wrapped, sealed: sealed}, nil
}

// renew makes a content key.
func (s *sealer) renew() error {
	var raw [chacha20poly1305.KeySize]byte
	_, _ = rand.Read(raw[:]) // documented never to fail
	aead, err := chacha20poly1305.NewX(raw[:])
	if err != nil {
		return fmt.Errorf("make content key: %w", err)
	}
	var wrapped bytes.Buffer
	w, err := age.Encrypt(&wrapped, s.to)
	if err != nil {
		return fmt.Errorf("seal content key: %w", err)
	}
	_, err = w.Write(raw[:])
	if err = errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("seal content key: %w", err)
	}
	s.aead, s.wrapped, s.values, s.flushes = func() cipher.AEAD { return aead }, wrapped.Bytes(), 0, 0
	return nil
}

// nonceOf gives the nonce of a value: its token and zeros. Under one content key the same nonce
// comes again only with the same token, which is the same value.
func nonceOf(t Token) (nonce [chacha20poly1305.NonceSizeX]byte) {
	copy(nonce[:], t[:])
	return nonce
}

// boundTo gives what is authenticated beside the value: the number of its kind and its token.
func boundTo(kind observable.Kind, t Token) []byte { return append([]byte{byte(kind)}, t[:]...) }

// open opens one record by the private identity.
func open(id Identity, t Token, r record) (string, error) {
	plain, err := age.Decrypt(bytes.NewReader(r.wrapped), id.ages()...)
	if err != nil {
		return "", fmt.Errorf("open content key: %w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(plain, chacha20poly1305.KeySize+1))
	if err != nil {
		return "", fmt.Errorf("open content key: %w", err)
	}
	aead, err := chacha20poly1305.NewX(raw)
	if err != nil {
		return "", fmt.Errorf("open content key: %w", err)
	}
	nonce := nonceOf(t)
	text, err := aead.Open(nil, nonce[:], r.sealed, boundTo(r.kind, t))
	if err != nil {
		return "", fmt.Errorf("open value: %w", err)
	}
	return string(text), nil
}
