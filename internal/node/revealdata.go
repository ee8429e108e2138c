package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/store"
	"stormglass/internal/vault"
)

// LogRead notes that somebody asks of what is kept: how many values, and how many of them identify
// subscribers. What was asked for is not noted. Whoever only reads goes on when this fails, and tells.
func LogRead(ctx context.Context, data, command string, values, subscribers uint64) error {
	return Deciding(ctx, data, func(ctx context.Context, s *store.Store) error {
		return s.LogRead(ctx, store.Read{Who: whoIs(ctx), Command: command, Values: values, Subscribers: subscribers})
	})
}

// Revealed is what a token stands for. One of Value and Err is set.
type Revealed struct {
	Ref   string // as it was given
	Value vault.Clear
	Err   error
}

// Reveal gives what tokens stand for, by the private identity. It notes who asked, and why, first: what
// cannot be noted is not revealed.
func Reveal(ctx context.Context, data string, tokens []string, identityFile, reason string) (out []Revealed, err error) {
	asked, err := parseTokens(tokens)
	if err != nil {
		return nil, err
	}
	folder, err := disk.Dir(data)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	identity, err := vault.LoadIdentity(identityFile)
	if err != nil {
		return nil, err
	}
	sealed, err := vault.OpenSealed(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("nothing is sealed in %s", data), "stormglass vault init makes the key pair; only what is taken in afterwards is sealed")
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sealed.Close()) }()
	err = Deciding(ctx, data, func(ctx context.Context, s *store.Store) error {
		return s.LogRead(ctx, store.Read{Who: whoIs(ctx), Command: "reveal", Values: uint64(len(asked)), Subscribers: uint64(len(asked)), Reason: reason})
	})
	if err != nil {
		return nil, fmt.Errorf("note who asks: %w", err)
	}
	for i, t := range asked {
		r := Revealed{Ref: tokens[i]}
		_, r.Value, r.Err = sealed.Reveal(identity, t)
		out = append(out, r)
	}
	return out, nil
}

// parseTokens reads tokens as tables and files write them: tok:kind:key:token, "subscriber" and the token, or
// the token alone, as 32 hex digits.
func parseTokens(given []string) ([]vault.Token, error) {
	var out []vault.Token
	var errs []error
	for _, s := range given {
		t, err := parseToken(s)
		if err != nil {
			errs = append(errs, err)
		}
		out = append(out, t)
	}
	return out, fault.Wrap(fault.Invalid, errors.Join(errs...))
}

func parseToken(s string) (vault.Token, error) {
	text := strings.TrimSpace(s)
	if strings.HasPrefix(text, "tok:") {
		r, err := vault.ParseRef(text)
		return r.Token, err
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "subscriber "))
	var t vault.Token
	if n, err := hex.Decode(t[:], []byte(text[:min(len(text), 2*len(t))])); err != nil || n != len(t) || len(text) != 2*len(t) {
		return t, fmt.Errorf("%q is no token: 32 hex digits, as seen shows them behind the word subscriber", s)
	}
	return t, nil
}

// InitVault makes the key pair of a data folder's vault, and gives its public part. The folder is made when
// it is not there.
func InitVault(ctx context.Context, data, identityFile string) (recipient string, err error) {
	d, err := depot.Open(ctx, data, depot.Options{})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	folder, err := disk.Dir(data)
	if err != nil {
		return "", fmt.Errorf("open data folder: %w", err)
	}
	return vault.Init(folder, data, identityFile)
}

// RotateVault exchanges the ingest key of a data folder's vault. With a file of the private identity it does so
// for a vault whose ingest key is lost.
func RotateVault(data, identityFile string) (err error) {
	folder, err := disk.Dir(data)
	if err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	lock, err := disk.Lock(data, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if identityFile == "" {
		return vault.Rotate(folder)
	}
	id, err := vault.LoadIdentity(identityFile)
	if err != nil {
		return err
	}
	return vault.Recover(folder, id)
}
