package netflow_test

import (
	"math"
	"slices"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// TestProblems has what cannot be read counted by its reason, and the rest read.
func TestProblems(t *testing.T) {
	good := data(256, hundred)
	wrongLength := func(p []byte, n uint16) []byte { copy(p[2:], u16(n)); return p }
	for _, c := range []struct {
		name   string
		packet []byte
		flows  int
		want   string
	}{
		{"nothing", nil, 0, "no flow export of a known version"},
		{"version 7", u16(7, 1), 0, "no flow export of a known version"},
		{"a header that is cut off", v9Packet(0, 1)[:19], 0, "flow export packet ends before its header"},
		{"a header of v5 that is cut off", v5Packet(0, 0)[:23], 0, "flow export packet ends before its header"},
		{"a message shorter than its header", wrongLength(ipfixMessage(0, 1), 15), 0, "IPFIX message of a length that does not fit"},
		{"a message longer than the datagram", wrongLength(ipfixMessage(0, 1, plain10, good), 400), 0, "IPFIX message of a length that does not fit"},
		{"v5 with fewer records than it says", wrongLength(v5Packet(0, 0, v5Record(1, 1, 0, 0)), 2), 0, "NetFlow v5 packet of a length that does not fit its count"},
		{"v5 with more records than it says", wrongLength(v5Packet(0, 0, v5Record(1, 1, 0, 0), v5Record(1, 1, 0, 0)), 1), 1, "bytes after the last record"},
		{"a set without length", v9Packet(0, 1, plain9, good, u16(256, 0, 1, 1)), 1, "set of a length that does not fit"},
		{"a set of three bytes", v9Packet(0, 1, plain9, good, u16(256, 3)), 1, "set of a length that does not fit"},
		{"a set longer than the packet", v9Packet(0, 1, plain9, good, u16(256, 40), hundred), 1, "set of a length that does not fit"},
		{"a set of no kind", v9Packet(0, 1, plain9, set(7, u32(1)), good), 1, "set of an unknown kind"},
		{"an options template of IPFIX in v9", v9Packet(0, 1, plain9, set(3, u32(1)), good), 1, "set of an unknown kind"},
		{"bytes after the last set", v9Packet(0, 1, plain9, good, []byte{1, 2}), 1, "bytes after the last record"},
		{"a record that is cut off", v9Packet(0, 1, plain9, data(256, hundred, []byte{1, 2, 3, 4})), 1, "bytes after the last record"},
		{"padding", v9Packet(0, 1, plain9, data(256, hundred, make([]byte, 7))), 1, ""},
		{"padding of the packet", v9Packet(0, 1, plain9, good, make([]byte, 8)), 1, ""},
		{"a template without fields", v9Packet(0, 1, plain9, set(0, u16(300, 0)), good), 1, "template whose records have no bytes"},
		{"a template of fields without bytes", v9Packet(0, 1, plain9, template9(300, field{8, 0}, field{12, 0}), good), 1, "template whose records have no bytes"},
		{"a template longer than a set", v9Packet(0, 1, plain9, template9(300, field{8, 65000}, field{12, 600}), good), 1, "template whose records are longer than a set"},
		{"a template that is cut off", v9Packet(0, 1, plain9, set(0, u16(300, 9, 8, 4)), good), 1, "template ends before its fields"},
		{"a template with a number of a set", v9Packet(0, 1, plain9, template9(255, field{8, 4}), good), 1, "template id below 256"},
		{"a template that begins with nil", v9Packet(0, 1, plain9, set(0, u16(0, 0, 300, 1, 8, 4)), good), 1, "template ends before its fields"},
		{"options with more scope than fields", ipfixMessage(0, 1, plain10, set(3, u16(300, 1, 2, 149, 4)), good), 1, "options template with more scope fields than fields"},
		{"an enterprise that is cut off", ipfixMessage(0, 1, plain10, set(2, u16(300, 1, 0x8001, 4)), good), 1, "template ends before its fields"},
		{"options that are cut off", v9Packet(0, 1, plain9, set(1, u16(300, 4)), good), 1, "template ends before its fields"},
		{"a length in a record that runs over", ipfixMessage(0, 1, template10(256, counted...), template10(300, field{371, 0xffff}), data(300, []byte{9, 'a'}), good), 1, "record runs over its set"},
		{"a long length that is cut off", ipfixMessage(0, 1, plain10, template10(300, field{371, 0xffff}), data(300, []byte{1, 'a', 255, 1}), good), 2, "record runs over its set"},
		{"withdrawing a set", ipfixMessage(0, 1, plain10, set(2, u16(7, 0)), good), 1, "template id below 256"},
	} {
		s := decode(c.packet)
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := problems(s); len(flows(s)) != c.flows || !slices.Equal(got, want) {
			t.Errorf("%s: %d flows and problems %q, not %d and %q", c.name, len(flows(s)), got, c.flows, want)
		}
	}
}

// TestUnknown has what is no flow export make nobody known.
func TestUnknown(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{})
	d := netflow.New(store)
	decodeWith(d, noon, u16(7, 1), nil)
	if store.UnknownVersions() != 2 || len(store.Exporters()) > 0 {
		t.Errorf("%d unknown, %d exporters", store.UnknownVersions(), len(store.Exporters()))
	}
	decodeWith(d, noon, v9Packet(0, 1), u16(7, 1))
	if stats := statsOf(t, store); stats.UnknownVersions != 1 || stats.Packets != 1 || stats.Octets != 20 || stats.LastSeen != noon {
		t.Errorf("%+v", stats)
	}
}

// TestLongDatagram has one datagram hold as many records as it can.
func TestLongDatagram(t *testing.T) {
	s := decode(v9Packet(0, 1, template9(256, field{4, 1})), v9Packet(1, 1, data(256, slices.Repeat([]byte{6}, 65_000))))
	if len(flows(s)) != 8192 || !slices.Equal(problems(s), []string{"more records than one datagram can mean"}) {
		t.Errorf("%d flows, problems %q", len(flows(s)), problems(s))
	}
}

// TestManyNames has an exporter name what nobody knows.
func TestManyNames(t *testing.T) {
	d := netflow.New(netflow.NewTemplates(netflow.Limits{Elements: 10, Names: 3}))
	s := new(telemetry.Set)
	for i := range 20 {
		p := ipfixMessage(0, 1, set(2, u16(256, 2, 8, 4, 0x8000|uint16(5000+i), 2), u32(64998)), data(256, []byte{192, 0, 2, 10, 1, 1}))
		d.Decode(&telemetry.Datagram{From: router, Data: p}, s)
	}
	if got := extra(s, 9); got != "64998.5009=257" {
		t.Errorf("pair is %q", got)
	}
	if got := extra(s, 19); got != "other=64998.5019=257" {
		t.Errorf("pair beyond the limit is %q", got)
	}
	for i := range 5 {
		decodeWith(d, 0, v9Packet(0, 1, options9(300, 1, field{2, 4}, field{82, 2}), data(300, u32(uint32(i)), []byte("eth"[:2]))))
	}
}

func TestNameLimits(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{Names: 3, Samplers: 2})
	d := netflow.New(store)
	for i := range 5 {
		decodeWith(d, 0, v9Packet(0, 1,
			options9(300, 1, field{2, 4}, field{82, 4}), data(300, u32(uint32(i)), []byte("eth0")),
			options9(301, 1, field{1, 4}, field{48, 2}, field{50, 4}), data(301, u32(0), u16(uint16(i)), u32(100))))
	}
	if stats := statsOf(t, store); stats.Interfaces != 3 || stats.NamesRefused != 2+3 {
		t.Errorf("%d names of interfaces, %d refused", stats.Interfaces, stats.NamesRefused)
	}
}

// TestOneDomain has options tell of another domain than the only one there is room for.
func TestOneDomain(t *testing.T) {
	store := netflow.NewTemplates(netflow.Limits{Domains: 1})
	decodeWith(netflow.New(store), 0,
		ipfixMessage(0, 1, options10(300, 1, field{149, 4}, field{34, 4}), data(300, u32(2, 6))),
		ipfixMessage(0, 3, plain10))
	if stats := statsOf(t, store); stats.Domains != 1 || stats.NamesRefused != 1 || stats.DomainsDropped != 1 || stats.Templates != 1 {
		t.Errorf("%+v", stats)
	}
}

func TestIs(t *testing.T) {
	v5 := v5Packet(0, 0, v5Record(1, 1, 0, 0))
	flip := func(p []byte, at int, n uint16) []byte { p = slices.Clone(p); copy(p[at:], u16(n)); return p }
	for _, p := range [][]byte{v5, v9Packet(0, 1, plain9), ipfixMessage(0, 1, plain10, data(256, hundred)), v9Packet(0, 1, plain9, make([]byte, 8))} {
		if !netflow.Is(p) {
			t.Errorf("%x is not recognised", p)
		}
	}
	for _, p := range [][]byte{
		nil,
		{0},
		{0, 9},
		v5[:40], flip(v5, 2, 2), flip(v5, 2, 0), flip(v5, 8, 0), v9Packet(0, 1, set(9, u32(1))), flip(ipfixMessage(0, 1, plain10), 2, 20),
		[]byte("\x00\x09 is no packet of NetFlow, whatever comes"), slices.Repeat([]byte{0}, 80),
	} {
		if netflow.Is(p) {
			t.Errorf("%x is recognised", p)
		}
	}
}

func TestScale(t *testing.T) {
	sampled := append(slices.Clone(counted[:2]), field{1, 8}, field{34, 4})
	for _, c := range [][3]uint64{{0, 5, 0}, {7, 1, 7}, {7, 0, 7}, {1 << 40, 1 << 20, 1 << 60}, {1 << 62, 2, math.MaxInt64}, {math.MaxUint64, 3, math.MaxInt64}} {
		s := decode(v9Packet(0, 1, template9(256, sampled...), data(256, hundred[:8], u64(c[0]), u32(uint32(c[1])))))
		if f := one(t, s); f.SrcBytes != c[2] || f.SrcPackets != telemetry.NoCount {
			t.Errorf("%d times %d is %d", c[0], c[1], f.SrcBytes)
		}
	}
}
