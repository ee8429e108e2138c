package packet_test

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry/packet"
)

// framesPerFile bounds what one capture contributes: the long ones repeat themselves.
const framesPerFile = 2000

// corpora are the captures that others made.
var corpora = []string{"flows-akvorado", "pcap-ndpi", "zeek-btest"}

// source reads frames of a capture.
type source interface {
	ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
	LinkType() layers.LinkType
}

func openCapture(f *os.File) (source, error) {
	if r, err := pcapgo.NewReader(f); err == nil {
		return r, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return pcapgo.NewNgReader(f, pcapgo.DefaultNgReaderOptions)
}

// eachFrame calls visit for the frames of every capture below the corpora.
func eachFrame(t testing.TB, visit func(file string, n int, link layers.LinkType, data []byte)) (files int) {
	t.Helper()
	for _, corpus := range corpora {
		root := datatest.Path(t, "telemetry", corpus)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.Contains(filepath.Ext(path), "pcap") {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			r, err := openCapture(f)
			if err != nil {
				t.Logf("%s: %v", path, err)
				return nil
			}
			files++
			name, _ := filepath.Rel(filepath.Dir(root), path)
			for n := range framesPerFile {
				data, _, err := r.ReadPacketData()
				if err != nil {
					break
				}
				visit(name, n+1, r.LinkType(), data)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// peerLevel is what the other decoder says of one IP header.
type peerLevel struct {
	src, dst     netip.Addr
	proto        uint8
	sport, dport uint16
}

func (p peerLevel) String() string {
	return fmt.Sprintf("%s:%d > %s:%d %d", p.src, p.sport, p.dst, p.dport, p.proto)
}

func addrOf(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a
}

// peerLevels reads a frame by the layers of gopacket.
func peerLevels(link layers.LinkType, data []byte) (levels []peerLevel, failed error) {
	p := gopacket.NewPacket(data, link, gopacket.DecodeOptions{NoCopy: true})
	add := func(l peerLevel) { levels = append(levels, l) }
	last := func() *peerLevel {
		if len(levels) == 0 {
			levels = append(levels, peerLevel{})
		}
		return &levels[len(levels)-1]
	}
	for _, layer := range p.Layers() {
		switch l := layer.(type) {
		case *layers.IPv4:
			add(peerLevel{src: addrOf(l.SrcIP), dst: addrOf(l.DstIP), proto: uint8(l.Protocol)})
		case *layers.IPv6:
			add(peerLevel{src: addrOf(l.SrcIP), dst: addrOf(l.DstIP), proto: uint8(l.NextHeader)})
		case *layers.IPv6HopByHop:
			last().proto = uint8(l.NextHeader)
		case *layers.IPv6Destination:
			last().proto = uint8(l.NextHeader)
		case *layers.IPv6Routing:
			last().proto = uint8(l.NextHeader)
		case *layers.IPv6Fragment:
			last().proto = uint8(l.NextHeader)
		case *layers.IPSecAH:
			last().proto = uint8(l.NextHeader)
		case *layers.TCP:
			last().sport, last().dport = uint16(l.SrcPort), uint16(l.DstPort)
		case *layers.UDP:
			last().sport, last().dport = uint16(l.SrcPort), uint16(l.DstPort)
		case *layers.UDPLite:
			last().sport, last().dport = uint16(l.SrcPort), uint16(l.DstPort)
		case *layers.SCTP:
			last().sport, last().dport = uint16(l.SrcPort), uint16(l.DstPort)
		}
	}
	if e := p.ErrorLayer(); e != nil {
		failed = e.Error()
	}
	return levels, failed
}

func ownLevels(h *packet.Headers) (levels []peerLevel) {
	for i := range h.N {
		l := &h.Levels[i]
		levels = append(levels, peerLevel{l.Src, l.Dst, l.Proto, l.SrcPort, l.DstPort})
	}
	return levels
}

// explained is where the two decoders differ on the captures, how often, and why ours stays as it is.
var explained = map[string]int{
	// gopacket has no decoder for Cisco HDLC (104) and for IPv4 by itself (228).
	"the peer does not read the link": 34,
	// It leaves a first fragment as it is; we take its ports and enter the tunnel in it, since no other part has them.
	"the first fragment has ports": 210,
	// It guesses what an MPLS stack carries, and gives up at a control word.
	"a pseudowire": 1,
	// It has no Teredo; Wireshark reads these four as we do.
	"teredo": 4,
}

// TestDifferential holds Decode against the layers of gopacket on every frame of the captures: the same
// levels with the same addresses, protocols and ports, save for what is explained.
func TestDifferential(t *testing.T) {
	got := map[string]int{}
	frames := 0
	files := eachFrame(t, func(file string, n int, link layers.LinkType, data []byte) {
		frames++
		var h packet.Headers
		err := packet.Decode(packet.LinkOf(uint32(link)), data, &h)
		own := ownLevels(&h)
		peer, failed := peerLevels(link, data)
		if slices.Equal(own, peer) {
			return
		}
		why := difference(own, peer, &h, failed)
		got[why]++
		if _, ok := explained[why]; !ok {
			t.Errorf("%s frame %d: own %v (%v), peer %v (%v)", file, n, own, err, peer, failed)
		}
	})
	if diff := cmp.Diff(explained, got); diff != "" {
		t.Errorf("differences -explained +got\n%s", diff)
	}
	if files < 200 || frames < 10000 {
		t.Errorf("only %d frames of %d files", frames, files)
	}
	t.Logf("%d files, %d frames", files, frames)
}

func difference(own, peer []peerLevel, h *packet.Headers, failed error) string {
	outer := h.Outer()
	switch {
	case outer == nil:
	case failed != nil && strings.Contains(failed.Error(), "Unable to decode LinkType"):
		return "the peer does not read the link"
	case len(peer) == 1 && outer.MoreFragments && own[0].src == peer[0].src && own[0].dst == peer[0].dst && peer[0].sport == 0:
		return "the first fragment has ports"
	case len(peer) == 0 && outer.Tunnel == "eompls":
		return "a pseudowire"
	case len(own) == 2 && outer.Carries == "teredo" && own[0] == peer[0]:
		return "teredo"
	}
	return "not explained"
}
