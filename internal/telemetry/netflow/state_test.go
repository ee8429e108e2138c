package netflow_test

import (
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

var (
	plain9  = template9(256, counted...)
	plain10 = template10(256, counted...)
)

// TestDataBeforeTemplate has data wait.
func TestDataBeforeTemplate(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{})
	d := netflow.New(store)
	early := v9Packet(0, 1, data(256, hundred, hundred), data(257, hundred))
	s := decodeWith(d, noon, early, v9Packet(1, 2, plain9))
	if s.Len() > 0 || statsOf(t, store).HeldSets != 2 {
		t.Fatalf("%d records before the template, %+v", s.Len(), statsOf(t, store))
	}
	clear(early) // what waits is in memory of its own
	s = decodeWith(d, noon+5*second, v9Packet(1, 1, plain9, data(256, hundred)))
	if len(flows(s)) != 3 || flows(s)[0].SrcBytes != 100 || flows(s)[0].Received != noon || flows(s)[2].Received != noon+5*second {
		t.Fatalf("flows are %+v", flows(s))
	}
	if stats := statsOf(t, store); stats.HeldSets != 1 || stats.HeldOctets == 0 || stats.LostPackets != 0 {
		t.Errorf("%+v", stats)
	}
	// Another exporter's packet is what makes time pass.
	s = new(telemetry.Set)
	other := netip.MustParseAddrPort("192.0.2.99:1")
	d.Decode(&telemetry.Datagram{From: other, At: noon + 3600*second, Data: v5Packet(0, 0)}, s)
	if got := problems(s); !slices.Equal(got, []string{"no template for data"}) {
		t.Errorf("problems are %q", got)
	}
	stats := store.Exporters()[0]
	if _, held := store.Memory(); stats.GivenUpSets != 1 || stats.HeldSets != 0 || held != 0 {
		t.Errorf("%+v, %d octets held", stats, held)
	}
}

// TestWaitingIsBounded floods an exporter with data that no template comes for.
func TestWaitingIsBounded(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{HeldBytes: 10_000, HeldTotal: 15_000})
	d, s := netflow.New(store), new(telemetry.Set)
	for i := range 300 {
		from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i % 3)}), 1)
		d.Decode(&telemetry.Datagram{From: from, At: noon, Data: v9Packet(uint32(i/3), 1, data(256+uint16(i), hundred))}, s)
		if _, held := store.Memory(); held > 15_000 {
			t.Fatalf("%d octets held after %d", held, i)
		}
	}
	var held, givenUp uint64
	for _, x := range store.Exporters() {
		held, givenUp = held+uint64(x.HeldSets), givenUp+x.GivenUpSets
		if x.HeldOctets > 10_000 {
			t.Errorf("%d octets of %v", x.HeldOctets, x.Exporter)
		}
	}
	if held+givenUp != 300 || held == 0 || s.Problems.Losses() != givenUp {
		t.Errorf("%d held and %d given up of 300, %d counted", held, givenUp, s.Problems.Losses())
	}
	// The last one still waits.
	if got := decodeFrom(d, 2, v9Packet(100, 1, template9(256+299, counted...))); len(flows(got)) != 1 {
		t.Errorf("%d flows of the last set", len(flows(got)))
	}
}

func decodeFrom(d *netflow.Decoder, last byte, packets ...[]byte) *telemetry.Set {
	s := new(telemetry.Set)
	for _, p := range packets {
		d.Decode(&telemetry.Datagram{From: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, last}), 1), At: noon, Data: p}, s)
	}
	return s
}

// TestTemplateChanges has templates change and go.
func TestTemplateChanges(t *testing.T) {
	s := decode(
		v9Packet(0, 1, plain9), v9Packet(1, 1, plain9), v9Packet(2, 1, template9(256, field{8, 4}, field{1, 8})),
		v9Packet(3, 1, data(256, []byte{192, 0, 2, 10}, u64(5))),
		ipfixMessage(0, 1, plain10), ipfixMessage(0, 1, set(2, u16(256, 0))), ipfixMessage(0, 1, data(256, hundred)),
		ipfixMessage(1, 2, plain10, template10(257, field{1, 4})), ipfixMessage(1, 2, set(2, u16(2, 0))), ipfixMessage(1, 2, set(3, u16(3, 0))))
	const observer = "netflow.template observer.ip=192.0.2.1 observer.domain="
	want := []string{
		observer + "1 netflow.template=256 netflow.change=redefined netflow.was=8:4 12:4 1:4 2:4 netflow.is=8:4 1:8",
		observer + "1 netflow.template=256 netflow.change=withdrawn netflow.was=8:4 12:4 1:4 2:4",
		observer + "2 netflow.template=256 netflow.change=withdrawn netflow.was=8:4 12:4 1:4 2:4",
		observer + "2 netflow.template=257 netflow.change=withdrawn netflow.was=1:4",
	}
	if diff := cmp.Diff(want, events(s)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if f := one(t, s); f.SrcBytes != 5 {
		t.Errorf("%d octets by the new template", f.SrcBytes)
	}
}

// TestChangesAreBounded has an exporter change its mind all the time.
func TestChangesAreBounded(t *testing.T) {
	d, s := netflow.New(netflow.NewTemplates(netflow.Limits{EventsPerHour: 5})), new(telemetry.Set)
	for hour := range 2 {
		for i := range 20 {
			at := noon + telemetry.Instant(hour)*3601*second
			d.Decode(&telemetry.Datagram{From: router, At: at, Data: v9Packet(0, 1, template9(256, field{1, 1 + uint16(i%2)}))}, s)
		}
	}
	if got := events(s); len(got) != 10 {
		t.Errorf("%d events, not five an hour", len(got))
	}
	if p := s.Problems.List; len(p) != 1 || !p[0].Notice || p[0].Count != 39-10 {
		t.Errorf("problems are %v", p)
	}
}

// TestRefusedTemplate has a template refused: data is not read by the one before.
func TestRefusedTemplate(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{Fields: 4})
	s := decodeWith(netflow.New(store), 0,
		v9Packet(0, 1, plain9), v9Packet(1, 1, template9(256, append(slices.Clone(counted), field{4, 1})...)), v9Packet(2, 1, data(256, hundred)))
	if len(flows(s)) > 0 || !slices.Equal(problems(s), []string{"template with too many fields"}) {
		t.Errorf("%d flows, problems %q", len(flows(s)), problems(s))
	}
	if stats := statsOf(t, store); stats.Templates != 0 || stats.TemplatesRefused != 1 || stats.HeldSets != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestFloods has somebody forge templates, domains and exporters: those in use stay.
func TestFloods(t *testing.T) {
	limits := netflow.Limits{Exporters: 64, Domains: 64, Templates: 64, Memory: 1 << 19, ExporterMemory: 1 << 17}
	for _, c := range []struct {
		name  string
		forge func(i int) telemetry.Datagram
	}{
		{"templates", func(i int) telemetry.Datagram {
			return telemetry.Datagram{From: router, Data: v9Packet(0, 1, template9(300+uint16(i), counted...))}
		}},
		{"long templates", func(i int) telemetry.Datagram {
			return telemetry.Datagram{From: router, Data: v9Packet(0, 1, template9(300+uint16(i), slices.Repeat(counted, 100)...))}
		}},
		{"domains", func(i int) telemetry.Datagram {
			return telemetry.Datagram{From: router, Data: v9Packet(0, 100+uint32(i), plain9)}
		}},
		{"exporters", func(i int) telemetry.Datagram {
			from := netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)})
			return telemetry.Datagram{From: netip.AddrPortFrom(from, 1), Data: v9Packet(0, 1, plain9)}
		}},
		{"exporters with long templates", func(i int) telemetry.Datagram {
			from := netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)})
			return telemetry.Datagram{From: netip.AddrPortFrom(from, 1), Data: v9Packet(0, 1, template9(256, slices.Repeat(counted, 100)...))}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := netflow.NewTemplates(limits)
			d := netflow.New(store)
			decodeWith(d, noon, v9Packet(0, 1, plain9), v9Packet(1, 1, data(256, hundred)))
			for i := range 3000 {
				dg := c.forge(i)
				dg.At = noon + telemetry.Instant(i)*second/10
				d.Decode(&dg, new(telemetry.Set))
				if i%20 > 0 {
					continue
				}
				if s := decodeWith(d, dg.At, v9Packet(2, 1, data(256, hundred))); len(flows(s)) != 1 {
					t.Fatalf("%d flows after %d forged datagrams", len(flows(s)), i)
				}
				if templates, _ := store.Memory(); templates > limits.Memory || len(store.Exporters()) > limits.Exporters {
					t.Fatalf("%d octets, %d exporters after %d", templates, len(store.Exporters()), i)
				}
			}
			var dropped uint64
			for _, x := range store.Exporters() {
				dropped += x.TemplatesDropped + x.DomainsDropped
			}
			if dropped+store.Dropped() < 2000 {
				t.Errorf("%d and %d dropped", dropped, store.Dropped())
			}
		})
	}
}

// TestOldTemplate has an exporter come back after days: what it sends may be laid out otherwise.
func TestOldTemplate(t *testing.T) {
	d := netflow.New(netflow.NewTemplates(netflow.Limits{TTL: time.Hour}))
	decodeWith(d, noon, v9Packet(0, 1, plain9))
	if s := decodeWith(d, noon+3000*second, v9Packet(1, 1, data(256, hundred))); len(flows(s)) != 1 {
		t.Errorf("%d flows within the hour", len(flows(s)))
	}
	if s := decodeWith(d, noon+6000*second, v9Packet(2, 1, data(256, hundred))); len(flows(s)) != 1 {
		t.Errorf("%d flows within an hour of the last use", len(flows(s)))
	}
	if s := decodeWith(d, noon+9601*second, v9Packet(3, 1, data(256, hundred))); len(flows(s)) != 0 {
		t.Errorf("%d flows after the hour", len(flows(s)))
	}
}

// TestSequences counts what was lost, and no restart or late packet.
func TestSequences(t *testing.T) {
	up := func(p []byte, uptime uint32) []byte { copy(p[4:], u32(uptime)); return p }
	v5 := func(sequence uint32) []byte {
		return v5Packet(sequence, 0, v5Record(1, 1, uptime, uptime), v5Record(1, 1, uptime, uptime))
	}
	two := data(256, hundred, hundred)
	for _, c := range []struct {
		name              string
		packets           [][]byte
		records, packets9 uint64
	}{
		{"v5 in order", [][]byte{v5(10), v5(12), v5(14)}, 0, 0},
		{"v5, two records lost", [][]byte{v5(10), v5(14)}, 2, 0},
		{"v5, late", [][]byte{v5(10), v5(14), v5(12), v5(16)}, 0, 0},
		{"v5 restarts", [][]byte{v5(1 << 30), up(v5(0), 1000), v5(2)}, 0, 0},
		{"v5, the number wraps", [][]byte{v5(1<<32 - 1), v5(1), v5(5)}, 2, 0},
		{"v9 in order", [][]byte{v9Packet(7, 1, plain9), v9Packet(8, 1, two), v9Packet(0, 2, plain9)}, 0, 0},
		{"v9, three packets lost", [][]byte{v9Packet(7, 1, plain9), v9Packet(11, 1, two)}, 0, 3},
		{"v9 sent twice", [][]byte{v9Packet(7, 1, plain9), v9Packet(7, 1, plain9), v9Packet(8, 1)}, 0, 0},
		{"IPFIX in order", [][]byte{ipfixMessage(0, 1, plain10), ipfixMessage(0, 1, two), ipfixMessage(2, 1, two)}, 0, 0},
		{"IPFIX, four records lost", [][]byte{ipfixMessage(0, 1, plain10), ipfixMessage(0, 1, two), ipfixMessage(6, 1, two)}, 4, 0},
		{"IPFIX restarts", [][]byte{ipfixMessage(1<<30, 1, plain10), ipfixMessage(0, 1, two), ipfixMessage(2, 1, two)}, 0, 0},
		{"IPFIX, what waits is not counted yet", [][]byte{ipfixMessage(0, 1, two), ipfixMessage(9, 1, plain10), ipfixMessage(9, 1, two)}, 0, 0},
	} {
		stats := statsOf(t, decodeStore(t, c.packets...))
		if stats.LostRecords != c.records || stats.LostPackets != c.packets9 {
			t.Errorf("%s: %d records and %d packets lost, not %d and %d", c.name, stats.LostRecords, stats.LostPackets, c.records, c.packets9)
		}
	}
}

// TestTogether decodes packets of several exporters in several goroutines.
func TestTogether(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{})
	var wait sync.WaitGroup
	var mu sync.Mutex
	all := map[string]int{}
	for g := range 4 {
		wait.Go(func() {
			d, s := netflow.New(store), new(telemetry.Set)
			for i := range 200 {
				from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i % 5)}), 1)
				enterprise := set(2, u16(300+uint16(g), 2, 8, 4, 0x8000|uint16(i%50), 2), u32(64999))
				d.Decode(&telemetry.Datagram{From: from, At: noon, Data: ipfixMessage(uint32(i), uint32(g), plain10, enterprise, data(256, hundred))}, s)
				_, _ = store.Exporters(), store.Snapshot()
			}
			mu.Lock()
			defer mu.Unlock()
			for _, f := range flows(s) {
				all[f.Exporter.String()]++
			}
		})
	}
	wait.Wait()
	for from, n := range all {
		if n != 160 || len(all) != 5 {
			t.Errorf("%d flows of %s, of %d exporters", n, from, len(all))
		}
	}
}
