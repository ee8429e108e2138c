package hunt

import (
	"context"
	"testing"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// TestClosestMatchCounts has a name below the indicator's stand in a record before the indicator's own.
func TestClosestMatchCounts(t *testing.T) {
	l := intel.NewLoader()
	l.Indicator(intel.Indicator{Value: observable.Of(observable.Domain, "example.com"), Source: l.Source(&intel.Source{})})
	b := &telemetry.Batch{Kind: telemetry.KindCert, Source: &telemetry.Source{Name: "x509.log"}}
	i := b.Append(1)
	b.AddText(&b.Cert[i].Names, "www.example.com")
	b.AddText(&b.Cert[i].Names, "example.com")
	var hits hitList
	if err := (&Engine{Index: mustIndex(t, l), Sink: &hits}).Batch(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	if len(hits) != 1 || hits[0].Match.Part != intel.Exact {
		t.Errorf("hits %+v, want one that is exact", hits)
	}
}
