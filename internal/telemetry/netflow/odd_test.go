package netflow_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOdd has elements come twice, and in lengths that they should not have: nothing of it is passed over.
func TestOdd(t *testing.T) {
	six := slices.Concat([]byte{0x20, 1, 0x0d, 0xb8}, make([]byte, 11), []byte{7})
	const ends = "192.0.2.10:0 > 198.51.100.20:0"
	for _, c := range []struct {
		name        string
		fields      []field
		data        []byte
		want, pairs string
	}{
		{"two ports", []field{{7, 2}, {7, 2}}, u16(99, 98), "192.0.2.10:99 > 198.51.100.20:0 oneway=true", "sourceTransportPort=98"},
		{"the same port twice", []field{{11, 2}, {183, 2}}, u16(99, 99), "192.0.2.10:0 > 198.51.100.20:99 oneway=true", ""},
		{"a protocol in two bytes", []field{{4, 2}}, u16(17), ends + " proto=17 oneway=true", ""},
		{"a protocol that there is not", []field{{4, 2}}, u16(273), ends + " oneway=true", "protocolIdentifier=273"},
		{"flags twice", []field{{6, 1}, {6, 1}}, []byte{2, 16}, ends + " oneway=true flags=18", ""},
		{"flags in nine bytes", []field{{6, 9}}, bytes.Repeat([]byte{1}, 9), ends + " oneway=true", "tcpControlBits=010101010101010101"},
		{"octets in nine bytes", []field{{1, 9}}, bytes.Repeat([]byte{1}, 9), ends + " oneway=true", "octetDeltaCount=010101010101010101"},
		{"packets twice", []field{{2, 4}, {2, 4}}, u32(5, 6), ends + " packets=5 oneway=true", "packetDeltaCount=6"},
		{"classes of service twice", []field{{5, 1}, {5, 1}}, []byte{8, 9}, ends + " oneway=true tos=8", "ipClassOfService=9"},
		{"interfaces twice", []field{{10, 2}, {10, 4}, {14, 2}, {14, 4}}, slices.Concat(u16(1), u32(2), u16(3), u32(4)), ends + " oneway=true in=1 out=3", "ingressInterface=2 egressInterface=4"},
		{"systems twice", []field{{16, 2}, {16, 4}, {17, 2}, {17, 2}}, slices.Concat(u16(1), u32(2), u16(3, 3)), ends + " oneway=true as=1>3", "bgpSourceAsNumber=2"},
		{"masks of both families", []field{{9, 1}, {29, 1}, {13, 1}, {30, 1}}, []byte{24, 64, 0, 48}, ends + " oneway=true mask=24>48", "sourceIPv6PrefixLength=64"},
		{"a third address", []field{{8, 4}}, []byte{203, 0, 113, 4}, ends + " oneway=true", "sourceIPv4Address=203.0.113.4"},
		{"an address of both families", []field{{28, 16}}, six, ends + " oneway=true", "destinationIPv6Address=2001:db8::7"},
		{"an address of three bytes", []field{{8, 3}}, []byte{1, 2, 3}, ends + " oneway=true", "sourceIPv4Address=010203"},
		{"two next hops", []field{{15, 4}, {62, 16}}, slices.Concat([]byte{203, 0, 113, 4}, six), ends + " oneway=true hop=203.0.113.4", "ipNextHopIPv6Address=2001:db8::7"},
		{"a direction that there is not", []field{{61, 1}}, []byte{9}, ends + " oneway=true", "flowDirection=9"},
		{"types of ICMP twice", []field{{32, 2}, {139, 2}}, u16(0x0801, 0x8000), ends + " oneway=true icmp=8.1", "icmpTypeCodeIPv6=32768"},
		{"starts twice", []field{{152, 8}, {150, 4}}, slices.Concat(u64(uint64(noon/1e6)), u32(noonSeconds()-9)), ends + " oneway=true", "flowStartSeconds=2026-03-04T11:59:51Z"},
		{"uptimes twice", []field{{22, 4}, {22, 4}, {21, 4}}, u32(uptime-5000, 7, uptime), ends + " oneway=true for=5s", "flowStartSysUpTime=7"},
		{"an uptime in nine bytes", []field{{22, 9}}, bytes.Repeat([]byte{1}, 9), ends + " oneway=true", "flowStartSysUpTime=010101010101010101"},
		{"an uptime beyond 32 bits", []field{{21, 8}}, u64(1 << 32), ends + " oneway=true", "flowEndSysUpTime=4294967296"},
		{"two durations", []field{{161, 4}, {162, 4}}, u32(5000, 7), ends + " oneway=true for=5s", "flowDurationMicroseconds=7"},
		{"a duration of ages", []field{{161, 8}}, u64(1 << 60), ends + " oneway=true", "flowDurationMilliseconds=1152921504606846976"},
		{"a start before 1970", []field{{158, 8}}, u64(1 << 60), ends + " oneway=true", "flowStartDeltaMicroseconds=1152921504606846976"},
		{"two rates", []field{{34, 2}, {34, 2}}, u16(5, 6), ends + " oneway=true rate=5", "samplingInterval=6"},
		{"a probability in three bytes", []field{{311, 3}}, []byte{1, 2, 3}, ends + " oneway=true", "samplingProbability=010203"},
		{"an event beyond the words", []field{{233, 2}}, u16(259), ends + "", "firewallEvent=259"},
		{"an application without a selector", []field{{95, 1}}, []byte{5}, ends + " oneway=true", "applicationId=05"},
		{"an application that cannot be shown", []field{{96, 2}}, []byte{0x1b, 'x'}, ends + " oneway=true", "applicationName=1b78"},
		{"two names of the application", []field{{96, 1}, {56701, 1}}, []byte("ab"), ends + " oneway=true service=a", "panosAppId=b"},
		{"letters beyond ASCII", []field{{371, 2}, {82, 2}, {83, 2}}, []byte("é\xc2\x85\xc3("), ends + " oneway=true", "userName=é interfaceName=c285 interfaceDescription=c328"},
		{"a number with a point", []field{{320, 8}}, f64(0.5), ends + " oneway=true", "absoluteError=0.5"},
		{"a truth that is none", []field{{276, 1}}, []byte{7}, ends + " oneway=true", "dataRecordsReliability=07"},
		{"an address of the link in five bytes", []field{{56, 5}}, []byte{1, 2, 3, 4, 5}, ends + " oneway=true", "sourceMacAddress=0102030405"},
		{"what has the number nil, and padding", []field{{0, 4}, {0, 2}, {210, 3}}, []byte{1, 2, 3, 4, 0, 0, 5, 6, 7}, ends + " oneway=true", "0.0=16909060"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decode(v9Packet(0, 0, template9(256, append([]field{{8, 4}, {12, 4}}, c.fields...)...), data(256, hundred[:8], c.data)))
			if diff := cmp.Diff([]string{c.want, c.pairs}, []string{flowText(one(t, s)), extra(s, 0)}); diff != "" {
				t.Errorf("flow and pairs (-want +got):\n%s", diff)
			}
		})
	}
}
