package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// The kinds that rules may name are those of telemetry, which this package does not import.
func TestKindsAreThoseOfTelemetry(t *testing.T) {
	var want []string
	for k := range telemetry.NumKinds {
		want = append(want, k.String())
	}
	if diff := cmp.Diff(want, Kinds); diff != "" {
		t.Error("-want +got", diff)
	}
}
