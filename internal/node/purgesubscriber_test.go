package node

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"stormglass/internal/depot/depottest"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/subscriber"
	"stormglass/internal/telemetry"
)

// leasesOf is a detail file of RADIUS: two subscribers by name, one by IMSI, and one who has a prefix.
const leasesOf = `Fri May  1 08:00:00 2026
	User-Name = "Alice@isp.example"
	NAS-IP-Address = 192.0.2.1
	Acct-Status-Type = Start
	Framed-IP-Address = 100.64.1.9
	Timestamp = 1777622400

Fri May  1 09:00:00 2026
	User-Name = "bob"
	NAS-IP-Address = 192.0.2.1
	Acct-Status-Type = Start
	Framed-IP-Address = 100.64.1.10
	Framed-IPv6-Prefix = 2001:db8:77::/64
	Timestamp = 1777626000

Fri May  1 10:00:00 2026
	User-Name = "carol"
	3GPP-IMSI = "001010123456789"
	NAS-IP-Address = 192.0.2.1
	Acct-Status-Type = Start
	Framed-IP-Address = 100.64.1.11
	Timestamp = 1777629600

`

// leased makes a data folder with leasesOf, and asks who had an address.
func leased(t *testing.T) (dir string, who func(addr string) string) {
	t.Helper()
	dir = filepath.Join(depottest.Dir(t), "data")
	if _, err := InitVault(t.Context(), dir, filepath.Join(t.TempDir(), "identity")); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "detail")
	if err := os.WriteFile(log, []byte(leasesOf), 0o600); err != nil {
		t.Fatal(err)
	}
	withKeeper(t, dir, func(ctx context.Context, k *Keeper) error {
		_, err := k.Ingest(ctx, &Ingest{Paths: []string{log}})
		return err
	})
	return dir, func(addr string) string {
		t.Helper()
		r, err := Subscriber(t.Context(), dir, subscriber.Question{Addr: netip.MustParseAddr(addr), At: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Within: 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Answers) == 0 {
			return ""
		}
		return r.Answers[0].Token
	}
}

func withKeeper(t *testing.T, dir string, do func(context.Context, *Keeper) error) {
	t.Helper()
	if err := Keeping(t.Context(), dir, "test", do); err != nil {
		t.Fatal(err)
	}
}

// TestPurgeTakesLeases: of a subscriber by name, number or token, and of an address; nobody else's go.
func TestPurgeTakesLeases(t *testing.T) {
	dir, who := leased(t)
	if who("100.64.1.9") == "" || who("100.64.1.10") == "" || who("100.64.1.11") == "" || who("2001:db8:77::5") != who("100.64.1.10") {
		t.Fatal("not all of the leases are kept")
	}
	bob := who("100.64.1.10")
	for _, c := range []struct {
		name, purged string
		records      uint64
		left         []string
	}{
		{"somebody who had nothing", "dora", 0, []string{"100.64.1.9", "100.64.1.10", "100.64.1.11"}},
		{"a name, in another case", "ALICE@isp.example", 1, []string{"100.64.1.10", "100.64.1.11"}},
		{"a name beside an IMSI, by which the lease is kept", "carol", 0, []string{"100.64.1.10", "100.64.1.11"}},
		{"an IMSI", "001010123456789", 1, []string{"100.64.1.10"}},
		{"a token", bob, 1, nil},
	} {
		withKeeper(t, dir, func(ctx context.Context, k *Keeper) error {
			refs, err := k.SubscriberRefs(c.purged)
			if err != nil {
				return err
			}
			p, err := k.PurgeSubscriber(ctx, refs, "request 7")
			if err == nil && (p.Records != c.records || p.Sealed != int(c.records)) {
				t.Errorf("%s: %d records and %d sealed copies went, want %d of each", c.name, p.Records, p.Sealed, c.records)
			}
			return err
		})
		var left []string
		for _, a := range []string{"100.64.1.9", "100.64.1.10", "100.64.1.11"} {
			if who(a) != "" {
				left = append(left, a)
			}
		}
		if !slices.Equal(left, c.left) {
			t.Errorf("%s: %q are left, want %q", c.name, left, c.left)
		}
	}
}

// TestPurgeOfAddressesTakesLeases: by address, by prefix, and by an address of a prefix that somebody had.
func TestPurgeOfAddressesTakesLeases(t *testing.T) {
	for given, gone := range map[string][]string{
		"100.64.1.9":     {"100.64.1.9"},
		"100.64.1.8/30":  {"100.64.1.9", "100.64.1.10", "100.64.1.11"},
		"100.64.0.0/10":  {"100.64.1.9", "100.64.1.10", "100.64.1.11"},
		"2001:db8:77::5": {"100.64.1.10"},
	} {
		dir, who := leased(t)
		v, err := observable.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		withKeeper(t, dir, func(ctx context.Context, k *Keeper) error {
			p, err := k.Purge(ctx, v, "request 7")
			if err == nil && p.Records != uint64(len(gone)) {
				t.Errorf("%s: %d records went, want %d", given, p.Records, len(gone))
			}
			return err
		})
		for _, a := range []string{"100.64.1.9", "100.64.1.10", "100.64.1.11"} {
			if went := who(a) == ""; went != slices.Contains(gone, a) {
				t.Errorf("%s: of %s the lease went: %t", given, a, went)
			}
		}
	}
}

// TestHeldLeasesStay: a case that holds a day keeps its leases, by name and by address.
func TestHeldLeasesStay(t *testing.T) {
	dir, who := leased(t)
	withKeeper(t, dir, func(ctx context.Context, k *Keeper) error {
		day := telemetry.InstantOf(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)).Day()
		if err := k.Hold(ctx, store.Hold{Name: "case 1", Reason: "evidence", First: day.Start(), Last: endOf(day)}); err != nil {
			return err
		}
		refs, err := k.SubscriberRefs("bob")
		if err != nil {
			return err
		}
		if _, err := k.PurgeSubscriber(ctx, refs, "request 7"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("purge of a subscriber gave %v, want a conflict", err)
		}
		v, err := observable.Parse("100.64.1.10")
		if err != nil {
			return err
		}
		if err := k.Purgeable(ctx, v); fault.KindOf(err) != fault.Conflict {
			t.Errorf("purge of an address gave %v, want a conflict", err)
		}
		return nil
	})
	if who("100.64.1.10") == "" {
		t.Error("a lease of a held day went")
	}
}
