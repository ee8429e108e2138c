package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

func onDisk(t *testing.T) (*disk.Folder, string) {
	t.Helper()
	dir := t.TempDir()
	d, err := disk.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d, dir
}

func read(t *testing.T, fsys disk.FS, name string) []byte {
	t.Helper()
	data, unmap, err := fsys.Map(name)
	if err != nil {
		t.Fatal(err)
	}
	defer unmap()
	return bytes.Clone(data)
}

func TestJoinKeyIsMadeOnce(t *testing.T) {
	d, dir := onDisk(t)
	if _, err := OpenKey(d); fault.KindOf(err) != fault.NotFound || fault.HintOf(err) == "" {
		t.Errorf("without a key: %v", err)
	}
	first, err := EnsureKey(d)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again, err := EnsureKey(d)
		if err != nil || again.secret().raw != first.secret().raw {
			t.Fatalf("another key, %v", err)
		}
	}
	other, err := EnsureKey(disktest.NewMemory())
	if err != nil || other.secret().raw == first.secret().raw || first.secret().raw == [keySize]byte{} {
		t.Errorf("keys are not made at random, %v", err)
	}
	for _, name := range []string{joinKeyFile, ingestKeyFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
		if bytes.Contains(read(t, d, name), first.secret().raw[:]) {
			t.Errorf("%s holds the key in clear", name)
		}
	}
}

func TestKeysThatOthersMayUse(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes on Windows")
	}
	for _, c := range []struct {
		name string
		mode fs.FileMode
		want fault.Kind
		good bool
	}{
		{joinKeyFile, 0o640, fault.Denied, false},
		{joinKeyFile, 0o604, fault.Denied, false},
		{joinKeyFile, 0o620, fault.Denied, false},
		{ingestKeyFile, 0o644, fault.Denied, false},
		{recipientFile, 0o644, 0, true},
		{recipientFile, 0o660, fault.Denied, false},
		{joinKeyFile, 0o400, 0, true},
	} {
		d, dir := onDisk(t)
		if _, err := Init(d, dir, filepath.Join(t.TempDir(), "id")); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, c.name), c.mode); err != nil {
			t.Fatal(err)
		}
		k, err := OpenKey(d)
		if err == nil {
			_, err = Open(d, k)
		}
		if c.good != (err == nil) || err != nil && (fault.KindOf(err) != c.want || !strings.Contains(fault.HintOf(err), "chmod 600") && !strings.Contains(fault.HintOf(err), "chmod 640")) {
			t.Errorf("%s with mode %o: %v (hint: %s)", c.name, c.mode, err, fault.HintOf(err))
		}
	}
}

func TestInit(t *testing.T) {
	d, dir := onDisk(t)
	before, err := EnsureKey(d)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, inside := range []string{filepath.Join(dir, "identity"), filepath.Join(dir, "vault", "identity"), filepath.Join(link, "identity")} {
		if _, err := Init(d, dir, inside); fault.KindOf(err) != fault.Invalid || fault.HintOf(err) == "" {
			t.Errorf("identity in %s: %v", inside, err)
		}
		if _, err := os.Stat(inside); err == nil {
			t.Errorf("%s was written", inside)
		}
	}
	if _, err := Init(d, dir, filepath.Join(t.TempDir(), "none", "identity")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("identity in a folder that is not there: %v", err)
	}
	file := filepath.Join(t.TempDir(), "identity")
	public, err := Init(d, dir, file)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(read(t, d, recipientFile))); got != public || !strings.HasPrefix(public, "age1") {
		t.Errorf("recipient is %q, Init gave %q", got, public)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("identity: mode %v, %v", info.Mode(), err)
	}
	if after, err := OpenKey(d); err != nil || after.secret().raw != before.secret().raw {
		t.Errorf("Init changed the join key, %v", err)
	}
	if _, err := Init(d, dir, filepath.Join(t.TempDir(), "second")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Init again: %v", err)
	}
	if err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Base(path) == "ingest.key" {
			return err
		}
		if content, err := os.ReadFile(path); err != nil || bytes.Contains(content, []byte("AGE-SECRET-KEY")) {
			t.Errorf("%s holds an identity, %v", path, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestRotateAndRecover(t *testing.T) {
	d, dir := onDisk(t)
	file := filepath.Join(t.TempDir(), "identity")
	if _, err := Init(d, dir, file); err != nil {
		t.Fatal(err)
	}
	k, err := OpenKey(d)
	if err != nil {
		t.Fatal(err)
	}
	oldIngest, oldJoin := read(t, d, ingestKeyFile), read(t, d, joinKeyFile)
	if err := Rotate(d); err != nil {
		t.Fatal(err)
	}
	newIngest := read(t, d, ingestKeyFile)
	if bytes.Contains(newIngest, bytes.TrimSpace(oldIngest)) || bytes.Equal(oldJoin, read(t, d, joinKeyFile)) {
		t.Error("the old ingest key is still there, or join.key is as it was")
	}
	if after, err := OpenKey(d); err != nil || after.secret().raw != k.secret().raw {
		t.Errorf("Rotate changed the join key, %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, ingestKeyFile), oldIngest, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(d); err == nil {
		t.Error("the old ingest key opens the new join.key")
	}
	if err := os.Remove(filepath.Join(dir, ingestKeyFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := EnsureKey(d); fault.KindOf(err) != fault.NotFound || !strings.Contains(fault.HintOf(err), "recover") {
		t.Errorf("without ingest.key: %v", err)
	}
	id, err := LoadIdentity(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := Recover(d, id); err != nil {
		t.Fatal(err)
	}
	if after, err := OpenKey(d); err != nil || after.secret().raw != k.secret().raw {
		t.Errorf("Recover changed the join key, %v", err)
	}
}

func TestJoinKeyFilesThatAreWrong(t *testing.T) {
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	m := disktest.NewMemory()
	if _, err := EnsureKey(m); err != nil {
		t.Fatal(err)
	}
	good := string(read(t, m, joinKeyFile))
	for name, c := range map[string]struct{ file, content, say string }{
		"empty":               {joinKeyFile, "", "does not begin"},
		"another id":          {joinKeyFile, joinKeyHead + "00000000" + good[len(joinKeyHead)+8:], "holds key"},
		"cut off":             {joinKeyFile, good[:len(good)/2], "unwrap"},
		"large":               {joinKeyFile, strings.Repeat("x", maxKeyFile+1), "has over"},
		"ingest key of other": {ingestKeyFile, stranger.String(), "unwrap"},
		"ingest key wrong":    {ingestKeyFile, stranger.String()[:70], "does not hold identities"},
	} {
		m := copyOf(m)
		if err := disk.WriteFile(m, c.file, []byte(c.content)); err != nil {
			t.Fatal(err)
		}
		for _, get := range []func(disk.FS) (Key, error){OpenKey, EnsureKey} {
			_, err := get(m)
			if err == nil || !strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "SECRET-KEY") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := string(read(t, m, c.file)); got != c.content {
			t.Errorf("%s: the file was replaced", name)
		}
	}
}

func TestNoNewKeyBesideSealedValues(t *testing.T) {
	m, _, _ := someSealed(t)
	if err := m.Remove(joinKeyFile); err != nil {
		t.Fatal(err)
	}
	if _, err := EnsureKey(m); fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %v", err)
	}
}

func TestLoadIdentityRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "identity")
	if _, err := LoadIdentity(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(file, []byte("AGE-SECRET-KEY-1WRONG\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadIdentity(file); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "WRONG") {
		t.Errorf("wrong: %v", err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadIdentity(file); fault.KindOf(err) != fault.Denied && runtime.GOOS != "windows" {
		t.Errorf("readable by others: %v", err)
	}
}
