package beacon

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

// TestForeign: of the beacon of which RITA's project publishes scores only the half that its http log holds is here. Published for all of
// it (607 connections over http and TLS, with the bytes of conn.log) are 0.896, and 0.999 of the times, 0.47 of the sizes, 0.937 of the
// histogram, 1 of the duration; their mean is 0.852, so that the total there counts something besides. Here the times are as even, all
// bars are of two heights, and without conn.log the bodies of all requests are empty, which counts as half: 0.875.
func TestForeign(t *testing.T) {
	r := analysetest.Files(t, Analyser{}, analyse.Env{}, datatest.Path(t, "telemetry", "zeek-rita", "valid_tsv", "http.log.gz"))
	found := false
	for _, x := range r.Records {
		if x.Ends.Src.String() != "10.55.100.109" || x.Fields["destination.domain"] != "www.alexa.com" || x.At.Day().String() != "2018-01-31" {
			continue
		}
		found = true
		for name, want := range map[string]string{
			"score": "0.875", "timestamps": "1", "sizes": "0.5", "histogram": "1", "duration": "1", "connections": "290", "interval": "300", "clients": "10",
		} {
			if got := x.Fields["stormglass.beacon."+name]; got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		score, err := strconv.ParseFloat(x.Fields["stormglass.beacon.score"], 64)
		if err != nil || score < 0.896-0.025 || score > 0.896 {
			t.Errorf("the score of %v is far from the published 0.896", score)
		}
	}
	if !found {
		t.Fatal("the beacon is not told of")
	}
}

// flows makes flows from one address to another at times in seconds of a day.
func flows(src, dst string, times []int64, edit func(*telemetry.Flow)) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test", Sensor: "one"}}
	for i, at := range times {
		n := b.Append(uint64(i + 1))
		f := &b.Flow[n]
		f.Occurred = telemetry.Instant((20_000*day + at) * 1e9)
		f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto = netip.MustParseAddr(src), netip.MustParseAddr(dst), uint16(30_000+i), 443, 6
		f.SrcBytes, f.DstBytes, f.Answered = 500, 700, telemetry.Answered
		if edit != nil {
			edit(f)
		}
	}
	return b
}

func every(seconds, from, to int64) (out []int64) {
	for at := from; at < to; at += seconds {
		out = append(out, at)
	}
	return out
}

// TestWhoIsTold: what is a beacon and what only looks like one.
func TestWhoIsTold(t *testing.T) {
	in := func(f *telemetry.Flow) { f.Src, f.Dst = f.Dst, f.Src }
	for _, c := range []struct {
		name    string
		batches []*telemetry.Batch
		want    string
	}{
		{"a clock", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", every(300, 0, day), nil)}, "score 1 of 288"},
		{"two sensors see it", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", every(300, 0, day), nil), func() *telemetry.Batch {
			b := flows("10.1.1.1", "203.0.113.9", every(300, 1, day/2), nil)
			b.Source = &telemetry.Source{Name: "another", Sensor: "two"}
			return b
		}()}, "score 1 of 288"},
		{"they call us", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", every(300, 0, day), in)}, ""},
		{"among ourselves", []*telemetry.Batch{flows("10.1.1.1", "10.1.1.2", every(300, 0, day), nil)}, ""},
		{"the answers of a server of ours", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", every(300, 0, day), func(f *telemetry.Flow) {
			f.OneWay, f.SrcPort, f.DstPort = true, 443, 40_000
		})}, ""},
		{"one long conversation in parts", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", every(60, 0, day), func(f *telemetry.Flow) {
			f.OneWay, f.SrcPort, f.Duration = true, 40_000, 60e9
		})}, ""},
		{"all the time", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", every(1, 0, day), nil)}, "strobe of 86400"},
		{"three times", []*telemetry.Batch{flows("10.1.1.1", "203.0.113.9", []int64{0, 300, 600}, nil)}, ""},
	} {
		span := flows("10.9.9.9", "10.9.9.8", []int64{0, day - 1}, nil) // what was read is a day
		r := analysetest.Batches(t, Analyser{}, analyse.Env{}, append(c.batches, span)...)
		var told []string
		for _, x := range r.Records {
			if x.Fields["stormglass.beacon.strobe"] == "true" {
				told = append(told, "strobe of "+x.Fields["stormglass.beacon.connections"])
			} else {
				told = append(told, fmt.Sprintf("score %s of %s", x.Fields["stormglass.beacon.score"], x.Fields["stormglass.beacon.connections"]))
			}
		}
		if got := strings.Join(told, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if len(r.Ran) != 1 || r.Ran[0].Fields["event.outcome"] != "success" {
			t.Errorf("%s: it does not say that it ran: %v", c.name, r.Ran)
		}
	}
}

// TestWhatIsCalled: the port is the one that is called most: a first call at the port of BGP does not make BGP of all that follow.
func TestWhatIsCalled(t *testing.T) {
	n := 0
	b := flows("10.1.1.1", "203.0.113.9", every(300, 0, day), func(f *telemetry.Flow) {
		if n++; n < 10 {
			f.DstPort = 179
		}
	})
	r := analysetest.Batches(t, Analyser{}, analyse.Env{}, b)
	if len(r.Records) != 1 || r.Records[0].Ends.DstPort != 443 || r.Records[0].Ends.Proto != 6 {
		t.Errorf("%+v", r.Records)
	}
}
