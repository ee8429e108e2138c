package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Secret is a token as a client sends it. It shows in no log and no error.
type Secret string

// masked stands for a secret wherever one is shown.
const masked = "(secret)"

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// String hides the secret; string(s) gives it.
func (Secret) String() string { return masked }

// GoString hides the secret.
func (Secret) GoString() string { return masked }

// digest is what the file keeps of a token.
func (s Secret) digest() [sha256.Size]byte { return sha256.Sum256([]byte(s)) }

// tokenMark begins the tokens that NewToken makes, so that those who look for leaked secrets know them.
const tokenMark = "stormglass_"

// Entry is a token as the file of tokens has it.
type Entry struct {
	Name   string `yaml:"name"`
	SHA256 string `yaml:"sha256"` // of the token, in hex
	Roles  []Role `yaml:"roles,flow"`
	Until  string `yaml:"until,omitempty"` // a day, of which it is good to the end (UTC), or a time (RFC 3339); empty: no end
}

// YAML gives the entry as it is written below "tokens:".
func (e Entry) YAML() (string, error) {
	text, err := yaml.Dump([]Entry{e}, yaml.WithIndent(2))
	if err != nil {
		return "", fmt.Errorf("write the entry of token %s: %w", e.Name, err)
	}
	return string(text), nil
}

// NewToken makes a token of 256 random bits and the entry for the file. Nothing keeps the token itself: it is
// shown once.
func NewToken(name string, roles []Role, until time.Time) (Secret, Entry, error) {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	secret := Secret(tokenMark + base64.RawURLEncoding.EncodeToString(random[:]))
	digest := secret.digest()
	e := Entry{Name: name, SHA256: hex.EncodeToString(digest[:]), Roles: roles}
	if !until.IsZero() {
		e.Until = until.UTC().Format(time.RFC3339)
	}
	var c complaints
	c.token(&e, 0)
	if err := c.err("token " + strings.ToValidUTF8(name, "?")); err != nil {
		return "", Entry{}, err
	}
	return secret, e, nil
}
