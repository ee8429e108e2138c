package pcap_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/pcap"
	"stormglass/internal/telemetry/telemetrytest"
)

// capture is what the records of a capture file say, kept past their batches.
type capture struct {
	flows    []telemetry.Flow
	dns      []telemetry.DNS
	answers  [][]string // of dns
	tls      []telemetry.TLS
	prints   [][]string // of tls
	http     []telemetry.HTTP
	certs    []string
	records  []string
	problems string
	err      error
}

func read(t testing.TB, d *pcap.Decoder, in io.Reader) *capture {
	t.Helper()
	c := new(capture)
	s, total := new(telemetry.Set), new(telemetry.Set)
	last := uint64(0)
	keep := func() error {
		n := uint64(s.Len())
		if s.Read != n || s.Read > s.Lines || s.Undated > s.Read || s.Ordinal != last+n {
			t.Fatalf("%d records, lines %d, read %d, undated %d, ordinals %d to %d", n, s.Lines, s.Read, s.Undated, last, s.Ordinal)
		}
		last = s.Ordinal
		c.records = append(c.records, telemetrytest.Records(s)...)
		c.flows = append(c.flows, s.Batch(telemetry.KindFlow).Flow...)
		for i := range s.Batch(telemetry.KindDNS).DNS {
			d := s.Batch(telemetry.KindDNS).DNS[i]
			c.dns = append(c.dns, d)
			c.answers = append(c.answers, slices.Clone(s.Batch(telemetry.KindDNS).TextsOf(d.Answers)))
		}
		for i := range s.Batch(telemetry.KindTLS).TLS {
			h := s.Batch(telemetry.KindTLS).TLS[i]
			c.tls = append(c.tls, h)
			c.prints = append(c.prints, slices.Clone(s.Batch(telemetry.KindTLS).TextsOf(h.Fingerprints)))
		}
		c.http = append(c.http, s.Batch(telemetry.KindHTTP).HTTP...)
		for i := range s.Batch(telemetry.KindCert).Cert {
			x := &s.Batch(telemetry.KindCert).Cert[i]
			c.certs = append(c.certs, certRow(x.Fingerprint, x.Serial, x.Subject, x.Issuer, x.NotBefore.Time().Unix(), x.NotAfter.Time().Unix(), s.Batch(telemetry.KindCert).TextsOf(x.Names)))
		}
		total.Lines, total.Read, total.Undated = total.Lines+s.Lines, total.Read+s.Read, total.Undated+s.Undated
		total.Problems.Merge(&s.Problems)
		s.Reset()
		return nil
	}
	c.err = d.Read(context.Background(), in, s, keep)
	_ = keep()
	c.problems = telemetrytest.Problems(total)
	c.flows = slices.Clone(c.flows)
	return c
}

func readFile(t testing.TB, path string) *capture {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !pcap.Sniff(data) {
		t.Fatalf("%s: not taken for a capture", path)
	}
	return read(t, pcap.New(nil), bytes.NewReader(data))
}

func certRow(fingerprint, serial, subject, issuer string, from, to int64, names []string) string {
	return fmt.Sprintf("%s %s %q %q %d %d %s", fingerprint, serial, subject, issuer, from, to, strings.Join(names, ","))
}
