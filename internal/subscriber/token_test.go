package subscriber_test

import (
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/vault"
)

// TestTokenOfDigits: a token whose key has an id of digits alone is kept as it is, although that looks like a subscriber's number.
func TestTokenOfDigits(t *testing.T) {
	root := ""
	for range 1000 { // one in 43 has such an id
		root = filepath.Join(t.TempDir(), "data")
		open(t, root, func(*depot.Depot) {})
		folder, err := disk.Dir(root)
		if err != nil {
			t.Fatal(err)
		}
		key, err := vault.OpenKey(folder)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Trim(key.ID().String(), "0123456789") != "" {
			continue
		}
		if _, err := vault.Init(folder, root, filepath.Join(t.TempDir(), "identity")); err != nil {
			t.Fatal(err)
		}
		break
	}
	open(t, root, func(d *depot.Depot) {
		in, err := d.Begin()
		if err != nil {
			t.Fatal(err)
		}
		of := strings.ReplaceAll(accounting, "\tNAS-Identifier", "\t3GPP-IMSI = \"001010123456789\"\n\tNAS-Identifier")
		for b := range telemetrytest.Read(aaa.NewDetail(), []byte(of))[0].Batches {
			b.Source = &telemetry.Source{Name: "x"}
			if err := in.Add(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		if err := in.Commit(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	})
	got := ask(t, root, "100.64.0.9", 0).Answers
	if len(got) != 1 {
		t.Fatalf("it was had by %+v", got)
	}
	if _, err := vault.ParseRef(got[0].Token); err != nil || !strings.HasPrefix(got[0].Token, "tok:imsi:") {
		t.Errorf("the token is %s: %v", got[0].Token, err)
	}
}
