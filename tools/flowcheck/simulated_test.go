package flowcheck

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	peersflow "github.com/netsampler/goflow2/v2/decoders/sflow"

	"stormglass/internal/simulate"
)

// simulated writes the made-up operator and gives the folder of its exports.
func simulated(t *testing.T) (exports string, truth *simulate.Truth) {
	t.Helper()
	dir := t.TempDir()
	cfg := simulate.DefaultConfig()
	cfg.Days = 1
	truth, err := simulate.Write(t.Context(), dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, filepath.FromSlash(simulate.ExportsDir)), truth
}

// TestSimulatedFlows: goflow2 reads from the NetFlow v9 and IPFIX packets that simulate writes as many flows as the truth says,
// element for element those that we read, and no sequence number is missing.
func TestSimulatedFlows(t *testing.T) {
	dir, truth := simulated(t)
	for _, name := range []string{"core-netflow9", "edge-ipfix"} {
		all := datagrams(t, filepath.Join(dir, name+".pcap"))
		differences, flows, elements, err := compare(all)
		if err != nil || len(differences) > 0 {
			t.Errorf("%s: %v\n%s", name, err, strings.Join(differences[:min(len(differences), 9)], "\n"))
		}
		if want := truth.Records["exports/"+name]; uint64(flows) != want || want == 0 {
			t.Errorf("%s: %d flows, the truth says %d", name, flows, want)
		}
		next := map[netip.AddrPort]uint32{}
		var records peer
		for i := range all {
			if err := records.decode(&all[i]); err != nil {
				t.Fatalf("%s: packet %d: %v", name, i, err)
			}
			number, by := binary.BigEndian.Uint32(all[i].Data[12:]), uint32(1)
			if name == "edge-ipfix" {
				number, by = binary.BigEndian.Uint32(all[i].Data[8:]), uint32(len(records.records)+records.options)
			}
			if number != next[all[i].From] {
				t.Fatalf("%s: packet %d of %s has number %d, not %d", name, i, all[i].From, number, next[all[i].From])
			}
			next[all[i].From] += by
			records.records, records.options = nil, 0
		}
		t.Logf("%s: %d packets, %d flows, %d elements", name, len(all), flows, elements)
	}
}

// TestSimulatedSamples: goflow2 reads the sFlow datagrams, gopacket the sampled packets in them.
func TestSimulatedSamples(t *testing.T) {
	dir, truth := simulated(t)
	type source struct {
		from   netip.AddrPort
		source uint32
		form   uint32
	}
	sequence, sample := map[netip.AddrPort]uint32{}, map[source]uint32{}
	flows, counters, tunnels := uint64(0), 0, 0
	for i, dg := range datagrams(t, filepath.Join(dir, "border-sflow.pcap")) {
		var p peersflow.Packet
		if err := peersflow.DecodeMessageVersion(bytes.NewBuffer(dg.Data), &p); err != nil {
			t.Fatalf("datagram %d: %v", i, err)
		}
		sequence[dg.From]++
		if p.SequenceNumber != sequence[dg.From] || netip.AddrFrom4([4]byte(p.AgentIP)) != dg.From.Addr() || uint32(len(p.Samples)) != p.SamplesCount {
			t.Fatalf("datagram %d: %+v", i, p)
		}
		for _, s := range p.Samples {
			var h peersflow.SampleHeader
			switch s := s.(type) {
			case peersflow.FlowSample:
				flows++
				h = s.Header
				if s.SamplingRate < 2 || s.SamplePool != s.SamplingRate*h.SampleSequenceNumber || len(s.Records) == 0 {
					t.Fatalf("datagram %d: %+v", i, s)
				}
				if sampledTunnel(t, s.Records[0].Data) {
					tunnels++
				}
			case peersflow.CounterSample:
				counters++
				h = s.Header
				if len(s.Records) != 1 {
					t.Fatalf("datagram %d: %+v", i, s)
				}
			default:
				t.Fatalf("datagram %d: %T", i, s)
			}
			at := source{dg.From, h.SourceIdValue, h.Format}
			if sample[at]++; sample[at] != h.SampleSequenceNumber {
				t.Fatalf("datagram %d: sample %d of %+v, not %d", i, h.SampleSequenceNumber, at, sample[at])
			}
		}
	}
	if want := truth.Records["exports/border-sflow"]; flows != want || counters == 0 || tunnels == 0 {
		t.Errorf("%d flows of %d, %d counters, %d packets of tunnels", flows, want, counters, tunnels)
	}
	t.Logf("%d sampled packets, %d of tunnels, %d counters", flows, tunnels, counters)
}

// sampledTunnel reads a sampled packet and reports whether it is IP in IP.
func sampledTunnel(t *testing.T, data any) bool {
	t.Helper()
	raw, ok := data.(peersflow.SampledHeader)
	if !ok {
		t.Fatalf("%T", data)
	}
	p := gopacket.NewPacket(raw.HeaderData, layers.LayerTypeEthernet, gopacket.Default)
	ip, ok := p.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
	if !ok {
		return false
	}
	if int(raw.FrameLength) != max(14+int(ip.Length), 60)+4 {
		t.Fatalf("a frame of %d bytes with a packet of %d", raw.FrameLength, ip.Length)
	}
	if ip.Protocol != layers.IPProtocolIPv4 {
		return false
	}
	inner, ok := p.Layers()[2].(*layers.IPv4)
	return ok && inner.Length == ip.Length-20
}
