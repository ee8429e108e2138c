package register

import (
	"net/netip"
	"os"
	"testing"

	"stormglass/internal/simulate"
)

// The made-up operator's registers load, and say of its addresses what it says of them.
func TestSimulatedOperator(t *testing.T) {
	dir, cfg := t.TempDir(), simulate.DefaultConfig()
	if _, err := simulate.Write(t.Context(), dir, cfg); err != nil {
		t.Fatal(err)
	}
	r, err := Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]Class{
		"192.0.2.1": Infrastructure, "10.20.0.7": Management, "192.0.2.65": Server, "100.64.1.1": Subscriber,
		"2001:db8:a100::1": Subscriber, "10.99.0.1": Own, "203.0.113.1": None,
	} {
		if got := r.Networks.Class(netip.MustParseAddr(addr), day("2024-06-01")); got != want {
			t.Errorf("%s is %s, want %s", addr, got, want)
		}
	}
}
