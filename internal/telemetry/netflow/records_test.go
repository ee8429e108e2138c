package netflow_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// router is the exporter of most tests.
var router = netip.MustParseAddrPort("192.0.2.1:2055")

// router2 is another one.
var router2 = netip.MustParseAddrPort("192.0.2.2:2055")

// noon is when most packets of tests are sent.
var noon = telemetry.InstantOf(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))

// decode decodes packets of one exporter with a store of its own.
func decode(packets ...[]byte) *telemetry.Set {
	return decodeWith(netflow.New(netflow.NewTemplates(netflow.Limits{})), 0, packets...)
}

// decodeWith decodes packets that were received at an instant.
func decodeWith(d *netflow.Decoder, at telemetry.Instant, packets ...[]byte) *telemetry.Set {
	s := new(telemetry.Set)
	for _, p := range packets {
		d.Decode(&telemetry.Datagram{From: router, At: at, Data: p}, s)
	}
	return s
}

// flows gives the flows of a set.
func flows(s *telemetry.Set) []telemetry.Flow { return s.Batch(telemetry.KindFlow).Flow }

// events gives the events of a set, each as its dataset and pairs.
func events(s *telemetry.Set) []string {
	b := s.Batch(telemetry.KindEvent)
	var all []string
	for i := range b.Event {
		all = append(all, b.Event[i].Dataset+" "+pairsText(b.PairsOf(b.Event[i].Pairs)))
	}
	return all
}

// extra gives the pairs of a flow.
func extra(s *telemetry.Set, i int) string {
	b := s.Batch(telemetry.KindFlow)
	return pairsText(b.PairsOf(b.Flow[i].Extra))
}

func pairsText(pairs []telemetry.Pair) string {
	var all []string
	for _, p := range pairs {
		name := strings.TrimPrefix(strings.TrimPrefix(p.Field.String(), "stormglass."), "ipfix.")
		all = append(all, name+"="+p.Text)
	}
	return strings.Join(all, " ")
}

// problems gives the problems of a set, one a line.
func problems(s *telemetry.Set) []string {
	var all []string
	for _, p := range s.Problems.List {
		all = append(all, p.Reason)
	}
	slices.Sort(all)
	return all
}

// one gives the only flow of a set.
func one(t *testing.T, s *telemetry.Set) *telemetry.Flow {
	t.Helper()
	if f := flows(s); len(f) != 1 {
		t.Fatalf("%d flows, not one; events %q, problems %v", len(f), events(s), s.Problems.List)
	}
	return &flows(s)[0]
}
