package collect

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/pcap"
)

// oneDatagram makes a capture of one UDP packet.
func oneDatagram(t *testing.T, port uint16, payload string) []byte {
	t.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: []byte{192, 0, 2, 1}, DstIP: []byte{198, 51, 100, 2}}
	udp := &layers.UDP{SrcPort: 40000, DstPort: layers.UDPPort(port)}
	_ = udp.SetNetworkLayerForChecksum(ip)
	b := gopacket.NewSerializeBuffer()
	opts := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(b, opts, ip, udp, gopacket.Payload(payload)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := pcapgo.NewWriter(&out)
	if err := w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	if err := w.WritePacket(gopacket.CaptureInfo{CaptureLength: len(b.Bytes()), Length: len(b.Bytes())}, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// anEvent makes an event of every datagram to port 2055.
type anEvent struct{}

func (anEvent) Datagram(to netip.AddrPort, d *telemetry.Datagram, s *telemetry.Set) bool {
	if to.Port() != 2055 {
		return false
	}
	b, i := s.Append(telemetry.KindEvent)
	b.Event[i].Raw = telemetry.View(d.Data)
	s.Lines++
	s.Read++
	return true
}

func TestReadStreams(t *testing.T) {
	frame := binary.BigEndian.AppendUint32(nil, 0)
	frame = append(frame, 0, 0, 0, 34, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 22)
	frame = append(frame, "protobuf:dnstap.Dnstap"...)
	export := oneDatagram(t, 2055, "an export")
	for _, c := range []struct {
		name    string
		data    []byte
		exports func() pcap.Exports
		format  string
		kinds   map[telemetry.Kind]uint64
	}{
		{"a capture", export, nil, "pcap", map[telemetry.Kind]uint64{telemetry.KindFlow: 1}},
		{"a capture, compressed", gz(t, export), nil, "pcap", map[telemetry.Kind]uint64{telemetry.KindFlow: 1}},
		{"a capture of exports", export, func() pcap.Exports { return anEvent{} }, "pcap", map[telemetry.Kind]uint64{telemetry.KindFlow: 1, telemetry.KindEvent: 1}},
		{"a log of a name server", frame, nil, "dnstap", map[telemetry.Kind]uint64{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stream")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			r := &Reader{Exports: c.exports, Handle: func(context.Context, *telemetry.Batch) error { return nil }}
			err := (&Files{}).Each(t.Context(), []string{path}, func(m *Member) error {
				a, err := r.Read(t.Context(), m)
				if err != nil {
					return err
				}
				got := map[telemetry.Kind]uint64{}
				for k, n := range a.Kinds {
					if n > 0 {
						got[telemetry.Kind(k)] = n
					}
				}
				if a.Format != c.format || a.Skipped != "" || a.Failed != "" || a.Problems.Losses() != 0 {
					t.Fatalf("%+v", a)
				}
				if diff := cmp.Diff(c.kinds, got); diff != "" {
					t.Fatalf("-want +got\n%s", diff)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
