package sflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/sflow"
)

// base is what the frame of the tests gives by itself.
const base = "198.51.100.1:40000 > 203.0.113.2:443 6 packets 512 bytes 768000 flags 18 sampling 512 if 3>4 direction 1"

func TestSamples(t *testing.T) {
	expanded := part(3, 9, 0, 70000, 512, 51200, 0, 0, 60000, 0, 70000, 1, tcp)
	unspecified := part(1, 9, 3, 512, 51200, 0, 0x3fffffff, 0x80000000, 1, tcp)
	unknownRate := flowAt(9, 0, 0, tcp)
	eth := rawHeader(1, append(append([]byte{}, frame[:12]...), unhex("0806 0001 0800 0604")...))
	gre := rawHeader(11, append(unhex("4500 0074 0001 0000 402f 0000 c0000205 c0000206 0000 0800"), frame[14:]...))
	gre6 := rawHeader(12, append(append(unhex("6000 0000 0054 04 40 20010db8000000000000000000000001 20010db8000000000000000000000002"), frame[14:]...), 0))
	for _, c := range []struct {
		name   string
		sample []byte
		want   string
	}{
		{"raw header", flowOf(tcp), base + " tos 8"},
		{"expanded", expanded, strings.Replace(base, "if 3>4 direction 1", "if 60000>70000 direction 2", 1) + " tos 8"},
		{"internal, several", unspecified, strings.Replace(base, "3>4 direction 1", "0>0", 1) + ` tos 8 sflow.input="internal" sflow.output="several interfaces"`},
		{"rate not known", unknownRate, strings.NewReplacer("512", "0", "packets 512", "packets 1", "768000", "1500").Replace(base) + " tos 8"},
		{
			"ipv4 structure", flowOf(part(3, 1500, 17, addr("198.51.100.1"), addr("203.0.113.2"), 5000, 53, 0, 4)),
			"198.51.100.1:5000 > 203.0.113.2:53 17 packets 512 bytes 768000 sampling 512 if 3>4 direction 1 tos 4",
		},
		{
			"ipv6 structure", flowOf(part(4, 100, 6, addr("2001:db8::1"), addr("2001:db8::2"), 5000, 22, 2, 0)),
			"2001:db8::1:5000 > 2001:db8::2:22 6 packets 512 bytes 51200 flags 02 sampling 512 if 3>4 direction 1",
		},
		{"header before structure", flowOf(tcp, part(3, 99, 17, addr("198.51.100.9"), addr("203.0.113.9"), 1, 2, 0, 0)), base + " tos 8"},
		{"switch", flowOf(tcp, part(1001, 100, 0, 0xffffffff, 0)), base + " vlan 100>0 tos 8"},
		{"router", flowOf(tcp, part(1002, 1, addr("192.0.2.254"), 24, 16)), base + " hop 192.0.2.254 mask 24>16 tos 8"},
		{
			"gateway", flowOf(tcp, part(1003, 1, addr("192.0.2.253"), 64500, 64501, 64502, 2, 2, 2, 64503, 64504, 1, 2, 64505, 64506, 1, 64500<<16|20, 100)),
			base + ` as 64501>64506 hop 192.0.2.253 tos 8 sflow.as_path="64503 64504 {64505 64506}" sflow.communities="64500:20"`,
		},
		{"user", flowOf(tcp, part(1004, 106, "alice", 106, "bob")), base + ` tos 8 sflow.user.source="alice" sflow.user.destination="bob"`},
		{"url", flowOf(tcp, part(1005, 1, "http://example.com/a", "example.com")), base + ` tos 8 sflow.url="http://example.com/a" sflow.host="example.com"`},
		{"mpls", flowOf(tcp, part(1006, 1, addr("192.0.2.252"), 2, 100<<12, 200<<12, 1, 300<<12)), base + ` hop 192.0.2.252 tos 8 sflow.mpls.in="100 200" sflow.mpls.out="300"`},
		{"nat", flowOf(tcp, part(1007, 1, addr("192.0.2.10"), 1, addr("0.0.0.0")), part(1020, 1024, 0)), base + " nat 192.0.2.10:1024>invalid IP:0 tos 8"},
		{"vlan stack", flowOf(tcp, part(1012, 2, 0x81000064, 0x810000c8)), base + ` tos 8 sflow.vlan_stack="100 200"`},
		{
			"tunnel of the agent", flowOf(tcp, part(1023, 0, 17, addr("192.0.2.7"), addr("192.0.2.8"), 9, 4789, 0, 0), part(1029, 77)),
			base + ` tos 8 sflow.tunnel="192.0.2.7:9 > 192.0.2.8:4789 udp" sflow.vni="77"`,
		},
		{"gre inside", flowOf(gre), `192.0.2.5:0 > 192.0.2.6:0 47 packets 512 bytes 59392 sampling 512 if 3>4 direction 1 service gre stormglass.tunnel.inner="198.51.100.1:40000 > 203.0.113.2:443 tcp"`},
		{"4in6", flowOf(gre6), `2001:db8::1:0 > 2001:db8::2:0 4 packets 512 bytes 63488 sampling 512 if 3>4 direction 1 service 4in6 stormglass.tunnel.inner="198.51.100.1:40000 > 203.0.113.2:443 tcp"`},
		{"discarded", part(5, 1, 0, 3, 0, 3, 0, 258, 1, tcp), strings.NewReplacer("512", "1", "768000", "1500", "3>4", "3>0").Replace(base) + " tos 8 state discarded: acl"},
		{"discarded, new reason", part(5, 1, 0, 3, 0, 3, 0, 9999, 1, tcp), strings.NewReplacer("512", "1", "768000", "1500", "3>4", "3>0").Replace(base) + " tos 8 state discarded: reason 9999"},
		{"no ip", flowOf(eth), "0 0 0\npassed sFlow samples of frames without IP 1 [line 1]"},
		{"802.11", flowOf(tcp, part(1014, 0)), base + " tos 8\n1 1 0\npassed sFlow 802.11 reception: not kept 1 [line 2]"},
		{"unknown structure", flowOf(tcp, part(9<<12|3, 1)), base + " tos 8\n1 1 0\nsFlow structure of a form that is not known 1 [line 2: enterprise 9 format 3]"},
		{"unknown sample", part(9<<12|4, 1), "0 0 0\nsFlow sample of a form that is not known 1 [line 1: enterprise 9 format 4]"},
		{"counters", part(2, 1, 3, 1, part(1, 1, 2, 3)), "0 0 0\npassed sFlow counter samples: not kept 1 [line 1]"},
		{"header of a link not read", flowOf(rawHeader(2, frame)), "0 0 0\nsFlow header of a link that is not read 1 [line 2: header protocol 2]\npassed sFlow samples of frames without IP 1 [line 1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(sflow.New(nil), datagram(c.sample))
			laws(t, s)
			want := c.want
			if !strings.Contains(want, "\n") {
				want += "\n1 1 0"
			}
			if diff := cmp.Diff(want, describe(s)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestHead holds who a record is from, and when.
func TestHead(t *testing.T) {
	s := decode(sflow.New(nil), datagram(flowOf(tcp)))
	f := s.Batch(telemetry.KindFlow).Flow[0]
	if f.Exporter != addr("192.0.2.1") || f.Domain != 7 || f.Occurred != at || f.Received != at || f.Stated != 0 || !f.OneWay || f.Ordinal != 1 {
		t.Errorf("%+v", f)
	}
	s.Reset()
	dg := telemetry.Datagram{Data: datagram(flowOf(tcp))}
	sflow.New(nil).Decode(&dg, s)
	if s.Undated != 1 || s.Batch(telemetry.KindFlow).Flow[0].Ordinal != 2 {
		t.Errorf("undated %d", s.Undated)
	}
}

// TestBroken holds that what can be read is read, and the rest counted.
func TestBroken(t *testing.T) {
	good := flowOf(tcp)
	short := append([]byte{}, good...)
	short[7] = 200 // longer than the datagram
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"another version", words(4, 1), "0 0 0\nsFlow datagram of another version 1 [line 1: version 4]"},
		{"empty", nil, "0 0 0\nsFlow datagram of another version 1 [line 1: version 0]"},
		{"cut in the header", datagram()[:20], "0 0 0\nsFlow datagram cut off in its header 1 [line 1]"},
		{"no agent", words(5, 0, 1, 1, 1, 0), "0 0 0\nsFlow datagram cut off in its header 1 [line 1]"},
		{"fewer samples", datagram(good)[:28], "0 0 0\nsFlow datagram has fewer samples than it states 1 [line 1: 1 are not there]"},
		{"long sample", datagram(good, short), base + " tos 8\n2 1 0\nsFlow sample is longer than its datagram 1 [line 2: enterprise 0 format 1]"},
		{"cut sample", datagram(part(1, 1, 3), good), base + " tos 8\n2 1 0\nsFlow sample is cut off 1 [line 1: enterprise 0 format 1]"},
		{"fewer structures", datagram(part(1, 9, 3, 512, 51200, 0, 3, 4, 0x7fffffff, tcp)), base + " tos 8\n1 1 0\nsFlow sample has fewer structures than it states 1 [line 2: 2147483646 are not there]"},
		{"long structure", datagram(flowOf(tcp, words(1001, 99, 1))), base + " tos 8\n1 1 0\nsFlow structure is longer than its sample 1 [line 2: enterprise 0 format 1001]"},
		{"cut structure", datagram(flowOf(part(1001, 1), tcp)), base + " tos 8\n1 1 0\nsFlow structure is cut off 1 [line 2: enterprise 0 format 1001]"},
		{
			"a path longer than its structure", datagram(flowOf(tcp, part(1003, 1, addr("192.0.2.253"), 1, 2, 3, 1, 2, 0x40000000, 5))),
			base + " tos 8\n1 1 0\nsFlow structure is cut off 1 [line 2: enterprise 0 format 1003]",
		},
		{
			"a header longer than its structure", datagram(flowOf(tcp, part(1, 1, 1, 1, 0xfffffffe))),
			base + " tos 8\n1 1 0\nsFlow structure is cut off 1 [line 2: enterprise 0 format 1]",
		},
		{"cut counters", datagram(part(2, 1, 3, 1, words(1, 99))), "0 0 0\nsFlow counter sample is cut off 1 [line 1: enterprise 0 format 2]"},
		{"a header that ends early", datagram(flowOf(rawHeader(1, frame[:20]))), "0 0 0\nsampled header ends before the addresses 1 [line 2]\npassed sFlow samples of frames without IP 1 [line 1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(sflow.New(nil), c.data)
			laws(t, s)
			if diff := cmp.Diff(c.want, describe(s)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestIs(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want bool
	}{
		{"sFlow", datagram(flowOf(tcp)), true},
		{"no samples", datagram(), true},
		{"IPv6 agent", words(5, 2, addr("2001:db8::1"), 0, 1, 1, 0), true},
		{"IPv6 agent, cut off", words(5, 2, addr("2001:db8::1"), 0, 1, 1), false},
		{"more samples than fit", words(5, 1, addr("192.0.2.1"), 0, 1, 1, 1), false},
		{"NetFlow 5", append(unhex("0005 0001"), make([]byte, 70)...), false},
		{"empty", nil, false},
	} {
		if got := sflow.Is(c.data); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// TestLongLists holds that what a record gets does not grow with what somebody puts into a path.
func TestLongLists(t *testing.T) {
	path := []any{1, addr("192.0.2.253"), 1, 2, 3, 1, 2, 5000}
	for n := range 5000 {
		path = append(path, 64500+n)
	}
	s := decode(sflow.New(nil), datagram(flowOf(tcp, part(1003, append(path, 0, 0)...), part(1005, 1, strings.Repeat("u", 5000), ""))))
	f := s.Batch(telemetry.KindFlow)
	pairs := f.PairsOf(f.Flow[0].Extra)
	if len(pairs) != 2 || len(pairs[0].Text) > 500 || !strings.HasSuffix(pairs[0].Text, " ...") || len(pairs[1].Text) != 2048 || f.Flow[0].DstAS != 64500+4999 {
		t.Errorf("%d pairs, %d and %d octets, AS %d", len(pairs), len(pairs[0].Text), len(pairs[1].Text), f.Flow[0].DstAS)
	}
	if len(s.Problems.List) != 1 {
		t.Errorf("%v", s.Problems.List)
	}
}
