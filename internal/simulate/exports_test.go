package simulate

import (
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// exportFiles gives the captures of a simulation.
func exportFiles(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(ExportsDir), "*.pcap"))
	if err != nil || len(paths) != 3 {
		t.Fatalf("captures: %q, %v", paths, err)
	}
	return paths
}

// TestExportsAreDecoded reads the packets with the product's decoders: all of them, without a gap, with the sampling that
// each router states, and as many flows as the truth says.
func TestExportsAreDecoded(t *testing.T) {
	dir, truth := operator(t)
	routers := map[netip.Addr]*exporter{}
	for _, x := range newSite().exporters {
		routers[x.device.inner] = x
	}
	for _, path := range exportFiles(t, dir) {
		family := exportFamily + strings.TrimSuffix(filepath.Base(path), ".pcap")
		r, flows := newReader(), uint64(0)
		r.read(t, path, func(f *telemetry.Flow, pairs []telemetry.Pair) {
			if !f.Exporter.IsValid() {
				return
			}
			flows++
			x := routers[f.Exporter]
			if x == nil || x.family() != family || x.domain != f.Domain {
				t.Fatalf("%s: a flow of %s, domain %d", path, f.Exporter, f.Domain)
			}
			checkFlow(t, x, f, pairs)
		})
		if flows != truth.Records[family] || flows == 0 {
			t.Errorf("%s: %d flows, the truth says %d", family, flows, truth.Records[family])
		}
		checkCounted(t, r, routers)
	}
}

// checkFlow holds one flow against what its exporter may say.
func checkFlow(t *testing.T, x *exporter, f *telemetry.Flow, pairs []telemetry.Pair) {
	t.Helper()
	rate := uint64(f.Sampling)
	switch {
	case rate != x.every:
		t.Fatalf("%s: sampled 1 in %d, should be %d", x.device.name, rate, x.every)
	case f.SrcPackets == 0 || f.SrcPackets%rate != 0 || f.SrcBytes%rate != 0 || f.SrcBytes < 20*f.SrcPackets || f.SrcBytes > 1500*f.SrcPackets:
		t.Fatalf("%s: %d packets, %d bytes, 1 in %d", x.device.name, f.SrcPackets, f.SrcBytes, rate)
	case f.Stated.Known() || f.Doubt != 0:
		t.Fatalf("%s: the time %s is doubted", x.device.name, f.Occurred.Time())
	case f.Occurred > f.Received+telemetry.Instant(2*time.Second) || f.Duration < 0 || f.Duration > 31*time.Minute:
		t.Fatalf("%s: from %s for %s, received %s", x.device.name, f.Occurred.Time(), f.Duration, f.Received.Time())
	case !f.OneWay:
		t.Fatalf("%s: a flow of both directions", x.device.name)
	case f.InIf == f.OutIf:
		t.Fatalf("%s: in and out by interface %d", x.device.name, f.InIf)
	case x.format == sflow5:
		return
	}
	for _, want := range []uint32{f.InIf, f.OutIf} {
		name, _ := x.device.port(int(want))
		if want != 0 && !strings.Contains(textOf(pairs), " "+name+" ") {
			t.Fatalf("%s: interface %d is not named %s: %s", x.device.name, want, name, textOf(pairs))
		}
	}
	if local := x.device.has(f.Dst); local != (f.OutIf == 0) || f.SrcAS == 0 || f.DstAS == 0 || f.SrcAS == f.DstAS && !own(f.Src) {
		t.Fatalf("%s: %+v", x.device.name, f)
	}
}

func textOf(pairs []telemetry.Pair) string {
	var text strings.Builder
	text.WriteByte(' ')
	for _, p := range pairs {
		text.WriteString(p.Text + " ")
	}
	return text.String()
}

// checkCounted asks the decoders what they missed.
func checkCounted(t *testing.T, r *reader, routers map[netip.Addr]*exporter) {
	t.Helper()
	for _, s := range r.templates.Exporters() {
		x := routers[s.Exporter]
		if s.LostPackets+s.LostRecords+s.Malformed+s.UnknownVersions+s.GivenUpSets+uint64(s.HeldSets) > 0 || s.Interfaces != 2 || s.Options == 0 ||
			uint64(s.Sampling) != x.every || s.SamplingMin != s.Sampling || s.Templates != 4 {
			t.Errorf("%s: %+v", x.device.name, s)
		}
	}
	for _, a := range r.sflow.Stats().Agents() {
		x := routers[a.Address]
		if a.LostDatagrams+a.LostSamples+a.LateDatagrams+a.Restarts+a.Malformed+a.NoIP+a.Drops+a.SamplingChanges > 0 || a.CounterSamples == 0 || a.Samples == 0 ||
			uint64(a.Sampling) != x.every || a.From != a.Address || a.Pool/x.every != a.Pooled {
			t.Errorf("%s: %+v", x.device.name, a)
		}
	}
}

// TestAGapIsSeen makes sure that the test above would see one: a packet of each file is left out.
func TestAGapIsSeen(t *testing.T) {
	dir, _ := operator(t)
	for _, path := range exportFiles(t, dir) {
		c, err := openCaptured(path)
		if err != nil {
			t.Fatal(err)
		}
		r, s := newReader(), new(telemetry.Set)
		byRouter := map[netip.AddrPort]int{}
		for {
			d, err := c.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if byRouter[d.from]++; byRouter[d.from] == 40 {
				continue
			}
			r.Datagram(d.to, &telemetry.Datagram{From: d.from, At: telemetry.InstantOf(d.at), Data: d.data}, s)
			s.Reset()
		}
		_ = c.close()
		for _, x := range r.templates.Exporters() {
			if x.LostPackets+x.LostRecords == 0 {
				t.Errorf("%s: nothing is missed of %s", path, x.Exporter)
			}
		}
		for _, a := range r.sflow.Stats().Agents() {
			if a.LostDatagrams == 0 {
				t.Errorf("%s: nothing is missed of %s", path, a.Address)
			}
		}
	}
}

// TestManyAreSeenTwice: most of what crosses the border passes two routers, so that bytes must not be added.
func TestManyAreSeenTwice(t *testing.T) {
	dir, _ := operator(t)
	type ends struct {
		src, dst netip.AddrPort
		proto    uint8
	}
	by := map[ends]map[netip.Addr]uint64{}
	for _, path := range exportFiles(t, dir) {
		newReader().read(t, path, func(f *telemetry.Flow, _ []telemetry.Pair) {
			e := ends{netip.AddrPortFrom(f.Src, f.SrcPort), netip.AddrPortFrom(f.Dst, f.DstPort), f.Proto}
			if by[e] == nil {
				by[e] = map[netip.Addr]uint64{}
			}
			by[e][f.Exporter] += f.SrcBytes
		})
	}
	twice := 0
	for _, routers := range by {
		if len(routers) > 1 {
			twice++
		}
	}
	if twice < 100 {
		t.Errorf("%d of %d flows are told of by two routers", twice, len(by))
	}
	// A large transfer is estimated alike by both, within what one packet in so many allows.
	to := netip.MustParseAddr(indicatorOf("carried-to").value)
	checked := 0
	for e, routers := range by {
		if e.dst.Addr() != to || len(routers) != 2 {
			continue
		}
		var estimates []float64
		for _, n := range routers {
			estimates = append(estimates, float64(n))
		}
		if q := estimates[0] / estimates[1]; min(estimates[0], estimates[1]) > 4e6 {
			checked++
			if q < 0.9 || q > 1.1 {
				t.Errorf("%v: estimated as %v bytes", e, estimates)
			}
		}
	}
	if checked < 3 {
		t.Errorf("%d large transfers were compared", checked)
	}
}

// TestTunnelsAreTunnels: the exports say which protocol, and a sampled packet of a tunnel holds the packet inside.
func TestTunnelsAreTunnels(t *testing.T) {
	dir, _ := operator(t)
	end := netip.MustParseAddr(indicatorOf("tunnel-end").value)
	got := map[string]bool{}
	for _, path := range exportFiles(t, dir) {
		newReader().read(t, path, func(f *telemetry.Flow, pairs []telemetry.Pair) {
			switch {
			case f.Dst != end:
			case f.Proto == protoGRE && f.SrcPort == 0 && f.DstPort == 0:
				got["gre"] = true
			case f.Proto == protoIPIP && strings.Contains(textOf(pairs), "10.30.0.21") && strings.Contains(textOf(pairs), "172.16.9.2"):
				got["ipip"] = true
			default:
				t.Errorf("towards the tunnel's end: %+v %v", f, pairs)
			}
		})
	}
	if diff := cmp.Diff(map[string]bool{"gre": true, "ipip": true}, got); diff != "" {
		t.Errorf("tunnels (-want +got):\n%s", diff)
	}
}

// sum16 adds 16-bit words as RFC 1071 says: with a right checksum in them they give 0xffff.
func sum16(parts ...[]byte) int {
	n := 0
	for _, p := range parts {
		for i, c := range p {
			if i%2 == 0 {
				n += int(c) << 8
			} else {
				n += int(c)
			}
		}
	}
	for n > 0xffff {
		n = n&0xffff + n>>16
	}
	return n
}

// TestFramesAreRight checks the headers of every frame, and that each capture is in the order of time.
func TestFramesAreRight(t *testing.T) {
	dir, truth := operator(t)
	for _, path := range exportFiles(t, dir) {
		frames, last := 0, uint64(0)
		eachFrame(t, path, func(at uint64, b []byte) {
			frames++
			if at < last {
				t.Fatalf("%s: frame %d is older than the one before", path, frames)
			}
			last = at
			ip, udp := b[14:34], b[34:]
			be := binary.BigEndian
			if be.Uint16(b[12:]) != 0x0800 || ip[0] != 0x45 || ip[9] != 17 || int(be.Uint16(ip[2:])) != len(b)-14 || int(be.Uint16(udp[4:])) != len(udp) {
				t.Fatalf("%s: frame %d: %x", path, frames, b[:42])
			}
			if sum16(ip) != 0xffff || sum16(ip[12:20], []byte{0, 17}, udp[4:6], udp) != 0xffff || be.Uint16(udp[6:]) == 0 {
				t.Fatalf("%s: frame %d has a wrong checksum: %x", path, frames, b[:42])
			}
			if len(b) > 1514 {
				t.Fatalf("%s: frame %d has %d bytes", path, frames, len(b))
			}
		})
		end := uint64(truth.Config.end().UnixMicro())
		if frames < 100 || last >= end || last < end-uint64(time.Hour.Microseconds()) {
			t.Errorf("%s: %d frames, the last at %s", path, frames, time.UnixMicro(int64(last)).UTC())
		}
	}
}

// TestSampledFramesAreRight checks the checksums in the headers that sFlow samples hold.
func TestSampledFramesAreRight(t *testing.T) {
	s := newSite()
	for _, x := range []struct {
		src, dst string
		proto    uint8
		inner    int // where a second IPv4 header stands; 0 for none
	}{
		{"192.0.2.3", "203.0.113.140", protoIPIP, 34},
		{"192.0.2.1", "203.0.113.140", protoGRE, 38},
		{"192.0.2.65", "198.18.8.9", protoTCP, 0},
		{"192.0.2.65", "198.18.8.9", protoUDP, 0},
	} {
		m := metered{
			by: s.exporters[4], salt: 77, length: 900,
			talk: &talk{src: netip.MustParseAddr(x.src), dst: netip.MustParseAddr(x.dst), srcPort: 1234, dstPort: 443, proto: x.proto},
		}
		b := m.frame()
		if sum16(b[14:34]) != 0xffff || binary.BigEndian.Uint16(b[16:]) != 900 || len(b) != 128 {
			t.Errorf("%d: %x", x.proto, b)
		}
		if n := x.inner; n > 0 && (sum16(b[n:n+20]) != 0xffff || int(binary.BigEndian.Uint16(b[n+2:])) != 900-(n-14)) {
			t.Errorf("%d: inside: %x", x.proto, b[n:])
		}
	}
}

// TestMetersAreFair: one packet in so many, whatever the length of flows.
func TestMetersAreFair(t *testing.T) {
	x := newSite().exporters[0]
	m := metered{by: x}
	for _, packets := range []uint64{1, 7, x.every - 1, x.every, 3*x.every + 11} {
		var sum, salt uint64 = 0, 5
		const n = 100_000
		for range n {
			salt = mix(salt)
			got := m.sampled(packets, salt)
			if got < packets/x.every || got > packets/x.every+1 {
				t.Fatalf("%d of %d packets", got, packets)
			}
			sum += got
		}
		if want := float64(n*packets) / float64(x.every); float64(sum) < 0.9*want || float64(sum) > 1.1*want {
			t.Errorf("%d packets of %d flows of %d, want about %.0f", sum, n, packets, want)
		}
	}
}
