package flowcheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	peernetflow "github.com/netsampler/goflow2/v2/decoders/netflow"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// compare decodes datagrams with both and gives what differs, and how many flows and elements were compared.
func compare(datagrams []telemetry.Datagram) (differences []string, flows, elements int, err error) {
	store := netflow.NewTemplates(netflow.Limits{})
	d, s := netflow.New(store), new(telemetry.Set)
	var p peer
	for i := range datagrams {
		d.Decode(&datagrams[i], s)
		_ = p.decode(&datagrams[i]) // told the second time
	}
	p.records, p.options = nil, 0
	for i := range datagrams {
		if e := p.decode(&datagrams[i]); !errors.Is(e, peernetflow.ErrorTemplateNotFound) {
			err = errors.Join(err, e)
		}
	}
	b := s.Batch(telemetry.KindFlow)
	if len(b.Flow) != len(p.records) {
		return []string{fmt.Sprintf("%d flows, of the peer %d; problems %v", len(b.Flow), len(p.records), s.Problems.List)}, 0, 0, err
	}
	var options uint64
	for _, x := range store.Exporters() {
		options += x.Options
	}
	if options != uint64(p.options) {
		differences = append(differences, fmt.Sprintf("%d records of options, of the peer %d", options, p.options))
	}
	for i := range b.Flow {
		o := ours{&b.Flow[i], b.PairsOf(b.Flow[i].Extra), &p.records[i]}
		for _, text := range o.differs() {
			differences = append(differences, fmt.Sprintf("flow %d: %s; %+v %v", i, text, *o.flow, o.pairs))
		}
		elements += len(o.record.fields)
	}
	return differences, len(b.Flow), elements, err
}

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

// TestCaptures compares on captures of routers.
func TestCaptures(t *testing.T) {
	dir := datatest.Path(t, "telemetry", "flows-akvorado", "netflow")
	flows, elements := 0, 0
	for _, names := range []string{
		"template data", "options-template options-data template data", "data+templates", "icmp-template icmp-data", "mpls",
		"ethernet-over-mpls-with-control-word-template ethernet-over-mpls-with-control-word-data", "ipfixprobe-templates ipfixprobe-data",
		"physicalinterfaces", "samplingrate-template samplingrate-data",
	} {
		var all []telemetry.Datagram
		for name := range strings.FieldsSeq(names) {
			all = append(all, datagrams(t, filepath.Join(dir, name+".pcap"))...)
		}
		differences, n, m, err := compare(all)
		if err != nil || n == 0 || len(differences) > 0 {
			t.Errorf("%s: %d flows, %v\n%s", names, n, err, strings.Join(differences, "\n"))
		}
		flows, elements = flows+n, elements+m
	}
	t.Logf("%d flows with %d elements", flows, elements)
}

// apart are the cases where goflow2 does not do what we do.
var apart = map[string]string{
	"Netflow 5 invalid 02": "a count that does not fit: neither reads records",
	"IPFIX Netscaler with variable length fields, missing templates": "nothing to read",
	"IPFIX Netscaler with variable length fields/4":                  "what waited comes in another order",
	"IPFIX": "goflow2 reads the first message of the file",
}

// TestLogstash compares on the packets of logstash's cases.
func TestLogstash(t *testing.T) {
	dir := datatest.Path(t, "telemetry", "netflow-logstash")
	raw, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name    string
		Packets []string
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	flows, elements := 0, 0
	for _, c := range cases {
		if len(c.Packets) == 4 {
			c.Name += "/4"
		}
		if apart[c.Name] != "" {
			continue
		}
		var all []telemetry.Datagram
		for _, p := range c.Packets {
			data, err := os.ReadFile(filepath.Join(dir, p))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, telemetry.Datagram{From: router, Data: data})
		}
		differences, n, m, err := compare(all)
		if len(differences) > 0 || err != nil {
			t.Errorf("%s: %d flows, %v\n%s", c.Name, n, err, strings.Join(differences, "\n"))
		}
		flows, elements = flows+n, elements+m
	}
	t.Logf("%d flows with %d elements", flows, elements)
}

// TestNotice makes sure that a difference is seen: each element of a flow is changed in turn.
func TestNotice(t *testing.T) {
	s, record := new(telemetry.Set), peerRecord{version: 9, seconds: noonSeconds, uptime: uptime, domain: 1}
	learn, packet := routerPackets(9)
	d := netflow.New(netflow.NewTemplates(netflow.Limits{}))
	for _, p := range [][]byte{learn, packet} {
		d.Decode(&telemetry.Datagram{From: router, Data: p}, s)
	}
	b := s.Batch(telemetry.KindFlow)
	body := packet[24:]
	for _, f := range routerFields {
		record.fields = append(record.fields, peerField{0, f[0], slices.Clone(body[:f[1]])})
		body = body[f[1]:]
	}
	o := ours{&b.Flow[0], b.PairsOf(b.Flow[0].Extra), &record}
	if all := o.differs(); len(all) > 0 {
		t.Fatalf("differences: %q", all)
	}
	for i := range record.fields {
		f := &record.fields[i]
		if f.id == 61 || f.id == 6 && f.value[0] == 0 {
			continue
		}
		f.value[len(f.value)-1] ^= 0x45
		if all := o.differs(); len(all) != 1 {
			t.Errorf("element %d of %x is not missed: %q", f.id, f.value, all)
		}
		f.value[len(f.value)-1] ^= 0x45
	}
}
