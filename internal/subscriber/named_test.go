package subscriber_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/named"
	"stormglass/internal/telemetry/named/namedtest"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
	"stormglass/internal/vault"
)

// keptEvents takes lines into a new data folder and gives every text of the events that it keeps, and the tokens among them.
func keptEvents(ctx context.Context, root, lines string) (kept, refs []string, err error) {
	d, err := depot.Open(ctx, root, depot.Options{})
	if err != nil {
		return nil, nil, err
	}
	in, err := d.Begin()
	if err != nil {
		return nil, nil, err
	}
	for _, set := range telemetrytest.Read(text.New(nil, ""), []byte(lines)) {
		for b := range set.Batches {
			b.Source = &telemetry.Source{Name: "x"}
			if err := in.Add(ctx, b); err != nil {
				return nil, nil, err
			}
		}
	}
	if err := in.Commit(ctx, nil); err != nil {
		return nil, nil, err
	}
	if err := d.Close(); err != nil {
		return nil, nil, err
	}
	v, err := depot.OpenView(ctx, root, depot.WithFiles)
	if err != nil {
		return nil, nil, err
	}
	defer v.Close()
	var mu sync.Mutex
	w := depot.Wanted{Hour: func(kind telemetry.Kind, _ telemetry.Day, _ int) bool { return kind == telemetry.KindEvent }, Workers: 1}
	err = v.Rows(ctx, w, func(b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.Event {
			e := &b.Event[i]
			kept = append(kept, strings.Clone(e.Raw), strings.Clone(e.Host))
			for _, p := range append(b.PairsOf(e.Pairs), b.PairsOf(e.Extra)...) {
				if kept = append(kept, strings.Clone(p.Text)); p.Field == named.FieldRef {
					refs = append(refs, strings.Clone(p.Text))
				}
			}
		}
		return nil
	})
	return kept, refs, err
}

// TestLawNothingPlantedIsKept: whatever subscribers stand in whatever forms of lines, no row that a data folder keeps holds them.
func TestLawNothingPlantedIsKept(t *testing.T) {
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		if n++; n > 12 { // a folder each
			return
		}
		root := filepath.Join(t.TempDir(), "data")
		var lines strings.Builder
		var planted []string
		for range 40 {
			f, message, values := namedtest.Draw(rt)
			if f.Program == "" {
				continue // a program's own file
			}
			fmt.Fprintf(&lines, "2024-01-02T03:04:05Z h1 %s[7]: %s\n", f.Program, message)
			planted = append(planted, values...)
		}
		kept, refs, err := keptEvents(rt.Context(), root, lines.String())
		if err != nil {
			rt.Fatal(err)
		}
		if len(kept) == 0 || len(refs) == 0 {
			rt.Fatalf("%d texts and %d tokens of\n%s", len(kept), len(refs), lines.String())
		}
		for _, text := range kept {
			if left := namedtest.Left(text, planted); left != "" {
				rt.Fatalf("%q is kept of\n%s", text, lines.String())
			}
		}
	})
}

// TestNamesHaveTheTokensOfLeases: a line that names somebody holds the token of his leases, once for each place, and opens as it does.
func TestNamesHaveTheTokensOfLeases(t *testing.T) {
	root := filepath.Join(t.TempDir(), "data")
	kept, refs, err := keptEvents(t.Context(), root, "2024-01-02T03:04:05Z h1 dhcpd[7]: DHCPNAK on 100.64.0.9 to 00-00-5E-00-53-01 via eth0\n")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.OpenKey(folder)
	if err != nil {
		t.Fatal(err)
	}
	addr, mac := key.Ref(kindOf(t, "address"), "100.64.0.9").String(), key.Ref(kindOf(t, "username"), "mac-00005e005301").String()
	if len(refs) != 2 || refs[0] != addr || refs[1] != mac {
		t.Errorf("tokens %q, want %q and %q", refs, addr, mac)
	}
	if want := "2024-01-02T03:04:05Z h1 dhcpd[7]: DHCPNAK on " + addr + " to " + mac + " via eth0"; kept[0] != want {
		t.Errorf("kept is %q, want %q", kept[0], want)
	}
}

func kindOf(t *testing.T, name string) observable.Kind {
	t.Helper()
	k, err := observable.ParseKind(name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
