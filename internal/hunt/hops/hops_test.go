package hops

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

func registers(t *testing.T, servers string) *register.Registers {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"devices.yaml":  "devices:\n  - {id: jump-1, addresses: [\"192.0.2.200\"], role: jump-host}\n",
		"networks.yaml": "networks:\n  - {prefix: 192.0.2.0/25, class: infrastructure}\n  - {prefix: 192.0.2.128/25, class: server}\n", "servers.yaml": servers,
	} {
		if err := os.MkdirAll(filepath.Join(dir, "registers"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "registers", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := register.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type step struct {
	from, to      string
	begin, lasted int // minutes
	edit          func(*telemetry.Flow)
}

// TestChains: what is a chain, and what only looks like one.
func TestChains(t *testing.T) {
	refused := func(f *telemetry.Flow) { f.Answered = telemetry.Refused }
	web := func(f *telemetry.Flow) { f.DstPort = 443 }
	const jump = "servers:\n  - {service: jump, addresses: [\"192.0.2.200\"]}\n"
	for _, c := range []struct {
		name    string
		servers string
		steps   []step
		want    []string
	}{
		{"from one to the next", jump, []step{{"192.0.2.1", "192.0.2.2", 0, 60, nil}, {"192.0.2.2", "192.0.2.3", 10, 5, nil}}, []string{"192.0.2.1 > 192.0.2.2 > 192.0.2.3 false"}},
		{"from the jump host", jump, []step{{"192.0.2.200", "192.0.2.2", 0, 60, nil}, {"192.0.2.2", "192.0.2.3", 10, 5, nil}}, []string{"192.0.2.200 > 192.0.2.2 > 192.0.2.3 true"}},
		{"three steps", jump, []step{{"192.0.2.200", "192.0.2.2", 0, 60, nil}, {"192.0.2.2", "192.0.2.3", 10, 40, nil}, {"192.0.2.3", "192.0.2.4", 20, 5, nil}}, []string{
			"192.0.2.200 > 192.0.2.2 > 192.0.2.3 > 192.0.2.4 true", "192.0.2.200 > 192.0.2.2 > 192.0.2.3 true",
		}},
		{"to the jump host, and on from it", jump, []step{{"192.0.2.210", "192.0.2.200", 0, 60, nil}, {"192.0.2.200", "192.0.2.2", 5, 40, nil}}, nil},
		{"on from a router, behind the jump host", jump, []step{{"192.0.2.210", "192.0.2.200", 0, 60, nil}, {"192.0.2.200", "192.0.2.2", 5, 40, nil}, {"192.0.2.2", "192.0.2.3", 10, 5, nil}}, []string{
			"192.0.2.200 > 192.0.2.2 > 192.0.2.3 true",
		}},
		{"a scanner that tries itself", jump, []step{{"192.0.2.1", "192.0.2.1", 0, 60, nil}, {"192.0.2.1", "192.0.2.3", 10, 5, nil}}, nil},
		{"after the first was over", jump, []step{{"192.0.2.1", "192.0.2.2", 0, 5, nil}, {"192.0.2.2", "192.0.2.3", 10, 5, nil}}, nil},
		{"before the first began", jump, []step{{"192.0.2.1", "192.0.2.2", 20, 5, nil}, {"192.0.2.2", "192.0.2.3", 10, 30, nil}}, nil},
		{"there and back", jump, []step{{"192.0.2.1", "192.0.2.2", 0, 60, nil}, {"192.0.2.2", "192.0.2.1", 10, 5, nil}}, nil},
		{"refused", jump, []step{{"192.0.2.1", "192.0.2.2", 0, 60, nil}, {"192.0.2.2", "192.0.2.3", 10, 5, refused}}, nil},
		{"no shell", jump, []step{{"192.0.2.1", "192.0.2.2", 0, 60, web}, {"192.0.2.2", "192.0.2.3", 10, 5, nil}}, nil},
		{"servers among themselves", jump, []step{{"192.0.2.1", "192.0.2.140", 0, 60, nil}, {"192.0.2.140", "192.0.2.141", 10, 5, nil}}, nil},
		{"nobody states jump hosts", "servers: []\n", []step{{"192.0.2.1", "192.0.2.2", 0, 60, nil}, {"192.0.2.2", "192.0.2.3", 10, 5, nil}}, []string{"192.0.2.1 > 192.0.2.2 > 192.0.2.3 no_register"}},
	} {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
		for _, s := range c.steps {
			f := &b.Flow[b.Append(uint64(b.Len()+1))]
			f.Occurred = telemetry.InstantOf(time.Date(2024, 11, 20, 8, s.begin, 0, 0, time.UTC))
			f.Src, f.Dst, f.DstPort, f.Proto, f.Duration, f.Answered = netip.MustParseAddr(s.from), netip.MustParseAddr(s.to), 22, 6, time.Duration(s.lasted)*time.Minute, telemetry.Answered
			f.SrcLocal, f.DstLocal = telemetry.LocalYes, telemetry.LocalYes
			if s.edit != nil {
				s.edit(f)
			}
		}
		r := analysetest.Batches(t, Analyser{}, analyse.Env{Registers: registers(t, c.servers)}, b)
		var got []string
		for _, x := range r.Records {
			got = append(got, x.Fields["stormglass.hops.path"]+" "+x.Fields["stormglass.hops.from_jump"])
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	r := analysetest.Batches(t, Analyser{}, analyse.Env{}, &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{{Head: telemetry.Head{Occurred: 1}}}})
	if len(r.Account.NotAssessed) == 0 {
		t.Error("without registers it does not say that it could not tell")
	}
}
