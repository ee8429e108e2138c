package nfcapd_test

import (
	"net/netip"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// TestEqualsNetflow has nfcapd write a file of made-up packets, and compares each flow read from it with what our
// decoder of flow export makes of the same packets.
func TestEqualsNetflow(t *testing.T) {
	peer(t, "nfcapd")
	packets := scene(40)
	data, err := os.ReadFile(capture(t, packets))
	if err != nil {
		t.Fatal(err)
	}
	file := read(t, data)
	d, live := netflow.New(netflow.NewTemplates(netflow.Limits{})), new(telemetry.Set)
	for _, p := range packets {
		from := netip.AddrFrom4([4]byte{127, 0, 0, p.from})
		d.Decode(&telemetry.Datagram{From: netip.AddrPortFrom(from, 1), Data: p.data}, live)
	}
	if file.set.Problems.Losses()+live.Problems.Losses() > 0 {
		t.Fatalf("problems %v and %v", file.set.Problems.List, live.Problems.List)
	}
	b := live.Batch(telemetry.KindFlow)
	if len(file.entries) != len(b.Flow) || len(b.Flow) == 0 {
		t.Fatalf("%d flows in the file, %d decoded", len(file.entries), len(b.Flow))
	}
	got := slices.Clone(b.Flow)
	slices.SortStableFunc(got, func(x, y telemetry.Flow) int { return x.Exporter.Compare(y.Exporter) })
	slices.SortStableFunc(file.entries, func(x, y entry) int { return x.Exporter.Compare(y.Exporter) })
	for i := range got {
		kept, decoded := file.entries[i].Flow, got[i]
		pairs := map[string]string{}
		for _, p := range b.PairsOf(decoded.Extra) {
			pairs[p.Field.String()] = p.Text
		}
		asKept(&kept, &decoded, pairs)
		if diff := cmp.Diff(kept, decoded, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
			t.Errorf("flow %d (-file +decoded):\n%s", i, diff)
		}
		for name, text := range file.entries[i].pairs {
			if pairs[name] != text && !keptOtherwise[name] {
				t.Errorf("flow %d: %s is %q in the file, %q decoded", i, name, text, pairs[name])
			}
		}
	}
}

// keptOtherwise are pairs that a decoded flow has under another name, or in its times.
var keptOtherwise = map[string]bool{
	"stormglass.ipfix.observationTimeMilliseconds": true, // it is when the flow ended
	"stormglass.nfdump.ingressAcl":                 true, // asaIngressAclId
	"stormglass.nfdump.egressAcl":                  true, // asaEgressAclId
	"stormglass.nfdump.fwXevent":                   true, // asaExtendedFirewallEvent
}

// asKept takes what is known to differ out of both.
func asKept(kept, decoded *telemetry.Flow, pairs map[string]string) {
	for _, f := range []*telemetry.Flow{kept, decoded} {
		f.Head = telemetry.Head{Occurred: f.Occurred / 1e6 * 1e6}
	}
	if decoded.Direction == telemetry.Ingress {
		decoded.Direction = kept.Direction // ingress is 0, which nfdump cannot tell from nothing
	}
	if out := pairs["stormglass.ipfix.postOctetDeltaCount"]; out != "" {
		// nfdump takes what left an exporter for the other direction.
		kept.DstBytes, kept.DstPackets, kept.OneWay = decoded.DstBytes, decoded.DstPackets, true
	}
	if decoded.Proto == 58 || decoded.Proto == 1 && decoded.SrcPort != 0 {
		// nfcapd drops the type of ICMPv6, and of NetFlow v5 it takes the source port for that of ICMP.
		kept.ICMPType, kept.ICMPCode, kept.SrcPort = decoded.ICMPType, decoded.ICMPCode, decoded.SrcPort
	}
	if decoded.Domain == 0x0102 || decoded.Domain == 0x0304 {
		kept.SrcMask, kept.DstMask = decoded.SrcMask, decoded.DstMask // nfcapd drops the masks of NetFlow v5
	}
	if decoded.State != "" {
		// The time of an event ends its session, and octets that came back are an answer.
		kept.Duration, kept.Answered = decoded.Duration, decoded.Answered
	}
	if n := uint64(decoded.Sampling); n > 1 && kept.Sampling == 0 {
		// Debian's nfcapd takes no rate from options data.
		decoded.Sampling, decoded.SrcBytes, decoded.SrcPackets = 0, decoded.SrcBytes/n, decoded.SrcPackets/n
	}
}
