package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// joinKeyHead begins join.key; the key's id and the wrapped key follow.
const joinKeyHead = "stormglass-join-key/1 "

// OpenKey reads the join key. The error is fault.NotFound when there is none, and fault.Denied when
// others may read one of its files.
func OpenKey(fsys disk.FS) (Key, error) {
	ids, err := ingestKey(fsys)
	if err != nil {
		return Key{}, err
	}
	return unwrapFile(fsys, ids)
}

// EnsureKey reads the join key and makes it on first use. A vault that holds sealed values but no join
// key is refused with fault.Conflict: under a new key old tokens would match nothing. The caller holds
// the data folder's lock.
func EnsureKey(fsys disk.FS) (Key, error) {
	switch there, err := has(fsys, joinKeyFile); {
	case err != nil:
		return Key{}, fmt.Errorf("look for join key: %w", err)
	case there:
		return OpenKey(fsys)
	}
	if names, err := fsys.ReadDir(sealedFolder); err == nil && len(names) > 0 {
		return Key{}, fault.Hint(fault.Conflict, fmt.Errorf("%s is missing, but values were sealed under it", joinKeyFile),
			"bring it back from a backup; a new one would never match what is stored")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Key{}, fmt.Errorf("look for sealed values: %w", err)
	}
	if err := disk.MakeDir(fsys, folder); err != nil {
		return Key{}, err
	}
	ids, err := ingestKey(fsys)
	if fault.KindOf(err) == fault.NotFound {
		if ids, err = makeIngestKey(fsys); err != nil {
			return Key{}, err
		}
	} else if err != nil {
		return Key{}, err
	}
	k := makeKey()
	return k, wrapFile(fsys, k, ids[0])
}

// Rotate exchanges the ingest key: the join key is wrapped to a new one and the old one is dropped. The
// join key stays as it is. Stopped half-way, the vault opens by the old or the new ingest key.
func Rotate(fsys disk.FS) error {
	ids, err := ingestKey(fsys)
	if err != nil {
		return err
	}
	return rewrap(fsys, ids, ids)
}

// Recover is Rotate for a vault whose ingest key is lost: the private identity opens the join key.
func Recover(fsys disk.FS, id Identity) error { return rewrap(fsys, id.ages(), nil) }

// rewrap opens the join key by one of ids and wraps it to a new ingest key. Until it is done, ingest.key
// holds keep as well.
func rewrap(fsys disk.FS, ids, keep []age.Identity) error {
	k, err := unwrapFile(fsys, ids)
	if err != nil {
		return err
	}
	fresh, err := age.GenerateX25519Identity()
	if err != nil {
		return fmt.Errorf("make ingest key: %w", err)
	}
	all := append([]age.Identity{fresh}, keep...)
	if err := writeIdentities(fsys, all); err != nil { // from here on either opens
		return err
	}
	if err := wrapFile(fsys, k, fresh); err != nil {
		return err
	}
	return writeIdentities(fsys, all[:1])
}

// ingestKey reads the identities that may unwrap the join key: one, or two when Rotate was stopped.
func ingestKey(fsys disk.FS) ([]age.Identity, error) {
	text, err := readKey(fsys, ingestKeyFile, forOthers)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("there is no ingest key: %w", err),
			"a vault is made by init; one whose ingest.key was lost is opened again by recover, with the private identity")
	}
	if err != nil {
		return nil, err
	}
	ids, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: it does not hold identities of age", ingestKeyFile) // age's error may quote the key
	}
	return ids, nil
}

func makeIngestKey(fsys disk.FS) ([]age.Identity, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("make ingest key: %w", err)
	}
	ids := []age.Identity{id}
	return ids, writeIdentities(fsys, ids)
}

// writeIdentities writes ingest.key.
func writeIdentities(fsys disk.FS, ids []age.Identity) error {
	var text strings.Builder
	for _, id := range ids {
		s, ok := id.(fmt.Stringer)
		if !ok {
			return errors.New("write ingest key: an identity has no text form")
		}
		text.WriteString(s.String() + "\n")
	}
	return disk.WriteFile(fsys, ingestKeyFile, []byte(text.String()))
}

// wrapFile writes join.key: readable by the ingest key and, when there is a recipient, by its identity.
func wrapFile(fsys disk.FS, k Key, ingest age.Identity) error {
	id, ok := ingest.(*age.X25519Identity)
	if !ok {
		return errors.New("wrap join key: the ingest key is not an X25519 identity")
	}
	to := []age.Recipient{id.Recipient()}
	switch r, err := recipient(fsys); {
	case err == nil:
		to = append(to, r)
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	var file bytes.Buffer
	file.WriteString(joinKeyHead + k.ID().String() + "\n")
	a := armor.NewWriter(&file)
	w, err := age.Encrypt(a, to...)
	if err != nil {
		return fmt.Errorf("wrap join key: %w", err)
	}
	_, err = w.Write(k.secret().raw[:])
	if err = errors.Join(err, w.Close(), a.Close()); err != nil {
		return fmt.Errorf("wrap join key: %w", err)
	}
	return disk.WriteFile(fsys, joinKeyFile, file.Bytes())
}

// unwrapFile reads join.key.
func unwrapFile(fsys disk.FS, ids []age.Identity) (Key, error) {
	file, err := readKey(fsys, joinKeyFile, forOthers)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, fault.Hint(fault.NotFound, fmt.Errorf("there is no join key: %w", err), "it is made by init or by the first ingest")
	}
	if err != nil {
		return Key{}, err
	}
	head, wrapped, _ := strings.Cut(string(file), "\n")
	stated, ok := strings.CutPrefix(head, joinKeyHead)
	if !ok {
		return Key{}, fmt.Errorf("read %s: it does not begin with %q", joinKeyFile, joinKeyHead)
	}
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(wrapped)), ids...)
	if err != nil {
		return Key{}, fmt.Errorf("unwrap %s: %w", joinKeyFile, err)
	}
	raw, err := io.ReadAll(io.LimitReader(r, keySize+1))
	if err != nil {
		return Key{}, fmt.Errorf("unwrap %s: %w", joinKeyFile, err)
	}
	if len(raw) != keySize {
		return Key{}, fmt.Errorf("unwrap %s: it does not hold %d bytes", joinKeyFile, keySize)
	}
	k := newKey([keySize]byte(raw))
	if k.ID().String() != stated {
		return Key{}, fmt.Errorf("unwrap %s: it holds key %s, but says %q", joinKeyFile, k.ID(), cut(stated))
	}
	return k, nil
}
