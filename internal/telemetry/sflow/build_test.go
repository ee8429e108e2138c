package sflow_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/sflow"
	"stormglass/internal/telemetry/telemetrytest"
)

// Datagrams are put together from words of four bytes; texts and bytes are added with their length.

func words(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			b = binary.BigEndian.AppendUint32(b, uint32(v))
		case uint32:
			b = binary.BigEndian.AppendUint32(b, v)
		case []byte:
			b = append(b, v...)
		case string: // opaque
			b = binary.BigEndian.AppendUint32(b, uint32(len(v)))
			b = append(b, v...)
			b = append(b, make([]byte, -len(v)&3)...)
		case netip.Addr:
			b = append(b, v.AsSlice()...)
		default:
			panic(fmt.Sprintf("%T", p))
		}
	}
	return b
}

func addr(text string) netip.Addr { return netip.MustParseAddr(text) }

// part is a form, a length and a body: a sample or a structure.
func part(form int, parts ...any) []byte {
	body := words(parts...)
	return append(words(form, len(body)), body...)
}

var sequence = 0

func datagram(samples ...[]byte) []byte {
	sequence++
	return datagramOf(sequence, samples...)
}

func datagramOf(n int, samples ...[]byte) []byte {
	b := words(5, 1, addr("192.0.2.1"), 7, n, 100_000+n, len(samples))
	for _, s := range samples {
		b = append(b, s...)
	}
	return b
}

// flowOf is a compact flow sample of source 0:3, in at 3 and out at 4, 1 in 512.
func flowOf(structures ...[]byte) []byte { return flowAt(9, 512, 51200, structures...) }

func flowAt(n, rate, pool int, structures ...[]byte) []byte {
	parts := []any{n, 3, rate, pool, 0, 3, 4, len(structures)}
	for _, s := range structures {
		parts = append(parts, s)
	}
	return part(1, parts...)
}

func unhex(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// frame is TCP from 198.51.100.1:40000 to 203.0.113.2:443, of 1500 bytes, cut after its headers.
var frame = unhex("020000000001 020000000002 0800" +
	"4508 05dc 0001 4000 4006 0000 c6336401 cb007102" +
	"9c40 01bb 00000001 00000002 5018 1000 0000 0000")

func rawHeader(protocol int, header []byte) []byte {
	return part(1, protocol, 1518, 4, string(header))
}

var tcp = rawHeader(1, frame)

// at is when the datagrams of the tests are received.
const at = telemetry.Instant(1_700_000_000_000_000_000)

func decode(d *sflow.Decoder, datagrams ...[]byte) *telemetry.Set {
	s := new(telemetry.Set)
	for _, data := range datagrams {
		dg := telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.9:6343"), At: at, Data: data}
		d.Decode(&dg, s)
	}
	return s
}

// describe writes what was read in lines: the records, then the counts and problems.
func describe(s *telemetry.Set) string {
	var lines []string
	flows := s.Batch(telemetry.KindFlow)
	for i := range flows.Flow {
		f := &flows.Flow[i]
		line := fmt.Sprintf("%s:%d > %s:%d %d", f.Src, f.SrcPort, f.Dst, f.DstPort, f.Proto)
		show := func(name string, value any, is bool) {
			if is {
				line = strings.TrimRight(fmt.Sprintf("%s %s %v", line, name, value), " ")
			}
		}
		show("packets", f.SrcPackets, f.SrcPackets != telemetry.NoCount)
		show("bytes", f.SrcBytes, f.SrcBytes != telemetry.NoCount)
		show("flags", fmt.Sprintf("%02x", f.TCPFlags), f.TCPFlags != 0)
		show("icmp", fmt.Sprintf("%d/%d", f.ICMPType, f.ICMPCode), f.ICMPType != 0)
		show("sampling", f.Sampling, true)
		show("if", fmt.Sprintf("%d>%d", f.InIf, f.OutIf), true)
		show("direction", f.Direction, f.Direction != 0)
		show("vlan", fmt.Sprintf("%d>%d", f.SrcVLAN, f.DstVLAN), f.SrcVLAN != 0 || f.DstVLAN != 0)
		show("as", fmt.Sprintf("%d>%d", f.SrcAS, f.DstAS), f.SrcAS != 0 || f.DstAS != 0)
		show("hop", f.NextHop, f.NextHop.IsValid())
		show("mask", fmt.Sprintf("%d>%d", f.SrcMask, f.DstMask), f.SrcMask != 0 || f.DstMask != 0)
		show("nat", fmt.Sprintf("%s:%d>%s:%d", f.NATSrc, f.NATSrcPort, f.NATDst, f.NATDstPort), f.NATSrc.IsValid() || f.NATSrcPort != 0)
		show("tos", f.TOS, f.TOS != 0)
		show("service", f.Service, f.Service != "")
		show("state", f.State, f.State != "")
		for _, p := range flows.PairsOf(f.Extra) {
			show(fmt.Sprintf("%s=%q", p.Field, p.Text), "", true)
		}
		lines = append(lines, line)
	}
	for i := range s.Batch(telemetry.KindEvent).Event {
		lines = append(lines, "event "+s.Batch(telemetry.KindEvent).Event[i].Raw)
	}
	return strings.Join(append(lines, telemetrytest.Problems(s)), "\n")
}

// laws holds what must be so of any set.
func laws(t testing.TB, s *telemetry.Set) {
	t.Helper()
	flows, events := s.Batch(telemetry.KindFlow), s.Batch(telemetry.KindEvent)
	if n := uint64(flows.Len() + events.Len()); n != s.Read || s.Read > s.Lines || s.Ordinal != n {
		t.Fatalf("%d records, read %d of %d, ordinal %d", n, s.Read, s.Lines, s.Ordinal)
	}
	seen := map[uint64]bool{}
	for b := range s.Batches {
		for i := range b.Len() {
			h := b.Head(i)
			if seen[h.Ordinal] || h.Ordinal == 0 || h.Ordinal > s.Ordinal {
				t.Fatalf("ordinal %d", h.Ordinal)
			}
			seen[h.Ordinal] = true
			_ = b.PairsOf(h.Extra)
		}
	}
	for i := range flows.Flow {
		f := &flows.Flow[i]
		rate := uint64(max(f.Sampling, 1))
		switch {
		case !f.OneWay || !f.Exporter.IsValid() || f.DstPackets != telemetry.NoCount:
			t.Fatalf("flow %d: %+v", i, f)
		case f.State == "" && f.SrcPackets != rate:
			t.Fatalf("flow %d: %d packets at 1 in %d", i, f.SrcPackets, rate)
		case f.SrcBytes != telemetry.NoCount && f.SrcBytes%f.SrcPackets != 0:
			t.Fatalf("flow %d: %d bytes at 1 in %d", i, f.SrcBytes, rate)
		}
	}
}
