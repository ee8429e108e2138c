package vault

import (
	"encoding/hex"
	"fmt"
	"strings"

	"stormglass/internal/observable"
)

// Token stands for a value: the first 16 bytes of HMAC-SHA256(join key, kind's name, 0, canonical form).
type Token [16]byte

// KeyID names a join key: the first 4 bytes of HMAC-SHA256(join key, "stormglass join key id").
type KeyID [4]byte

// String gives the id as 8 hex digits.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// Ref is a token as people and files write it, with what it is a token of and under which key.
type Ref struct {
	Kind  observable.Kind
	Key   KeyID
	Token Token
}

// String gives "tok:<kind>:<key id>:<token>", ids and tokens as small hex digits.
func (r Ref) String() string {
	return "tok:" + r.Kind.String() + ":" + r.Key.String() + ":" + hex.EncodeToString(r.Token[:])
}

// ParseRef is the inverse of Ref.String.
func ParseRef(s string) (Ref, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 4 || parts[0] != "tok" {
		return Ref{}, fmt.Errorf("parse token: %q is not of the form tok:kind:key:token", cut(s))
	}
	kind, err := observable.ParseKind(parts[1])
	if err != nil || kind == observable.Unknown {
		return Ref{}, fmt.Errorf("parse token: unknown kind of value %q", cut(parts[1]))
	}
	r := Ref{Kind: kind}
	if !unhex(r.Key[:], parts[2]) || !unhex(r.Token[:], parts[3]) {
		return Ref{}, fmt.Errorf("parse token: %q does not hold 8 and 32 small hex digits", cut(s))
	}
	return r, nil
}

// unhex fills into from exactly as many small hex digits as it takes.
func unhex(into []byte, digits string) bool {
	if len(digits) != 2*len(into) || strings.ToLower(digits) != digits {
		return false
	}
	_, err := hex.Decode(into, []byte(digits))
	return err == nil
}

func cut(s string) string {
	if len(s) > 80 {
		return s[:80]
	}
	return s
}
