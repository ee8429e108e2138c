package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"filippo.io/age"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// Identity is the private identity that opens what was sealed.
type Identity struct {
	list func() []age.Identity // a function, so that nothing prints what it gives
}

func (id Identity) ages() []age.Identity {
	if id.list == nil {
		return nil
	}
	return id.list()
}

// Format implements fmt.Formatter.
func (Identity) Format(s fmt.State, _ rune) { printMask(s) }

// LogValue implements slog.LogValuer.
func (Identity) LogValue() slog.Value { return slog.StringValue(masked) }

// LoadIdentity reads a private identity from a file of age. The error is fault.Denied when others may
// read the file.
func LoadIdentity(path string) (Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return Identity{}, fmt.Errorf("open identity: %w", err)
	}
	text, err := readChecked(f, path, forOthers)
	if err = errors.Join(err, f.Close()); err != nil {
		return Identity{}, err
	}
	ids, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		return Identity{}, fault.Hint(fault.Invalid, fmt.Errorf("read identity: %s does not hold identities of age", path), // age's error may quote the key
			"name the file that init wrote; it has a line AGE-SECRET-KEY-1…")
	}
	return Identity{func() []age.Identity { return ids }}, nil
}

// Init makes the key pair of a vault: the recipient in the data folder, the private identity in
// identityFile, which must not exist and must lie outside of dataDir, the path of fsys. It makes the
// join key, too, or wraps one that is there for the new identity as well. It gives the recipient. The
// error is fault.Conflict when the vault has a recipient. The caller holds the data folder's lock.
func Init(fsys disk.FS, dataDir, identityFile string) (string, error) {
	if there, err := has(fsys, recipientFile); err != nil {
		return "", fmt.Errorf("look for recipient: %w", err)
	} else if there {
		return "", fault.Hint(fault.Conflict, errors.New("the vault has a recipient"), "its identity opens what was sealed; look for the file that init wrote")
	}
	if err := mustBeOutside(dataDir, identityFile); err != nil {
		return "", err
	}
	if _, err := EnsureKey(fsys); err != nil {
		return "", err
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", fmt.Errorf("make identity: %w", err)
	}
	public := id.Recipient().String()
	if err := writeSecret(identityFile, "# private identity of a Stormglass vault: opens what was sealed to\n# "+public+"\n"+id.String()+"\n"); err != nil {
		return "", fmt.Errorf("write identity: %w", err)
	}
	if err := disk.WriteFile(fsys, recipientFile, []byte(public+"\n")); err != nil {
		return "", fmt.Errorf("%w; keep %s unless there is no %s", err, identityFile, recipientFile) // the recipient may be in force
	}
	return public, Rotate(fsys) // wraps the join key to the identity, too
}

// mustBeOutside refuses a file below a folder, links resolved.
func mustBeOutside(dir, file string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find data folder: %w", err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return fmt.Errorf("find data folder: %w", err)
	}
	if file, err = filepath.Abs(file); err != nil {
		return fmt.Errorf("find folder for identity: %w", err)
	}
	into, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("find folder for identity: %w", err)
	}
	rel, err := filepath.Rel(dir, into)
	if err == nil && filepath.IsLocal(rel) {
		return fault.Hint(fault.Invalid, fmt.Errorf("%s lies in the data folder: who copies the folder could open what is sealed", file),
			"name a file on another disk or machine, or on a stick that is kept in a safe")
	}
	return nil
}

// writeSecret writes a new file, mode 0600, durably.
func writeSecret(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		var parent *disk.Folder
		if parent, err = disk.Dir(filepath.Dir(path)); err == nil {
			err = parent.SyncDir(".")
		}
	}
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// recipient reads the public key that values are sealed to. The error is fault.NotFound without one.
func recipient(fsys disk.FS) (age.Recipient, error) {
	text, err := readKey(fsys, recipientFile, othersChange)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("the vault has no recipient: %w", err), "make the key pair with init")
	}
	if err != nil {
		return nil, err
	}
	all, err := age.ParseRecipients(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", recipientFile, err)
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("read %s: it holds %d recipients, want one", recipientFile, len(all))
	}
	return all[0], nil
}
