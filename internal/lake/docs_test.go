package lake

import (
	"os"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

// TestColumnsAreDocumented: the page on the format names every column of every kind, and what is
// looked for in it has a filter where the page says so.
func TestColumnsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/lake.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(string(page), "## Columns")
	lines := strings.Split(tables, "\n")
	for _, kind := range laketest.Kinds() {
		for _, c := range columns(kind) {
			i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "|") && strings.Contains(l, "`"+c.name+"`") })
			if i < 0 {
				t.Errorf("the page has no column %s of %s", c.name, kind)
				continue
			}
			searched := map[holds]string{holdsNothing: "|  |", holdsAddr: "address |", holdsHost: "host |", holdsDigest: "digest |", holdsText: "any |"}[c.holds]
			line := strings.ReplaceAll(lines[i], "| |", "|  |")
			if strings.Contains(line, "**B**") != c.bloom || !strings.HasSuffix(line, searched) {
				t.Errorf("the page says otherwise of %s of %s: %s", c.name, kind, lines[i])
			}
		}
	}
}

// TestColumnsOfSchema: each field of telemetry.Schema has its column, and the first columns stand
// where code looks for them.
func TestColumnsOfSchema(t *testing.T) {
	for k := range telemetry.NumKinds {
		cols := columns(k)
		if k == telemetry.KindDerived && cols == nil { // what analysers emit is computed again, not kept
			continue
		}
		for _, f := range telemetry.Schema(k) {
			if !slices.ContainsFunc(cols, func(c column) bool { return c.name == f.ID.String() }) {
				t.Errorf("field %s of %s has no column", f.ID, k)
			}
		}
		if cols == nil {
			continue
		}
		for i, name := range map[int]string{
			colOccurred: "@timestamp", colSourceID: "stormglass.source.id", colSourceName: "stormglass.source.name",
			colSensor: "stormglass.sensor", colOrdinal: "stormglass.ordinal",
		} {
			if cols[i].name != name {
				t.Errorf("column %d of %s is %s, not %s", i, k, cols[i].name, name)
			}
		}
	}
}
