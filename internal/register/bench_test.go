package register

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// benchRegisters are those of an operator with 10,000 devices, 200 servers, 1,000 accounts, 2,000 tunnels and networks.
func benchRegisters(tb testing.TB) *Registers {
	tb.Helper()
	var devices, servers, accounts, tunnels strings.Builder
	devices.WriteString("id,names,addresses,role\n")
	for i := range 10_000 {
		fmt.Fprintf(&devices, "r%d,r%d.example.net,192.%d.%d.%d,edge\n", i, i, i%7, i/250, i%250)
	}
	servers.WriteString("service,addresses,valid_from\n")
	for i := range 200 {
		fmt.Fprintf(&servers, "%s,10.20.%d.%d,2024-01-01\n", services[i%len(services)], i/100, i%100)
	}
	accounts.WriteString("name,kind,hosts,commands\n")
	for i := range 1000 {
		fmt.Fprintf(&accounts, "user%d,automation,10.20.0.%d,show running-config;show inventory*;terminal length 0\n", i, i%250)
	}
	tunnels.WriteString("id,ends,protocols\n")
	for i := range 2000 {
		fmt.Fprintf(&tunnels, "t%d,192.0.2.1;198.18.%d.%d,gre\n", i, i/250, i%250)
	}
	return registersOf(tb, map[string]string{
		"networks.yaml": someNetworks, "devices.csv": devices.String(), "servers.csv": servers.String(), "accounts.csv": accounts.String(),
		"tunnels.csv": tunnels.String(), "changes.csv": someRegisters["changes.csv"],
	})
}

func benchFlows() *telemetry.Batch {
	rnd := rand.New(rand.NewPCG(1, 2))
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: make([]telemetry.Flow, 4096)}
	for i := range b.Flow {
		f := &b.Flow[i]
		f.Occurred, f.Proto = day("2024-06-01"), 47
		f.Src = netip.AddrFrom4([4]byte{192, 0, byte(rnd.IntN(40)), byte(rnd.IntN(256))})
		f.Dst = netip.AddrFrom4([4]byte{10, 20, byte(rnd.IntN(4)), byte(rnd.IntN(128))})
		f.Exporter = f.Src
	}
	return b
}

func benchEvents() *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	commands := [...]string{"show running-config <cr>", "show inventory raw", "configure terminal", "terminal length 0"}
	for i := range 4096 {
		start := uint32(len(b.Pairs))
		for _, p := range [...][2]string{
			{"event.action", "command"},
			{"user.name", fmt.Sprintf("User%d", i%1500)},
			{"process.command_line", commands[i%len(commands)]},
			{"source.ip", fmt.Sprintf("10.20.0.%d", i%250)},
		} {
			b.Pairs = append(b.Pairs, telemetry.Pair{Field: telemetry.FieldNamed(p[0]), Text: p[1]})
		}
		e := telemetry.Event{Host: fmt.Sprintf("r%d.example.net", i), Pairs: telemetry.Span{Start: start, Len: 4}}
		e.Occurred = day("2024-06-01")
		b.Event = append(b.Event, e)
	}
	return b
}

var benchFields = map[telemetry.Kind][]string{
	telemetry.KindFlow: {
		"stormglass.register.aaa_servers.destination.ip", "stormglass.class.source.ip", "stormglass.device.role.source.ip", "stormglass.device.id.observer.ip",
		"stormglass.change.source.ip", "stormglass.tunnel",
	},
	telemetry.KindEvent: {
		"stormglass.register.accounts.user.name", "stormglass.device.id.host.name", "stormglass.change.host.name", "stormglass.account.kind.user.name",
		"stormglass.account.host", "stormglass.account.command",
	},
}

// BenchmarkField computes one field of one record.
func BenchmarkField(b *testing.B) {
	r := benchRegisters(b)
	for _, batch := range []*telemetry.Batch{benchFlows(), benchEvents()} {
		for _, name := range benchFields[batch.Kind] {
			b.Run(batch.Kind.String()+"/"+name, func(b *testing.B) {
				get, ok := r.Field(batch.Kind, name)
				if !ok {
					b.Fatal("no such field")
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					get(batch, i&4095)
				}
			})
		}
	}
}

// BenchmarkMap is what the same question costs of a plain map of addresses, which knows neither networks nor times.
func BenchmarkMap(b *testing.B) {
	r, batch := benchRegisters(b), benchFlows()
	m := map[netip.Addr]bool{}
	set, _ := r.Set("aaa_servers")
	for _, p := range set.Prefixes {
		m[p.Prefix.Addr()] = true
	}
	n := 0
	for i := 0; b.Loop(); i++ {
		if m[batch.Flow[i&4095].Dst] {
			n++
		}
	}
}

// A record costs no memory, whatever a rule asks of it.
func TestFieldsAllocateNothing(t *testing.T) {
	r := benchRegisters(t)
	for _, batch := range []*telemetry.Batch{benchFlows(), benchEvents()} {
		for _, name := range benchFields[batch.Kind] {
			get, ok := r.Field(batch.Kind, name)
			if !ok {
				t.Fatalf("no field %s", name)
			}
			n := testing.AllocsPerRun(10, func() {
				for i := range batch.Len() {
					get(batch, i)
				}
			})
			if n != 0 {
				t.Errorf("%s of a batch of %s allocates %v times", name, batch.Kind, n)
			}
		}
	}
}

// BenchmarkLoad reads registers of 10,000 devices.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		benchRegisters(b)
	}
}
