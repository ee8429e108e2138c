package hops

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

type stepOf struct {
	from, to    int // of 192.0.2.0/25
	begin, last time.Duration
}

func told(t *testing.T, steps []stepOf) []analysetest.Record {
	t.Helper()
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
	for _, s := range steps {
		f := &b.Flow[b.Append(uint64(b.Len()+1))]
		f.Occurred = telemetry.InstantOf(time.Date(2024, 11, 20, 8, 0, 0, 0, time.UTC).Add(s.begin))
		f.Src, f.Dst = netip.AddrFrom4([4]byte{192, 0, 2, byte(s.from)}), netip.AddrFrom4([4]byte{192, 0, 2, byte(s.to)})
		f.DstPort, f.Proto, f.Duration, f.Answered = 22, 6, s.last, telemetry.Answered
		f.SrcLocal, f.DstLocal = telemetry.LocalYes, telemetry.LocalYes
	}
	return analysetest.Batches(t, Analyser{}, analyse.Env{Registers: registers(t, "servers:\n  - {service: jump, addresses: [\"192.0.2.200\"]}\n")}, b).Records
}

// TestByHand: the session from 1 to 2 lasts from 8:00:00 to 8:05:00. With a minute of patience one that begins on 2 until 8:06:00 is a step
// on from it, a second later it is none; so is one that began a second before it. Of the chain begin is that of the step before, end the last
// step's.
func TestByHand(t *testing.T) {
	first := stepOf{1, 2, 0, 5 * time.Minute}
	for begin, want := range map[time.Duration]string{
		-time.Second:                "",
		0:                           "2024-11-20T08:00:00Z 2024-11-20T08:00:30Z",
		2 * time.Minute:             "2024-11-20T08:00:00Z 2024-11-20T08:02:30Z",
		6 * time.Minute:             "2024-11-20T08:00:00Z 2024-11-20T08:06:30Z",
		6*time.Minute + time.Second: "",
	} {
		var list []string
		for _, x := range told(t, []stepOf{first, {2, 3, begin, 30 * time.Second}}) {
			list = append(list, x.Fields["event.start"]+" "+x.Fields["event.end"])
		}
		if got := strings.Join(list, ", "); got != want {
			t.Errorf("the next begins after %s: %q, want %q", begin, got, want)
		}
	}
}

// TestParts: an exporter tells of one session in two parts, 8:00:00 to 8:02:00 and 8:03:00 to 8:05:00: a minute lies between, so they are one,
// and a step that begins at 8:02:30 is on from it. With a second more between they are two, and the step begins half a minute after the first
// of them: still on from it. At 8:03:01 it would be, from the second.
func TestParts(t *testing.T) {
	for _, gap := range []time.Duration{time.Minute, time.Minute + time.Second} {
		parts := []stepOf{{1, 2, 0, 2 * time.Minute}, {1, 2, 2*time.Minute + gap, 2 * time.Minute}}
		x := told(t, append(parts, stepOf{2, 3, 2*time.Minute + 30*time.Second, 10 * time.Second}, stepOf{2, 4, 4 * time.Minute, 10 * time.Second}))
		if len(x) != 2 {
			t.Fatalf("%s: %+v", gap, x)
		}
		starts := map[string]string{x[0].Ends.Dst.String(): x[0].Fields["event.start"], x[1].Ends.Dst.String(): x[1].Fields["event.start"]}
		want := map[string]string{"192.0.2.3": "2024-11-20T08:00:00Z", "192.0.2.4": "2024-11-20T08:00:00Z"}
		if gap > time.Minute { // the latest that led there is the second part
			want["192.0.2.4"] = "2024-11-20T08:03:01Z"
		}
		if fmt.Sprint(starts) != fmt.Sprint(want) {
			t.Errorf("%s between: %v, want %v", gap, starts, want)
		}
	}
}

// TestLongChain: of a chain of twelve machines, 1 to 12, each session a minute after the one before and an hour long, eleven sessions, all but
// the first are steps on: ten are told of. The n-th session ends at machine n+1; its path goes back to machine 1 as long as that has no more
// than nine machines: that of the last has 4 to 12, eight steps.
func TestLongChain(t *testing.T) {
	var steps []stepOf
	for n := 1; n < 12; n++ {
		steps = append(steps, stepOf{n, n + 1, time.Duration(n) * time.Minute, time.Hour})
	}
	records := told(t, steps)
	if len(records) != 10 {
		t.Errorf("%d are told of, want 10", len(records))
	}
	for _, x := range records {
		end := int(x.Ends.Dst.As4()[3])
		origin := max(1, end-8)
		if x.Fields["stormglass.hops.count"] != strconv.Itoa(end-origin) || x.Fields["stormglass.hops.origin"] != fmt.Sprintf("192.0.2.%d", origin) {
			t.Errorf("to machine %d: %v", end, x.Fields)
		}
	}
}
