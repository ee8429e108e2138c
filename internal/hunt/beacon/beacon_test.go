package beacon

import (
	"math"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
)

// TestForeign: of the beacon of which RITA's project publishes scores only the half that its http log holds is here. Published for all of
// it (607 connections, with the bytes that conn.log tells of): 0.896, of timestamps 0.999, sizes 0.47, histogram 0.937, duration 1.
func TestForeign(t *testing.T) {
	r := analysetest.Files(t, Analyser{}, analyse.Env{}, datatest.Path(t, "telemetry", "zeek-rita", "valid_tsv", "http.log.gz"))
	for _, x := range r.Records {
		t.Log(x.At.Time(), x.Ends.Src, x.Ends.Dst, x.Fields)
	}
	t.Logf("%+v", r.Account)
	_ = math.Abs
}
