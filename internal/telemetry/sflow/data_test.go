package sflow_test

import (
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/gopacket/gopacket/pcapgo"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
	"stormglass/internal/telemetry/sflow"
)

// capture reads the datagrams of a capture of others.
func capture(t testing.TB, elem ...string) (datagrams []telemetry.Datagram) {
	t.Helper()
	f, err := os.Open(datatest.Path(t, append([]string{"telemetry"}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for {
		data, info, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return datagrams
		}
		if err != nil {
			t.Fatal(err)
		}
		var h packet.Headers
		if err := packet.Decode(packet.LinkOf(uint32(r.LinkType())), data, &h); err != nil || h.N != 1 {
			t.Fatalf("%d levels, %v", h.N, err)
		}
		l := h.Outer()
		datagrams = append(datagrams, telemetry.Datagram{
			From: netip.AddrPortFrom(l.Src, l.SrcPort), At: telemetry.InstantOf(info.Timestamp), Data: l.Payload,
		})
	}
}

const ipv6Sample = "2a0c:8880:2:0:185:21:130:38:46026 > 2a0c:8880:2:0:185:21:130:39:22 6 packets 1024 bytes 1536000 flags 10 sampling 1024 "

// TestCaptures holds what Wireshark 4.0 shows of the captures of others.
func TestCaptures(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"flows-akvorado/sflow/data-1140.pcap", ipv6Sample + `if 27>28 direction 2 vlan 100>100 tos 8
104.26.8.24:443 > 45.90.161.46:56876 6 packets 1024 bytes 431104 flags 18 sampling 1024 if 49001>25 direction 2 vlan 0>100 as 13335>0 hop 45.90.161.46 mask 20>27
` + ipv6Sample + `if 27>28 direction 1 vlan 100>100 tos 8
45.90.161.148:55658 > 191.87.91.27:5555 6 packets 1024 bytes 40960 flags 02 sampling 1024 if 28>49001 direction 1 vlan 100>0 as 0>26615 hop 31.14.69.110 mask 27>17 sflow.as_path="203698 6762 26615" sflow.communities="39421:1000 39421:1001 65000:40000 65000:40001 65000:60001"
` + ipv6Sample + `if 27>28 direction 2 vlan 100>100 tos 8
5 5 0`},
		// The last two state one sample and hold the five of the first.
		{"flows-akvorado/sflow/data-discard-interface.pcap", ipv6Sample + `if 27>0 vlan 100>100 tos 8 sflow.output="discarded: host_unreachable"
1 1 0
octets behind the last sFlow sample 1 [line 2: 964 octets]`},
		{"flows-akvorado/sflow/data-multiple-interfaces.pcap", ipv6Sample + `if 27>0 vlan 100>100 tos 8 sflow.output="7 interfaces"
1 1 0
octets behind the last sFlow sample 1 [line 2: 964 octets]`},
		{"flows-akvorado/sflow/data-icmpv4.pcap", `203.0.113.4:0 > 203.0.113.5:0 1 packets 1 bytes 84 icmp 8/0 sampling 1 if 0>0 sflow.input="internal" sflow.output="internal"
1 1 0`},
		{"flows-akvorado/sflow/data-qinq.pcap", `49.49.49.2:32017 > 49.49.49.109:443 6 packets 4096 bytes 327680 flags 10 sampling 4096 if 369098852>369098851 direction 1 vlan 1062>0
1 1 0`},
		{"flows-akvorado/sflow/data-sflow-expanded-sample.pcap", `52.52.52.52:22 > 53.53.53.53:52237 6 packets 1000 bytes 104000 flags 18 sampling 1000 if 29001>1285816721 vlan 809>0 as 203476>203361 hop 54.54.54.54 mask 32>22 tos 8 sflow.as_path="8218 29605 203361" sflow.communities="8218:101 29169:100 29169:50000 29169:51706"
1 1 0`},
		{"pcap-ndpi/sflow.pcap", `172.21.32.254:0 > 172.21.32.241:0 1 packets 2048 bytes 122880 icmp 8/0 sampling 2048 if 1048>1043 direction 2 vlan 32>0
1 1 0
passed sFlow counter samples: not kept 8 [line 1 line 1 line 1]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := sflow.New(nil)
			s := new(telemetry.Set)
			for _, dg := range capture(t, filepath.FromSlash(c.name)) {
				if !sflow.Is(dg.Data) {
					t.Error("not taken for sFlow")
				}
				d.Decode(&dg, s)
			}
			laws(t, s)
			if diff := cmp.Diff(c.want, describe(s)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestAgentOfCapture holds the counts of an agent against what Wireshark shows.
func TestAgentOfCapture(t *testing.T) {
	d := sflow.New(nil)
	for _, dg := range capture(t, "pcap-ndpi", "sflow.pcap") {
		d.Decode(&dg, new(telemetry.Set))
	}
	want := sflow.Agent{
		From: addr("172.21.35.17"), Address: addr("172.21.35.17"), SubAgent: 1, Last: 1378125597799203000,
		Datagrams: 9, Samples: 1, CounterSamples: 8, Sampling: 2048, Sources: 2,
		Counters: map[string]uint64{"enterprise 0 format 1": 8}, Unknown: map[string]uint64{},
	}
	if diff := cmp.Diff([]sflow.Agent{want}, d.Stats().Agents(), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
