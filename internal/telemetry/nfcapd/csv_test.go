package nfcapd_test

import (
	"maps"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/csv"
	"stormglass/internal/telemetry/telemetrytest"
)

// compareWithCSV checks that a file gives the same flows as what nfdump prints of it, read by package csv,
// save for what that format does not hold or holds wrongly.
func compareWithCSV(t *testing.T, file *result, text string) {
	t.Helper()
	d := csv.New(telemetrytest.Head([]byte(text)), "")
	s := telemetrytest.Read(d, []byte(text))[0]
	b := s.Batch(telemetry.KindFlow)
	if len(b.Flow) != len(file.entries) {
		t.Fatalf("%d records, %d of CSV: %s", len(file.entries), len(b.Flow), telemetrytest.Problems(s))
	}
	for i := range b.Flow {
		pairs := map[string]string{}
		for _, p := range b.PairsOf(b.Flow[i].Extra) {
			if strings.HasPrefix(p.Field.String(), "stormglass.ipfix.") {
				pairs[p.Field.String()] = p.Text
			}
		}
		want, got := b.Flow[i], file.entries[i].Flow
		event := file.entries[i].State != ""
		common(&want, event)
		common(&got, event)
		if !want.Exporter.IsValid() {
			got.Exporter = want.Exporter // known from the file's records of exporters
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
			t.Fatalf("record %d: -csv +file\n%s", i+1, diff)
		}
		mine := maps.Clone(file.entries[i].pairs)
		maps.DeleteFunc(mine, func(name, _ string) bool { _, ok := pairs[name]; return !ok })
		if diff := cmp.Diff(pairs, mine); diff != "" {
			t.Fatalf("record %d: -csv +file\n%s", i+1, diff)
		}
	}
}

// common leaves of a flow what both forms hold. CSV has whole seconds, no end of an event, no domain, rate,
// translated ends or words for events, and writes nil for counts that were not stated.
func common(f *telemetry.Flow, event bool) {
	f.Ordinal, f.Doubt, f.Extra, f.Received = 0, 0, telemetry.Span{}, 0
	f.Occurred -= f.Occurred % telemetry.Instant(time.Second)
	f.Domain, f.Sampling, f.State, f.Answered = 0, 0, "", 0
	f.NATSrc, f.NATDst, f.NATSrcPort, f.NATDstPort = netip.Addr{}, netip.Addr{}, 0, 0
	if !event {
		return
	}
	f.Occurred, f.Duration, f.OneWay = 0, 0, false
	for _, n := range []*uint64{&f.SrcBytes, &f.SrcPackets, &f.DstBytes, &f.DstPackets} {
		if *n == 0 {
			*n = telemetry.NoCount
		}
	}
}
