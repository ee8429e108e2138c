package vault

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
)

// Nothing that holds a secret prints it: by no verb, alone or inside of others, in no log, not in JSON.
func TestSecretsDoNotPrint(t *testing.T) {
	const value = "001010123456789"
	file := filepath.Join(t.TempDir(), "identity")
	m := disktest.NewMemory()
	if _, err := Init(m, t.TempDir(), file); err != nil {
		t.Fatal(err)
	}
	id, err := LoadIdentity(file)
	if err != nil {
		t.Fatal(err)
	}
	private, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, private, _ = bytes.Cut(private, []byte("AGE-SECRET-KEY-1"))
	v := openVault(t, m)
	seal(t, v, observable.IMSI, value)
	key := v.Key()
	raw := key.secret().raw[:]
	// The content key, as one who walks the process's memory would see it.
	content, err := age.Decrypt(bytes.NewReader(v.sealer.wrapped), id.ages()...)
	if err != nil {
		t.Fatal(err)
	}
	contentKey, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{
		strings.Trim(fmt.Sprintf("%d", contentKey), "[]"), hex.EncodeToString(contentKey), string(contentKey),
		value, string(raw), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)), strings.Trim(fmt.Sprintf("%d", raw), "[]"),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", raw), "[]byte{"), "}"), strings.TrimSpace(string(private)),
	}
	c := clearOf(value)
	type holder struct {
		Key      Key
		Identity Identity
		Clear    Clear
		key      Key
		identity Identity
		clear    Clear
		any      any
		list     []Clear
	}
	h := holder{key, id, c, key, id, c, c, []Clear{c}}
	values := []any{key, &key, id, &id, c, &c, h, &h, []Clear{c}, []Key{key}, map[string]Clear{"x": c}, v}
	var out strings.Builder
	for _, holder := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "%t", "%p", "%T"} {
			fmt.Fprintf(&out, verb+"\n", holder)
		}
		fmt.Fprintln(&out, holder)
		for _, l := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
			l.Info("message", slog.Any("value", holder))
		}
		if j, err := json.Marshal(holder); err == nil {
			out.Write(j)
		}
	}
	for i, secret := range secrets {
		if secret == "" || strings.Contains(out.String(), secret) {
			t.Errorf("secret %d is empty or was printed", i)
		}
	}
	if !strings.Contains(out.String(), masked) {
		t.Error("nothing was masked: the search proves nothing")
	}
}
