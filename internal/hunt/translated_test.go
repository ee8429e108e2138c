package hunt

import (
	"net/netip"
	"slices"
	"testing"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// What a translator made of an end is matched too, and told under its own field.
func TestTranslatedEnds(t *testing.T) {
	flow := telemetry.Flow{Head: head(1), Ends: ends("10.0.0.5", "10.9.9.9", 443), OneWay: true}
	flow.NATSrc, flow.NATDst = netip.MustParseAddr("192.0.2.77"), netip.MustParseAddr("203.0.113.9")
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{flow}}
	got := huntBatch(t, loaderOf(t, "203.0.113.9"), Networks{}, b)
	if want := []string{"203.0.113.9 <- 10.0.0.5 | we called it | destination.nat.ip | high | 1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var met []string
	new(Observer).Batch(b, Networks{}, func(o *Observation) {
		if o.Kind == observable.Addr {
			met = append(met, o.Addr.String())
		}
	})
	slices.Sort(met)
	if want := []string{"10.0.0.5", "10.9.9.9", "192.0.2.77", "203.0.113.9"}; !slices.Equal(met, want) {
		t.Errorf("met %v, want %v", met, want)
	}
}
