package netflow_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

var (
	counted = []field{{8, 4}, {12, 4}, {1, 4}, {2, 4}}
	hundred = slices.Concat([]byte{192, 0, 2, 10, 198, 51, 100, 20}, u32(100, 1))
)

func f64(x float64) []byte { return u64(math.Float64bits(x)) }

// TestSampling has options state a rate in each of the ways.
func TestSampling(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields []field
		record []byte
		rate   uint32
	}{
		{"interval", []field{{34, 4}}, u32(100), 100},
		{"random interval", []field{{50, 4}, {49, 1}}, slices.Concat(u32(512), []byte{2}), 512},
		{"one of a thousand", []field{{305, 4}, {306, 4}}, u32(1, 999), 1000},
		{"two of a thousand", []field{{305, 4}, {306, 4}}, u32(2, 998), 500},
		{"two of 999", []field{{305, 4}, {306, 4}}, u32(2, 997), 500},
		{"no space", []field{{305, 4}}, u32(1), 1},
		{"so many of so many", []field{{309, 4}, {310, 4}}, u32(4, 400), 100},
		{"more than there are", []field{{309, 4}, {310, 4}}, u32(4, 3), 0},
		{"probability", []field{{311, 8}}, f64(0.001), 1000},
		{"probability in four bytes", []field{{311, 4}}, u32(math.Float32bits(0.25)), 4},
		{"no probability", []field{{311, 8}}, f64(0), 0},
		{"more than certain", []field{{311, 8}}, f64(1.5), 0},
		{"less than never", []field{{311, 8}}, f64(-0.5), 0},
		{"no number", []field{{311, 8}}, f64(math.NaN()), 0},
		{"without bound", []field{{311, 8}}, f64(math.Inf(1)), 0},
		{"hardly ever", []field{{311, 8}}, f64(1e-300), 0},
		{"nil of so many", []field{{305, 4}, {306, 4}}, u32(0, 999), 0},
		{"more than fits", []field{{305, 8}, {306, 8}}, u64(1, math.MaxUint64), 0},
		{"nil", []field{{34, 4}}, u32(0), 0},
		{"a long interval", []field{{34, 8}}, u64(1 << 40), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(
				v9Packet(0, 1, options9(300, 1, append([]field{{1, 4}}, c.fields...)...), data(300, u32(0), c.record)),
				v9Packet(1, 1, template9(256, counted...), data(256, hundred)))
			f, times := one(t, s), uint64(max(c.rate, 1))
			if f.Sampling != c.rate || f.SrcBytes != 100*times || f.SrcPackets != times {
				t.Errorf("rate %d, %d octets, %d packets", f.Sampling, f.SrcBytes, f.SrcPackets)
			}
			if len(events(s)) > 0 || len(s.Problems.List) > 0 {
				t.Errorf("events %q, problems %v", events(s), s.Problems.List)
			}
		})
	}
}

// TestSamplingOf has rates hold for different things.
func TestSamplingOf(t *testing.T) {
	sampled := append(slices.Clone(counted), field{48, 2})
	selected := append(slices.Clone(counted), field{302, 8})
	samplers := options9(300, 1, field{1, 4}, field{48, 2}, field{50, 4})
	selectors := options10(300, 1, field{302, 8}, field{305, 4}, field{306, 4})
	whole := options10(300, 1, field{149, 4}, field{34, 4})
	for _, c := range []struct {
		name    string
		packets [][]byte
		want    []uint32
	}{
		{"of samplers", [][]byte{
			v9Packet(0, 1, samplers, data(300, u32(0), u16(1), u32(10), u32(0), u16(2), u32(20))),
			v9Packet(1, 1, template9(256, sampled...), data(256, hundred, u16(2), hundred, u16(1), hundred, u16(3))),
		}, []uint32{20, 10, 0}},
		{"of the only sampler", [][]byte{
			v9Packet(0, 1, samplers, data(300, u32(0), u16(1), u32(10))),
			v9Packet(1, 1, template9(256, counted...), data(256, hundred)),
		}, []uint32{10}},
		{"of one of two samplers: nobody says which", [][]byte{
			v9Packet(0, 1, samplers, data(300, u32(0), u16(1), u32(10), u32(0), u16(2), u32(20))),
			v9Packet(1, 1, template9(256, counted...), data(256, hundred)),
		}, []uint32{0}},
		{"of selectors", [][]byte{
			ipfixMessage(0, 1, selectors, data(300, u64(7), u32(1, 63))),
			ipfixMessage(1, 1, template10(256, selected...), data(256, hundred, u64(7))),
		}, []uint32{64}},
		{"of a template", [][]byte{
			ipfixMessage(0, 1, options10(300, 1, field{145, 2}, field{34, 4}), data(300, u16(256), u32(5))),
			ipfixMessage(1, 1, template10(256, counted...), template10(257, counted...), data(256, hundred), data(257, hundred)),
		}, []uint32{5, 0}},
		{"of another domain than the one that says so", [][]byte{
			ipfixMessage(0, 1, whole, data(300, u32(2, 6))),
			ipfixMessage(0, 2, template10(256, counted...), data(256, hundred)),
			ipfixMessage(1, 1, template10(256, counted...), data(256, hundred)),
		}, []uint32{6, 0}},
		{"of all domains", [][]byte{
			ipfixMessage(0, 0, whole, data(300, u32(0, 6))),
			ipfixMessage(0, 2, template10(256, counted...), data(256, hundred)),
		}, []uint32{6}},
		{"of one source only", [][]byte{
			v9Packet(0, 1, samplers, data(300, u32(0), u16(1), u32(10))),
			v9Packet(0, 2, template9(256, sampled...), data(256, hundred, u16(1))),
		}, []uint32{0}},
		{"stated by the record", [][]byte{
			v9Packet(0, 1, samplers, data(300, u32(0), u16(1), u32(10))),
			v9Packet(1, 1, template9(256, append(slices.Clone(sampled), field{34, 4})...), data(256, hundred, u16(1), u32(3))),
		}, []uint32{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(c.packets...)
			var got []uint32
			for _, f := range flows(s) {
				got = append(got, f.Sampling)
				if f.SrcBytes != 100*uint64(max(f.Sampling, 1)) {
					t.Errorf("%d octets at a rate of %d", f.SrcBytes, f.Sampling)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("rates (-want +got):\n%s\nproblems %v", diff, s.Problems.List)
			}
		})
	}
}

// TestSamplingChanged has an exporter change its mind.
func TestSamplingChanged(t *testing.T) {
	samplers := options9(300, 1, field{1, 4}, field{48, 2}, field{50, 4})
	s := decode(
		v5Packet(0, 10), v5Packet(0, 10), v5Packet(0, 20),
		v9Packet(0, 1, samplers, data(300, u32(0), u16(1), u32(10))),
		v9Packet(0, 1, data(300, u32(0), u16(1), u32(1000))))
	const observer = "netflow.sampling observer.ip=192.0.2.1 observer.domain="
	want := []string{
		observer + "3 netflow.was=10 netflow.is=20",
		observer + "1 netflow.sampler=1 netflow.was=10 netflow.is=1000",
	}
	if diff := cmp.Diff(want, events(s)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	e := s.Batch(telemetry.KindEvent).Event[0]
	if e.Occurred != noon || e.Host != "192.0.2.1" || s.Read != 2 || s.Lines != 2 {
		t.Errorf("event %+v; %d of %d read", e, s.Read, s.Lines)
	}
}

// TestRateOfPacket has a packet of NetFlow v5 say nothing of a rate after one that did.
func TestRateOfPacket(t *testing.T) {
	s := decode(v5Packet(0, 10, v5Record(1, 40, 0, 0)), v5Packet(1, 0, v5Record(1, 40, 0, 0)))
	if f := flows(s); len(f) != 2 || f[0].SrcBytes != 400 || f[1].SrcBytes != 40 || f[1].Sampling != 0 {
		t.Errorf("flows are %+v", f)
	}
}

// TestNames has options name interfaces and applications.
func TestNames(t *testing.T) {
	s := decode(
		v9Packet(0, 1,
			options9(300, 1, field{2, 4}, field{82, 8}, field{83, 8}), data(300, u32(3), []byte("Gi0/0/3\x00"), []byte("uplink\x00\x00"), u32(4), make([]byte, 8), []byte("core\x00\x00\x00\x00")),
			options9(301, 1, field{1, 4}, field{95, 4}, field{96, 6}), data(301, u32(0), []byte{3, 0, 0, 53}, []byte("dns\x00\x00\x00"))),
		v9Packet(1, 1, template9(256, field{8, 4}, field{12, 4}, field{10, 2}, field{14, 2}, field{95, 4}),
			data(256, []byte{192, 0, 2, 10, 198, 51, 100, 20}, u16(3, 4), []byte{3, 0, 0, 53}, []byte{192, 0, 2, 10, 198, 51, 100, 20}, u16(9, 3), []byte{3, 0, 0, 80})))
	want := []string{
		"applicationId=3:53 observer.ingress.interface.name=Gi0/0/3 observer.egress.interface.name=core",
		"applicationId=3:80 observer.egress.interface.name=Gi0/0/3",
	}
	if got := []string{extra(s, 0), extra(s, 1)}; !cmp.Equal(want, got) {
		t.Errorf("pairs are\n%q, not\n%q", got, want)
	}
	if f := flows(s); f[0].Service != "dns" || f[1].Service != "" || len(events(s)) > 0 {
		t.Errorf("services %q and %q, events %q", f[0].Service, f[1].Service, events(s))
	}
}

// TestOptionEvents has options say what no flow depends on.
func TestOptionEvents(t *testing.T) {
	s := decode(
		v9Packet(0, 1, options9(300, 2, field{1, 4}, field{3, 2}, field{41, 4}, field{42, 4}), data(300, u32(9), u16(2), u32(5, 0))),
		ipfixMessage(0, 1, options10(300, 1, field{144, 4}, field{166, 4}), data(300, u32(8, 12))))
	want := []string{
		"netflow.options observer.ip=192.0.2.1 observer.domain=1 netflow.scope.system=9 netflow.scope.line_card=2 exportedMessageTotalCount=5 exportedFlowRecordTotalCount=0",
		"netflow.options observer.ip=192.0.2.1 observer.domain=1 exportingProcessId=8 notSentFlowTotalCount=12",
	}
	if diff := cmp.Diff(want, events(s)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	// Set ids of options templates are no numbers of templates.
	if stats := statsOf(t, decodeStore(t, v9Packet(0, 1, options9(300, 1, field{1, 4}, field{34, 4})))); stats.Templates != 1 {
		t.Errorf("%d templates", stats.Templates)
	}
}

func decodeStore(t *testing.T, packets ...[]byte) *netflow.Templates {
	t.Helper()
	store := netflow.NewTemplates(netflow.Limits{})
	decodeWith(netflow.New(store), 0, packets...)
	return store
}

func statsOf(t *testing.T, store *netflow.Templates) netflow.ExporterStats {
	t.Helper()
	all := store.Exporters()
	if len(all) != 1 {
		t.Fatalf("%d exporters, not one", len(all))
	}
	return all[0]
}

// TestNamesKept has interfaces be named otherwise, and by what is no name.
func TestNamesKept(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{})
	d := netflow.New(store)
	named := func(name string) []byte {
		return v9Packet(0, 1, options9(300, 1, field{2, 4}, field{82, uint16(len(name))}), data(300, u32(3), []byte(name)))
	}
	name := func() string {
		s := decodeWith(d, 0, v9Packet(0, 1, template9(256, field{8, 4}, field{10, 4}), data(256, []byte{192, 0, 2, 1}, u32(3))))
		return extra(s, 0)
	}
	empty, _ := decodeStore(t, v9Packet(0, 1, options9(300, 1, field{2, 4}, field{82, 4})), v9Packet(0, 1, template9(256, field{8, 4}, field{10, 4}))).Memory()
	for _, n := range []string{"uplink-to-the-core", "eth3"} {
		decodeWith(d, 0, named(n))
		if got := name(); got != "observer.ingress.interface.name="+n {
			t.Errorf("pairs are %q, not with %q", got, n)
		}
	}
	if memory, _ := store.Memory(); memory != empty+96+4 {
		t.Errorf("%d octets, of which the name is to take 100", memory-empty)
	}
	for _, n := range []string{"\x1b[2J", strings.Repeat("x", 129)} {
		decodeWith(d, 0, named(n))
	}
	if got := name(); got != "observer.ingress.interface.name=eth3" || statsOf(t, store).NamesRefused != 2 {
		t.Errorf("pairs are %q, %d refused", got, statsOf(t, store).NamesRefused)
	}
}

// TestScopes has options of NetFlow v9 be about what v9 has no name for, at a time that cannot be.
func TestScopes(t *testing.T) {
	d := netflow.New(netflow.NewTemplates(netflow.Limits{}))
	p := v9Packet(0, 1, options9(300, 3, field{6, 1}, field{900, 1}, field{2, 1}, field{41, 1}), data(300, []byte{1, 2, 3, 4}))
	s := decodeWith(d, noon+9*86400*second, p)
	const want = "netflow.options observer.ip=192.0.2.1 observer.domain=1 netflow.scope.6=1 netflow.scope=2 netflow.scope.interface=3 exportedMessageTotalCount=4"
	if got := events(s); len(got) != 1 || got[0] != want {
		t.Errorf("events are %q", got)
	}
	if e := s.Batch(telemetry.KindEvent).Event[0]; e.Occurred != noon+9*86400*second || e.Stated != noon || e.Doubt == 0 {
		t.Errorf("event is %+v", e)
	}
}
