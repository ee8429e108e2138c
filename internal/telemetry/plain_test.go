package telemetry

import (
	"net/netip"
	"testing"
	"time"
)

// TestPlain: an event of which something is known is not plain text, whatever it is; what a source calls by its own names is not known.
func TestPlain(t *testing.T) {
	addr := netip.MustParseAddr("192.0.2.1")
	for name, c := range map[string]struct {
		event Event
		pairs []string
		want  uint64
	}{
		"a line":              {Event{Raw: "func main() {"}, []string{"message"}, 1},
		"columns of anything": {Event{}, []string{"name", "price", "other.colour"}, 1},
		"a time":              {Event{Head: Head{Occurred: InstantOf(time.Unix(1, 0))}}, []string{"message"}, 0},
		"a time in doubt":     {Event{Head: Head{Stated: InstantOf(time.Unix(1, 0))}}, nil, 0},
		"a device":            {Event{Host: "r1"}, []string{"message"}, 0},
		"an address":          {Event{Ends: Ends{Dst: addr}}, nil, 0},
		"a message's code":    {Event{}, []string{"message", "event.code"}, 0},
		"a log of Zeek":       {Event{Dataset: "zeek.weird"}, []string{"name"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Set{}
			b := s.Batch(KindEvent)
			i := b.Append(1)
			h := b.Event[i].Ordinal
			b.Event[i] = c.event
			b.Event[i].Ordinal = h
			for _, p := range c.pairs {
				b.AddPair(&b.Event[i].Pairs, FieldNamed(p), "x")
			}
			var a Account
			a.Add(s)
			if a.Plain != c.want {
				t.Errorf("%d plain, want %d", a.Plain, c.want)
			}
		})
	}
}
