package node

import (
	"context"
	"strings"
	"testing"
	"time"

	"stormglass/internal/telemetry"
)

// TestHeard: the short account of the last day says who was heard, who fell silent, who never spoke, what was lost, and what rules could see.
func TestHeard(t *testing.T) {
	l := newLying(t, strings.Replace(twoRouters, "  - {id: r2", "  - {id: r3, names: [r3]}\n  - {id: r2", 1), "")
	now := time.Now().UTC()
	l.begin = now.Truncate(time.Hour).Add(-23 * time.Hour)
	hours := 23 // the last of them is over
	l.takes("a.log", l.logins("r1", 0, hours)+l.links("r2", 0, 5)+l.logins("stranger", 0, hours))
	l.takes("flows.pcap", l.capture(1000, 0, 1, 2, 10))
	l.hunt()
	l.do(func(ctx context.Context, k *Keeper) error {
		h, err := k.Heard(ctx, now)
		if err != nil {
			return err
		}
		if h.Registered != 3 || h.Devices != 2 || h.Unknown != 1 {
			t.Errorf("%d of %d heard, %d unknown", h.Devices, h.Registered, h.Unknown)
		}
		if len(h.Never) != 1 || h.Never[0] != "r3" {
			t.Errorf("never heard %v", h.Never)
		}
		silent := map[string]bool{}
		for _, n := range h.Silent {
			silent[n.Name] = true
		}
		if !silent["r2"] || silent["r1"] || silent["unregistered:stranger"] {
			t.Errorf("silent %v", h.Silent)
		}
		kinds := map[telemetry.Kind]HeardKind{}
		for _, x := range h.Kinds {
			kinds[x.Kind] = x
		}
		if x := kinds[telemetry.KindFlow]; x.Lost != 7 || x.Gaps < 2 {
			t.Errorf("flows %+v", x)
		}
		if x := kinds[telemetry.KindEvent]; x.Lost != 0 || x.From != 3 || x.Records != uint64(2*hours+5) {
			t.Errorf("events %+v", x)
		}
		if h.Rules != (HeardRules{Rules: 3, Assessed: 2, Gaps: 1, NotAssessed: 1}) {
			t.Errorf("rules %+v", h.Rules)
		}
		return nil
	})
}
