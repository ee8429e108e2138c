package simulate

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
	"stormglass/internal/telemetry/pcap"
	"stormglass/internal/telemetry/sflow"
)

// reader decodes the exports of a capture with the product's decoders, which share no code with what wrote them.
type reader struct {
	templates *netflow.Templates
	netflow   *netflow.Decoder
	sflow     *sflow.Decoder
	datagrams int
}

func newReader() *reader {
	r := &reader{templates: netflow.NewTemplates(netflow.Limits{}), sflow: sflow.New(nil)}
	r.netflow = netflow.New(r.templates)
	return r
}

// Datagram implements pcap.Exports.
func (r *reader) Datagram(_ netip.AddrPort, d *telemetry.Datagram, s *telemetry.Set) bool {
	r.datagrams++
	switch {
	case sflow.Is(d.Data):
		r.sflow.Decode(d, s)
	case netflow.Is(d.Data):
		r.netflow.Decode(d, s)
	default:
		return false
	}
	return true
}

// read reads a capture and fails the test when anything in it cannot be read.
func (r *reader) read(t *testing.T, path string, yield func(f *telemetry.Flow, pairs []telemetry.Pair)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := new(telemetry.Set)
	flush := func() error {
		b := s.Batch(telemetry.KindFlow)
		for i := range b.Flow {
			yield(&b.Flow[i], b.PairsOf(b.Flow[i].Extra))
		}
		if n := s.Len() - len(b.Flow); n > 0 {
			t.Errorf("%s: %d records that are no flows", path, n)
		}
		for _, p := range s.Problems.List {
			if p.Reason != "sFlow counter samples: not kept" {
				t.Errorf("%s: %+v", path, p)
			}
		}
		s.Reset()
		return nil
	}
	if err := pcap.New(r).Read(context.Background(), file, s, flush); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	if err := flush(); err != nil {
		t.Error(err)
	}
}

// eachExported gives a line for each record of a capture, with its time in front.
func eachExported(t *testing.T, path string, yield func(line string)) {
	t.Helper()
	newReader().read(t, path, func(f *telemetry.Flow, pairs []telemetry.Pair) {
		family := carriedFamily
		if f.Exporter.IsValid() {
			family = exportFamily + strings.TrimSuffix(filepath.Base(path), ".pcap")
		}
		at := f.Occurred.Time()
		line := fmt.Sprintf("%d.%06d\t%s\t%s\t%d\t%s\t%d\t%d\t%d\t%d\t%s", at.Unix(), at.Nanosecond()/1000, family, f.Src, f.SrcPort, f.Dst, f.DstPort, f.Proto,
			f.SrcPackets, f.SrcBytes, f.Exporter)
		if f.NextHop.IsValid() {
			line += "\t" + f.NextHop.String()
		}
		yield(line + "\t" + textOf(pairs))
	})
}

// eachFrame gives the frames of a capture with their times in microseconds, without the code that wrote it.
func eachFrame(t *testing.T, path string, yield func(at uint64, frame []byte)) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if le.Uint32(b) != 0xa1b2c3d4 || le.Uint16(b[4:]) != 2 || le.Uint16(b[6:]) != 4 || le.Uint32(b[20:]) != 1 {
		t.Fatalf("%s begins with %x", path, b[:24])
	}
	for b = b[24:]; len(b) > 0; {
		n := le.Uint32(b[8:])
		if n != le.Uint32(b[12:]) {
			t.Fatalf("%s: a frame is cut", path)
		}
		yield(uint64(le.Uint32(b))*1_000_000+uint64(le.Uint32(b[4:])), b[16:16+n])
		b = b[16+n:]
	}
}
