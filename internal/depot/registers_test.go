package depot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
)

// opened opens a folder for writing and lets it go again, and gives what it says of its registers and what they state.
func opened(t *testing.T, root string) (stated bool, complaint, err error) {
	t.Helper()
	d, err := Open(t.Context(), root, Options{})
	if err != nil {
		return false, nil, err
	}
	stated, complaint = d.Registers().Networks.Stated(), d.RegistersErr()
	return stated, complaint, d.Close()
}

func viewed(t *testing.T, root string) (stated bool, complaint, err error) {
	t.Helper()
	v, err := OpenView(t.Context(), root, 0)
	if err != nil {
		return false, nil, err
	}
	return v.Registers.Networks.Stated(), v.RegistersErr, v.Close()
}

const (
	goodNetworks   = "networks:\n- {prefix: 10.0.0.0/8, class: server}\n"
	goodRetention  = "ledger: 60\n"
	brokenRegister = "networks: 7\n"
)

// TestBrokenRegisters: the last registers that could be read stand in for broken ones, if there is a state of each file.
func TestBrokenRegisters(t *testing.T) {
	type files map[string]string
	for name, tt := range map[string]struct {
		before, after files
		stated, fails bool
	}{
		"networks broken":              {files{"networks": goodNetworks}, files{"networks": brokenRegister}, true, false},
		"retention broken":             {files{"networks": goodNetworks, "retention": goodRetention}, files{"retention": "ledger: [\n"}, true, false},
		"none before":                  {nil, files{"networks": brokenRegister}, false, true},
		"none of that file before":     {files{"retention": goodRetention}, files{"networks": brokenRegister}, false, true},
		"a new list broken":            {files{"networks": goodNetworks}, files{"servers": brokenRegister}, true, false},
		"a list alone, broken":         {nil, files{"servers": brokenRegister}, false, false},
		"a new list beside the broken": {files{"networks": goodNetworks}, files{"networks": brokenRegister, "stores": "stores: []\n"}, true, false},
		"a new file beside the broken": {files{"networks": goodNetworks}, files{"networks": brokenRegister, "retention": goodRetention}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write := func(f files) {
				for name, text := range f {
					if err := os.WriteFile(filepath.Join(root, RegistersDir, name+".yaml"), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := os.Mkdir(filepath.Join(root, RegistersDir), 0o700); err != nil {
				t.Fatal(err)
			}
			write(tt.before)
			if _, complaint, err := opened(t, root); complaint != nil || err != nil {
				t.Fatal(complaint, err)
			}
			write(tt.after)
			for who, open := range map[string]func(*testing.T, string) (bool, error, error){"writer": opened, "reader": viewed} {
				stated, complaint, err := open(t, root)
				if tt.fails {
					if fault.KindOf(err) != fault.Invalid {
						t.Errorf("%s: %v", who, err)
					}
					continue
				}
				if err != nil || stated != tt.stated || fault.KindOf(complaint) != fault.Invalid || !strings.Contains(complaint.Error(), "those of before are in force") {
					t.Errorf("%s: stated %v, complaint %v, %v", who, stated, complaint, err)
				}
			}
		})
	}
}

// TestRegistersCopy: the copy follows what is in force.
func TestRegistersCopy(t *testing.T) {
	root := t.TempDir()
	kept := func() map[string]string {
		out := map[string]string{}
		for name, text := range contents(t, root) {
			if rel, err := filepath.Rel(filepath.Join(root, stateDir, RegistersDir), name); err == nil && filepath.IsLocal(rel) && rel != "." {
				out[rel] = text
			}
		}
		return out
	}
	d, err := Open(t.Context(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	networks, retention := filepath.Join(root, RegistersDir, "networks.yaml"), filepath.Join(root, RegistersDir, "retention.yaml")
	if err := errors.Join(os.WriteFile(networks, []byte(goodNetworks), 0o600), os.WriteFile(retention, []byte(goodRetention), 0o600)); err != nil {
		t.Fatal(err)
	}
	if changed, err := d.LoadRegisters(); !changed || err != nil {
		t.Errorf("two files: changed %v, %v", changed, err)
	}
	if err := os.WriteFile(networks, []byte(brokenRegister), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.LoadRegisters(); err == nil || d.RegistersErr() == nil {
		t.Errorf("broken: %v, complaint %v", err, d.RegistersErr())
	}
	if diff := cmp.Diff(map[string]string{"networks.yaml": goodNetworks, "retention.yaml": goodRetention}, kept()); diff != "" {
		t.Errorf("broken: copy (-want +got):\n%s", diff)
	}
	if err := errors.Join(os.WriteFile(networks, []byte(goodNetworks), 0o600), os.Remove(retention)); err != nil {
		t.Fatal(err)
	}
	if changed, err := d.LoadRegisters(); !changed || err != nil || d.RegistersErr() != nil {
		t.Errorf("mended: changed %v, %v, complaint %v", changed, err, d.RegistersErr())
	}
	if diff := cmp.Diff(map[string]string{"networks.yaml": goodNetworks}, kept()); diff != "" {
		t.Errorf("mended: copy (-want +got):\n%s", diff)
	}
	// A copy that cannot be kept is complained of until it can, and what was read is in force.
	if err := errors.Join(os.RemoveAll(filepath.Join(root, stateDir)), os.WriteFile(filepath.Join(root, stateDir), nil, 0o600), os.WriteFile(retention, []byte(goodRetention), 0o600)); err != nil {
		t.Fatal(err)
	}
	if changed, err := d.LoadRegisters(); !changed || err != nil || d.RegistersErr() == nil {
		t.Errorf("no room for a copy: changed %v, %v, complaint %v", changed, err, d.RegistersErr())
	}
	if err := os.Remove(filepath.Join(root, stateDir)); err != nil {
		t.Fatal(err)
	}
	if changed, err := d.LoadRegisters(); changed || err != nil || d.RegistersErr() != nil || len(kept()) != 2 {
		t.Errorf("room again: changed %v, %v, complaint %v, kept %v", changed, err, d.RegistersErr(), kept())
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
