package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// importing runs registers import and gives what it wrote and told.
func importing(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, told bytes.Buffer
	a := &app{getenv: func(string) string { return "" }, stdin: strings.NewReader("core1:iosxr\n"), stdout: &out, stderr: &told}
	c := a.registersImport()
	c.SetArgs(args)
	c.SilenceErrors, c.SilenceUsage = true, true
	err = c.ExecuteContext(t.Context())
	return out.String(), told.String(), err
}

func TestRegistersImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tac := filepath.Join(dir, "tac_plus.conf")
	if err := os.WriteFile(tac, []byte("key = SECRET1\nhost = 192.0.2.1 { key = SECRET2 }\nuser = jdoe { login = des SECRET3 }\nSECRET4 x\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	out, told, err := importing(t, "--from", "tac-plus", tac)
	if err != nil || !strings.Contains(out, `name: "jdoe"`) || !strings.Contains(out, `id: "192.0.2.1"`) || !strings.Contains(told, "line 4: the statement is not understood") {
		t.Errorf("%v\n%s\n%s", err, out, told)
	}
	if strings.Contains(out+told, "SECRET") {
		t.Errorf("a secret is shown:\n%s\n%s", out, told)
	}

	if _, _, err = importing(t, "--from", "tac-plus", tac, "--to", filepath.Join(dir, "one.yaml")); err == nil || !strings.Contains(err.Error(), "several registers") {
		t.Errorf("several registers into one file: %v", err)
	}
	folder := filepath.Join(dir, "proposed") + "/"
	if _, _, err = importing(t, "--from", "tac-plus", tac, "--to", folder); err != nil {
		t.Error(err)
	}
	written, err := os.ReadFile(filepath.Join(folder, "accounts.yaml"))
	if err != nil || !strings.Contains(string(written), `name: "jdoe"`) {
		t.Errorf("%v: %s", err, written)
	}
	if _, _, err = importing(t, "--from", "tac-plus", tac, "--to", folder); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("a second time: %v", err)
	}
	if again, _ := os.ReadFile(filepath.Join(folder, "accounts.yaml")); !bytes.Equal(again, written) {
		t.Error("the file was written over")
	}
}

func TestRegistersImportOfStandardInput(t *testing.T) {
	t.Parallel()
	out, _, err := importing(t, "--from", "router-db", "-")
	if err != nil || !strings.Contains(out, `# standard input:1`) || !strings.Contains(out, `id: "core1"`) {
		t.Errorf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"-"}, {"--from", "nagios", "-"}, {"--from", "netbox", "nowhere.json"}, {"--from", "ldif", "-"}} {
		if _, _, err := importing(t, args...); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
