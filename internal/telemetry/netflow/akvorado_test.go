package netflow_test

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// datagrams gives what UDP packets of a capture carry.
func datagrams(t testing.TB, path string) (all []telemetry.Datagram) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := pcapgo.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for {
		frame, info, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		p := gopacket.NewPacket(frame, r.LinkType(), gopacket.Default)
		udp, ok := p.Layer(layers.LayerTypeUDP).(*layers.UDP)
		if !ok {
			t.Fatalf("%s: a frame that is no UDP", path)
		}
		from, _ := netip.AddrFromSlice(p.NetworkLayer().NetworkFlow().Src().Raw())
		all = append(all, telemetry.Datagram{
			From: netip.AddrPortFrom(from.Unmap(), uint16(udp.SrcPort)), At: telemetry.InstantOf(info.Timestamp), Data: udp.Payload,
		})
	}
}

// TestAkvorado reads real captures of routers. Values are held against goflow2's by tools/flowcheck.
func TestAkvorado(t *testing.T) {
	dir := datatest.Path(t, "telemetry", "flows-akvorado", "netflow")
	for _, c := range []struct {
		captures string
		want     string // flows, options, rate, octets and packets of all flows
	}{
		{"template data", "4 0 0 5848 4"},
		{"options-template options-data template data", "4 4 30000 175440000 120000"},
		{"data+templates", "21 1 100 5832900 6600"},
		{"ethernet-over-mpls-with-control-word-template ethernet-over-mpls-with-control-word-data", "10 0 0 14337 10"},
		{"icmp-template icmp-data", "4 0 0 376 4"},
		{"ipfixprobe-templates ipfixprobe-data", "4 0 0 24268 34"},
		{"mpls", "2 1 10 9790 110"},
		{"physicalinterfaces", "8 1 1000 31111000 29000"},
		{"samplingrate-template samplingrate-data", "6 0 0 7659520 12288"},
	} {
		t.Run(c.captures, func(t *testing.T) {
			store := netflow.NewTemplates(netflow.Limits{})
			d, s := netflow.New(store), new(telemetry.Set)
			for name := range strings.FieldsSeq(c.captures) {
				for _, dg := range datagrams(t, filepath.Join(dir, name+".pcap")) {
					if !netflow.Is(dg.Data) {
						t.Errorf("a datagram of %s is not recognised", name)
					}
					d.Decode(&dg, s)
				}
			}
			var octets, packets uint64
			for i := range flows(s) {
				f := &flows(s)[i]
				octets, packets = octets+f.SrcBytes, packets+f.SrcPackets
				if !f.Src.IsValid() || !f.Dst.IsValid() || !f.Occurred.Known() || f.Received == 0 {
					t.Errorf("flow %d is not whole: %+v", i, f)
				}
			}
			stats := store.Exporters()[0]
			if got := fmt.Sprint(stats.Records, stats.Options, stats.Sampling, octets, packets); got != c.want {
				t.Errorf("flows, options, rate, octets, packets are %s, not %s", got, c.want)
			}
			if len(s.Problems.List) > 0 || len(events(s)) > 0 {
				t.Errorf("problems %v, events %q", s.Problems.List, events(s))
			}
		})
	}
}
