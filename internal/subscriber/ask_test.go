package subscriber_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/subscriber"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
	"stormglass/internal/vault"
)

const accounting = `Tue Jan  2 03:04:05 2024
	Acct-Status-Type = Start
	User-Name = "alice@isp.example"
	NAS-Identifier = "nas1"
	Framed-IP-Address = 100.64.0.9
	Timestamp = 1704164645

Tue Jan  2 04:04:05 2024
	Acct-Status-Type = Stop
	User-Name = "Alice@isp.example"
	NAS-Identifier = "nas1"
	Framed-IP-Address = 100.64.0.9
	Timestamp = 1704168245

`

const blocks = `<134>1 2024-01-02T03:10:00Z cgn1 - - NAT44 - [UserbasedA - 100.64.0.9 blue - 198.51.100.9 - 1024 1279 - -]
<134>1 2024-01-02T03:11:00Z cgn1 - - NAT44 - [UserbasedA - 100.64.0.7 blue - 198.51.100.9 - 1280 1535 - -]
<134>1 2024-01-02T03:50:00Z cgn1 - - NAT44 - [UserbasedW - 100.64.0.9 blue - 198.51.100.9 - 1024 1279 - -]
<134>1 2024-01-02T03:51:00Z cgn1 - - NAT44 - [UserbasedW - 100.64.0.7 blue - 198.51.100.9 - 1280 1535 - -]
`

// taken makes a data folder that took both in.
func taken(t *testing.T, withVault bool) string {
	t.Helper()
	return takenOf(t, withVault, append(telemetrytest.Read(aaa.NewDetail(), []byte(accounting)), telemetrytest.Read(text.New(nil, ""), []byte(blocks))...))
}

// takenOf makes one that took sets in.
func takenOf(t *testing.T, withVault bool, sets []*telemetry.Set) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "data")
	if withVault {
		open(t, root, func(*depot.Depot) {})
		folder, err := disk.Dir(root)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Init(folder, root, filepath.Join(t.TempDir(), "identity")); err != nil {
			t.Fatal(err)
		}
	}
	open(t, root, func(d *depot.Depot) {
		in, err := d.Begin()
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range sets {
			for b := range set.Batches {
				b.Source = &telemetry.Source{Name: "x"}
				if err := in.Add(t.Context(), b); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := in.Commit(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	})
	return root
}

func open(t *testing.T, root string, use func(*depot.Depot)) {
	t.Helper()
	d, err := depot.Open(t.Context(), root, depot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	use(d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, root, addr string, port uint16) *subscriber.Result {
	t.Helper()
	v, err := depot.OpenView(t.Context(), root, depot.WithFiles)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	folder, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.OpenKey(folder)
	if err != nil {
		t.Fatal(err)
	}
	q := subscriber.Question{Addr: netip.MustParseAddr(addr), Port: port, At: time.Date(2024, 1, 2, 3, 30, 0, 0, time.UTC), Within: 24 * time.Hour}
	r, err := subscriber.Ask(t.Context(), v, key, q, 2)
	if err != nil || r.Damaged > 0 {
		t.Fatal(r, err)
	}
	return r
}

func TestAsk(t *testing.T) {
	root := taken(t, true)
	direct := ask(t, root, "100.64.0.9", 0).Answers
	if len(direct) != 1 || direct[0].Sure != subscriber.Certain || !strings.HasPrefix(direct[0].Token, "tok:username:") || direct[0].By != "nas1" {
		t.Fatalf("of the address itself: %+v", direct)
	}
	through := ask(t, root, "198.51.100.9", 1100).Answers
	if len(through) != 1 || through[0].Token != direct[0].Token || through[0].Ports != "1024-1279" || through[0].Sure != subscriber.Certain {
		t.Errorf("through the translator: %+v", through)
	}
	if unnamed := ask(t, root, "198.51.100.9", 1300).Answers; len(unnamed) != 1 || !unnamed[0].Unnamed || !strings.HasPrefix(unnamed[0].Token, "tok:address:") {
		t.Errorf("of whom nobody tells: %+v", unnamed)
	}
	if all := ask(t, root, "198.51.100.9", 0).Answers; len(all) != 2 {
		t.Errorf("without a port: %+v", all)
	}
	if none := ask(t, root, "198.51.100.9", 2000).Answers; len(none) != 0 {
		t.Errorf("of a port that nobody had: %+v", none)
	}
}

// Two that say that somebody else had an address, or a port of one, are named both, and none is picked.
func TestDisputed(t *testing.T) {
	const head = "<134>1 2024-01-02T03:10:00Z "
	tests := []struct {
		name, lines, addr string
		port              uint16
		want              []string
	}{
		{
			"two servers gave one address", head + "dhcp1 kea-dhcp4 7 - - DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], cid=[no info], tid=0x1: lease 100.64.0.20 has been allocated for 3600 seconds\n" + head + "dhcp2 kea-dhcp4 7 - - DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:02], cid=[no info], tid=0x1: lease 100.64.0.20 has been allocated for 3600 seconds\n", "100.64.0.20", 0,
			[]string{"dhcp1  uncertain true", "dhcp2  uncertain true"},
		},
		{
			"two servers tell of one lease", head + "dhcp1 kea-dhcp4 7 - - DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], cid=[no info], tid=0x1: lease 100.64.0.20 has been allocated for 3600 seconds\n" + head + "dhcp2 kea-dhcp4 7 - - DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], cid=[no info], tid=0x1: lease 100.64.0.20 has been allocated for 3600 seconds\n", "100.64.0.20", 0,
			[]string{"dhcp1  certain false", "dhcp2  certain false"},
		},
		{
			"two translators gave one port", head + "cgn8 - - NAT44 - [UserbasedA - 100.64.0.20 - - 198.51.100.8 - 1024 2047 - -]\n" + head + "cgn9 - - NAT44 - [UserbasedA - 100.64.0.21 - - 198.51.100.8 - 1536 1791 - -]\n", "198.51.100.8", 1600,
			[]string{"cgn8 cgn8 uncertain true", "cgn9 cgn9 uncertain true"},
		},
		{
			"without a port, where blocks overlap", head + "cgn8 - - NAT44 - [UserbasedA - 100.64.0.20 - - 198.51.100.8 - 1024 2047 - -]\n" + head + "cgn9 - - NAT44 - [UserbasedA - 100.64.0.21 - - 198.51.100.8 - 1536 1791 - -]\n" + head + "cgn9 - - NAT44 - [UserbasedA - 100.64.0.22 - - 198.51.100.8 - 2048 2303 - -]\n", "198.51.100.8", 0,
			[]string{"cgn8 cgn8 uncertain true", "cgn9 cgn9 uncertain true", "cgn9 cgn9 uncertain false"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := takenOf(t, true, telemetrytest.Read(text.New(nil, ""), []byte(tt.lines)))
			r := ask(t, root, tt.addr, tt.port)
			var got []string
			for _, x := range r.Answers {
				got = append(got, fmt.Sprintf("%s %s %s %v", x.By, x.Translator, x.Sure, x.Disputed))
				if x.Source != "x" || x.From.IsZero() {
					t.Errorf("read from %q, since %v", x.Source, x.From)
				}
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestNothingInClear: no file of the folder holds a name, with a vault or without.
func TestNothingInClear(t *testing.T) {
	for _, withVault := range []bool{true, false} {
		root := taken(t, withVault)
		if r := ask(t, root, "100.64.0.9", 0); !withVault && r.Leases != 0 {
			t.Errorf("without a vault %d leases are kept", r.Leases)
		}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if bytes.Contains(bytes.ToLower(content), []byte("alice")) {
				t.Errorf("%s holds the name", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
