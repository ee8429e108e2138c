package subscriber

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// clock gives the instant that lies so many minutes after a day's begin.
func clock(minutes int) telemetry.Instant {
	if minutes == 0 {
		return 0
	}
	return telemetry.InstantOf(time.Date(2024, 1, 2, 0, minutes, 0, 0, time.UTC))
}

func saw(minute int, verb lease.Verb, who string) sighting {
	return sighting{at: clock(minute), verb: verb, who: holder{ref: who, host: "nas1"}}
}

// answers gives who had the address at a minute: "tok sure", by the order of time.
func answers(all []sighting, minute int) string {
	var out []string
	for _, s := range spansOf(all) {
		if sure, ok := s.at(clock(minute)); ok {
			out = append(out, fmt.Sprintf("%s %s", s.ref, sure))
		}
	}
	return strings.Join(out, ", ")
}

func TestSpans(t *testing.T) {
	stated := saw(10, lease.Start, "a")
	stated.until = clock(70)
	doubtful := saw(10, lease.Start, "a")
	doubtful.doubt = 5 * time.Minute
	elsewhere := saw(12, lease.Start, "b")
	elsewhere.who.host = "nas2"
	block := func(minute int, inside string) sighting {
		s := saw(minute, lease.Start, "")
		s.who.inside, s.who.first, s.who.last = inside, 1024, 2047
		return s
	}
	if got := answers([]sighting{block(10, "100.64.0.9"), block(60, "100.64.0.8")}, 70); got != " uncertain" {
		t.Errorf("a block that another has now: %q", got)
	}
	tests := []struct {
		name   string
		all    []sighting
		minute int
		want   string
	}{
		{"between start and end", []sighting{saw(10, lease.Start, "a"), saw(60, lease.End, "a")}, 30, "a certain"},
		{"before the start", []sighting{saw(10, lease.Start, "a"), saw(60, lease.End, "a")}, 9, ""},
		{"after the end", []sighting{saw(10, lease.Start, "a"), saw(60, lease.End, "a")}, 61, ""},
		{"only the end seen", []sighting{saw(60, lease.End, "a")}, 30, "a likely"},
		{"only the start seen", []sighting{saw(10, lease.Start, "a")}, 30, "a uncertain"},
		{"still there later", []sighting{saw(10, lease.Start, "a"), saw(60, lease.Held, "a")}, 30, "a certain"},
		{"held, then nothing", []sighting{saw(10, lease.Start, "a"), saw(20, lease.Held, "a")}, 30, "a uncertain"},
		{"another came, the end was lost", []sighting{saw(10, lease.Start, "a"), saw(60, lease.Start, "b")}, 30, "a likely"},
		{"the other", []sighting{saw(10, lease.Start, "a"), saw(60, lease.Start, "b"), saw(90, lease.End, "b")}, 70, "b certain"},
		{"the end of somebody before", []sighting{saw(10, lease.End, "a"), saw(10, lease.Start, "b"), saw(90, lease.End, "b")}, 30, "b certain"},
		{"a stated time", []sighting{stated}, 30, "a certain"},
		{"beyond a stated time", []sighting{stated}, 71, ""},
		{"a clock in doubt", []sighting{doubtful, saw(60, lease.End, "a")}, 8, "a likely"},
		{"two claim it in turn, from before to after", []sighting{saw(10, lease.Start, "a"), saw(20, lease.Start, "b"), saw(50, lease.Held, "a"), saw(60, lease.End, "b")}, 30, "a certain, b certain"},
		{"the end came a little late", []sighting{saw(10, lease.Start, "a"), saw(30, lease.Start, "b"), saw(31, lease.End, "a"), saw(60, lease.End, "b")}, 40, "b certain"},
		{"before another came, who stayed", []sighting{saw(10, lease.Start, "a"), saw(30, lease.Start, "b"), saw(60, lease.End, "b")}, 40, "b certain"},
		{"given by two", []sighting{saw(10, lease.Start, "a"), elsewhere}, 30, "a uncertain, b uncertain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, answers(tt.all, tt.minute)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
