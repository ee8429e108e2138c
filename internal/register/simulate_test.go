package register

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"stormglass/internal/collect"
	"stormglass/internal/simulate"
	"stormglass/internal/telemetry"
)

// The made-up operator's registers load, and say of its addresses what it says of them; a survey of its telemetry proposes the servers
// that its devices use.
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
	if d, ok := r.DeviceNamed("EDGE-R1", day("2024-06-01")); !ok || d.Role != "edge" || len(d.Exporters) == 0 {
		t.Errorf("edge-r1 is %+v", d)
	}
	checkProposals(t, surveyOf(t, r, filepath.Join(dir, "telemetry")).Propose())
}

func surveyOf(t *testing.T, r *Registers, dir string) *Survey {
	t.Helper()
	var mu sync.Mutex
	s := NewSurvey(r, nil)
	reader := collect.Reader{Handle: func(_ context.Context, b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		s.Add(b)
		return nil
	}}
	var files collect.Files
	err := files.Each(t.Context(), []string{dir}, func(m *collect.Member) error {
		_, err := reader.Read(t.Context(), m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkProposals(t *testing.T, p *Proposal) {
	t.Helper()
	got := map[string][]string{}
	for _, s := range p.Servers {
		mark := ""
		if len(s.Doubts) > 0 {
			mark = "?"
		}
		got[s.Service] = append(got[s.Service], s.Address.String()+mark)
	}
	for service, want := range map[string]string{ServiceNTP: "10.20.0.5", ServiceNMS: "10.20.0.10", ServiceJump: "10.20.0.30", ServiceDNS: "192.0.2.65"} {
		if !slices.Contains(got[service], want) {
			t.Errorf("%s: %v are proposed, without %s", service, got[service], want)
		}
	}
	for _, x := range p.Tunnels {
		if len(x.Doubts) == 0 {
			t.Errorf("a tunnel out of the network is proposed without doubt: %+v", x)
		}
	}
	for _, register := range ProposedRegisters() {
		if text := p.YAML(register); text != nil {
			registersOf(t, map[string]string{register + ".yaml": string(text)})
		}
	}
}
